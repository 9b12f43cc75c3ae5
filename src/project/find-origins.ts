import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceFiles } from './routes/source-files.js';

const SOURCE = /\.(?:html?|css|scss|less|vue|svelte|astro|[cm]?[jt]sx?)$/;
/** Larger files are bundles or data, not somebody's source. */
const MAX_BYTES = 500_000;
const MAX_ORIGINS = 20;
/** Where an address is loaded from, and not only linked to or spoken of. */
const LOADED = [
  /<script\b[^>]*\bsrc\s*=\s*["'](https?:\/\/[^"'\s]+)/gi,
  /<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|preload|modulepreload|icon|preconnect))[^>]*\bhref\s*=\s*["'](https?:\/\/[^"'\s]+)/gi,
  /<(?:img|source|video|audio|iframe|embed)\b[^>]*\bsrc\s*=\s*["'](https?:\/\/[^"'\s]+)/gi,
  /\burl\(\s*["']?(https?:\/\/[^"')\s]+)/gi,
  /@import\s+["'](https?:\/\/[^"'\s]+)/gi,
  /\b(?:fetch|axios(?:\.\w+)?|EventSource|WebSocket)\s*\(\s*["'`]((?:https?|wss?):\/\/[^"'`\s$]+)/g,
];

/**
 * Origins that the app's source loads things from: scripts, styles, fonts, pictures, requests. Not this machine, no addresses that
 * are only linked. Sorted, at most 20.
 */
export async function findOrigins(dir: string): Promise<string[]> {
  const origins = new Set<string>();
  for (const file of await sourceFiles(dir, '.', SOURCE)) {
    if (/\.(?:test|spec|stories)\.|(?:^|\/)(?:tests?|__tests__)\//.test(file)) continue;
    const path = join(dir, file);
    if ((await stat(path)).size > MAX_BYTES) continue;
    const text = await readFile(path, 'utf8');
    for (const pattern of LOADED) for (const match of text.matchAll(pattern)) addOrigin(match[1], origins);
  }
  return [...origins].sort().slice(0, MAX_ORIGINS);
}

function addOrigin(address: string | undefined, origins: Set<string>): void {
  if (address === undefined || !URL.canParse(address)) return;
  const { hostname, origin, protocol, host } = new URL(address);
  if (
    /^(?:localhost|127\.|\[::1\]|0\.0\.0\.0)|\.(?:localhost|example|test|invalid)$|(?:^|\.)example\.(?:com|org|net)$/.test(
      hostname,
    )
  )
    return;
  // The allow list is written with web schemes; a socket belongs to the same origin.
  origins.add(protocol === 'wss:' ? `https://${host}` : protocol === 'ws:' ? `http://${host}` : origin);
}

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { readText } from '../core/path-walls.js';
import { askText } from './http-answer.js';

/** Most that is looked at, so that a large app costs seconds and not minutes. */
const MAX_CHANGED = 50;
const MAX_RESOURCES = 400;
const PATIENCE_MS = 10_000;

/** Files that servers hand out as they are; of all others only what a page loads counts. */
const HANDED_OUT =
  /\.(?:html?|css|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|txt|md|xml|webmanifest|mp4|webm|mp3|ogg|pdf|wasm)$/i;
/** Folders whose files are served at the root of the address. */
const ROOTS = /^(?:public|static|src|app|www|site|dist|build|out)\//;

/**
 * Returns whether a running server serves each of these files of `dir` with its present content: as it is, or as a source of a script that the
 * start page loads, straight or through others (source maps carry the content; a dev server that reloads modules answers with the new
 * one). Answers the first file that it cannot be shown for; undefined when it serves all. `loaded`: files that the server's own process
 * runs, which no answer can prove.
 */
export async function servesAsItIs(
  url: string,
  dir: string,
  changed: readonly string[],
  loaded: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = changed.find((path) => loaded.includes(path));
  if (own !== undefined || changed.length > MAX_CHANGED) return own ?? changed[0];
  const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const served = await servedContents(url, until);
  let written: ReadonlySet<string> | undefined;
  for (const path of changed) {
    const content = await readText(join(dir, path)).catch(() => undefined); // a folder, or gone
    if (content === undefined) return path;
    if (served.has(digest(content)) || (HANDED_OUT.test(path) && (await isHandedOut(url, path, content, until))))
      continue;
    written ??= await compiledContents(dir);
    if (!written.has(digest(content))) return path;
  }
  return undefined;
}

/** Line ends are the tool's choice. */
function digest(text: string): string {
  return sha256(text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, ''));
}

async function isHandedOut(base: string, path: string, content: string, until: AbortSignal): Promise<boolean> {
  const names = [
    path,
    path.replace(ROOTS, ''),
    ...(/(?:^|\/)index\.html?$/i.test(path) ? [path.replace(ROOTS, '').slice(0, -basename(path).length)] : []),
  ];
  for (const name of new Set(names)) {
    const text = await askText(new URL(name, base).href, until);
    if (text === undefined) continue;
    if (digest(text) === digest(content)) return true;
    // Dev servers hand out styles as a script that holds them as one string.
    if (text.includes(JSON.stringify(content).slice(1, -1))) return true;
    // They put a script of their own into documents, and a stamp behind the addresses of changed modules.
    const plain = text.replace(/[?&](?:t|v)=\w+/g, '');
    if (/\.html?$/i.test(path) && linesOf(content).every((line) => plain.includes(line))) return true;
  }
  return false;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Digests of every script and style that the start page loads, and of the sources that their maps carry. */
async function servedContents(base: string, until: AbortSignal): Promise<ReadonlySet<string>> {
  const contents = new Set<string>();
  const seen = new Set([base]);
  const queue = [base];
  for (let url = queue.shift(); url !== undefined && !until.aborted; url = queue.shift()) {
    const text = await askText(url, until);
    if (text === undefined) continue;
    contents.add(digest(text));
    for (const source of await mappedSources(text, url, until)) contents.add(digest(source));
    for (const next of url === base ? loadedByPage(text) : imported(text)) {
      const address = URL.canParse(next, url) ? new URL(next, url) : undefined;
      if (address?.origin !== new URL(base).origin || /\/node_modules\/|\/@(?:vite|id)\//.test(address.pathname))
        continue;
      if (seen.has(address.href) || seen.size >= MAX_RESOURCES) continue;
      seen.add(address.href);
      queue.push(address.href);
    }
  }
  return contents;
}

function loadedByPage(html: string): string[] {
  const attributes = html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi);
  return [...[...attributes].map(([, address = '']) => address.replaceAll('&amp;', '&')), ...imported(html)];
}

function imported(text: string): string[] {
  const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*["']((?:\.{0,2}\/)[^"'\n]+)["']/g);
  return [...specifiers].map(([, address = '']) => address);
}

async function mappedSources(text: string, url: string, until: AbortSignal): Promise<string[]> {
  const sources: string[] = [];
  for (const [, address = ''] of text.matchAll(/[#@]\s*sourceMappingURL=([^\s'"*\\]+)/g)) {
    const inline = /^data:application\/json[^,]*;base64,(.+)$/.exec(address)?.[1];
    if (inline !== undefined) sources.push(...sourcesOf(Buffer.from(inline, 'base64').toString('utf8')));
    else if (!address.startsWith('data:') && URL.canParse(address, url))
      sources.push(...sourcesOf((await askText(new URL(address, url).href, until)) ?? ''));
  }
  return sources;
}

/** Contents that a source map carries, those of its sections too (ECMA-426, 9). */
function sourcesOf(map: string): string[] {
  const contents = (value: unknown): string[] => {
    if (value === null || typeof value !== 'object') return [];
    const own: unknown = Reflect.get(value, 'sourcesContent');
    const sections: unknown = Reflect.get(value, 'sections');
    return [
      ...(Array.isArray(own) ? own.filter((one) => typeof one === 'string') : []),
      ...(Array.isArray(sections)
        ? sections.flatMap((one: unknown) =>
            contents(one !== null && typeof one === 'object' ? Reflect.get(one, 'map') : undefined),
          )
        : []),
    ];
  };
  try {
    return contents(JSON.parse(map));
  } catch {
    return []; // no map
  }
}

/** Where dev servers that render on the server keep what they have compiled: the pages asked for a moment ago are in it. */
const COMPILED = ['.next/dev/server', '.next/server'];

async function compiledContents(dir: string): Promise<ReadonlySet<string>> {
  const contents = new Set<string>();
  for (const folder of COMPILED) {
    const names = await readdir(join(dir, folder), { recursive: true }).catch(() => []); // another framework
    for (const name of names.filter((one) => one.endsWith('.map')).slice(0, MAX_RESOURCES)) {
      const file = join(dir, folder, name);
      if ((await stat(file)).size > 16 * 1024 * 1024) continue;
      for (const source of sourcesOf(await readText(file))) contents.add(digest(source));
    }
  }
  return contents;
}

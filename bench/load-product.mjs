import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Parts of the product that more than one bench drives: its own session and its own camera. */
export const CAMERA = `
export { PageSession } from './src/browser/page-session.ts';
export { PageLog } from './src/browser/page-log.ts';
export { WarmBrowser } from './src/browser/warm-browser.ts';
export { navigate } from './src/browser/navigate.ts';
export { photograph } from './src/browser/photograph.ts';
export { DEFAULT_VIEWPORTS } from './src/config/schema.ts';
`;

/**
 * Bundles parts of the product as they are in src at this moment into a throw-away folder beside node_modules, and answers that folder.
 * `entry` is the text of a module that exports them; packages stay outside.
 */
export async function bundleProduct(entry) {
  const outdir = mkdtempSync(path.join(root, 'node_modules/.codeloop-bench-'));
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  await build({
    stdin: { contents: entry, resolveDir: root, sourcefile: 'bench-entry.ts', loader: 'ts' },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  });
  return outdir;
}

/** The parts that a folder of `bundleProduct` holds. */
export function loadBundle(folder) {
  return import(pathToFileURL(path.join(folder, 'stdin.mjs')).href);
}

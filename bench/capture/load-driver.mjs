import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The browser driver from the source as it is, bundled into a throw-away folder beside node_modules. */
export async function loadDriver() {
  const folder = mkdtempSync(path.join(root, 'node_modules/.codeloop-bench-'));
  const outfile = path.join(folder, 'driver.mjs');
  await build({
    entryPoints: [path.join(root, 'src/browser/browser-driver.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
    outfile,
  });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return import(outfile);
}

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The compare core as it is in src, bundled on the fly; packages stay outside. */
export async function loadCompare() {
  const outdir = path.join(root, 'node_modules/.cache/codeloop-bench');
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: [path.join(root, 'src/compare/compare-images.ts')],
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
  return import(pathToFileURL(path.join(outdir, 'compare-images.mjs')).href);
}

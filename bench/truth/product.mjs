import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleProduct, CAMERA, loadBundle } from '../load-product.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a verdict on a pair hangs on. */
const JUDGES = `
export { comparePair } from './src/design/compare-pair.ts';
export { baselineSettings } from './src/verify/baselines/compare-baseline.ts';
export { Config } from './src/config/schema.ts';
`;

/** The parts of the product that the bench drives: its session, its camera, and the comparison as `verify` runs it. */
const ENTRY = `${CAMERA}
export { readEnvironment } from './src/browser/browser-driver.ts';
${JUDGES}
export { disposeComparators } from './src/compare/compare-images.ts';
`;

/**
 * The product as it is in src at this moment, or as it was when `kept` was the folder of such a bundle (a copy of it, beside node_modules
 * too); `digest` is that of its judges.
 */
export async function loadProduct(kept) {
  const folder = kept === undefined ? await bundleProduct(ENTRY) : path.resolve(kept);
  const file = path.join(folder, 'digest.txt');
  if (kept === undefined) writeFileSync(file, await judgesDigest());
  return { ...(await loadBundle(folder)), digest: readFileSync(file, 'utf8') };
}

/** Digest of everything that judges a pair, by what it bundles to: what was judged by the same need not be judged again. */
async function judgesDigest() {
  const { outputFiles } = await build({
    stdin: { contents: JUDGES, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  const hash = createHash('sha256');
  for (const { contents } of outputFiles) hash.update(contents);
  hash.update(readFileSync(path.join(root, 'bench/truth/judge.mjs')));
  return hash.digest('hex').slice(0, 16);
}

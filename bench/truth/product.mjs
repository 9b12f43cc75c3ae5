import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a verdict on a pair hangs on. */
const JUDGES = `
export { comparePair } from './src/design/compare-pair.ts';
export { baselineSettings } from './src/verify/baselines/compare-baseline.ts';
export { Config } from './src/config/schema.ts';
`;

/** The parts of the product that the bench drives: its own session, its own camera, and the comparison as `verify` runs it. */
const ENTRY = `
export { PageSession } from './src/browser/page-session.ts';
export { PageLog } from './src/browser/page-log.ts';
export { WarmBrowser } from './src/browser/warm-browser.ts';
export { navigate } from './src/browser/navigate.ts';
export { photograph } from './src/browser/photograph.ts';
export { readEnvironment } from './src/browser/browser-driver.ts';
export { DEFAULT_VIEWPORTS } from './src/config/schema.ts';
${JUDGES}
export { disposeComparators } from './src/compare/compare-images.ts';
`;

/**
 * The product as it is in src at this moment, bundled into a throw-away folder beside node_modules, or as it was when `kept` was such a
 * folder (a copy of it, beside node_modules too); `digest` is that of its judges.
 */
export async function loadProduct(kept) {
  if (kept !== undefined) return load(path.resolve(kept));
  const outdir = mkdtempSync(path.join(root, 'node_modules/.codeloop-truth-'));
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  writeFileSync(path.join(outdir, 'digest.txt'), await judgesDigest());
  await build({
    stdin: { contents: ENTRY, resolveDir: root, sourcefile: 'truth-entry.ts', loader: 'ts' },
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
  return load(outdir);
}

async function load(folder) {
  const parts = await import(pathToFileURL(path.join(folder, 'stdin.mjs')).href);
  return { ...parts, digest: readFileSync(path.join(folder, 'digest.txt'), 'utf8') };
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

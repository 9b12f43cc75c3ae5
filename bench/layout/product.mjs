import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The parts of the product that see and judge a layout, as `verify` uses them. */
const ENTRY = `
export { PageSession } from './src/browser/page-session.ts';
export { PageLog } from './src/browser/page-log.ts';
export { WarmBrowser } from './src/browser/warm-browser.ts';
export { navigate } from './src/browser/navigate.ts';
export { photograph } from './src/browser/photograph.ts';
export { createBrowserDriver } from './src/browser/browser-driver.ts';
export { unpackLayout } from './src/core/vocabulary/laid-out-page.ts';
export { DEFAULT_VIEWPORTS } from './src/config/schema.ts';
export { sweepWidths } from './src/verify/layouts/sweep-widths.ts';
export { layOutUnderConditions } from './src/verify/layouts/under-conditions.ts';
export { judgeLayouts } from './src/verify/layouts/judge-layouts.ts';
`;

/** The product as it is in src at this moment, bundled into a throw-away folder beside node_modules. */
export async function loadProduct() {
  const outdir = mkdtempSync(path.join(root, 'node_modules/.codeloop-layout-'));
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  await build({
    stdin: { contents: ENTRY, resolveDir: root, sourcefile: 'layout-entry.ts', loader: 'ts' },
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
  return import(pathToFileURL(path.join(outdir, 'stdin.mjs')).href);
}

import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { bundleProduct, loadBundle } from '../load-product.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = path.join(root, 'dist/bin.js');

/** Every tenth pair differs in one place. */
export const DIFFERS_EVERY = 10;

/** Writes `count` pairs of pages, 800 x 600, into `expected` and `actual` of a folder; answers their names. */
export async function drawPairs(folder, count) {
  for (const side of ['expected', 'actual']) mkdirSync(path.join(folder, side), { recursive: true });
  const names = Array.from({ length: count }, (_, at) => `screen-${String(at).padStart(4, '0')}.png`);
  for (const [at, name] of names.entries()) {
    const [expected, actual] = ['expected', 'actual'].map((side) => path.join(folder, side, name));
    const hue = (at * 37) % 360;
    const rows = Array.from({ length: 12 }, (_, row) => {
      const words = Array.from({ length: 9 }, (_, word) => ((at + 3) * (row + 5) * (word + 7) * 7919).toString(36));
      return `<text x="40" y="${120 + row * 38}" font-family="DejaVu Sans" font-size="15" fill="#223">${words.join(' ')}</text>`;
    });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="#fff"/><rect width="800" height="72" fill="hsl(${hue},50%,40%)"/><text x="40" y="46" font-size="26" font-family="DejaVu Sans" fill="#fff">Screen ${at}</text>${rows.join('')}</svg>`;
    await sharp(Buffer.from(svg)).removeAlpha().png({ compressionLevel: 6 }).toFile(expected);
    if (at % DIFFERS_EVERY > 0) copyFileSync(expected, actual);
    else {
      const button = { create: { width: 160, height: 44, channels: 3, background: '#c2185b' } };
      await sharp(expected)
        .composite([{ input: button, left: 600, top: 520 }])
        .png()
        .toFile(actual);
    }
  }
  return names;
}

/** Reports of the same pairs, by tool: each writes its page and answers the file and what stands in it when every pair is listed. */
export const REPORTS = {
  'codeloop, a run': runReport,
  'codeloop compare': compareReport,
  'reg-cli': regCli,
  Playwright: playwright,
  BackstopJS: backstop,
};

async function compared(folder) {
  const file = path.join(folder, 'codeloop-compare.html');
  const out = await execute(
    [bin, 'compare', 'expected', 'actual', '--json', '--html', file, '--diff', 'codeloop-diffs'],
    folder,
  );
  return { file, pairs: JSON.parse(out).pairs };
}

async function compareReport(folder, names) {
  const { file } = await compared(folder);
  return { file, ready: `.card:nth-child(${names.length})` };
}

/** The report of a run over these pairs: with the map of screens, thumbnails and facts of each capture, as `verify` writes it. */
async function runReport(folder, names) {
  const { renderHtml, ReportPictures } = await loadBundle(
    await bundleProduct(`
      export { renderHtml } from './src/report/render-html.tsx';
      export { ReportPictures } from './src/verify/report-pictures.ts';
    `),
  );
  const { pairs } = await compared(folder);
  const pictures = new ReportPictures(folder, '', 'copies');
  const at = (path_) => path_ && { path: path.relative(folder, path.resolve(folder, path_)) };
  const model = {
    ...{ run_id: 'bench', project: 'bench', started_at: '2026-05-04T10:00:00.000Z', status: 'fail' },
    ...{ code_state: { tree: 'f00d', dirty: false }, summary: 'Some differ.', generated_by: 'bench', next: [] },
    ...{ unmatched: { references: [], screenshots: [] }, pairs: [], cells: [] },
  };
  for (const pair of pairs) {
    const width = pair.outcome === 'match' ? 360 : 1100;
    const diff =
      pair.diff?.path ?? (pair.outcome === 'match' ? undefined : `codeloop-diffs/${path.basename(pair.actual.path)}`);
    model.pairs.push({
      pair,
      reference: await pictures.show(at(pair.reference.path), width, pair.regions),
      actual: await pictures.show(at(pair.actual.path), width, pair.regions),
      diff: await pictures.show(at(diff), width, pair.regions),
      thumb: await pictures.thumb(at(pair.actual.path), pair.regions[0]?.rect),
    });
    model.cells.push({ cell: cellOf(pair) });
  }
  const file = path.join(folder, 'codeloop-run.html');
  writeFileSync(file, renderHtml(model));
  return { file, ready: `.card:nth-child(${names.length})` };
}

/** A page that came to rest and logged nothing. */
function cellOf({ screen, viewport, size, actual }) {
  const url = `http://127.0.0.1:4000/${screen}`;
  const settle = { fonts_missing: [], images_missing: [], lazy_scroll_px: 0, lazy_complete: true, media_pinned: 0 };
  const screenshot = {
    ...{ image: actual, size: size.actual, device_scale_factor: 1, full_page: false, requested_url: url, url },
    ...{ title: screen, http_status: 200, steady: { settled: true, frames: 2, waited_ms: 180 } },
    ...{ settle: { ...settle, animations_stopped: 0 }, masks: [], masked_ratio: 0, blank: false, logs: [] },
  };
  const captured = { version: 1, captured_at: '2026-05-04T10:00:05.000Z', ad_hoc: false, ad_hoc_reasons: [] };
  return { screen, viewport, ...captured, tree: 'f00d', screenshot };
}

async function regCli(folder, names) {
  const cli = path.join(path.dirname(require.resolve('reg-cli/package.json')), 'dist/cli.js');
  await execute([cli, 'actual', 'expected', 'reg-diff', '-R', 'reg.html', '-J', 'reg.json', '-C', '2', '-I'], folder);
  // It lists what is in view only.
  return { file: path.join(folder, 'reg.html'), text: names[0] };
}

/** One test a pair, its expected picture as the snapshot: Playwright's report holds the pictures of those that fail. */
async function playwright(folder, names) {
  const tests = path.join(folder, 'playwright');
  const file = path.join(folder, 'playwright-report/index.html');
  // Each failing test costs it a process: what a kept folder holds is not made again. Of many tests it lists the file, folded.
  if (existsSync(file)) return { file, text: 'pairs.spec.cjs' };
  mkdirSync(tests, { recursive: true });
  const library = JSON.stringify(require.resolve('@playwright/test'));
  writeFileSync(
    path.join(tests, 'playwright.config.cjs'),
    `module.exports = { workers: 2, updateSnapshots: 'none', snapshotPathTemplate: '../expected/{arg}{ext}',
      reporter: [['html', { open: 'never', outputFolder: '../playwright-report' }]] };`,
  );
  writeFileSync(
    path.join(tests, 'pairs.spec.cjs'),
    `const { test, expect } = require(${library}); const { readFileSync } = require('node:fs');
     for (const name of ${JSON.stringify(names)})
       test(name, () => expect(readFileSync('../actual/' + name)).toMatchSnapshot(name));`,
  );
  await execute([path.join(path.dirname(require.resolve('@playwright/test/package.json')), 'cli.js'), 'test'], tests);
  return { file, text: 'pairs.spec.cjs' };
}

/**
 * BackstopJS's own page with the result as its `report` command writes it. Its comparison starts a process for each pair, which says nothing
 * of the page: the outcome is known here, and the difference is the picture that codeloop drew.
 */
async function backstop(folder, names, { peers }) {
  const page = path.join(folder, 'backstop/html_report');
  cpSync(path.join(peers, 'node_modules/backstopjs/compare/output'), page, { recursive: true });
  const tests = names.map((name, at) => {
    const differs = at % DIFFERS_EVERY === 0;
    const pair = {
      ...{ reference: `../../expected/${name}`, test: `../../actual/${name}`, selector: 'document', fileName: name },
      ...{ label: path.parse(name).name, requireSameDimensions: true, misMatchThreshold: 0.1, url: `http://x/${name}` },
      ...{
        expect: 0,
        viewportLabel: 'desktop',
        diff: {
          isSameDimensions: true,
          dimensionDifference: { width: 0, height: 0 },
          misMatchPercentage: differs ? '1.47' : '0.00',
        },
      },
    };
    if (differs) pair.diffImage = `../../codeloop-diffs/${name}`;
    return { pair, status: differs ? 'fail' : 'pass' };
  });
  writeFileSync(
    path.join(page, 'config.js'),
    `report(${JSON.stringify({ testSuite: 'BackstopJS', tests, id: 'bench' })});`,
  );
  return { file: path.join(page, 'index.html'), text: path.parse(names.at(-1)).name };
}

/** Version of BackstopJS in the folder of peers. */
export const backstopVersion = (peers) =>
  JSON.parse(readFileSync(path.join(peers, 'node_modules/backstopjs/package.json'), 'utf8')).version;

/** Runs Node with arguments in a folder; answers what it printed, whatever it ended with: a comparison that finds something ends with 1. */
function execute(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    const said = [];
    child.stdout.on('data', (chunk) => said.push(chunk));
    child.on('error', reject).on('close', () => resolve(Buffer.concat(said).toString('utf8')));
  });
}

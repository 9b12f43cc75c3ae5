// Pictures of web pages: one steady picture beside Playwright's own toHaveScreenshot, and a 24-cell matrix beside a bare
// playwright loop at its best concurrency, alternating in one run; and whether the same page gives the same bytes.
//   node bench/capture.mjs [--rounds 5] [--determinism] [--concurrency 4]
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { expect } from '@playwright/test';
import { chromium } from 'playwright';
import { loadDriver } from './capture/load-driver.mjs';
import { serveSite } from './capture/serve-site.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: String(Math.max(2, availableParallelism())) },
    determinism: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const executablePath = process.env.CODELOOP_BROWSER || '/usr/bin/chromium';
const pages = ['index', 'charts', 'tables', 'buttons', 'cards', 'login', 'register', 'utilities-color'];
const sizes = [
  { width: 375, height: 812, is_mobile: true, has_touch: true },
  { width: 768, height: 1024, is_mobile: false, has_touch: false },
  { width: 1440, height: 900, is_mobile: false, has_touch: false },
];
const cells = pages.flatMap((page) => sizes.map((size) => ({ page, size })));
const rest = {
  device_scale_factor: 1,
  color_scheme: 'light',
  reduced_motion: 'reduce',
  locale: 'en-US',
  timezone: 'UTC',
};
const signal = new AbortController().signal;
const folder = mkdtempSync(path.join(tmpdir(), 'codeloop-bench-'));
const digest = (data) => createHash('sha256').update(data).digest('hex');
const sink = {
  async put({ name, data, size }) {
    const file = path.join(folder, name);
    writeFileSync(file, data);
    return { path: file, sha256: digest(data), bytes: data.length, ...size };
  },
};
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const site = await serveSite();
const { createBrowserDriver } = await loadDriver();

async function cell(driver, { page, size }, name) {
  const capture = driver.create({ viewport: { ...rest, ...size }, allowedOrigins: [], redact: (text) => text }, sink);
  try {
    await capture.open({ kind: 'url', url: `${site.url}/${page}.html` }, signal);
    return await capture.screenshot({ name, fullPage: true, masks: [], settleTimeoutMs: 10_000 }, signal);
  } finally {
    await capture.close();
  }
}

async function bareCell(browser, { page: name, size }) {
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    isMobile: size.is_mobile,
    hasTouch: size.has_touch,
  });
  const page = await context.newPage();
  await page.goto(`${site.url}/${name}.html`);
  await page.screenshot({ fullPage: true, path: path.join(folder, 'bare.png') });
  await context.close();
}

async function inParallel(jobs, concurrency) {
  const queue = [...jobs];
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let job = queue.shift(); job; job = queue.shift()) await job();
    }),
  );
  return (performance.now() - start) / 1000;
}

/** Same cells, two launches, one and `concurrency` at a time: how many of them gave other bytes. */
async function determinism() {
  const seen = new Map();
  let unsteady = 0;
  for (const [round, concurrency] of [1, Number(values.concurrency), 1, 4].entries()) {
    const driver = createBrowserDriver();
    const jobs = cells.map((one, index) => async () => {
      const shot = await cell(driver, one, `cell-${index}-${round}.png`);
      if (!shot.steady.settled) unsteady++;
      const hashes = seen.get(index) ?? new Set();
      seen.set(index, hashes.add(shot.image.sha256));
    });
    await inParallel(jobs, concurrency);
    await driver.dispose();
  }
  const differing = cells.filter((_, index) => seen.get(index).size > 1);
  console.log(`${cells.length} cells x 4 launches: ${differing.length} with different bytes, ${unsteady} unsteady`);
  for (const { page, size } of differing) console.log(`  ${page} ${size.width}`);
  return { cells: cells.length, differing: differing.length, unsteady };
}

async function speed() {
  const driver = createBrowserDriver();
  const bare = await chromium.launch({ executablePath });
  const concurrencies = [2, 4, 8];
  const times = { single: [], assertion: [], matrix: [] };
  const loops = Object.fromEntries(concurrencies.map((concurrency) => [concurrency, []]));
  // Both sides are on an open page; only the picture is timed.
  const capture = driver.create(
    { viewport: { ...rest, ...sizes[2] }, allowedOrigins: [], redact: (text) => text },
    sink,
  );
  await capture.open({ kind: 'url', url: `${site.url}/buttons.html` }, signal);
  const page = await (await bare.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(`${site.url}/buttons.html`);
  writeFileSync(path.join(folder, 'golden.png'), await page.screenshot({ animations: 'disabled' }));
  for (let round = 0; round < rounds * 3; round++) {
    let start = performance.now();
    await capture.screenshot({ name: `one-${round}`, fullPage: false, masks: [], settleTimeoutMs: 10_000 }, signal);
    times.single.push(performance.now() - start);
    start = performance.now();
    await assertion(page);
    times.assertion.push(performance.now() - start);
  }
  await capture.close();
  for (let round = 0; round < rounds; round++) {
    const jobs = cells.map((one, index) => () => cell(driver, one, `m-${round}-${index}`));
    times.matrix.push(await inParallel(jobs, Number(values.concurrency)));
    for (const concurrency of concurrencies)
      loops[concurrency].push(
        await inParallel(
          cells.map((one) => () => bareCell(bare, one)),
          concurrency,
        ),
      );
  }
  await Promise.all([driver.dispose(), bare.close()]);
  const best = concurrencies.reduce((a, b) => (median(loops[a]) <= median(loops[b]) ? a : b));
  return {
    one_picture_ms: median(times.single),
    to_have_screenshot_ms: median(times.assertion),
    one_picture_ratio: median(times.single) / median(times.assertion),
    matrix_s: median(times.matrix),
    bare_loop_s: median(loops[best]),
    bare_loop_concurrency: best,
    matrix_ratio: median(times.matrix) / median(loops[best]),
    bare_loops_s: Object.fromEntries(concurrencies.map((key) => [key, median(loops[key])])),
  };
}

/** What `toHaveScreenshot` does on a match, by the same call underneath; the matcher itself runs only inside its test runner. */
async function assertion(page) {
  const { errorMessage } = await page._expectScreenshot({
    expected: undefined,
    isNot: false,
    timeout: 5000,
    animations: 'disabled',
    caret: 'hide',
    scale: 'css',
  });
  expect(errorMessage).toBeUndefined();
}

try {
  const results = { at: new Date().toISOString(), rounds, concurrency: Number(values.concurrency) };
  Object.assign(results, values.determinism ? { determinism: await determinism() } : await speed());
  console.log(JSON.stringify(results, null, 2));
  const out = path.join(path.dirname(fileURLToPath(import.meta.url)), 'results');
  mkdirSync(out, { recursive: true });
  writeFileSync(
    path.join(out, `capture${values.determinism ? '-determinism' : ''}.json`),
    `${JSON.stringify(results, null, 2)}\n`,
  );
} finally {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
}

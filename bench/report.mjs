// What a report of many pairs costs whoever opens it: bytes, seconds until every pair is listed, memory of its renderer; beside the reports
// of BackstopJS, Playwright and reg-cli over the same pairs. BackstopJS is fetched for it from the npm registry; the others are here.
//   node bench/report.mjs [--pairs 10,100,1000] [--rounds 3] [--only 'codeloop, a run,reg-cli'] [--pictures FOLDER] [--dir FOLDER, kept]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { findBrowser } from '../scripts/setup/find-browser.mjs';
import { backstopVersion, DIFFERS_EVERY, drawPairs, REPORTS } from './report/pages.mjs';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '10,100,1000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
    pictures: { type: 'string' },
    dir: { type: 'string' },
  },
});
const BACKSTOP = '6.3.25';
const found = await findBrowser(import.meta.dirname);
const home = values.dir ? path.resolve(values.dir) : mkdtempSync(path.join(tmpdir(), 'codeloop-report-bench-'));
mkdirSync(home, { recursive: true });
if (values.pictures) mkdirSync(values.pictures, { recursive: true });
const tools = values.only ?? Object.keys(REPORTS);
const peers = path.join(home, 'peers');
if (tools.includes('BackstopJS') && !existsSync(path.join(peers, 'node_modules/backstopjs'))) {
  mkdirSync(peers, { recursive: true });
  const args = ['install', '--prefix', peers, '--ignore-scripts', '--no-audit', '--no-fund', `backstopjs@${BACKSTOP}`];
  execFileSync('npm', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1' },
  });
}
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const mb = (bytes) => Math.round(bytes / 1e5) / 10;

/** Opens a page in a browser of its own and tells what that cost. */
async function open({ file, ready, text }, shot) {
  const browser = await chromium.launch({ executablePath: found.path });
  try {
    const system = await browser.newBrowserCDPSession();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const started = performance.now();
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
    await (ready ? page.locator(ready) : page.getByText(text).last()).waitFor({ state: 'attached', timeout: 120_000 });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const seconds = (performance.now() - started) / 1000;
    await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const metric = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
    const { processInfo } = await system.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => memoryOf(id));
    const { own, most } = renderers.toSorted((a, b) => b.most - a.most)[0];
    if (shot) await page.screenshot({ path: shot });
    return { seconds, own, most, heap: metric('JSHeapUsedSize'), nodes: metric('Nodes') };
  } finally {
    await browser.close();
  }
}

/** Memory of a process of its own now, and the most it ever held with what it shares, bytes (Linux). */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { own: kb('RssAnon') + kb('VmSwap'), most: kb('VmHWM') };
}

/** Bytes of a page with what lies beside it in its own folder; pictures that it only points to are not its own. */
function bytesOf(file) {
  const folder = path.dirname(file);
  if (!/report/.test(path.basename(folder))) return statSync(file).size;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.reduce((sum, one) => sum + statSync(path.join(one.parentPath, one.name)).size, 0);
}

const results = { at: new Date().toISOString(), differ: `1 of ${DIFFERS_EVERY}`, backstopjs: BACKSTOP, rows: [] };
try {
  if (tools.includes('BackstopJS')) results.backstopjs = backstopVersion(peers);
  for (const count of values.pairs.split(',').map(Number)) {
    const folder = path.join(home, String(count));
    const names = await drawPairs(folder, count);
    for (const tool of tools) {
      const report = await REPORTS[tool](folder, names, { peers });
      const rounds = [];
      for (let round = 0; round < Number(values.rounds); round++) {
        const shot = values.pictures && round === 0 ? path.join(values.pictures, `${count}-${tool}.png`) : undefined;
        rounds.push(await open(report, shot));
      }
      const of = (name) => median(rounds.map((one) => one[name]));
      results.rows.push({
        ...{ pairs: count, tool, mb: mb(bytesOf(report.file)), seconds: Math.round(of('seconds') * 100) / 100 },
        ...{ memory_mb: mb(of('own')), most_mb: mb(of('most')), heap_mb: mb(of('heap')), nodes: of('nodes') },
      });
      process.stderr.write(`${JSON.stringify(results.rows.at(-1))}\n`);
    }
  }
} finally {
  if (!values.dir) rmSync(home, { recursive: true, force: true });
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);

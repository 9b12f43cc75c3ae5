// One verification alone, the same over several shards that are merged, and over remote browsers of which one is killed midway: are the
// records the same bytes?
//   node bench/shards.mjs [cells] [shards]     (default 200 and 4). Each shard has a checkout and a state folder of its own.
// The remote browsers, as many as shards, are Playwright servers and browsers with a debugging port in turn; their processor time is not in the table.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProduct, loadBundle } from './load-product.mjs';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const cells = Number(process.argv[2] ?? 200);
const shards = Number(process.argv[3] ?? 4);
if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first');
const RECORDS = ['design_compare_summary.json', 'visual_regression.json', 'layout.json', 'checks.json'];

const top = mkdtempSync(path.join(tmpdir(), 'codeloop-shards-'));
const site = path.join(top, 'origin');
makeProject(site, Math.ceil(cells / 2));
const rows = [];
const browsers = [];
const browserHere = await findHere();
try {
  const alone = await run('alone', ['verify']);
  const parts = [];
  for (let at = 1; at <= shards; at++) parts.push(await run(`shard-${at}`, ['verify', '--shard', `${at}/${shards}`]));
  const merged = await run('merged', ['merge', ...parts.map(({ dir }) => path.join(dir, 'artifacts/runs'))]);
  for (let at = 0; at < shards; at++) browsers.push(await (at % 2 === 0 ? playwrightServer() : debuggedBrowser(at)));
  const spread = await run('remote', ['verify'], {
    browser: { endpoints: browsers.map(({ url }) => url), executable: browserHere },
    // A quarter of the cells is there: one of the browsers dies with pages open.
    midway: [Math.ceil(cells / 4), () => kill(browsers.at(-1))],
  });
  for (const { what, cells: count, seconds, cpu } of rows)
    console.log(
      `${what.padEnd(10)} ${String(count).padStart(4)} cells ${seconds.toFixed(1).padStart(7)} s ${cpu.toFixed(1).padStart(7)} s of processor`,
    );
  for (const [what, other] of [
    ['merged', merged],
    ['over remote browsers, one of them killed', spread],
  ]) {
    const same = RECORDS.filter((file) => record(alone, file) === record(other, file));
    console.log(`${what}: ${same.length} of ${RECORDS.length} records with the same bytes (${same.join(', ')})`);
    if (same.length < RECORDS.length) process.exitCode = 1;
  }
} finally {
  for (const one of browsers) kill(one);
  rmSync(top, { recursive: true, force: true, maxRetries: 20 });
}

/** Runs a command in a checkout of its own. `midway`: what to do once so many cells were photographed. */
async function run(what, args, { browser, midway } = {}) {
  const dir = path.join(top, what);
  cpSync(site, dir, { recursive: true });
  if (browser) {
    const file = path.join(dir, '.codeloop/config.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), browser }, null, 1));
    commit(dir, 'Take other browsers');
  }
  const env = { ...process.env, XDG_STATE_HOME: path.join(top, `${what}-state`) };
  const began = Date.now();
  const timed = ['-c', 'node "$@"; code=$?; times >&2; exit $code', 'sh', bin, ...args, '--json'];
  const child = spawn('sh', timed, { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr, then] = ['', '', midway];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
    if (!then || (stderr.match(/^[✔✖] page-/gm) ?? []).length < then[0]) return;
    const [, act] = then;
    then = undefined;
    act();
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status === null || status > 1) throw new Error(`${what}: ${stdout}${stderr}`);
  if (then) throw new Error(`${what}: nothing was done midway: ${stderr.slice(-500)}`);
  const { run_id: id } = JSON.parse(stdout);
  const [, ofChildren = ''] = stderr.trim().split('\n').slice(-2);
  const cpu = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
  const manifest = JSON.parse(readFileSync(path.join(dir, 'artifacts/runs', id, 'run.json'), 'utf8'));
  rows.push({ what, cells: manifest.cells.length, seconds: (Date.now() - began) / 1000, cpu });
  return { dir, id };
}

function playwrightServer() {
  const require = createRequire(import.meta.url);
  const cli = path.join(path.dirname(require.resolve('playwright/package.json')), 'cli.js');
  const args = (port) => [cli, 'run-server', '--unsafe', '--host', '127.0.0.1', '--port', port];
  return started(process.execPath, args, /Listening on/, (port) => `ws://127.0.0.1:${port}/`);
}

function debuggedBrowser(at) {
  const profile = path.join(top, `profile-${at}`);
  const flags = ['--headless', '--no-sandbox', '--hide-scrollbars', '--mute-audio', '--no-first-run'];
  const args = (port) => [...flags, `--user-data-dir=${profile}`, `--remote-debugging-port=${port}`];
  return started(browserHere, args, /DevTools listening/, (port) => `http://127.0.0.1:${port}`);
}

/** The browser that codeloop takes on this machine. */
async function findHere() {
  const { findBrowser } = await loadBundle(
    await bundleProduct(`export { findBrowser } from './src/browser/find-browser.ts';`),
  );
  const executable = process.env.CODELOOP_BROWSER;
  return findBrowser({ engine: 'chromium', ...(executable ? { executable } : {}) }, undefined).path;
}

async function started(program, args, ready, url) {
  const port = await new Promise((resolve, reject) => {
    const asked = createServer().on('error', reject);
    asked.listen(0, '127.0.0.1', () => {
      const { port: free } = asked.address();
      asked.close(() => resolve(free));
    });
  });
  const child = spawn(program, args(String(port)), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += String(text);
        if (ready.test(said)) resolve();
      });
    child.on('exit', () => reject(new Error(`${program} ended: ${said}`)));
  });
  return { child, url: url(port) };
}

/** Ends a browser with all that it started, as when its machine goes. */
function kill({ child }) {
  if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
}

/** A record without what tells runs apart: their id, and the port of the checkout's own server. */
function record({ dir, id }, file) {
  const text = readFileSync(path.join(dir, 'artifacts/runs', id, file), 'utf8');
  return text.replaceAll(id, 'RUN').replaceAll(/127\.0\.0\.1:\d+/g, 'APP');
}

function makeProject(dir, screens) {
  mkdirSync(path.join(dir, 'site'), { recursive: true });
  mkdirSync(path.join(dir, '.codeloop'));
  const names = Array.from({ length: screens }, (_, at) => `page-${at + 1}`);
  for (const [at, name] of names.entries())
    writeFileSync(
      path.join(dir, 'site', `${name}.html`),
      `<!doctype html><html lang="en"><title>${name}</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>body{font:16px sans-serif;margin:20px;background:#fff;color:#222}p{border:2px solid hsl(${at * 7} 60% 40%);padding:${8 + (at % 9)}px}</style>
<main><h1>${name}</h1>${Array.from({ length: 1 + (at % 5) }, (_, n) => `<p>Paragraph ${n + 1} of ${name}</p>`).join('')}${at % 17 === 3 ? '<script>missing()</script>' : ''}</main></html>`,
    );
  const settings = {
    server: { static: 'site' },
    screens: names.map((name) => ({ name, path: `/${name}.html` })),
    viewports: { phone: { width: 375, height: 700 }, wide: { width: 1000, height: 700 } },
  };
  writeFileSync(path.join(dir, '.codeloop/config.json'), JSON.stringify(settings, null, 1));
  writeFileSync(
    path.join(dir, '.gitignore'),
    'artifacts/\n.codeloop/audit*.jsonl\n.codeloop/cache/\n.codeloop/durations.json\n',
  );
  spawnSync('git', ['init', '-q'], { cwd: dir });
  commit(dir, 'Begin');
  if (readdirSync(dir).length === 0) throw new Error('nothing was written');
}

function commit(dir, title) {
  spawnSync('git', ['add', '-A'], { cwd: dir });
  spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-qm', title], { cwd: dir });
}

// How fast the doors open: spawn to `initialize` answered, first list, resident memory at rest, end after stdin closes,
// `--version` and `--help`, beside an empty Node program, which tells how busy the machine is. Builds nothing.
//   node bench/startup.mjs [runs]     (default 15; medians)
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const runs = Number(process.argv[2] ?? 15);
if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first');

/** An empty folder, so that no project's settings are read. */
const cwd = mkdtempSync(path.join(tmpdir(), 'codeloop-bench-'));
const serve = [];
for (let index = 0; index < runs; index += 1) serve.push(await serveOnce());
const rows = [
  ['an empty Node program', time(['-e', '0']), 'ms'],
  ['codeloop --version', time([bin, '--version']), 'ms'],
  ['codeloop --help', time([bin, '--help']), 'ms'],
  ['spawn to initialize answered', serve.map((one) => one.initialized), 'ms'],
  ['spawn to first tools/list answered', serve.map((one) => one.listed), 'ms'],
  ['stdin closed to process gone', serve.map((one) => one.gone), 'ms'],
  ['resident memory after initialize', serve.map((one) => one.idleMegabytes), 'MB'],
  ['resident memory after tools/list', serve.map((one) => one.listedMegabytes), 'MB'],
].map(([what, values, unit]) => ({
  what,
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
  unit,
}));
rmSync(cwd, { recursive: true });

const load = loadavg().map((value) => Number(value.toFixed(1)));
console.log(
  `codeloop doors, medians of ${runs}, Node ${process.version}, ${cpus().length} cores, load ${load.join(' ')}`,
);
for (const { what, median, min, max, unit } of rows)
  console.log(`${what.padEnd(36)} ${String(median).padStart(6)} ${unit}   (${min} to ${max})`);
const results = fileURLToPath(new URL('results/startup.json', import.meta.url));
mkdirSync(path.dirname(results), { recursive: true });
writeFileSync(
  results,
  `${JSON.stringify({ at: new Date().toISOString(), runs, node: process.version, load, rows }, null, 2)}\n`,
);

async function serveOnce() {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, 'serve'], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = lines(child.stdout);
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '0' } };
  send({ id: 1, method: 'initialize', params });
  await answers.next();
  const initialized = since(started);
  send({ method: 'notifications/initialized' });
  const idleMegabytes = megabytes(child.pid);
  send({ id: 2, method: 'tools/list' });
  await answers.next();
  const listed = since(started);
  const listedMegabytes = megabytes(child.pid);
  const closed = performance.now();
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.end();
  await exit;
  return { initialized, listed, idleMegabytes, listedMegabytes, gone: since(closed) };
}

async function* lines(stream) {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    yield* parts;
  }
}

/** Resident set of a process, megabytes (Linux; elsewhere not measured). */
function megabytes(pid) {
  if (process.platform !== 'linux') return Number.NaN;
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1]) / 1024);
}

function time(argv) {
  return Array.from({ length: runs }, () => {
    const started = performance.now();
    spawnSync(process.execPath, argv, { cwd });
    return since(started);
  });
}

function since(started) {
  return Math.round(performance.now() - started);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

// How long `gate_check` takes over a run of 50 artefacts and more (16 cells with picture, boxes and accessibility result, in a repository
// with 300 source files): first and later calls of one server, a new process for each call, and the Stop hook. Wall time, and processor time of the
// program with its git commands, which a busy machine does not stretch.
//   node bench/gate.mjs [runs]     (default 7; medians). BENCH_KEEP=1 keeps the project.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const runs = Number(process.argv[2] ?? 7);
const TICKS_PER_SECOND = 100;
if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first');

const kept = process.env.BENCH_PROJECT;
const project = kept ?? makeProject();
const state = path.join(project, '.git', 'state');
const env = { ...process.env, XDG_STATE_HOME: state };
if (!kept) {
  const verified = spawnSync(process.execPath, [bin, 'verify', '--json'], { cwd: project, env, encoding: 'utf8' });
  const { summary, run_id: run } = JSON.parse(verified.stdout);
  console.log(`${run}: ${summary}`);
}
const [run] = readdirSync(path.join(project, 'artifacts/runs'));
const { entries } = JSON.parse(readFileSync(path.join(project, 'artifacts/runs', run, 'run.json'), 'utf8'));

const server = await inServer();
const cold = Array.from({ length: runs }, inProcess);
const hooks = Array.from({ length: runs }, (_, at) => inHook(at));
const rows = [
  row('first call of a server', [server[0]]),
  row('later calls of a server', server.slice(1)),
  row('a process for each call', cold),
  row('the Stop hook of an agent', hooks),
];
const load = loadavg().map((value) => Number(value.toFixed(1)));
console.log(
  `gate_check over ${entries.length} artefacts, medians of ${runs}, Node ${process.version}, ${cpus().length} cores, load ${load.join(' ')}`,
);
for (const { what, wall, cpu } of rows)
  console.log(`${what.padEnd(26)} ${String(wall).padStart(6)} ms wall ${String(cpu).padStart(6)} ms of processor`);
const results = fileURLToPath(new URL('results/gate.json', import.meta.url));
mkdirSync(path.dirname(results), { recursive: true });
const at = new Date().toISOString();
writeFileSync(results, `${JSON.stringify({ at, runs, artefacts: entries.length, load, rows }, null, 2)}\n`);
if (process.env.BENCH_KEEP) console.log(project);
else if (!kept) rmSync(project, { recursive: true });

function row(what, calls) {
  return { what, wall: median(calls.map(({ wall }) => wall)), cpu: median(calls.map(({ cpu }) => cpu)) };
}

/** One server, asked again and again. */
async function inServer() {
  const child = spawn(process.execPath, [bin, 'serve'], { cwd: project, env, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = lines(child.stdout);
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '0' } };
  send({ id: 0, method: 'initialize', params });
  await answers.next();
  send({ method: 'notifications/initialized' });
  const calls = [];
  for (let id = 1; id <= runs + 1; id += 1) {
    const [before, began] = [processorMs(child.pid), performance.now()];
    send({ id, method: 'tools/call', params: { name: 'codeloop_gate_check', arguments: {} } });
    for (;;) {
      const { value } = await answers.next();
      if (JSON.parse(value).id === id) break;
    }
    calls.push({ wall: Math.round(performance.now() - began), cpu: processorMs(child.pid) - before });
  }
  child.stdin.end();
  return calls;
}

/** The same from a terminal. */
function inProcess() {
  const began = performance.now();
  const children = () => processorMs(process.pid, { children: true });
  const used = children();
  const { status } = spawnSync(process.execPath, [bin, 'gate', '--json'], { cwd: project, env, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`the gate ended with ${status}`);
  return { wall: Math.round(performance.now() - began), cpu: children() - used };
}

/** What an agent waits for when it ends its turn: each stop of a session of its own, on evidence that is there. */
function inHook(at) {
  const began = performance.now();
  const children = () => processorMs(process.pid, { children: true });
  const used = children();
  const input = JSON.stringify({ hook_event_name: 'Stop', session_id: `bench-${at}`, cwd: project });
  const { status, stdout } = spawnSync(process.execPath, [bin, 'gate', '--hook'], { cwd: project, env, input });
  if (status !== 0) throw new Error(`the hook ended with ${status}: ${stdout}`);
  return { wall: Math.round(performance.now() - began), cpu: children() - used };
}

/** Processor time of a process in ms, with its children that have ended; proc(5), fields 14 to 17. */
function processorMs(pid, { children = false } = {}) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  const ticks = children ? fields[2] + fields[3] : fields.reduce((sum, one) => sum + one, 0);
  return Math.round((ticks * 1000) / TICKS_PER_SECOND);
}

function makeProject() {
  const dir = mkdtempSync(path.join(tmpdir(), 'codeloop-bench-gate-'));
  const write = (file, text) => {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  };
  for (let page = 1; page <= 8; page += 1)
    write(
      `site/page-${page}.html`,
      `<!doctype html><html lang="en"><title>Page ${page}</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<main><h1>Page ${page}</h1>${Array.from({ length: 60 }, (_, at) => `<section><h2>Part ${at}</h2><p>Text of part ${at} on page ${page}.</p></section>`).join('')}</main></html>`,
    );
  for (let file = 0; file < 300; file += 1)
    write(`src/part-${file}.js`, `export const part${file} = ${file};\n`.repeat(20));
  write('package.json', '{ "name": "pages" }\n');
  write('.gitignore', 'artifacts/\n.codeloop/audit*\n');
  write(
    '.codeloop/config.json',
    JSON.stringify({
      server: { static: 'site' },
      viewports: { phone: { width: 375, height: 812 }, desktop: { width: 1440, height: 900 } },
    }),
  );
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@b', '-c', 'commit.gpgsign=false', ...args], {
      cwd: dir,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'pages');
  return dir;
}

async function* lines(stream) {
  let rest = '';
  for await (const chunk of stream) {
    rest += chunk;
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

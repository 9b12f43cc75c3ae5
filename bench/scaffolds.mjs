// Whether a project that somebody else's starter made can be verified without editing anything: made with its own command, `npm install`,
// then `codeloop init` and `codeloop verify`. Tells the verdict (the templates have faults of their own), what init wrote, and which
// processes were left. Needs the package registry. Ends with 1 where a project could not be judged or something was left running.
//   node bench/scaffolds.mjs [--only vite-react,next] [--dir FOLDER, kept] [--online] [--bin dist/bin.js]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KINDS } from './scaffolds/kinds.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    dir: { type: 'string' },
    bin: { type: 'string' },
    online: { type: 'boolean', default: false },
  },
});
const bin = path.resolve(values.bin ?? fileURLToPath(new URL('../dist/bin.js', import.meta.url)));
if (!existsSync(bin)) throw new Error('build first: npm run build');
const wanted = values.only?.split(',') ?? Object.keys(KINDS);
const unknown = wanted.filter((kind) => !(kind in KINDS));
if (unknown.length > 0) throw new Error(`no kind ${unknown.join(', ')}; there are ${Object.keys(KINDS).join(', ')}`);
const home =
  values.dir === undefined ? mkdtempSync(path.join(tmpdir(), 'codeloop-scaffolds-')) : path.resolve(values.dir);
mkdirSync(home, { recursive: true });
const env = {
  ...process.env,
  ...{ npm_config_fund: 'false', npm_config_audit: 'false', npm_config_yes: 'true', NEXT_TELEMETRY_DISABLED: '1' },
  ...{ NG_CLI_ANALYTICS: 'false', XDG_STATE_HOME: path.join(home, '.state') },
};
const MAKE_MS = 600_000;

function run(command, args, cwd, more = {}) {
  const options = {
    cwd,
    env: { ...env, ...more },
    encoding: 'utf8',
    timeout: MAKE_MS,
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Runs what must work; throws with its last words. */
function must(command, args, cwd, more) {
  const { status, stdout, stderr } = run(command, args, cwd, more);
  if (status !== 0)
    throw new Error(`${command} ${args[0]}: exit code ${status}: ${`${stdout}\n${stderr}`.trim().slice(-300)}`);
}

/** Processes that stand in a folder (Linux). */
function standingIn(dir) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${dir}${path.sep}`);
      } catch {
        return false; // it has ended, or is somebody else's
      }
    });
}

/** Those that are still there after a while: Next.js sends its telemetry on for some seconds, also where it is switched off. */
async function staying(dir) {
  for (let look = 0; look < 20 && standingIn(dir).length > 0; look++) await sleep(1000);
  return standingIn(dir);
}

function prepare(kind, dir) {
  const { make, around, offline } = KINDS[kind];
  if (make && !existsSync(dir)) must('npx', make, home, { CI: '1' });
  around?.(dir);
  if (!values.online) offline?.(dir);
  if (existsSync(path.join(dir, 'package.json')) && !existsSync(path.join(dir, 'node_modules')))
    must('npm', ['install'], dir);
  if (existsSync(path.join(dir, '.git'))) return;
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', ...args], { cwd: dir });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'As it was made');
}

async function judge(kind, dir) {
  must(process.execPath, [bin, 'init', '--json'], dir);
  const written = run('git', ['status', '--porcelain'], dir).stdout.trim().split('\n');
  const began = performance.now();
  const { status, stdout, stderr } = run(process.execPath, [bin, 'verify', '--json'], dir);
  const seconds = (performance.now() - began) / 1000;
  const said = stdout.startsWith('{') ? JSON.parse(stdout) : { message: stderr.slice(-200) };
  const screens = said.evidence_summary?.screenshots ?? 0;
  const left = await staying(dir);
  const judged = said.gate !== undefined && screens > 0;
  const words = [`${screens} pictures`, `exit ${status}`, `${seconds.toFixed(0)} s`, said.summary ?? said.message];
  console.log(`${kind.padEnd(12)} ${words.join('; ')}${left.length > 0 ? `; LEFT RUNNING ${left.join(' ')}` : ''}`);
  console.log(`${''.padEnd(12)} init wrote ${written.map((line) => line.slice(3)).join(', ')}`);
  return judged && left.length === 0;
}

const failed = [];
try {
  for (const kind of wanted) {
    const dir = path.join(home, kind);
    try {
      prepare(kind, dir);
      if (!(await judge(kind, dir))) failed.push(kind);
    } catch (error) {
      failed.push(kind);
      console.log(`${kind.padEnd(12)} NOT TRIED: ${error instanceof Error ? error.message : error}`);
    }
  }
} finally {
  if (values.dir === undefined) rmSync(home, { recursive: true, force: true });
}
console.log(
  `${wanted.length - failed.length} of ${wanted.length} judged without editing anything${failed.length > 0 ? `; not: ${failed.join(', ')}` : ''}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;

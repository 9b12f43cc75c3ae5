// One verification alone, and the same over several shards that are merged: are the records the same bytes?
//   node bench/shards.mjs [cells] [shards]     (default 200 and 4). Each shard has a checkout and a state folder of its own.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const cells = Number(process.argv[2] ?? 200);
const shards = Number(process.argv[3] ?? 4);
if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first');
const RECORDS = ['design_compare_summary.json', 'visual_regression.json', 'layout.json', 'checks.json'];

const top = mkdtempSync(path.join(tmpdir(), 'codeloop-shards-'));
const site = path.join(top, 'origin');
makeProject(site, Math.ceil(cells / 2));
const rows = [];
const alone = verify('alone', []);
const parts = Array.from({ length: shards }, (_, at) => verify(`shard-${at + 1}`, ['--shard', `${at + 1}/${shards}`]));
const merged = run('merged', ['merge', ...parts.map(({ dir }) => path.join(dir, 'artifacts/runs'))]);
const same = RECORDS.filter((file) => record(alone, file) === record(merged, file));
for (const { what, cells: count, seconds, cpu } of rows)
  console.log(
    `${what.padEnd(10)} ${String(count).padStart(4)} cells ${seconds.toFixed(1).padStart(7)} s ${cpu.toFixed(1).padStart(7)} s of processor`,
  );
console.log(`records with the same bytes: ${same.length} of ${RECORDS.length} (${same.join(', ')})`);
rmSync(top, { recursive: true, force: true });
process.exitCode = same.length === RECORDS.length ? 0 : 1;

function verify(what, args) {
  return run(what, ['verify', ...args]);
}

function run(what, args) {
  const dir = path.join(top, what);
  cpSync(site, dir, { recursive: true });
  const env = { ...process.env, XDG_STATE_HOME: path.join(top, `${what}-state`) };
  const began = { at: Date.now(), cpu: process.resourceUsage() };
  const { stdout, stderr, status } = spawnSync(
    'sh',
    ['-c', 'node "$@"; code=$?; times >&2; exit $code', 'sh', bin, ...args, '--json'],
    {
      ...{ cwd: dir, env, encoding: 'utf8', maxBuffer: 1 << 28 },
    },
  );
  if (status > 1) throw new Error(`${what}: ${stdout}${stderr}`);
  const { run_id: id } = JSON.parse(stdout);
  const [, ofChildren = ''] = stderr.trim().split('\n').slice(-2);
  const cpu = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
  const manifest = JSON.parse(readFileSync(path.join(dir, 'artifacts/runs', id, 'run.json'), 'utf8'));
  rows.push({ what, cells: manifest.cells.length, seconds: (Date.now() - began.at) / 1000, cpu });
  return { dir, id };
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
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-qm', 'x'],
  ])
    spawnSync('git', args, { cwd: dir });
  if (readdirSync(dir).length === 0) throw new Error('nothing was written');
}

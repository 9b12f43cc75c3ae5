// The main work, twelve pages at two viewports as whole pages: `codeloop verify` beside a bare Playwright loop, alternating in one run, by
// processor time of all processes, which a busy machine stretches less than seconds; and where the processor time of one cell goes.
//   npm run bench:work [-- --rounds 3] [--no-phases] [--write]      --write: docs/performance.md, with what the other benches kept
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { phasesOfACell } from './work/phases.mjs';
import { measured, total } from './work/processes.mjs';
import { renderPerformance } from './work/render.mjs';
import { makeProject, PAGES, VIEWPORTS } from './work/site.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    'no-phases': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = path.join(root, 'dist/bin.js');
if (!existsSync(bin)) throw new Error('dist/bin.js is missing: run `npm run build` first');
const folder = mkdtempSync(path.join(tmpdir(), 'codeloop-bench-work-'));
const CELLS = PAGES.length * Object.keys(VIEWPORTS).length;
const off = { enabled: false };
const PROJECTS = {
  'pictures alone': { layout: off, accessibility: off },
  'without accessibility': { accessibility: off },
  everything: {},
};

/** `codeloop verify` on one of the projects, as if for the first time. */
async function verify(name) {
  const dir = path.join(folder, name.replaceAll(' ', '-'));
  const env = { ...process.env, XDG_STATE_HOME: path.join(dir, '.git/state') };
  const ran = await measured(process.execPath, [bin, 'verify', '--json'], { cwd: dir, env });
  const [run] = readdirSync(path.join(dir, 'artifacts/runs'));
  const { cells } = JSON.parse(readFileSync(path.join(dir, 'artifacts/runs', run, 'run.json'), 'utf8'));
  const photographed = cells.filter(({ screenshot }) => screenshot !== undefined).length;
  if (photographed !== CELLS)
    throw new Error(`${photographed} of ${CELLS} cells were photographed: ${ran.printed.slice(0, 200)}`);
  rmSync(path.join(dir, 'artifacts'), { recursive: true, force: true });
  return ran;
}

async function bareLoop() {
  const ran = await measured(process.execPath, [path.join(root, 'bench/work/bare-loop.mjs')], { cwd: root });
  if (ran.code !== 0) throw new Error(`the bare loop ended with ${ran.code}`);
  return ran;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const kindsOf = (runs) =>
  Object.fromEntries(
    ['program', 'browser', 'renderer', 'gpu'].map((kind) => [
      kind,
      median(runs.map(({ seconds }) => seconds[kind] ?? 0)),
    ]),
  );

try {
  const subjects = { 'bare Playwright loop': bareLoop };
  for (const [name, settings] of Object.entries(PROJECTS)) {
    const dir = path.join(folder, name.replaceAll(' ', '-'));
    mkdirSync(dir);
    makeProject(dir, settings);
    subjects[`codeloop verify, ${name}`] = () => verify(name);
  }
  const runs = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  const load = loadavg()[0];
  let browser = '';
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const [name, run] of Object.entries(subjects)) {
      const ran = await run();
      runs[name].push(ran);
      if (run === bareLoop) browser = ran.printed.trim();
      console.error(`${name}: ${ran.wall.toFixed(1)} s, ${total(ran.seconds).toFixed(1)} processor s`);
    }
  const bare = median(runs['bare Playwright loop'].map(({ seconds }) => total(seconds)));
  const rows = Object.entries(runs).map(([name, all]) => ({
    name,
    wall: median(all.map(({ wall }) => wall)),
    processor: median(all.map(({ seconds }) => total(seconds))),
    ratio: median(all.map(({ seconds }) => total(seconds))) / bare,
    kinds: kindsOf(all),
    megabytes: median(all.map(({ peakMegabytes }) => peakMegabytes)),
  }));
  const phases = values['no-phases'] ? undefined : await phasesOfACell();
  const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules/playwright/package.json'), 'utf8'));
  const machine = {
    ...{ processors: cpus().length, model: cpus()[0]?.model.trim(), node: process.version, chromium: browser },
    ...{ playwright: version, load: Number(load.toFixed(1)) },
  };
  const result = { at: new Date().toISOString(), rounds: Number(values.rounds), machine, rows, phases };
  const results = path.join(root, 'bench/results');
  mkdirSync(results, { recursive: true });
  writeFileSync(path.join(results, 'work.json'), `${JSON.stringify(result, null, 2)}\n`);
  const page = renderPerformance(result, results);
  console.log(page);
  if (values.write) writeFileSync(path.join(root, 'docs/performance.md'), page);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

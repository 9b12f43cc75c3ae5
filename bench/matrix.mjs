// The whole matrix on a site of somebody else: every page of an admin template at three viewports, photographed again and again by a
// fresh process with a fresh browser, one and four pages at a time. Every picture must be steady and equal to the first, byte for
// byte. Tells pictures per second as well.
//   node bench/matrix.mjs [--times 10] [--concurrency 1,4] [--pages home,charts]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { configure, faultOf, makeSite, newestCells, pages, readRun, takeAsReferences } from './matrix/admin-site.mjs';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '1,4' },
    pages: { type: 'string', default: pages.join(',') },
  },
});
const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.join(here, '../dist/bin.js');
const screens = values.pages.split(',');
const folder = mkdtempSync(path.join(tmpdir(), 'codeloop-matrix-'));
const site = path.join(folder, 'site');
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Verifies the site in a process of its own; answers the run and the seconds from its first cell to its last. */
function verify() {
  const started = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, [bin, 'verify', '--json', '--project-dir', site], {
    encoding: 'utf8',
    env: { ...process.env, XDG_STATE_HOME: path.join(folder, 'state') },
    maxBuffer: 2 ** 28,
  });
  const result = JSON.parse(stdout);
  if (result.run_id === undefined) throw new Error(stdout + stderr);
  return { runId: result.run_id, seconds: (performance.now() - started) / 1000 };
}

const results = { at: new Date().toISOString(), cpus: cpus().length, site: 'startbootstrap-sb-admin-2', rows: [] };
let bad = 0;
try {
  if (!existsSync(bin)) throw new Error('build first: npm run build');
  makeSite(site, screens, 1);
  const first = verify();
  const cells = newestCells(site, first.runId);
  const faults = cells.flatMap((cell) => faultOf(cell) ?? []);
  bad += faults.length;
  takeAsReferences(site, first.runId);
  console.log(`first: ${cells.length} pictures, ${faults.length} faulty, ${first.seconds.toFixed(1)} s`);
  for (const concurrency of values.concurrency.split(',').map(Number)) {
    configure(site, screens, concurrency);
    const seconds = [];
    const different = [];
    for (let time = 1; time <= Number(values.times); time++) {
      const { runId, seconds: taken } = verify();
      seconds.push(taken);
      const { pairs } = readRun(site, runId, 'design_compare_summary.json');
      for (const cell of newestCells(site, runId)) {
        const pair = pairs.find(({ screen, viewport }) => screen === cell.screen && viewport === cell.viewport);
        const fault = faultOf(cell) ?? (pair?.comparator === 'identical' ? undefined : `differs, score ${pair?.score}`);
        if (fault)
          different.push({
            time,
            cell: `${cell.screen}@${cell.viewport}`,
            fault,
            regions: pair?.regions.map(({ rect }) => rect),
          });
      }
      console.log(
        `concurrency ${concurrency}, time ${time}: ${different.filter((one) => one.time === time).length} different, ${taken.toFixed(1)} s`,
      );
    }
    bad += different.length;
    const row = { concurrency, times: seconds.length, pictures: cells.length * seconds.length, different };
    row.seconds_median = Number(median(seconds).toFixed(1));
    row.shots_per_second = Number((cells.length / median(seconds)).toFixed(2));
    results.rows.push(row);
    console.log({ ...row, different: different.length });
  }
  mkdirSync(path.join(here, 'results'), { recursive: true });
  writeFileSync(path.join(here, 'results/matrix.json'), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = bad === 0 ? 0 : 1;

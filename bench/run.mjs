// Runs every bench of this folder, one after the other, and prints what each prints; each writes bench/results/<name>.json itself.
//   node bench/run.mjs [names …]      all by default, e.g. `node bench/run.mjs compare startup`
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const all = readdirSync(here)
  .filter((name) => name.endsWith('.mjs') && name !== 'run.mjs')
  .map((name) => name.slice(0, -'.mjs'.length))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`bench: there is no ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}
if (!existsSync(path.join(here, '../dist/bin.js'))) {
  console.error('bench: build first: npm run build');
  process.exit(2);
}
const failed = [];
for (const name of asked.length > 0 ? asked : all) {
  const [load = 0] = loadavg();
  console.log(`\n── ${name} ── (load ${load.toFixed(1)} on ${cpus().length} processors)`);
  // A quick look at the whole matrix: once at each concurrency; ten times by `npm run test:real`.
  const args = name === 'matrix' ? ['--times', '1'] : [];
  const { status } = spawnSync(process.execPath, [path.join(here, `${name}.mjs`), ...args], { stdio: 'inherit' });
  if (status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? '\nall done' : `\nfailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

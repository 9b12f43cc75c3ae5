// Pictures per second of the compare core beside odiff's own server, alternating in one run, and memory of a very tall page.
//   node bench/compare.mjs [--pairs 20] [--rounds 5] [--no-memory]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ODiffServer } from 'odiff-bin';
import { loadCompare } from './compare/load-compare.mjs';
import { drawPair } from './compare/pairs.mjs';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '5' },
    memory: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const count = Number(values.pairs);
const rounds = Number(values.rounds);
const here = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'codeloop-bench-'));
const { compareImages, disposeComparators } = await loadCompare();
const odiff = new ODiffServer();

/** Runs jobs two at a time, as `verify` does on two cores; answers seconds. */
async function timed(jobs) {
  const start = performance.now();
  const queue = [...jobs];
  await Promise.all(
    [0, 1].map(async () => {
      for (let job = queue.shift(); job; job = queue.shift()) await job();
    }),
  );
  return (performance.now() - start) / 1000;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

const results = { at: new Date().toISOString(), pairs: count, rounds, rows: [] };
try {
  for (const [width, height] of [
    [1280, 800],
    [1280, 3600],
    [3840, 2160],
  ]) {
    for (const kind of ['equal', 'slightly different', 'fully different']) {
      const files = await drawPair(folder, width, height, kind);
      const ways = {
        codeloop: () =>
          compareImages({ path: files.a }, { path: files.b }, { threshold: 0.95, odiffAbovePixels: Infinity }),
        'codeloop with odiff': () =>
          compareImages({ path: files.a }, { path: files.b }, { threshold: 0.95, odiffAbovePixels: 0 }),
        'odiff server': () =>
          odiff.compare(files.a, files.b, path.join(folder, `diff-${Math.random()}.png`), {
            threshold: 0.1,
            antialiasing: true,
          }),
      };
      const seconds = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
      for (let round = 0; round <= rounds; round++) {
        for (const [way, job] of Object.entries(ways)) {
          const taken = await timed(Array.from({ length: count }, () => job));
          // The first round warms up.
          if (round > 0) seconds[way].push(taken);
        }
      }
      const row = { picture: `${width}x${height}`, kind };
      for (const [way, taken] of Object.entries(seconds)) row[way] = Number((count / median(taken)).toFixed(1));
      results.rows.push(row);
      console.log(row);
    }
  }
  if (values.memory) {
    for (const kind of ['slightly different', 'fully different']) {
      const files = await drawPair(folder, 1280, 20_000, kind);
      for (const engine of ['pixelmatch', 'odiff']) {
        const child = spawnSync(
          process.execPath,
          [path.join(here, 'compare/peak-memory.mjs'), files.a, files.b, engine],
          {
            encoding: 'utf8',
          },
        );
        if (child.status !== 0) throw new Error(child.stderr);
        const row = { picture: '1280x20000', kind, engine, ...JSON.parse(child.stdout) };
        results.rows.push(row);
        console.log(row);
      }
    }
  }
  mkdirSync(path.join(here, 'results'), { recursive: true });
  writeFileSync(path.join(here, 'results/compare.json'), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  odiff.stop();
  await disposeComparators();
  rmSync(folder, { recursive: true, force: true });
}

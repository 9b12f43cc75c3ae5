// Whether a replay tells the truth: flows of 10 to 23 steps through apps, driven, recorded and replayed over MCP by the built program;
// healthy, and with a dead button, a console error, an answer 500 and a blank page planted one at a time at places that the seed
// chooses. The healthy app must be without findings and match every expected step; each plant must be named, at its step, with its
// picture, and nothing else besides what came of it. Ends with 1 on any miss.
//   node bench/replay-truth.mjs [--runs 2] [--seed 1] [--apps shop,admin] [--todomvc FOLDER] [--bin dist/bin.js] [--keep FOLDER]
//     [--planted nothing,dead button] only these rows
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adminFlow, plantsOf, shopFlow, todoFlow } from './replay/flows.mjs';
import { healthyFaults, plantedFaults, randomOf } from './replay/judge.mjs';
import { folderSource, shopSource, startPlantedSite } from './replay/planted-site.mjs';
import { startAgent, visit } from './replay/visit.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    apps: { type: 'string', default: 'shop,admin' },
    todomvc: { type: 'string' },
    bin: { type: 'string' },
    keep: { type: 'string' },
    planted: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = path.resolve(values.bin ?? path.join(root, 'dist/bin.js'));
if (!existsSync(bin)) throw new Error('build first: npm run build');
const apps = {
  shop: { flow: shopFlow, source: shopSource },
  admin: {
    flow: adminFlow,
    source: async () => folderSource(path.join(root, 'node_modules/startbootstrap-sb-admin-2')),
  },
  ...(values.todomvc ? { todo: { flow: todoFlow, source: async () => folderSource(values.todomvc) } } : {}),
};
const chosen = [...values.apps.split(','), ...(values.todomvc ? ['todo'] : [])];
const runs = Number(values.runs);
const only = values.planted?.split(',');
const rows = [];
const began = performance.now();
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** What a visit showed, for somebody to look at. */
function keep(name, seen, dir) {
  if (!values.keep) return;
  const folder = path.join(values.keep, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'replay.json'), JSON.stringify(seen.replay, null, 1));
  copyFileSync(path.join(dir, seen.replay.log_path), path.join(folder, 'log.jsonl'));
  for (const [at, { data, mimeType }] of seen.images.entries())
    writeFileSync(path.join(folder, `${at + 1}.${mimeType?.split('/')[1]}`), Buffer.from(data, 'base64'));
}

/** One row of the table: `runs` visits with plants of one kind, or healthy. */
async function row(agent, site, name, flow, kind) {
  const places = kind === undefined ? [] : plantsOf(flow)[kind];
  const random = randomOf(Number(values.seed) * 7919 + chosen.indexOf(name) * 31 + (kind ?? '').length);
  const offset = Math.floor(random() * Math.max(1, places.length));
  const one = { app: flow.name, planted: kind ?? 'nothing', right: 0, runs, stopMs: [], replayMs: [], faults: [] };
  for (let run = 0; run < runs; run++) {
    const place = places[(offset + run) % places.length];
    site.plant = place?.plant;
    const atOnce = random() < 0.5;
    const where = place ? ` at step ${place.step}` : '';
    let faults;
    try {
      const seen = await visit(agent, site, flow, {
        atOnce,
        maxFrames: run % 4 === 3 ? 12 : 8,
        plantedAt: place?.step,
      });
      faults = place ? plantedFaults(seen, place) : healthyFaults(seen, flow);
      one.stopMs.push(seen.stopMs);
      one.replayMs.push(seen.replayMs);
      keep(`${name}-${kind ?? 'healthy'}-${run}`.replace(/ /g, '-'), seen, agent.dir);
    } catch (error) {
      faults = [String(error?.message ?? error)];
    }
    if (faults.length === 0) one.right += 1;
    else
      one.faults.push(
        ...faults.map((fault) => `run ${run}${where}, ${atOnce ? 'one call' : 'call by call'}: ${fault}`),
      );
  }
  rows.push(one);
  console.log(
    `${one.app.padEnd(15)} ${`${flow.steps.length} steps`.padEnd(9)} ${one.planted.padEnd(14)} ${`${one.right}/${runs}`.padStart(6)}   stop ${median(one.stopMs).toFixed(0)} ms, replay ${median(one.replayMs).toFixed(0)} ms`,
  );
  for (const fault of one.faults) console.log(`    ${fault}`);
}

console.log(
  `${runs} runs each, seed ${values.seed}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const name of chosen) {
  const app = apps[name];
  if (!app) throw new Error(`no app ${name}; there are ${Object.keys(apps).join(', ')}`);
  const site = await startPlantedSite(await app.source());
  try {
    for (const kind of [undefined, ...Object.keys(plantsOf(app.flow))]) {
      if (only && !only.includes(kind ?? 'nothing')) continue;
      const agent = await startAgent(bin);
      try {
        await row(agent, site, name, app.flow, kind);
      } finally {
        await agent.close();
      }
    }
  } finally {
    await site.close();
  }
}
const right = rows.reduce((sum, one) => sum + one.right, 0);
const all = rows.length * runs;
console.log(
  `${right} of ${all} right, ${((performance.now() - began) / 1000).toFixed(0)} s, load ${loadavg()[0]?.toFixed(1)}`,
);
mkdirSync(path.join(root, 'bench/results'), { recursive: true });
writeFileSync(
  path.join(root, 'bench/results/replay-truth.json'),
  `${JSON.stringify({ at: new Date().toISOString(), seed: Number(values.seed), rows }, null, 2)}\n`,
);
process.exitCode = right === all ? 0 : 1;

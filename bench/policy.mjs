// What policy and audit cost per call: the dispatcher over a tool that does nothing, in a project with and without a policy.
//   node bench/policy.mjs [--calls 2000] [--warm 200]
// fsync policy: neither counters nor audit lines wait for the disk (they are handed to the system and survive a killed process).
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadSource } from '../scripts/build/load-source.mjs';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '2000' }, warm: { type: 'string', default: '200' } },
});
const here = path.dirname(fileURLToPath(import.meta.url));
const { Dispatcher, Session, defineTool, z } = await loadSource(
  path.dirname(here),
  `export { Dispatcher } from './src/call/dispatcher.ts';
   export { Session } from './src/live/session.ts';
   export { defineTool } from './src/call/define-tool.ts';
   export { z } from 'zod';`,
);
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-bench-')));
process.env.XDG_STATE_HOME = path.join(folder, 'state');

const nothing = defineTool({
  name: 'codeloop_nothing',
  command: { name: 'nothing' },
  title: 'Nothing',
  description: 'Does nothing.',
  toolset: 'core',
  doors: ['mcp'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: z.string().optional(), url: z.string(), amount: z.number().default(1) }),
  output: {},
  run: async () => ({ result: { status: 'pass', summary: 'nothing' } }),
});

const short = 'tools: {codeloop_nothing: {rules: [{action: allow, rate_limit: {max: 1000000, window: 60}}]}}';
const long = `tools:
  codeloop_nothing:
    rules:
      - {name: local, conditions: [{path: args.url, op: regex, value: "^http://localhost"}]}
      - {name: hourly, rate_limit: 1000000/hour}
      - name: sum
        conditions: [{path: state.codeloop_nothing.sum, op: lte, value: 1000000000}]
        state: {counter: sum, window: day, increment_from: args.amount}
  "*": {rules: [{name: all, rate_limit: 1000000/minute}]}`;

/** A way: what lies in the project. Without `.codeloop` nothing is asked and nothing logged. */
const ways = {
  'outside any project (base)': undefined,
  'project found, no policy, no log': undefined,
  'audit line only': '',
  'conditions, no limit':
    'tools: {codeloop_nothing: {rules: [{name: c, conditions: [{path: args.url, op: contains, value: a}]}]}}',
  'limit of the process (short spelling)': short,
  'three shared counters (long spelling)': long,
};

const percentile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
const results = { at: new Date().toISOString(), calls: Number(values.calls), fsync: 'none per call', rows: [] };
try {
  const prepared = Object.entries(ways).map(([name, policy], index) => {
    const dir = path.join(folder, String(index));
    mkdirSync(policy === undefined ? dir : path.join(dir, '.codeloop'), { recursive: true });
    writeFileSync(path.join(dir, 'package.json'), '{}');
    if (policy) writeFileSync(path.join(dir, '.codeloop/policy.yaml'), `version: "1"\n${policy}\n`);
    const context = {
      door: 'mcp',
      client: { name: 'bench', version: '1' },
      signal: new AbortController().signal,
      progress: () => undefined,
      roots: index === 0 ? [] : [dir],
      cwd: dir,
      ci: false,
    };
    const dispatcher = new Dispatcher([nothing], new Session());
    const times = [];
    const call = async (keep) => {
      const start = performance.now();
      const reply = await dispatcher.call('codeloop_nothing', { url: 'http://localhost:3000/a' }, context);
      if (keep) times.push(performance.now() - start);
      if (reply.kind !== 'result') throw new Error(reply.error.message);
    };
    return { name, call, times };
  });
  // Alternating, so that what else the machine does falls on all alike.
  for (let n = 0; n < Number(values.warm); n += 1) for (const way of prepared) await way.call(false);
  for (let n = 0; n < Number(values.calls); n += 1) for (const way of prepared) await way.call(true);
  const round = (ms) => Math.round(ms * 1000) / 1000;
  let base;
  for (const { name, times } of prepared) {
    const sorted = times.sort((a, b) => a - b);
    const row = { way: name, p50_ms: round(percentile(sorted, 0.5)), p99_ms: round(percentile(sorted, 0.99)) };
    base ??= row;
    results.rows.push({
      ...row,
      overhead_p50_ms: round(row.p50_ms - base.p50_ms),
      overhead_p99_ms: round(row.p99_ms - base.p99_ms),
    });
  }
  console.table(results.rows);
  mkdirSync(path.join(here, 'results'), { recursive: true });
  writeFileSync(path.join(here, 'results/policy.json'), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

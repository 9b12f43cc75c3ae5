// One of several processes that call a limited tool: <project> <calls> <index>. Every fifth call fails and is made again later.
// Prints how many were allowed and kept, had failed, and were refused.
import path from 'node:path';
import { loadSource } from '../../../../scripts/build/load-source.mjs';

const [, , projectDir, calls, index] = process.argv;
const root = path.resolve(import.meta.dirname, '../../../..');
const { PolicyCounters, decideLimits, parsePolicy } = await loadSource(
  root,
  `export { PolicyCounters } from './src/call/policy/policy-counters.ts';
   export { decideLimits } from './src/call/policy/decide.ts';
   export { parsePolicy } from './src/call/policy/parse-policy.ts';`,
);
const { policy } = await parsePolicy(
  'version: "1"\ntools: {a: {rules: [{name: d, rate_limit: 100/day}, {rate_limit: {max: 100, window: 3600, scope: project}}]}}',
);
// One time for all processes, so that midnight cannot fall into the test.
const counters = new PolicyCounters(projectDir, { now: () => Date.UTC(2026, 0, 2, 12) });
const call = { tool: 'a', arguments: {}, required: [], door: 'mcp' };
const result = { allowed: 0, failed: 0, refused: 0 };
for (let n = 0; n < Number(calls); n += 1) {
  const { decision, reservation } = await counters.reserve((view) => decideLimits(policy, call, view), true);
  if (decision.outcome !== 'allow') result.refused += 1;
  else if ((n + Number(index)) % 5 === 0) {
    await counters.rollback(reservation);
    result.failed += 1;
  } else result.allowed += 1;
}
process.stdout.write(JSON.stringify(result));

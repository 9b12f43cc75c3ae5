import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideLimits } from '../../../src/call/policy/decide.js';
import { parsePolicy } from '../../../src/call/policy/parse-policy.js';
import type { Policy, PolicyCall } from '../../../src/call/policy/policy.js';
import { type CounterReservation, PolicyCounters } from '../../../src/call/policy/policy-counters.js';
import { verifies } from '../../requirements.js';

let dir: string;
let now: number;
const clock = { now: () => now };
const NOON = Date.UTC(2026, 0, 2, 12);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codeloop-counters-'));
  now = NOON;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function policy(rules: string): Promise<Policy> {
  const parsed = await parsePolicy(`version: "1"\ntools: {a: {rules: [${rules}]}}`);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.policy;
}

const call = (args: Record<string, unknown> = {}, door: PolicyCall['door'] = 'mcp'): PolicyCall => ({
  tool: 'a',
  arguments: args,
  required: [],
  door,
});

/** One call's reservation; `decision.outcome` first, for short comparisons. */
async function take(counters: PolicyCounters, rules: Policy, given = call(), shared = true) {
  const { decision, reservation } = await counters.reserve((view) => decideLimits(rules, given, view), shared);
  return { outcome: decision.outcome, decision, reservation };
}

test.each([
  ['1/minute', NOON + 59_999, NOON + 60_000],
  ['1/hour', NOON + 3_599_999, NOON + 3_600_000],
  ['1/day', Date.UTC(2026, 0, 2, 23, 59, 59, 999), Date.UTC(2026, 0, 3)],
])('%s: the last millisecond of the window still refuses, the first of the next allows', async (limit, last, next) => {
  verifies('policy.windows', 'policy.no-limit-exceeded');
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy(`{name: n, rate_limit: ${limit}}`);
  expect((await take(counters, rules)).outcome).toBe('allow');
  now = last;
  expect((await take(counters, rules)).decision).toMatchObject({ outcome: 'limit', retry_after_ms: 1, used: 1 });
  now = next;
  expect((await take(counters, rules)).outcome).toBe('allow');
});

test.each(['process', 'project'])(
  'a sliding window of 60 s (scope: %s) opens at 60.000 s, not at 59.999 s',
  async (scope) => {
    verifies('policy.windows', 'policy.no-limit-exceeded');
    const counters = new PolicyCounters(dir, clock);
    const rules = await policy(`{rate_limit: {max: 2, window: 60, scope: ${scope}}}`);
    const shared = scope === 'project';
    const at = async (ms: number) => {
      now = NOON + ms;
      return (await take(counters, rules, call(), shared)).outcome;
    };
    const outcomes = [];
    for (const ms of [0, 30_000, 59_999, 60_000, 60_001, 89_999, 90_000]) outcomes.push([ms, await at(ms)]);
    expect(outcomes).toEqual([
      [0, 'allow'],
      [30_000, 'allow'],
      [59_999, 'limit'],
      [60_000, 'allow'],
      [60_001, 'limit'],
      [89_999, 'limit'],
      [90_000, 'allow'],
    ]);
  },
);

test('a refused call changes no counter, and all counters of an allowed one change together', async () => {
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy(
    '{name: m, rate_limit: 5/minute}, {name: h, rate_limit: 2/hour}, {rate_limit: {max: 9, window: 9, scope: project}}',
  );
  for (const expected of ['allow', 'allow', 'limit', 'limit'])
    expect((await take(counters, rules)).outcome).toBe(expected);
  const stored: unknown = JSON.parse(await readFile(join(dir, '.codeloop/cache/policy-counters.json'), 'utf8'));
  expect(stored).toEqual({
    version: 1,
    aligned: {
      'a._rate_minute': { window: 'minute', start: NOON, used: 2 },
      'a._rate_hour': { window: 'hour', start: NOON, used: 2 },
    },
    sliding: { 'a.tools.a.rules[2]': { window_ms: 9_000, times: [NOON, NOON] } },
  });
});

test('what a failed call had taken is given back, once', async () => {
  verifies('policy.failed-calls-free');
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy('{name: h, rate_limit: 1/hour}, {rate_limit: {max: 1, window: 60}}');
  const first = await take(counters, rules);
  expect((await take(counters, rules)).outcome).toBe('limit');
  await counters.rollback(first.reservation);
  expect((await take(counters, rules)).outcome).toBe('allow');
});

test('a failure that comes after its window ended takes nothing from the next', async () => {
  verifies('policy.failed-calls-free', 'policy.no-limit-exceeded');
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy('{name: m, rate_limit: 1/minute}');
  const first = await take(counters, rules);
  now = NOON + 60_000;
  expect((await take(counters, rules)).outcome).toBe('allow');
  await counters.rollback(first.reservation);
  expect((await take(counters, rules)).outcome).toBe('limit');
});

test('counters survive a restart; windows of the process end with it', async () => {
  verifies('policy.kept');
  const kept = await policy('{name: h, rate_limit: 1/hour}');
  const own = await policy('{rate_limit: {max: 1, window: 3600}}');
  const before = new PolicyCounters(dir, clock);
  expect((await take(before, kept)).outcome).toBe('allow');
  expect((await take(before, own, call(), false)).outcome).toBe('allow');
  expect((await take(before, own, call(), false)).outcome).toBe('limit');
  const after = new PolicyCounters(dir, clock);
  expect((await take(after, kept)).outcome).toBe('limit');
  expect((await take(after, own, call(), false)).outcome).toBe('allow');
  // The terminal counts by project, whoever asks there.
  expect((await take(after, own, call({}, 'cli'))).outcome).toBe('allow');
  expect((await take(new PolicyCounters(dir, clock), own, call({}, 'cli'))).outcome).toBe('limit');
});

test('a clock set back over the edge of a window does not open it again', async () => {
  verifies('policy.no-limit-exceeded');
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy('{name: m, rate_limit: 1/minute}');
  expect((await take(counters, rules)).outcome).toBe('allow');
  now = NOON - 10_000;
  expect((await take(counters, rules)).outcome).toBe('limit');
});

test('peek tells without counting', async () => {
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy('{name: h, rate_limit: 1/hour}');
  for (let n = 0; n < 3; n += 1)
    expect(await counters.peek((view) => decideLimits(rules, call(), view).outcome)).toBe('allow');
  expect((await take(counters, rules)).outcome).toBe('allow');
  expect(await counters.peek((view) => decideLimits(rules, call(), view).outcome)).toBe('limit');
});

test('limits of the process alone touch no disk', async () => {
  const counters = new PolicyCounters(join(dir, 'not-there'), clock);
  const own = await policy('{rate_limit: {max: 1, window: 60}}');
  expect((await take(counters, own, call(), false)).outcome).toBe('allow');
});

test.each([
  '',
  '{',
  '{"version":2}',
  '[]',
  '{"version":1,"aligned":{"t._rate_hour":{"window":"hour","start":0,"used":-9}},"sliding":{}}',
])('damaged counters (%j) lift no limit', async (text) => {
  await mkdir(join(dir, '.codeloop/cache'), { recursive: true });
  await writeFile(join(dir, '.codeloop/cache/policy-counters.json'), text);
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy('{name: h, rate_limit: 1/hour}');
  await expect(take(counters, rules)).rejects.toMatchObject({ code: 'POLICY_COUNTERS_UNREADABLE' });
});

test('no sequence of calls, failures and waits exceeds a limit', async () => {
  verifies('policy.no-limit-exceeded', 'policy.failed-calls-free');
  const rules = await policy(
    `{name: m, rate_limit: 3/minute}, {rate_limit: {max: 4, window: 90, scope: project}},
     {name: sum, conditions: [{path: state.a.sum, op: lte, value: 20}], state: {counter: sum, window: hour, increment_from: args.x}}`,
  );
  const step = fc.oneof(
    fc.record({ kind: fc.constant('call' as const), x: fc.nat(8), fails: fc.boolean() }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 100_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await rm(join(dir, '.codeloop'), { recursive: true, force: true });
      now = NOON;
      const counters = new PolicyCounters(dir, clock);
      const counted: { at: number; x: number }[] = [];
      for (const item of steps) {
        if (item.kind === 'wait') {
          now += item.ms;
          continue;
        }
        const { outcome, reservation } = await take(counters, rules, call({ x: item.x }));
        const within = (from: number) => counted.filter(({ at }) => at >= from);
        const minute = within(Math.floor(now / 60_000) * 60_000).length;
        const sliding = counted.filter(({ at }) => at > now - 90_000).length;
        const sum = within(Math.floor(now / 3_600_000) * 3_600_000).reduce((total, { x }) => total + x, 0);
        // An oracle of its own: allowed exactly when there is room, so that neither too much nor too little is allowed.
        expect(outcome === 'allow').toBe(minute < 3 && sliding < 4 && sum + item.x <= 20);
        if (outcome !== 'allow') continue;
        if (item.fails) await counters.rollback(reservation);
        else counted.push({ at: now, x: item.x });
      }
    }),
    { numRuns: 60 },
  );
});

test('many calls at once in one process take exactly what there is', async () => {
  verifies('policy.no-limit-exceeded');
  const counters = new PolicyCounters(dir, clock);
  const rules = await policy('{name: h, rate_limit: 7/hour}');
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => take(counters, rules)));
  expect(outcomes.filter(({ outcome }) => outcome === 'allow')).toHaveLength(7);
});

test('four processes at once take exactly what there is, and give back what fails', async () => {
  verifies('policy.no-limit-exceeded', 'policy.failed-calls-free', 'policy.kept');
  const script = join(import.meta.dirname, 'processes/take-counters.mjs');
  const run = promisify(execFile);
  const results = await Promise.all(
    Array.from({ length: 4 }, async (_unused, index) => {
      const { stdout } = await run(process.execPath, [script, dir, '60', String(index)]);
      return JSON.parse(stdout) as { allowed: number; failed: number; refused: number };
    }),
  );
  const total = (key: 'allowed' | 'failed' | 'refused') => results.reduce((sum, result) => sum + result[key], 0);
  // 240 calls against 100 a day and as many in a sliding window; a call that fails is not among them.
  expect(total('allowed')).toBe(100);
  expect(total('allowed') + total('failed') + total('refused')).toBe(240);
  expect(total('failed')).toBeGreaterThan(0);
  const stored = JSON.parse(await readFile(join(dir, '.codeloop/cache/policy-counters.json'), 'utf8'));
  expect(stored.aligned['a._rate_day'].used).toBe(100);
  expect(stored.sliding['a.tools.a.rules[1]'].times).toHaveLength(100);
});

test('a reservation without increments is given back without a trace', async () => {
  const empty: CounterReservation = { taken: [] };
  await new PolicyCounters(join(dir, 'not-there'), clock).rollback(empty);
});

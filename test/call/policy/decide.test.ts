import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CounterView } from '../../../src/call/policy/decide.js';
import { decide } from '../../../src/call/policy/decide.js';
import { parsePolicy } from '../../../src/call/policy/parse-policy.js';
import type { Decision, Increment, Policy, PolicyCall } from '../../../src/call/policy/policy.js';
import { WINDOW_MS } from '../../../src/call/policy/policy-counters.js';
import { verifies } from '../../requirements.js';

async function policy(text: string): Promise<Policy> {
  const parsed = await parsePolicy(text.startsWith('version') ? text : `version: "1"\n${text}`);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.policy;
}

const call = (tool: string, args: Record<string, unknown> = {}, more: Partial<PolicyCall> = {}): PolicyCall => ({
  tool,
  arguments: args,
  required: [],
  door: 'mcp',
  ...more,
});

/** Counters at 12:00:00.000 UTC with the given values. */
function counters(used: Record<string, number> = {}, times: Record<string, number[]> = {}): CounterView {
  const now = Date.UTC(2026, 0, 2, 12);
  return {
    now,
    aligned: (key, window) => ({ used: used[key] ?? 0, resetsAt: now + WINDOW_MS[window] }),
    sliding: (key) => (times[key] ?? []).map((ago) => now - ago),
  };
}

const allow = (...increments: Increment[]): Decision => ({ outcome: 'allow', increments });

test('without a file everything is allowed; so it is by default', async () => {
  expect(decide(await policy('tools: {}'), call('codeloop_verify'), counters())).toEqual(allow());
});

test('a hidden tool is refused, even when its rules allow it', async () => {
  verifies('policy.semantics');
  const hiding = await policy('hide: [a]\ntools: {a: {rules: [{action: allow}]}}');
  expect(decide(hiding, call('a'), counters())).toEqual({
    outcome: 'deny',
    tool: 'a',
    rule: 'hide',
    why: 'the tool is hidden',
    final: true,
  });
  expect(decide(hiding, call('b'), counters())).toEqual(allow());
  expect(decide(await policy('hide: ["*"]'), call('b'), counters())).toMatchObject({ outcome: 'deny', rule: 'hide' });
});

test('default: deny allows only listed tools, and "*" does not rescue the others', async () => {
  verifies('policy.semantics');
  const closed = await policy(
    'default: deny\ntools:\n  a: {rules: []}\n  b: {}\n  c:\n  d: {rules: [{action: allow}]}\n  "*": {rules: [{name: w, action: allow}]}',
  );
  for (const tool of ['a', 'b', 'c', 'd']) expect(decide(closed, call(tool), counters())).toEqual(allow());
  for (const tool of ['e', '*', 'A'])
    expect(decide(closed, call(tool), counters())).toEqual({
      outcome: 'deny',
      tool,
      rule: 'default: deny',
      why: 'the tool is not listed',
      final: true,
    });
});

test('a deny rule gives its reason as it is written', async () => {
  verifies('policy.semantics');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what must not be interpolated
  const reason = 'Ask $(whoami) `id` ${process.env.HOME} {{x}} first';
  const denying = await policy(`tools: {a: {rules: [{name: no, action: deny, reason: ${JSON.stringify(reason)}}]}}`);
  expect(decide(denying, call('a'), counters())).toEqual({
    outcome: 'deny',
    tool: 'a',
    rule: 'no',
    why: 'the tool is denied',
    reason,
    final: true,
  });
});

test('a tool\'s own rules come before those of "*"', async () => {
  const both = await policy(
    'tools:\n  "*": {rules: [{name: every, action: deny}]}\n  a: {rules: [{name: own, action: deny}]}',
  );
  expect(decide(both, call('a'), counters())).toMatchObject({ rule: 'own' });
  expect(decide(both, call('b'), counters())).toMatchObject({ rule: 'every' });
});

test.each<[string, Record<string, unknown>, readonly string[] | undefined]>([
  ['true', { x: 1, y: 'a' }, undefined],
  ['true', { x: 0, y: '' }, undefined],
  ['true', { x: 1 }, ['y']],
  ['true', { x: null, y: 'a' }, ['x']],
  ['true', {}, ['x', 'y']],
  ['[z]', { x: 1, y: 'a' }, ['z']],
  ['[z]', { z: false }, undefined],
  ['false', {}, undefined],
])('validate.required_args: %s with %j misses %j', async (required, args, missing) => {
  verifies('policy.semantics');
  const validating = await policy(`tools: {a: {rules: [{action: allow, validate: {required_args: ${required}}}]}}`);
  const decision = decide(validating, call('a', args, { required: ['x', 'y'] }), counters());
  expect(decision).toEqual(
    missing
      ? { outcome: 'deny', tool: 'a', rule: 'tools.a.rules[0]', why: `missing: ${missing.join(', ')}`, missing }
      : allow(),
  );
});

test('a call whose required arguments are missing is refused before the limits are asked', async () => {
  verifies('policy.semantics');
  const validating = await policy(
    'tools: {a: {rules: [{action: allow, rate_limit: {max: 1, window: 60}, validate: {required_args: true}}]}}',
  );
  const untouchable: CounterView = {
    now: 0,
    aligned: () => {
      throw new Error('asked');
    },
    sliding: () => {
      throw new Error('asked');
    },
  };
  expect(decide(validating, call('a', {}, { required: ['x'] }), untouchable)).toMatchObject({ why: 'missing: x' });
});

test('all conditions of a rule and all rules of a call must hold; the first that does not is named', async () => {
  verifies('policy.semantics');
  const rules = await policy(
    `tools:
  a:
    rules:
      - name: amount
        conditions:
          - {path: args.amount, op: lte, value: 100}
          - {path: args.currency, op: in, value: [usd, eur]}
        on_deny: Small sums only.
      - name: place
        conditions: [{path: args.to.name, op: neq, value: x}]`,
  );
  const say = (args: Record<string, unknown>) => {
    const decision = decide(rules, call('a', args), counters());
    return decision.outcome === 'allow' ? 'allow' : [decision.rule, decision.why, decision.reason];
  };
  expect(say({ amount: 100, currency: 'usd', to: { name: 'y' } })).toBe('allow');
  expect(say({ amount: 101, currency: 'usd', to: { name: 'y' } })).toEqual([
    'amount',
    '"args.amount lte 100" does not hold',
    'Small sums only.',
  ]);
  expect(say({ amount: 1, currency: 'gbp', to: { name: 'y' } })).toEqual([
    'amount',
    '"args.currency in ["usd","eur"]" does not hold',
    'Small sums only.',
  ]);
  expect(say({ amount: 1, currency: 'eur' })).toEqual(['place', '"args.to.name neq "x"" does not hold', undefined]);
});

test.each<[string, number, Partial<Record<string, unknown>>]>([
  ['5/hour', 4, { outcome: 'allow' }],
  ['5/hour', 5, { outcome: 'limit', limit: 5, used: 5, asked: 1, window: 'hour', retry_after_ms: 3_600_000 }],
  ['5/minute', 5, { outcome: 'limit', window: 'minute', retry_after_ms: 60_000 }],
  ['5/day', 5, { outcome: 'limit', window: 'day', retry_after_ms: 86_400_000 }],
])('rate_limit: %s with %i used', async (limit, used, expected) => {
  verifies('policy.semantics');
  const window = limit.split('/')[1];
  const limited = await policy(`tools: {a: {rules: [{name: n, rate_limit: ${limit}}]}}`);
  expect(decide(limited, call('a'), counters({ [`a._rate_${window}`]: used }))).toMatchObject(expected);
});

test('the counters of "*" are global', async () => {
  const limited = await policy('tools: {"*": {rules: [{name: n, rate_limit: 60/minute}]}}');
  expect(decide(limited, call('a'), counters({ '_global._rate_minute': 59 }))).toEqual(
    allow({ kind: 'aligned', key: '_global._rate_minute', window: 'minute', amount: 1 }),
  );
  expect(decide(limited, call('b'), counters({ '_global._rate_minute': 60 }))).toMatchObject({ outcome: 'limit' });
});

const SUM = `tools:
  a:
    rules:
      - name: daily sum
        conditions: [{path: state.a.sum, op: OP, value: 100}]
        state: {counter: sum, window: day, increment_from: args.amount}`;

test.each<[string, number, unknown, Record<string, unknown>]>([
  ['lte', 90, 10, { outcome: 'allow' }],
  ['lte', 90, 10.5, { outcome: 'limit', used: 90, asked: 10.5, limit: 100, retry_after_ms: 86_400_000 }],
  ['lt', 90, 9, { outcome: 'allow' }],
  ['lt', 90, 10, { outcome: 'limit' }],
  ['lte', 0, 0, { outcome: 'allow' }],
  ['lte', 99.7, 0.3, { outcome: 'allow' }],
  ['lte', 0, 101, { outcome: 'limit', retry_after_ms: undefined }],
  ['lte', 0, -5, { outcome: 'deny', why: 'args.amount is counted and must be a number >= 0' }],
  ['lte', 0, '5', { outcome: 'deny', why: 'args.amount is counted and must be a number >= 0' }],
  ['lte', 0, Number.NaN, { outcome: 'deny' }],
  ['lte', 0, Number.POSITIVE_INFINITY, { outcome: 'deny' }],
  ['lte', 0, 2 ** 54, { outcome: 'deny' }],
  ['lte', 0, undefined, { outcome: 'deny', why: 'args.amount is counted and is missing' }],
])('a daily sum (%s 100) with %d used and %s asked', async (op, used, amount, expected) => {
  verifies('policy.semantics');
  const args = amount === undefined ? {} : { amount };
  const decision = decide(await policy(SUM.replace('OP', op)), call('a', args), counters({ 'a.sum': used }));
  expect({ retry_after_ms: undefined, ...decision }).toMatchObject(expected);
});

test('a state block counts even when no condition limits it, and others may read it', async () => {
  const counting = await policy(
    `tools:
  a:
    rules:
      - {name: count, conditions: [{path: args.x, op: exists, value: false}], state: {counter: n, window: hour, increment: 3}}
  b:
    rules:
      - {name: after a, conditions: [{path: state.a.n, op: gte, value: 3}]}
      - {name: not too much a, conditions: [{path: state.a.n, op: lt, value: 9}]}`,
  );
  expect(decide(counting, call('a'), counters())).toEqual(
    allow({ kind: 'aligned', key: 'a.n', window: 'hour', amount: 3 }),
  );
  expect(decide(counting, call('b'), counters())).toEqual({
    outcome: 'deny',
    tool: 'b',
    rule: 'after a',
    why: '"state.a.n gte 3" does not hold (it is 0)',
    used: 0,
  });
  expect(decide(counting, call('b'), counters({ 'a.n': 3 }))).toEqual(allow());
  expect(decide(counting, call('b'), counters({ 'a.n': 9 }))).toMatchObject({
    outcome: 'limit',
    limit: 9,
    used: 9,
    asked: 0,
  });
});

const SHORT = 'tools: {a: {rules: [{action: allow, rate_limit: {max: 3, window: 60}}]}}';

test.each<[number[], Record<string, unknown>]>([
  [[], { outcome: 'allow' }],
  [[50_000, 10_000], { outcome: 'allow' }],
  [[50_000, 40_000, 10_000], { outcome: 'limit', limit: 3, used: 3, window: '60 s', retry_after_ms: 10_000 }],
  [[59_999, 59_998, 59_997], { outcome: 'limit', retry_after_ms: 1 }],
  [[50_000, 40_000, 30_000, 10_000], { outcome: 'limit', used: 4, retry_after_ms: 20_000 }],
])('a sliding limit of 3 in 60 s after calls %j ms ago', async (ago, expected) => {
  verifies('policy.semantics');
  const key = 'a.tools.a.rules[0]';
  const decision = decide(await policy(SHORT), call('a'), counters({}, { [key]: ago }));
  expect(decision).toMatchObject(expected);
});

test('a sliding limit belongs to the process, unless the file or the terminal says otherwise', async () => {
  const shared = async (text: string, door: 'mcp' | 'cli') => {
    const decision = decide(await policy(text), call('a', {}, { door }), counters());
    return decision.outcome === 'allow' && decision.increments[0]?.kind === 'sliding' && decision.increments[0].shared;
  };
  expect(await shared(SHORT, 'mcp')).toBe(false);
  expect(await shared(SHORT, 'cli')).toBe(true);
  expect(await shared(SHORT.replace('window: 60', 'window: 60, scope: project'), 'mcp')).toBe(true);
  expect(await shared(SHORT.replace('action: allow', 'action: allow, scope: project'), 'mcp')).toBe(true);
});

test('the order: hidden and denied, then incomplete, then conditions, then limits', async () => {
  verifies('policy.semantics');
  const parts = [
    '{name: limit, rate_limit: 1/hour}',
    '{name: condition, conditions: [{path: args.x, op: eq, value: 1}]}',
    '{name: incomplete, action: allow, validate: {required_args: true}}',
    '{name: denied, action: deny}',
  ];
  const named = [];
  for (let count = parts.length; count > 0; count -= 1) {
    const some = await policy(`tools: {a: {rules: [${parts.slice(0, count).join(', ')}]}}`);
    const decision = decide(some, call('a', {}, { required: ['x'] }), counters({ 'a._rate_hour': 1 }));
    named.push(decision.outcome === 'allow' ? 'allow' : decision.rule);
  }
  expect(named).toEqual(['denied', 'incomplete', 'condition', 'limit']);
});

test('decide is pure: the same question has the same answer, and nothing given is changed', async () => {
  const rules = await policy(SUM.replace('OP', 'lte'));
  fc.assert(
    fc.property(fc.double({ min: -10, max: 200 }), fc.nat(150), (amount, used) => {
      const args = Object.freeze({ amount });
      const first = decide(rules, call('a', args), counters({ 'a.sum': used }));
      expect(decide(rules, call('a', args), counters({ 'a.sum': used }))).toEqual(first);
      // Whatever is allowed stays within the limit.
      if (first.outcome === 'allow') expect(used + amount).toBeLessThanOrEqual(100 + 1e-9);
    }),
  );
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CounterView } from '../../../src/call/policy/decide.js';
import { decide } from '../../../src/call/policy/decide.js';
import { parsePolicy } from '../../../src/call/policy/parse-policy.js';
import { explainCall, starterPolicy } from '../../../src/call/policy/policy-review.js';
import { verifies } from '../../requirements.js';

const view: CounterView = {
  now: 0,
  aligned: (key) => ({ used: key === 'a._rate_hour' ? 2 : 0, resetsAt: 1_000 }),
  sliding: () => [],
};

test('every rule of a call is explained in order, and the outcome is what decide says', async () => {
  const parsed = await parsePolicy(`version: "1"
tools:
  "*": {rules: [{name: never, action: deny, reason: No.}]}
  a:
    rules:
      - {name: local, conditions: [{path: args.url, op: contains, value: localhost}]}
      - {name: hourly, rate_limit: 2/hour}
      - {action: allow, rate_limit: {max: 3, window: 60}, validate: {required_args: true}}
      - {action: allow}`);
  if (!parsed.ok) throw new Error(parsed.problems[0].message);
  const call = { tool: 'a', arguments: { url: 'http://localhost' }, required: ['url'], door: 'mcp' } as const;
  const { rules, decision } = explainCall(parsed.policy, call, view);
  expect(rules).toEqual([
    { rule: 'local', from: 'tools.a', verdict: 'passes', because: 'args.url contains "localhost"' },
    { rule: 'hourly', from: 'tools.a', verdict: 'limits', because: '"state.a._rate_hour lte 2" would not hold' },
    {
      rule: 'tools.a.rules[2]',
      from: 'tools.a',
      verdict: 'passes',
      because: 'at most 3 calls in 60 s; required arguments are there',
    },
    { rule: 'tools.a.rules[3]', from: 'tools.a', verdict: 'passes', because: 'allows every call' },
    { rule: 'never', from: 'tools."*"', verdict: 'denies', because: 'the tool is denied', reason: 'No.' },
  ]);
  expect(decision).toEqual(decide(parsed.policy, call, view));
  expect(decision).toMatchObject({ outcome: 'deny', rule: 'never' });
});

test('the starter policy is valid, lists every tool under its effect and allows ordinary work', async () => {
  const tools = [
    { name: 'codeloop_verify', title: 'Verify', effect: 'drive' },
    { name: 'codeloop_gate_check', title: 'Gate: may it go?', effect: 'write' },
    { name: 'codeloop_diagnose', title: 'Diagnose', effect: 'read' },
  ] as const;
  const text = starterPolicy(tools);
  const parsed = await parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.problems[0].message);
  expect([...parsed.policy.tools.keys()]).toEqual(['codeloop_verify', 'codeloop_gate_check', 'codeloop_diagnose', '*']);
  expect(text.indexOf('Run the app')).toBeLessThan(text.indexOf('codeloop_verify'));
  expect(text.indexOf('Write inside')).toBeLessThan(text.indexOf('codeloop_gate_check'));
  expect(text.indexOf('Only read')).toBeLessThan(text.indexOf('codeloop_diagnose'));
  for (const { name } of tools)
    expect(
      decide(
        parsed.policy,
        { tool: name, arguments: {}, required: [], door: 'mcp' },
        { ...view, aligned: () => ({ used: 59, resetsAt: 1 }) },
      ).outcome,
    ).toBe('allow');
});

test('the example of the documentation is valid', async () => {
  verifies('policy.both-spellings');
  const page = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const parsed = await parsePolicy(example);
  expect(parsed.ok ? [...parsed.policy.tools.keys()] : parsed.problems).toEqual([
    'codeloop_verify',
    'codeloop_record_interaction',
    'codeloop_interact',
    'codeloop_update_baseline',
    '*',
  ]);
});

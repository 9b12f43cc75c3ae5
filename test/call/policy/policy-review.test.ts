import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { explainPolicies, reviewPolicies } from '../../../src/call/policy/policy-review.js';
import { verifies } from '../../requirements.js';

let dir: string;
const clock = { now: () => Date.UTC(2026, 0, 2, 12) };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'codeloop-review-'));
  await mkdir(join(dir, 'sub'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const policy = (folder: string, text: string) =>
  writeFile(join(dir, folder, 'codeloop.yaml'), `version: "1"\n${text}\n`);
const explain = () =>
  explainPolicies([dir, join(dir, 'sub')], { tool: 'a', arguments: {}, required: ['url'], door: 'cli' }, clock);

test('two policies are explained as one, and the one that decides is named', async () => {
  verifies('policy.semantics');
  await policy('', 'tools: {a: {rules: [{name: outer, conditions: [{path: args.url, op: exists, value: true}]}]}}');
  await policy('sub', 'tools: {a: {rules: [{name: inner, rate_limit: 1/hour}]}}');
  expect(await explain()).toMatchObject({
    decision: { outcome: 'deny', rule: 'outer' },
    file: 'codeloop.yaml',
    rules: [
      { rule: 'outer', from: 'codeloop.yaml: tools.a', verdict: 'denies' },
      { rule: 'inner', from: 'sub/codeloop.yaml: tools.a', verdict: 'passes' },
    ],
  });
  // Required arguments are asked for by every policy before the first looks at conditions.
  await policy('sub', 'tools: {a: {rules: [{name: inner, validate: {required_args: true}}]}}');
  expect(await explain()).toMatchObject({ decision: { outcome: 'deny', rule: 'inner' }, file: 'sub/codeloop.yaml' });
  await policy('', 'default: allow');
  await policy('sub', 'default: allow');
  expect(await explain()).toEqual({
    decision: { outcome: 'allow', increments: [] },
    file: 'codeloop.yaml',
    rules: [],
  });
});

test('the file that is wrong is the one that is named', async () => {
  await policy('', 'default: allow');
  await policy('sub', 'default: maybe');
  const review = await reviewPolicies([dir, join(dir, 'sub')], []);
  expect(review).toMatchObject({ file: 'sub/codeloop.yaml', problems: [{ line: 2 }] });
});

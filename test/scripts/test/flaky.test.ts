import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  FORGOTTEN_AFTER,
  flakyLine,
  judgeFlaky,
  readMemory,
  splitFlaky,
  writeMemory,
} from '../../../scripts/test/flaky.mjs';
import { verifies } from '../../requirements.js';

const one = { suite: 'vitest', file: 'test/a.test.ts', name: 'adds', said: 'no' };
const other = { suite: 'vitest', file: 'test/a.test.ts', name: 'sums', said: 'no' };
const broken = { ...one, name: '(before its first test)' };
const mobile = { suite: 'playwright', file: 'test/browser/a.spec.ts', where: 'mobile', name: 'opens', said: 'no' };

describe('of what failed, flaky is', () => {
  test.each([
    ['what passed alone', [one], [], { failed: [], flaky: [one] }],
    ['not what failed again', [one, other], [other], { failed: [other], flaky: [one] }],
    ['not what is in a file that broke', [one], [broken], { failed: [one, broken], flaky: [] }],
    ['not what failed for the first time alone', [one], [other], { failed: [other], flaky: [one] }],
    [
      'what passed at one size, while it fails at another',
      [mobile, { ...mobile, where: 'desktop' }],
      [mobile],
      {
        failed: [mobile],
        flaky: [{ ...mobile, where: 'desktop' }],
      },
    ],
    ['nothing when the second run left no report', [one], undefined, { failed: [one], flaky: [] }],
  ])('%s', (_what, failures, again, expected) => {
    expect(splitFlaky(failures, again)).toEqual(expected);
  });
});

describe('flaky tests', () => {
  const at = '2026-01-02T03:04:05.000Z';
  const known = (name: string, passed_since = 0) => ({ tests: [{ name, at: '2026-01-01', passed_since }] });

  test('one for the first time passes and is remembered', () => {
    verifies('house.flaky-told');
    expect(judgeFlaky(['a > 1'], { tests: [] }, { whole: true, at })).toEqual({
      why: undefined,
      memory: { tests: [{ name: 'a > 1', at, passed_since: 0 }] },
    });
  });

  test('two in one run fail it, and so does the same one again, which then counts anew', () => {
    verifies('house.flaky-told');
    expect(judgeFlaky(['a > 1', 'b > 2'], undefined, { whole: true, at }).why).toBe('2 in one run');
    expect(judgeFlaky(['a > 1'], known('a > 1', 7), { whole: true, at })).toEqual({
      why: 'it was flaky before, on 2026-01-01',
      memory: { tests: [{ name: 'a > 1', at, passed_since: 0 }] },
    });
  });

  test('one is forgotten when it has passed in so many whole runs', () => {
    const left = (passed: number, whole: boolean) => judgeFlaky([], known('a > 1', passed), { whole, at }).memory.tests;
    expect(left(0, true)).toEqual([{ name: 'a > 1', at: '2026-01-01', passed_since: 1 }]);
    expect(left(0, false)).toEqual(known('a > 1').tests);
    expect(left(FORGOTTEN_AFTER - 1, true)).toEqual([]);
    expect(left(FORGOTTEN_AFTER - 1, false)).toHaveLength(1);
  });

  test('the line is there only when there are some', () => {
    expect(flakyLine([], { why: undefined, memory: undefined })).toBeUndefined();
  });
});

test('what is remembered is read back; a file that is cut off or missing remembers nothing', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'codeloop-flaky-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = path.join(dir, 'flaky.json');
  expect(readMemory(file)).toBeUndefined();
  const memory = { tests: [{ name: 'a > 1', at: '2026-01-01', passed_since: 3 }] };
  writeMemory(file, memory);
  expect(readMemory(file)).toEqual(memory);
  writeFileSync(file, '{"tests": [');
  expect(readMemory(file)).toBeUndefined();
});

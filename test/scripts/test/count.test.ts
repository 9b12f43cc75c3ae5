import { expect, test } from 'vitest';
import { playwrightCount, settle, vitestCount } from '../../../scripts/test/count.mjs';

test.each([
  ['all passed', { passed: 3, failed: 0, skipped: 1 }, 0, { passed: 3, failed: 0, skipped: 1 }],
  ['some failed', { passed: 3, failed: 2, skipped: 0 }, 1, { passed: 3, failed: 2, skipped: 0 }],
  [
    'ended badly although nothing is reported as failed',
    { passed: 3, failed: 0, skipped: 0 },
    1,
    { passed: 3, failed: 1, skipped: 0 },
  ],
  ['ended by a signal', { passed: 3, failed: 0, skipped: 0 }, -1, { passed: 3, failed: 1, skipped: 0 }],
  ['ran nothing', { passed: 0, failed: 0, skipped: 4 }, 0, { passed: 0, failed: 1, skipped: 4 }],
  ['left no report', undefined, 0, { passed: 0, failed: 1, skipped: 0 }],
])('a suite that %s', (_what, counts, exitCode, expected) => {
  expect(settle(counts, exitCode)).toEqual(expected);
});

test('a test file that breaks before its first test counts as one failure, one with failed tests counts them once', () => {
  const report = {
    numPassedTests: 2,
    numFailedTests: 1,
    numPendingTests: 3,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(vitestCount(report)).toEqual({ passed: 2, failed: 2, skipped: 4 });
  // An error that no test caught is one more.
  expect(vitestCount({ ...report, unhandledErrors: ['late'] })).toEqual({ passed: 2, failed: 3, skipped: 4 });
});

test('a flaky browser test is no pass, and an error outside any test is a failure', () => {
  const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{ message: 'no such file' }] };
  expect(playwrightCount(report)).toEqual({ passed: 5, failed: 3, skipped: 2 });
});

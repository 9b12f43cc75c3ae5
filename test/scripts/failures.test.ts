import { expect, test } from 'vitest';
import { playwrightFailures, vitestFailures } from '../../scripts/test/failures.mjs';

test('failed tests are named with what they said, and a file that broke before its first test too', () => {
  const report = {
    testResults: [
      {
        name: '/root/test/a.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { status: 'passed', fullName: 'adds', failureMessages: [] },
          {
            status: 'failed',
            fullName: 'sums up',
            failureMessages: [
              'AssertionError: expected \u001b[31m1\u001b[39m to be 2\n    at /root/node_modules/x.js:1\n    at /root/test/a.test.ts:4',
            ],
          },
        ],
      },
      { name: '/root/test/b.test.ts', status: 'failed', message: 'Cannot find module', assertionResults: [] },
      { name: '/root/test/c.test.ts', status: 'passed', message: '', assertionResults: [] },
    ],
  };
  expect(vitestFailures(report, '/root')).toEqual([
    'test/a.test.ts > sums up\n  AssertionError: expected 1 to be 2\n      at /root/test/a.test.ts:4',
    'test/b.test.ts > (before its first test)\n  Cannot find module',
  ]);
});

test('failed browser tests are found at any depth, and errors outside a test', () => {
  const bad = {
    ok: false,
    file: 'a.spec.ts',
    title: 'opens',
    tests: [{ results: [{ error: { message: 'closed' } }] }],
  };
  const report = {
    suites: [
      {
        specs: [{ ok: true, file: 'a.spec.ts', title: 'fine', tests: [] }],
        suites: [{ specs: [bad] }],
      },
    ],
    errors: [{ message: 'no tests found' }],
  };
  expect(playwrightFailures(report)).toEqual([
    'a.spec.ts > opens\n  closed',
    'playwright > (outside any test)\n  no tests found',
  ]);
});

import { expect, test } from 'vitest';
import { nameOf, playwrightFailures, vitestFailures } from '../../../scripts/test/failures.mjs';

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
    {
      file: 'test/a.test.ts',
      name: 'sums up',
      said: 'AssertionError: expected 1 to be 2\n    at /root/test/a.test.ts:4',
    },
    { file: 'test/b.test.ts', name: '(before its first test)', said: 'Cannot find module' },
  ]);
});

test('an error that no test caught is a failure without a file, beside those of tests', () => {
  const report = { testResults: [], unhandledErrors: ['Error: a promise nobody waited for'] };
  expect(vitestFailures(report, '/root')).toEqual([
    { name: '(outside any test)', said: 'Error: a promise nobody waited for' },
  ]);
});

test('failed browser tests are found at any depth with their viewport, and errors outside a test', () => {
  const result = (projectName: string, status: string) => ({
    projectName,
    status,
    results: status === 'expected' ? [{}] : [{ error: { message: 'closed' } }],
  });
  // The runner names the file that called it, which is another one for a sampled test.
  const spec = (title: string, ...tests: object[]) => ({ file: '../sample.ts', title, tests });
  const report = {
    suites: [
      {
        title: 'a.spec.ts',
        file: 'a.spec.ts',
        specs: [spec('fine', result('mobile', 'expected'))],
        suites: [
          {
            title: 'the header',
            specs: [
              spec('opens', result('mobile', 'unexpected'), result('desktop', 'expected')),
              spec('shuts', result('desktop', 'flaky')),
            ],
          },
        ],
      },
    ],
    errors: [{ message: 'no tests found' }],
  };
  expect(playwrightFailures(report)).toEqual([
    { file: 'test/browser/a.spec.ts', where: 'mobile', name: 'the header > opens', said: 'closed' },
    { file: 'test/browser/a.spec.ts', where: 'desktop', name: 'the header > shuts', said: 'closed' },
    { name: '(outside any test)', said: 'no tests found' },
  ]);
});

test.each([
  [{ suite: 'vitest', file: 'test/a.test.ts', name: 'adds' }, 'test/a.test.ts > adds'],
  [
    { suite: 'playwright', file: 'test/browser/a.spec.ts', where: 'mobile', name: 'opens' },
    'test/browser/a.spec.ts [mobile] > opens',
  ],
  [{ suite: 'lint', name: 'ended with 1' }, 'lint ended with 1'],
])('a failure is called by its place and its name: %o', (failure, name) => {
  expect(nameOf(failure)).toBe(name);
});

import { describe } from 'vitest';
import build from '../../../src/checks/commands/build-succeeds.js';
import statics from '../../../src/checks/commands/static-checks-succeed.js';
import testsExecuted from '../../../src/checks/commands/tests-executed.js';
import notSkipped from '../../../src/checks/commands/tests-not-skipped.js';
import pass from '../../../src/checks/commands/tests-pass.js';
import waiver from '../../../src/checks/commands/tests-waiver.js';
import { result, runners } from '../runner-samples.js';
import { checkTable } from '../tables.js';

const none = { passed: 0, failed: 0, skipped: 0 };
const gone = { name: 'build', kind: 'build', commit: 'abc', before: 'vite build' } as const;

describe('build-succeeds', () =>
  checkTable(build, [
    ['it passed', runners([result('build')]), 'pass', 1],
    ['another kind failed', runners([result('build'), result('test', { status: 'failed' })]), 'pass', 1],
    ['there is none', runners([]), 'could_not_run', 0],
    [
      'it was not run',
      runners([], { commands: [result('build')], skipped: [{ what: 'build', kind: 'build', reason: 'so' }] }),
      'could_not_run',
      1,
      'The build (build) was not run: so.',
    ],
    [
      'a program is missing',
      runners([result('build', { status: 'could_not_run', reason: 'no vite' })]),
      'could_not_run',
      1,
      'The build (build) could not run: no vite.',
    ],
    [
      'it hung',
      runners([result('build', { status: 'timed_out', reason: 'still running' })]),
      'fail',
      1,
      'The build (build) did not end: still running.',
    ],
    [
      'the code changed meanwhile',
      runners([result('build', { changed_files: ['a.ts'] })]),
      'fail',
      1,
      'The build (build) ran while files of the code changed: a.ts.',
    ],
    [
      'it is gone',
      runners([], { changes: [gone] }),
      'needs_human',
      1,
      'The build (build) that commit abc had is gone.',
    ],
  ]));

describe('static-checks-succeed', () =>
  checkTable(statics, [
    ['both passed', runners([result('lint'), result('typecheck')]), 'pass', 2],
    [
      'one names a place',
      runners([
        result('lint', {
          status: 'failed',
          reason: '1 error(s)',
          failures: [{ name: 'no-undef', message: 'x', file: 'a.js' }],
        }),
      ]),
      'fail',
      1,
      { title: 'An error was reported (lint: 1 error(s)).', text: 'a.js no-undef: x', file: 'a.js' },
    ],
  ]));

describe('tests-pass', () =>
  checkTable(pass, [
    ['all passed', runners([result('test')]), 'pass', 1],
    [
      'none was found, which is not its business',
      runners([result('test', { status: 'failed', counts: none })]),
      'pass',
      1,
    ],
    [
      'it failed without words',
      runners([result('test', { status: 'failed', reason: 'exit code 1' })]),
      'fail',
      1,
      'The test command (test) failed: exit code 1.',
    ],
  ]));

describe('tests-executed', () =>
  checkTable(testsExecuted, [
    ['three were', runners([result('test')]), 'pass', 3],
    [
      'none was found',
      runners([result('test', { counts: none })]),
      'fail',
      0,
      'Zero tests ran (test): none was found.',
    ],
    [
      'all were skipped',
      runners([result('test', { counts: { ...none, skipped: 2 } })]),
      'fail',
      0,
      'Zero tests ran (test): all 2 were skipped.',
    ],
    [
      'a crate beside the app has none',
      runners([result('test'), result('test', { name: 'test-cargo', source: 'manifest', counts: none })]),
      'pass',
      3,
    ],
    ['nothing was run', runners([]), 'could_not_run', 0, 'No test command was run.'],
    [
      'only a plugin that proves nothing',
      runners([result('test', { report: 'none' })]),
      'could_not_run',
      0,
      'No test command was run.',
    ],
  ]));

const skipped = [result('test', { counts: { passed: 1, failed: 0, skipped: 2 }, skipped_tests: ['a', 'b'] })];

describe('tests-not-skipped', () =>
  checkTable(notSkipped, [
    ['none was', runners([result('test')]), 'pass', 1],
    ['two were', runners(skipped), 'fail', 1, { title: '2 test(s) were skipped (test).', text: 'a\nb' }],
    ['it is waived', runners(skipped, { waiver: 'so' }), 'pass', 1, '2 test(s) were skipped (test), which is waived.'],
  ]));

describe('tests-waiver', () =>
  checkTable(waiver, [
    ['there is none', runners([]), 'pass', 1],
    [
      'it is shown',
      runners([], { waiver: 'so' }),
      'fail',
      1,
      { title: 'tests.waive_gate lets skipped tests pass.', text: 'so' },
    ],
  ]));

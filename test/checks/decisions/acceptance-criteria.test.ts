import { expect, test } from 'vitest';
import check from '../../../src/checks/decisions/acceptance-criteria.js';
import type { Evidence, RunnerEvidence } from '../../../src/checks/evidence.js';
import type { Proof } from '../../../src/core/vocabulary/bars.js';
import type { CheckResult, Status } from '../../../src/core/vocabulary/gate.js';
import type { RunnerResult } from '../../../src/core/vocabulary/runner.js';
import { verifies } from '../../requirements.js';
import { bare, cell, pair } from '../samples.js';
import { finding, replayed, runtime, saved } from '../workflow-samples.js';

const command = { name: 'test', kind: 'test', source: 'script', text: 'vitest' } as const;
const result = (extra: Partial<RunnerResult> = {}): RunnerResult => ({
  ...command,
  status: 'passed',
  exit_code: 0,
  started_at: '2026-11-21T00:00:00.000Z',
  duration_ms: 1,
  timeout_ms: 1,
  report: 'vitest',
  counts: { passed: 3, failed: 0, skipped: 0 },
  failures: [],
  failure_count: 0,
  skipped_tests: [],
  log: 'test.log',
  tree: 'a',
  changed_files: [],
  ...extra,
});
const ran = (results: RunnerResult[]): RunnerEvidence => ({ commands: [command], results, skipped: [], changes: [] });
const checked = (id: string, status: Status): CheckResult => ({
  ...{ id, status, title: 'A title', severity: 'block', gate: 'g' },
  ...{ problems: [], problem_count: 0, examined: 1 },
});
const judge = (acceptance: Evidence['acceptance'], more: Partial<Evidence> = {}) =>
  check.run({
    acceptance,
    workflow: { saved: [saved()], replays: [replayed()], recordings: [], everyViewport: false },
    runtime,
    runners: ran([result()]),
    expected: [{ screen: 'home', viewport: 'mobile', url: 'http://127.0.0.1/', width: 375 }],
    cells: [cell()],
    pairs: [pair()],
    checkResults: [checked('page-errors', 'pass')],
    ...more,
  });
const citing = (proof: Proof): Evidence['acceptance'] => [
  { file: 'docs/acceptance/a.yaml', criteria: [{ id: 'pay', text: 'One can pay', proof }] },
];
const flows = (extra: Partial<Evidence['workflow']>): Partial<Evidence> => ({
  workflow: { saved: [saved()], replays: [replayed()], recordings: [], everyViewport: false, ...extra },
});

const cases: [string, Proof, Partial<Evidence>, Status][] = [
  ['a flow that passed', { flow: 'pay' }, {}, 'pass'],
  ['a flow that is not saved', { flow: 'nope' }, {}, 'fail'],
  ['a flow that failed', { flow: 'pay' }, flows({ replays: [replayed({ status: 'fail' })] }), 'fail'],
  ['a flow that was edited since', { flow: 'pay' }, flows({ replays: [replayed({ sha256: 'f0' })] }), 'could_not_run'],
  [
    'a flow that was replayed at one of two viewports',
    { flow: 'pay' },
    flows({ saved: [saved({ viewports: ['mobile', 'desktop'] })] }),
    'could_not_run',
  ],
  [
    'a flow whose recording shows an error',
    { flow: 'pay' },
    flows({ replays: [replayed({ findings: [finding('page_error')] })] }),
    'fail',
  ],
  [
    'a flow that cannot be read',
    { flow: 'pay' },
    flows({ saved: [saved({ problem: 'no steps', viewports: [] })] }),
    'fail',
  ],
  ['a screen that is as designed', { screen: 'Home' }, {}, 'pass'],
  ['a screen without reference', { screen: 'home' }, { pairs: [] }, 'pass'],
  ['a screen that is not as designed', { screen: 'home' }, { pairs: [pair({ outcome: 'mismatch' })] }, 'fail'],
  ['a screen that is not configured', { screen: 'nope' }, {}, 'fail'],
  ['a screen that was not photographed', { screen: 'home' }, { cells: [bare()] }, 'could_not_run'],
  ['a screen that is blank', { screen: 'home' }, { cells: [cell({ blank: true })] }, 'fail'],
  ['tests that passed', { test: 'test' }, {}, 'pass'],
  ['tests that failed', { test: 'test' }, { runners: ran([result({ status: 'failed' })]) }, 'fail'],
  [
    'tests of which some were skipped',
    { test: 'test' },
    { runners: ran([result({ counts: { passed: 1, failed: 0, skipped: 1 } })]) },
    'fail',
  ],
  [
    'tests that nobody counted',
    { test: 'test' },
    { runners: ran([result({ counts: { passed: 0, failed: 0, skipped: 0 } })]) },
    'could_not_run',
  ],
  ['tests that did not run', { test: 'test' }, { runners: ran([]) }, 'could_not_run'],
  ['a single test, which no report is kept of', { test: 'adds two' }, {}, 'needs_human'],
  ['a check that passed', { check: 'page-errors' }, {}, 'pass'],
  ['a check that failed', { check: 'page-errors' }, { checkResults: [checked('page-errors', 'fail')] }, 'fail'],
  [
    'a check that needs a person',
    { check: 'page-errors' },
    { checkResults: [checked('page-errors', 'needs_human')] },
    'needs_human',
  ],
  ['a check that there is not', { check: 'nope' }, {}, 'fail'],
  ['itself', { check: 'acceptance-criteria' }, { checkResults: [checked('acceptance-criteria', 'pass')] }, 'fail'],
];
test.each(cases)('a criterion that cites %s', (_what, proof, more, status) => {
  verifies('acceptance.proof');
  const outcome = judge(citing(proof), more);
  expect({ status: outcome.status, problems: outcome.problems.length, examined: outcome.examined }).toEqual({
    status,
    problems: status === 'pass' ? 0 : 1,
    examined: 1,
  });
});

test.each<[string, Evidence['acceptance'], Status, string]>([
  [
    'without proof',
    [{ file: 'a.md', criteria: [{ id: '1', text: 'nice' }] }],
    'needs_human',
    'This acceptance criterion cites no proof.',
  ],
  ['in an empty list', [{ file: 'a.md', criteria: [] }], 'needs_human', 'This acceptance file has no criteria.'],
  [
    'in an unreadable file',
    [{ file: 'a.yaml', criteria: [], problem: 'line 1' }],
    'fail',
    'This acceptance file cannot be read.',
  ],
  [
    'with an id used twice',
    [...citing({ flow: 'pay' }), { file: 'b.yaml', criteria: [{ id: 'pay', text: 'again', proof: { flow: 'pay' } }] }],
    'fail',
    'Two acceptance criteria have the same id.',
  ],
  ['in no file', [], 'needs_human', 'There are no acceptance files.'],
])('a criterion %s is no pass', (_what, acceptance, status, title) => {
  verifies('acceptance.never-empty');
  expect(judge(acceptance)).toMatchObject({ status, problems: [{ title }] });
});

test('check lists count from 1 in each file, and what can be fixed is told first', () => {
  const list = (file: string, proof?: Proof) => ({ file, criteria: [{ id: '1', text: 'One can pay', proof }] });
  expect(judge([list('a.md'), list('b.md', { flow: 'nope' })])).toEqual({
    status: 'fail',
    examined: 2,
    problems: [
      {
        file: 'b.md',
        text: '1: One can pay [proof: flow nope]',
        title: 'The proof of an acceptance criterion does not hold (flow): no such flow is saved.',
        fix: 'Fix what the proof shows, then run codeloop_verify.',
      },
      expect.objectContaining({ file: 'a.md', title: 'This acceptance criterion cites no proof.' }),
    ],
  });
});

test('without evidence of the other checks it could not run', () => {
  expect(check.run({ acceptance: citing({ flow: 'pay' }) }).status).toBe('could_not_run');
});

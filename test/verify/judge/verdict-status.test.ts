import { expect, test } from 'vitest';
import type { GateResult, GateVerdict, Status } from '../../../src/core/vocabulary/gate.js';
import type { Issue } from '../../../src/core/vocabulary/issue.js';
import { nextCalls, suggestion, verdictLine, verdictStatus } from '../../../src/verify/judge/verdict-status.js';
import { whatRemains } from '../../../src/verify/judge/what-remains.js';
import { verifies } from '../../requirements.js';

const gate = (id: string, status: Status, screen?: string): GateResult => ({
  id,
  title: id,
  status,
  weight: 10,
  reason: `${id} says no`,
  problems: [{ title: `${id} problem.`, fix: `Fix ${id}.`, text: 'words of the page', ...(screen ? { screen } : {}) }],
});

function verdict(recommendation: GateVerdict['recommendation'], ...failing: GateResult[]): GateVerdict {
  const passed = recommendation === 'ready_for_review';
  return {
    stage: 'section',
    passed,
    recommendation,
    confidence_score: passed ? 100 : 40,
    threshold: 94,
    failing_gates: failing,
    passing_gates: [],
    not_applicable: [],
    checks: [],
  };
}

/** Nothing differs, and nothing was photographed that could. */
const nothing = (of: GateVerdict) =>
  whatRemains({ verdict: of, compare: undefined, visual: undefined, cells: [], newer: [] });

const machine = gate('screenshot_evidence', 'could_not_run');
const person = gate('evidence_integrity', 'needs_human');
const agent = gate('runtime_clean', 'fail', 'home');
const design = gate('design_compare_evidence', 'fail', 'home');
const recorded: GateResult = { ...agent, problems: [{ title: 'The flow stopped.', recording_id: 'rec-1' }] };

test.each([
  [verdict('ready_for_review'), 'pass', 'PASS 100 of 100: ready for review, 0 gate(s) hold.'],
  [verdict('continue_fixing', agent), 'fail', 'FAIL 40 of 100: runtime_clean (runtime_clean says no).'],
  [
    verdict('blocked', machine),
    'could_not_run',
    'BLOCKED 40 of 100: screenshot_evidence (screenshot_evidence says no).',
  ],
  [verdict('blocked', person), 'needs_human', 'BLOCKED 40 of 100: evidence_integrity (evidence_integrity says no).'],
  [verdict('continue_fixing'), 'fail', 'FAIL 40 of 100: below the threshold of 94.'],
])('verdict %#: %s', (given, status, line) => {
  expect(verdictStatus(given)).toBe(status);
  expect(verdictLine(given, nothing(given))).toBe(line);
});

test('what the agent can fix comes first, and no words of a page are in the advice', () => {
  const given = verdict('continue_fixing', machine, agent);
  expect(suggestion(given, nothing(given))).toBe('home: runtime_clean problem. Fix runtime_clean.');
  expect(
    JSON.stringify([
      suggestion(given, nothing(given)),
      nextCalls(given, nothing(given), 'r', { issue: issue(), others: 1 }),
      verdictLine(given, nothing(given)),
    ]),
  ).not.toContain('words');
});

/** An issue of one screen in a file. */
const issue = (more: Partial<Issue> = {}): Issue => ({
  id: 'page-errors-1',
  category: 'runtime',
  severity: 'critical',
  status: 'fail',
  title: 'The page threw an error.',
  screens: ['home'],
  viewports: ['phone', 'desk', 'wall', 'watch'],
  evidence: [{ text: 'words of the page' }],
  file: 'src/app.ts',
  line: 7,
  likely_cause: 'A bug.',
  repair_task: 'Fix it.',
  verify_with: {
    tool: 'codeloop_verify',
    arguments: { screens: ['home'], skip_tests: true },
    why: 'looks at these only',
  },
  consequences: [],
  ...more,
});
const replay = { tool: 'codeloop_interaction_replay', arguments: { recording_id: 'rec-1' } };
const all = { tool: 'codeloop_verify', arguments: {} };

test.each([
  [verdict('ready_for_review'), undefined, [{ tool: 'codeloop_check_workflow' }]],
  [verdict('continue_fixing', agent), undefined, [all]],
  [
    verdict('continue_fixing', agent),
    { issue: issue(), others: 2 },
    [
      {
        tool: 'codeloop_diagnose',
        arguments: { run_id: 'run-1' },
        why: 'mend first: home@phone, desk, wall and 1 more, src/app.ts:7: The page threw an error. Fix it; 2 more issue(s)',
      },
      issue().verify_with,
    ],
  ],
  [
    verdict('continue_fixing', agent, design),
    { issue: issue({ category: 'visual', viewports: ['phone'], line: undefined }), others: 0 },
    [
      { why: 'mend first: home@phone, src/app.ts: The page threw an error. Fix it' },
      issue().verify_with,
      { tool: 'codeloop_design_compare', arguments: { run_id: 'run-1' } },
    ],
  ],
  [
    verdict('continue_fixing', recorded),
    { issue: issue({ category: 'workflow', screens: [], viewports: [], file: undefined }), others: 0 },
    [{ why: 'mend first: The page threw an error. Fix it' }, issue().verify_with, replay],
  ],
  [
    verdict('blocked', machine),
    { issue: issue({ status: 'could_not_run', verify_with: all }), others: 0 },
    [{ why: expect.stringMatching(/^get this to run first: home@/) }, { ...all, why: 'after fixing' }],
  ],
  [
    verdict('blocked', person),
    { issue: issue({ status: 'needs_human' }), others: 0 },
    [{ why: expect.stringMatching(/^a person decides first: home@/) }, issue().verify_with],
  ],
])('the next calls of verdict %#: the repair, then what proves it', (given, first, calls) => {
  verifies('verify.next-repair');
  expect(nextCalls(given, nothing(given), 'run-1', first)).toMatchObject(calls);
  expect(nextCalls(given, nothing(given), 'run-1', first)).toHaveLength(calls.length);
});

test('the suggestion is the same repair, and a person is told where it came back too often', () => {
  const given = verdict('continue_fixing', agent);
  const first = { issue: issue({ viewports: ['phone'] }), others: 4 };
  expect(suggestion(given, nothing(given), first)).toBe('home@phone, src/app.ts:7: The page threw an error. Fix it.');
  const repeated = { gate: 'runtime_clean', check: 'page-errors', screen: 'home', count: 6 };
  const again = { ...given, repeated: [repeated] };
  expect(suggestion(again, nothing(again), first)).toMatch(
    /^Stop and tell a person what was tried: page-errors of home/,
  );
});

test('the gate that repeats what others found is not said again', () => {
  const given = verdict('continue_fixing', agent, gate('zero_critical_issues', 'fail'));
  expect(verdictLine(given, nothing(given))).toBe('FAIL 40 of 100: runtime_clean (runtime_clean says no).');
  const alone = verdict('continue_fixing', gate('zero_critical_issues', 'fail'));
  expect(verdictLine(alone, nothing(alone))).toContain('zero_critical_issues');
});

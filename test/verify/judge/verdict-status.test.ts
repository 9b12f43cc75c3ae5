import { expect, test } from 'vitest';
import type { GateResult, GateVerdict, Status } from '../../../src/core/vocabulary/gate.js';
import { nextCalls, suggestion, verdictLine, verdictStatus } from '../../../src/verify/judge/verdict-status.js';
import { whatRemains } from '../../../src/verify/judge/what-remains.js';

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
      nextCalls(given, nothing(given), 'r'),
      verdictLine(given, nothing(given)),
    ]),
  ).not.toContain('words');
});

test.each([
  [verdict('ready_for_review'), ['codeloop_check_workflow']],
  [verdict('continue_fixing', agent), ['codeloop_capture_screenshot', 'codeloop_verify']],
  [verdict('continue_fixing', agent, design), ['codeloop_design_compare', 'codeloop_verify']],
  [verdict('blocked', machine), ['codeloop_verify']],
  [verdict('continue_fixing', recorded), ['codeloop_interaction_replay', 'codeloop_verify']],
])('the next calls of verdict %#', (given, tools) => {
  expect(nextCalls(given, nothing(given), 'run-1').map(({ tool }) => tool)).toEqual(tools);
});

test('the gate that repeats what others found is not said again', () => {
  const given = verdict('continue_fixing', agent, gate('zero_critical_issues', 'fail'));
  expect(verdictLine(given, nothing(given))).toBe('FAIL 40 of 100: runtime_clean (runtime_clean says no).');
  const alone = verdict('continue_fixing', gate('zero_critical_issues', 'fail'));
  expect(verdictLine(alone, nothing(alone))).toContain('zero_critical_issues');
});

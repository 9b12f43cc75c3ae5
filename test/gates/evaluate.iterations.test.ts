import { expect, test } from 'vitest';
import type { CheckResult, GateVerdict, Iterations } from '../../src/core/vocabulary/gate.js';
import { limitIterations } from '../../src/gates/evaluate.js';
import { verdictLine, verdictStatus } from '../../src/verify/judge/verdict-status.js';
import { whatRemains } from '../../src/verify/judge/what-remains.js';
import { verifies } from '../requirements.js';

function verdict(problems: CheckResult['problems'], extra: Partial<GateVerdict> = {}): GateVerdict {
  const check: CheckResult = {
    id: 'design-regions',
    title: 'A severe difference',
    status: problems.length > 0 ? 'fail' : 'pass',
    severity: 'block',
    gate: 'design_compare_evidence',
    problems,
    problem_count: problems.length,
    examined: 1,
  };
  const failing = problems.length > 0;
  return {
    stage: 'section',
    passed: !failing,
    recommendation: failing ? 'continue_fixing' : 'ready_for_review',
    confidence_score: failing ? 80 : 100,
    threshold: 94,
    failing_gates: failing
      ? [
          {
            id: check.gate,
            title: check.title,
            status: 'fail',
            weight: 15,
            reason: 'A severe difference (1)',
            problems,
          },
        ]
      : [],
    passing_gates: [],
    not_applicable: [],
    checks: [check],
    ...extra,
  };
}

const problem = (element: string, title = 'x') => ({ screen: 'home', viewport: 'phone', element, title });

/** Judges code states one after another and gives the last verdict. */
function judged(states: [tree: string, verdict: GateVerdict][], limit = 3): GateVerdict {
  let known: Iterations = {};
  let last = verdict([]);
  for (const [tree, one] of states) {
    last = limitIterations(one, known, tree, limit);
    known = last.iterations ?? {};
  }
  return last;
}

const button = verdict([problem('#buy')]);

test('the same failure on as many code states as the limit allows is blocked, and named', () => {
  verifies('gates.iterations');
  expect(
    judged([
      ['a', button],
      ['b', button],
    ]),
  ).toMatchObject({ recommendation: 'continue_fixing' });
  const blocked = judged([
    ['a', button],
    ['b', verdict([problem('#buy', 'other pixels')])],
    ['c', button],
  ]);
  expect(blocked).toMatchObject({
    recommendation: 'blocked',
    repeated: [
      {
        gate: 'design_compare_evidence',
        check: 'design-regions',
        screen: 'home',
        viewport: 'phone',
        element: '#buy',
        count: 3,
      },
    ],
  });
  expect(verdictStatus(blocked)).toBe('needs_human');
  expect(
    verdictLine(
      blocked,
      whatRemains({ verdict: blocked, compare: undefined, visual: undefined, cells: [], newer: [] }),
    ),
  ).toBe(
    'BLOCKED 80 of 100: design-regions of home@phone came back on 3 states of the code, so a person has to look. design_compare_evidence (A severe difference (1)).',
  );
});

test.each<[string, [string, GateVerdict][], string]>([
  [
    'judged again on the same code',
    [
      ['a', button],
      ['a', button],
      ['a', button],
      ['a', button],
    ],
    'continue_fixing',
  ],
  [
    'another element each time',
    [
      ['a', button],
      ['b', verdict([problem('#pay')])],
      ['c', verdict([problem('#bag')])],
    ],
    'continue_fixing',
  ],
  [
    'green in between',
    [
      ['a', button],
      ['b', button],
      ['c', verdict([])],
      ['d', button],
    ],
    'continue_fixing',
  ],
  [
    'gone in between without a green verdict',
    [
      ['a', button],
      ['b', verdict([problem('#pay')])],
      ['c', button],
      ['d', button],
    ],
    'blocked',
  ],
  [
    'gone now',
    [
      ['a', button],
      ['b', button],
      ['c', button],
      ['d', verdict([problem('#pay')])],
    ],
    'continue_fixing',
  ],
])('%s', (_when, states, recommendation) => {
  verifies('gates.iterations');
  expect(judged(states).recommendation).toBe(recommendation);
});

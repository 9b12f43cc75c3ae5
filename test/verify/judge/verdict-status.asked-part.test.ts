import { expect, test } from 'vitest';
import type { CheckResult, GateResult, GateVerdict, Problem, Status } from '../../../src/core/vocabulary/gate.js';
import { askedLine, askedPart, isInside } from '../../../src/verify/judge/verdict-status.js';
import { verifies } from '../../requirements.js';

const check = (id: string, gate: string, status: Status, ...problems: Problem[]): CheckResult => ({
  ...{ id, gate, title: `${id} title`, status, severity: 'block', problems },
  ...{ problem_count: problems.length, examined: 4 },
});

function failed(...checks: CheckResult[]): GateVerdict {
  const ids = [...new Set(checks.filter(({ status }) => status !== 'pass').map(({ gate }) => gate))];
  const gates = ids.map(
    (id): GateResult => ({ ...{ id, title: id, status: 'fail', weight: 10 }, reason: id, problems: [] }),
  );
  return {
    ...{ stage: 'section', passed: false, recommendation: 'continue_fixing', confidence_score: 40, threshold: 94 },
    ...{ failing_gates: gates, passing_gates: [], not_applicable: [], checks },
  };
}

const at = (screen: string, viewport = 'desktop') => ({ screen, viewport });
const all = [at('home'), at('home', 'mobile'), at('about'), at('about', 'mobile')];
const problem = (place: Partial<Problem>): Problem => ({ title: 'It is wrong.', ...place });
const unseen = check(
  'screenshots-present',
  'screenshot_evidence',
  'fail',
  problem(at('about')),
  problem(at('about', 'mobile')),
);

test('what was asked for holds although the rest was not looked at, and the answer says so', () => {
  verifies('verify.part-judged');
  const part = askedPart(failed(unseen), [at('home'), at('home', 'mobile')], all);
  expect(part).toMatchObject({ status: 'pass', cells: 2, of: 4, verdict: { passed: false, failing_gates: [] } });
  expect(askedLine(part)).toBe(
    'PASS of the 2 cell(s) asked for, of 4. The gate asks for all cells: run codeloop_verify without screens, viewports and platform before this is called done.',
  );
});

test('what was found in the part fails it, and only that is told', () => {
  const errors = check('page-errors', 'runtime_clean', 'fail', problem(at('home')), problem(at('about')));
  const part = askedPart(failed(unseen, errors), [at('home')], all);
  expect(part.status).toBe('fail');
  expect(part.verdict.failing_gates.map(({ id, problems }) => [id, problems.length])).toEqual([['runtime_clean', 1]]);
  expect(askedLine(part)).toContain('FAIL of the 1 cell(s) asked for, of 4: runtime_clean (page-errors title (1)).');
});

test.each([
  ['a failed build belongs to every part', check('build-succeeds', 'build_passes', 'fail', problem({})), 'fail'],
  ['a problem of both screens', check('a', 'g', 'fail', problem({ screen: 'about', also: { home: '' } })), 'fail'],
  [
    'a problem at both viewports',
    check('a', 'g', 'fail', problem({ screen: 'home', viewport: 'mobile, desktop' })),
    'fail',
  ],
  ['a problem at another viewport', check('a', 'g', 'fail', problem(at('home', 'mobile'))), 'pass'],
  ['a failure that names no problem', check('a', 'g', 'could_not_run'), 'could_not_run'],
  ['a list that was cut', { ...check('a', 'g', 'fail', problem(at('about'))), problem_count: 60 }, 'fail'],
  ['what repeats other findings', check('no-critical-issues', 'zero_critical_issues', 'fail', problem({})), 'pass'],
  ['a warning', { ...check('a', 'g', 'fail', problem(at('home'))), severity: 'warn' as const }, 'pass'],
])('%s', (_, found, status) => {
  expect(askedPart(failed(found), [at('home')], all).status).toBe(status);
});

test('a finding that shows on other screens too is in the part of each, at the viewports where it shows', () => {
  const problem = { screen: 'home', viewport: 'phone', also: { cart: 'phone, desk' }, title: 't' };
  const inside = (screen: string, viewport: string) => isInside(problem, [{ screen, viewport }]);
  expect([
    inside('home', 'phone'),
    inside('home', 'desk'),
    inside('cart', 'desk'),
    inside('cart', 'wall'),
    inside('help', 'phone'),
  ]).toEqual([true, false, true, false, false]);
});

import type { CheckResult, GateResult, GateVerdict, Problem, Status } from '../../core/vocabulary/gate.js';
import type { AskedPart } from '../../live/verify-jobs.js';

/** A screen at a viewport, by its names in the configuration. */
interface Place {
  screen: string;
  viewport: string;
}

/** The gate that repeats what other gates found. */
export const REPEATING_GATE = 'zero_critical_issues';

/**
 * Judges the part that was asked for by a verdict over everything: what was found at other cells does not count, what belongs to no cell
 * (build, tests, integrity) does. Pure.
 */
export function askedPart(verdict: GateVerdict, asked: readonly Place[], all: readonly Place[]): AskedPart {
  const checks = verdict.checks.map((check) => inside(check, asked));
  const failing = verdict.failing_gates
    .filter(({ id }) => id !== REPEATING_GATE)
    .flatMap(
      (gate) =>
        gateOf(
          gate,
          checks.filter((check) => check.gate === gate.id),
        ) ?? [],
    );
  return {
    status: worst(failing.map(({ status }) => status)),
    cells: asked.length,
    of: all.length,
    verdict: { ...verdict, passed: false, failing_gates: failing, checks },
  };
}

/** A check with its findings in the part; without any it passes there. Of a list that was cut, the rest may be in the part. */
function inside(check: CheckResult, asked: readonly Place[]): CheckResult {
  if (check.status === 'pass') return check;
  const problems = check.problems.filter((problem) => isInside(problem, asked));
  const unknown = check.problem_count - check.problems.length;
  const nothing = check.problem_count > 0 && problems.length + unknown === 0;
  return {
    ...check,
    problems,
    problem_count: problems.length + unknown,
    ...(nothing ? { status: 'pass' as const } : {}),
  };
}

function isInside({ screen, viewport }: Problem, asked: readonly Place[]): boolean {
  if (screen === undefined) return true;
  // One finding can name several screens or viewports, with commas.
  const [screens, viewports] = [screen.split(', '), viewport?.split(', ')];
  return asked.some((place) => screens.includes(place.screen) && (viewports?.includes(place.viewport) ?? true));
}

/** A failing gate with what its checks found in the part; undefined: nothing. */
function gateOf(gate: GateResult, checks: readonly CheckResult[]): GateResult | undefined {
  const failing = checks.filter(({ severity, status }) => severity === 'block' && status !== 'pass');
  if (failing.length === 0) return undefined;
  return {
    ...gate,
    status: worst(failing.map(({ status }) => status)),
    reason: failing.map(({ title, problem_count: count }) => `${title} (${count})`).join('; '),
    problems: failing.flatMap(({ problems }) => problems),
  };
}

function worst(statuses: readonly Status[]): Status {
  return (['fail', 'needs_human', 'could_not_run'] as const).find((one) => statuses.includes(one)) ?? 'pass';
}

/** What is still to do once the part holds. */
export const REST_TO_LOOK_AT =
  'The gate asks for all cells: run codeloop_verify without screens, viewports and platform before this is called done.';

/** Returns one line about the part, in codeloop's own words. */
export function askedLine({ status, cells, of, verdict }: AskedPart): string {
  const part = `of the ${cells} cell(s) asked for, of ${of}`;
  const word = status === 'pass' ? 'PASS' : status === 'fail' ? 'FAIL' : 'NOT JUDGED';
  const why = verdict.failing_gates.map((gate) => `${gate.id} (${gate.reason})`).join('; ');
  return `${word} ${part}${why === '' ? '' : `: ${why}`}. ${REST_TO_LOOK_AT}`;
}

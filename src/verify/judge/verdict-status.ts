import type {
  CheckResult,
  GateResult,
  GateVerdict,
  Problem,
  Remaining,
  Stage,
  Status,
} from '../../core/vocabulary/gate.js';
import type { NextCall } from '../../core/vocabulary/tool-result.js';
import type { AskedPart } from '../../live/verify-jobs.js';
import { remainingLine } from './what-remains.js';

/** A verdict as one of the four outcomes. */
export function verdictStatus(verdict: GateVerdict): Status {
  if (verdict.passed) return 'pass';
  if (verdict.recommendation === 'continue_fixing') return 'fail';
  return verdict.failing_gates.some((gate) => gate.status === 'could_not_run') ? 'could_not_run' : 'needs_human';
}

/** One line: verdict, number, what it means, and what a green leaves. Holds only our own words: quoted page text stays in `problems[].text`. */
export function verdictLine(verdict: GateVerdict, remaining: Remaining): string {
  const score = `${verdict.confidence_score} of 100`;
  if (verdict.passed)
    return `PASS ${score}: ready for review, ${verdict.passing_gates.length} gate(s) hold. ${remainingLine(remaining)}`.trim();
  const failing = saidOnce(verdict.failing_gates)
    .map((gate) => `${gate.id} (${gate.reason})`)
    .join('; ');
  const word = verdictStatus(verdict) === 'fail' ? 'FAIL' : verdict.recommendation === 'blocked' ? 'BLOCKED' : 'FAIL';
  const again = repeatedLine(verdict);
  if (again !== undefined) return `${word} ${score}: ${again} ${failing}.`;
  if (failing === '') return `${word} ${score}: below the threshold of ${verdict.threshold}.`;
  return `${word} ${score}: ${failing}.`;
}

/** The gates that failed, without the one that repeats what the others found. */
export function saidOnce(failing: readonly GateResult[]): readonly GateResult[] {
  const others = failing.filter(({ id }) => id !== REPEATING_GATE);
  return others.length > 0 ? others : failing;
}

/** Why going on by itself will not help, where a failure came back too often. */
function repeatedLine({ repeated: [worst] = [] }: GateVerdict): string | undefined {
  if (!worst) return undefined;
  const where = [worst.screen, worst.viewport].filter(Boolean).join('@');
  return `${worst.check}${where === '' ? '' : ` of ${where}`} came back on ${worst.count} states of the code, so a person has to look.`;
}

/** Returns what to do now, in one sentence of codeloop's own words. */
export function suggestion(verdict: GateVerdict, remaining: Remaining): string {
  if (verdict.passed) {
    const line = remainingLine(remaining);
    return line === ''
      ? 'Ask a person to review; nothing is left to fix.'
      : `Look at what is left, then ask a person to review. ${line}`;
  }
  const again = repeatedLine(verdict);
  if (again !== undefined) return `Stop and tell a person what was tried: ${again}`;
  const first = [...verdict.failing_gates].sort(byUrgency)[0]?.problems[0];
  if (!first) return 'Run codeloop_verify again.';
  const where = [first.screen, first.viewport].filter(Boolean).join('@');
  return `${where === '' ? '' : `${where}: `}${first.title} ${first.fix ?? ''}`.trim();
}

/** The next call when a stage is green. */
const AFTER: Readonly<Record<Stage, NextCall>> = {
  section: { tool: 'codeloop_check_workflow', arguments: {}, why: 'is behaviour proven too?' },
  release: { tool: 'codeloop_generate_dev_report', arguments: {}, why: 'write down what was done' },
  integration: { tool: 'codeloop_release_readiness', arguments: {}, why: 'judge everything for a release' },
};

/** The calls that show, or hold, what a green verdict leaves. */
function nextForRemaining(
  { differences, difference_count: count, unheld_cells: loose, unheld_screens }: Remaining,
  runId: string,
): NextCall[] {
  const [worst] = differences;
  const why = `${count} visible difference(s) remain`;
  const look =
    worst?.against === 'design'
      ? { tool: 'codeloop_design_compare', arguments: { run_id: runId, detail: 'tiles' }, why }
      : { tool: 'codeloop_visual_review', arguments: { run_id: runId, detail: 'tiles' }, why };
  const hold = {
    tool: 'codeloop_update_baseline',
    arguments: { screens: unheld_screens, reason: 'first accepted look' },
    why: 'nothing says how these screens are to look',
  };
  return [...(worst ? [look] : []), ...(loose > 0 ? [hold] : [])];
}

/** The next calls after a verdict, cheapest first. */
export function nextCalls(verdict: GateVerdict, remaining: Remaining, runId: string): NextCall[] {
  if (verdict.passed) return [...nextForRemaining(remaining, runId), AFTER[verdict.stage]];
  const broken = [...verdict.failing_gates].sort(byUrgency);
  const problems = broken.flatMap((gate) => gate.problems);
  const cell = problems.find((problem) => problem.screen !== undefined);
  const recording = problems.find((problem) => problem.recording_id !== undefined)?.recording_id;
  const calls: NextCall[] = [];
  if (recording !== undefined)
    calls.push({
      tool: 'codeloop_interaction_replay',
      arguments: { recording_id: recording },
      why: 'look at what led to the failure',
    });
  if (broken.some((gate) => gate.id === 'design_compare_evidence'))
    calls.push({ tool: 'codeloop_design_compare', arguments: { run_id: runId }, why: 'look at the worst pair' });
  else if (cell?.screen !== undefined)
    calls.push({
      tool: 'codeloop_capture_screenshot',
      arguments: { screen_name: cell.screen },
      why: 'look at the screen',
    });
  const unlooked = verdict.checks.some(({ id, status }) => id === 'layout-conditions' && status !== 'pass');
  const how = unlooked ? { conditions: ['all'] } : {};
  calls.push({ tool: 'codeloop_verify', arguments: how, why: unlooked ? 'a release asks for it' : 'after fixing' });
  return calls;
}

/** Sorts what the agent can fix before what only a person or the machine can. */
function byUrgency(a: GateResult, b: GateResult): number {
  return Number(b.status === 'fail') - Number(a.status === 'fail');
}

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

import {
  type CheckResult,
  type GateResult,
  type GateVerdict,
  type Problem,
  type Remaining,
  type Stage,
  type Status,
  screensOf,
  shortList,
} from '../../core/vocabulary/gate.js';
import type { Issue } from '../../core/vocabulary/issue.js';
import type { NextCall } from '../../core/vocabulary/tool-result.js';
import type { AskedPart } from '../../live/session.js';
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

/** What to mend first, of what keeps a verdict from passing, and how many issues there are besides. */
export interface FirstRepair {
  issue: Issue;
  others: number;
}

/** Where an issue is, and what to do about it, in codeloop's own words: `home@phone, src/app.ts:7: The page threw an error. Fix it.` */
export function repairLine({ screens, viewports, file, line, title, repair_task: task }: Issue): string {
  const place = [shortList(screens), shortList(viewports)].filter(Boolean).join('@');
  const source = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`;
  const where = [place, source].filter(Boolean).join(', ');
  return `${where === '' ? '' : `${where}: `}${title} ${task}`.trim();
}

/** Returns what to do now, in one sentence of codeloop's own words. `first`: what to mend first, where it was looked up. */
export function suggestion(verdict: GateVerdict, remaining: Remaining, first?: FirstRepair): string {
  if (verdict.passed) {
    const line = remainingLine(remaining);
    return line === ''
      ? 'Ask a person to review; nothing is left to fix.'
      : `Look at what is left, then ask a person to review. ${line}`;
  }
  const again = repeatedLine(verdict);
  if (again !== undefined) return `Stop and tell a person what was tried: ${again}`;
  if (first) return repairLine(first.issue);
  const problem = [...verdict.failing_gates].sort(byUrgency)[0]?.problems[0];
  if (!problem) return 'Run codeloop_verify again.';
  const where = [shortList(screensOf(problem).map(({ screen }) => screen)), problem.viewport].filter(Boolean).join('@');
  return `${where === '' ? '' : `${where}: `}${problem.title} ${problem.fix ?? ''}`.trim();
}

/** The next call when a stage is green. */
const AFTER: Readonly<Record<Stage, NextCall>> = {
  section: { tool: 'codeloop_check_workflow', arguments: {}, why: 'is behaviour proven too?' },
  release: { tool: 'codeloop_generate_dev_report', arguments: {}, why: 'write down what was done' },
  integration: { tool: 'codeloop_release_readiness', arguments: {}, why: 'judge everything for a release' },
};

/** The calls that show, or hold, what a green verdict leaves. */
function nextForRemaining(
  { differences, difference_count: count, unheld_screens: screens, unheld_screen_count: unheld }: Remaining,
  runId: string,
): NextCall[] {
  const [worst] = differences;
  const why = `${count} visible difference(s) remain`;
  const look =
    worst?.against === 'design'
      ? { tool: 'codeloop_design_compare', arguments: { run_id: runId, detail: 'tiles' }, why }
      : { tool: 'codeloop_visual_review', arguments: { run_id: runId, detail: 'tiles' }, why };
  const reason = 'first accepted look';
  // Too many to be named are all that nothing holds: the call names none then.
  const hold = {
    tool: 'codeloop_update_baseline',
    arguments: unheld > screens.length ? { reason } : { screens, reason },
    why: `nothing says how ${unheld > screens.length ? `${unheld} screens` : 'these screens'} are to look`,
  };
  return [...(worst ? [look] : []), ...(unheld > 0 ? [hold] : [])];
}

/**
 * The next calls after a verdict. After one that has not passed: the repair of what is to be mended first, with all that is known of it; the
 * call that proves that repair; what shows it as it happened or as it looks.
 */
export function nextCalls(verdict: GateVerdict, remaining: Remaining, runId: string, first?: FirstRepair): NextCall[] {
  if (verdict.passed) return [...nextForRemaining(remaining, runId), AFTER[verdict.stage]];
  const unlooked = verdict.checks.some(({ id, status }) => id === 'layout-conditions' && status !== 'pass');
  const whole: NextCall = unlooked
    ? { tool: 'codeloop_verify', arguments: { conditions: ['all'] }, why: 'a release asks for it' }
    : { tool: 'codeloop_verify', arguments: {}, why: 'after fixing' };
  if (!first) return [whole];
  const { issue, others } = first;
  const proof = issue.verify_with.tool === whole.tool && isWhole(issue.verify_with) ? whole : issue.verify_with;
  return [
    { tool: 'codeloop_diagnose', arguments: { run_id: runId }, why: firstLine(issue, others) },
    proof,
    ...look(verdict, issue, runId),
  ];
}

const isWhole = (call: NextCall) => Object.keys(call.arguments).length === 0;

function firstLine(issue: Issue, others: number): string {
  const who = { needs_human: 'a person decides first', could_not_run: 'get this to run first' };
  const begin = issue.status === 'needs_human' || issue.status === 'could_not_run' ? who[issue.status] : 'mend first';
  return `${begin}: ${repairLine(issue).replace(/\.$/, '')}${others > 0 ? `; ${others} more issue(s)` : ''}`;
}

/** What shows an issue to the eye, where a reply has not shown it yet. */
function look({ failing_gates: gates }: GateVerdict, { category }: Issue, runId: string): NextCall[] {
  const recording = gates.flatMap(({ problems }) => problems).find(({ recording_id: id }) => id !== undefined);
  if (category === 'visual')
    return [{ tool: 'codeloop_design_compare', arguments: { run_id: runId }, why: 'look at the worst pair' }];
  if (recording?.recording_id === undefined) return [];
  const given = { recording_id: recording.recording_id };
  return [{ tool: 'codeloop_interaction_replay', arguments: given, why: 'look at what led to the failure' }];
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
    places: asked,
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

/** True when a finding is at one of some places; without a screen it is about all. */
export function isInside(problem: Problem, asked: readonly Place[]): boolean {
  if (problem.screen === undefined) return true;
  // One finding can name several screens or viewports, with commas.
  return screensOf(problem).some(({ screen, viewport }) => {
    const viewports = viewport?.split(', ');
    return asked.some((place) => screen === place.screen && (viewports?.includes(place.viewport) ?? true));
  });
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

import type { CheckResult, GateResult, Problem, Recommendation, Status } from '../core/vocabulary/gate.js';
import type { Pair, PairOutcome, Region, RegionProperty, Shift } from '../core/vocabulary/pair.js';
import type { NextCall } from '../core/vocabulary/tool-result.js';

/** Status of an entry of the report; `not_compared`: a good picture that was compared with nothing. */
export type EntryStatus = Status | 'not_compared';

/** The problems behind one gate; `total` counts those too that were cut from the lists before they came here. */
interface GateProblems {
  problems: Problem[];
  total: number;
}

/** Problems of a gate from its checks, blocking checks first; from the gate itself where no check lists any. */
export function problemsOfGate(gate: GateResult, checks: readonly CheckResult[]): GateProblems {
  const own = checks
    .filter((check) => check.gate === gate.id && check.problems.length > 0)
    .sort((a, b) => Number(b.severity === 'block') - Number(a.severity === 'block'));
  if (own.length === 0) return { problems: gate.problems, total: gate.problems.length };
  return {
    problems: own.flatMap((check) => check.problems),
    total: own.reduce((sum, check) => sum + Math.max(check.problem_count, check.problems.length), 0),
  };
}

/** A suggested call as one readable line: `codeloop_verify {"screens":["home"]}`. */
export function nextCommand(call: NextCall): string {
  const given = Object.keys(call.arguments).length > 0;
  return given ? `${call.tool} ${JSON.stringify(call.arguments)}` : call.tool;
}

/** Status words as people read them. */
export const statusLabels: Readonly<Record<EntryStatus, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  needs_human: 'Needs a person',
  could_not_run: 'Could not run',
  not_compared: 'Not compared',
};

/** The gates' recommendation, as a headline. */
export const recommendationLabels: Readonly<Record<Recommendation, string>> = {
  ready_for_review: 'Ready for review',
  continue_fixing: 'Keep fixing',
  blocked: 'Blocked',
};

/** Headline of a run that no gate has judged. */
export const statusHeadlines: Readonly<Record<Status, string>> = {
  pass: 'Passed',
  fail: 'Did not pass',
  needs_human: 'Needs a person',
  could_not_run: 'Could not run',
};

/** The outcome of a pair, in a few words. */
export const outcomeLabels: Readonly<Record<PairOutcome, string>> = {
  match: 'Matches',
  mismatch: 'Differs',
  'size-mismatch': 'Different size',
  'missing-reference': 'No reference',
  'missing-actual': 'No screenshot',
  unreadable: 'Unreadable',
};

/** Share of equal pixels as a percentage with two decimals, rounded down like the score itself: 0.9999 is `99.99 %`. */
export function percent(score: number): string {
  // 1e-9 against 0.9842 * 10000 = 9841.999…
  return `${(Math.floor(score * 10_000 + 1e-9) / 100).toFixed(2)} %`;
}

/** A threshold as it was set: `95 %`, `99.9 %`. */
export function shortPercent(ratio: number): string {
  return `${Math.round(ratio * 10_000) / 100} %`;
}

/** Whole number with thousands separators, the same in every locale. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 region`, `3 regions`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `1440 × 900`. */
export function dimensions(size: { width: number; height: number }): string {
  return `${size.width} × ${size.height}`;
}

/** ISO time as `2026-05-04 10:22:31 UTC`; what is not a time is returned as it came. */
export function moment(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Time between two ISO times as `1 min 12 s` or `3.4 s`; nothing when either is no time. */
export function duration(from: string, to: string): string | undefined {
  const ms = new Date(to).getTime() - new Date(from).getTime();
  if (!Number.isFinite(ms) || ms < 0) return undefined;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** By how much a length of an element differs, CSS px to a tenth; 0 where the property is no length, or the same. */
export function byOf({ expected, actual }: Pick<RegionProperty, 'expected' | 'actual'>): number {
  const by = Math.round((Number.parseFloat(actual) - Number.parseFloat(expected)) * 10) / 10;
  return Number.isFinite(by) ? by : 0;
}

/** Returns a sentence that describes a shift to a reader. */
export function shiftSentence(shift: Shift): string {
  const what = shift.axis === 'y' ? 'high' : 'wide';
  const verb = shift.by > 0 ? 'inserted' : 'removed';
  return `A band ${Math.abs(shift.by)} px ${what} was ${verb} at ${shift.axis} = ${shift.at}.`;
}

/** `1 critical, 2 minor`; empty for no regions. */
export function severityCounts(regions: readonly Region[]): string {
  return (['critical', 'major', 'minor'] as const)
    .map((severity) => [regions.filter((region) => region.severity === severity).length, severity] as const)
    .filter(([many]) => many > 0)
    .map(([many, severity]) => `${many} ${severity}`)
    .join(', ');
}

/** One sentence on a pair: outcome, score against threshold, regions. */
export function pairSentence(pair: Pair): string {
  const parts: string[] = [outcomeLabels[pair.outcome]];
  if (pair.score !== undefined) {
    const bar = pair.threshold === undefined ? '' : ` (needs ${shortPercent(pair.threshold)})`;
    parts.push(`${percent(pair.score)}${bar}`);
  }
  if (pair.regions.length > 0) parts.push(severityCounts(pair.regions));
  return parts.join(', ');
}

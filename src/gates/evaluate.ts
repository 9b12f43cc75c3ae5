import type { AnyCheck, CheckOutcome } from '../checks/define-check.js';
import { type Evidence, OVER_RESULTS, type OverResults } from '../checks/evidence.js';
import type {
  CheckResult,
  GateResult,
  GateVerdict,
  Iterations,
  Problem,
  Recommendation,
  RepeatedFailure,
  Stage,
  Status,
} from '../core/vocabulary/gate.js';

/** The checks that must hold for a stage: data, not code. `Id`: ids of the checks. */
export interface Gate<Id extends string = string> {
  id: string;
  stages: readonly Stage[];
  weight: number | 'blocks';
  title: string;
  failureTitle: string;
  description: string;
  /** True, or the reason why the gate has nothing to judge, as the evidence tells it. A part that could not be had is no reason. */
  applies(evidence: Partial<Evidence>): true | string;
  /** `stages`: asked only there; default: wherever the gate is. */
  checks: readonly { id: Id; severity: 'block' | 'warn'; stages?: readonly Stage[] }[];
}

/** Problems kept of a check, from which a report marks each screen, and of a gate; the count of all is kept beside them. */
const MAX_PROBLEMS = 300;
const MAX_OF_GATE = 50;

/** Makes the parts of the evidence that are derived from results, in the order of the gates. */
interface ResultParts {
  contradictions(results: readonly CheckResult[]): OverResults['contradictions'];
  issues(results: readonly CheckResult[]): OverResults['issues'];
}

/** A verdict with what its second round looked at. */
interface Evaluation {
  verdict: GateVerdict;
  over: Partial<OverResults>;
}

/**
 * Judges every gate of the stage, each check once, in two rounds: first all checks over raw evidence, then those over results of checks,
 * by the part that they require; without `parts` these have nothing to look at but what `evidence` holds. Pure: same evidence, same verdict.
 * `confidence_score = 100 * sum(weight of passing) / sum(weight of applicable)`, rounded down to one decimal.
 * Throws nothing; a gate that names an unknown check is a programming error that the tests find, judged as could_not_run here.
 */
export function evaluateGates(
  gates: readonly Gate[],
  checks: readonly AnyCheck[],
  evidence: Partial<Evidence>,
  stage: Stage,
  threshold: number,
  parts?: ResultParts,
): Evaluation {
  const applicable: Gate[] = [];
  const notApplicable: GateVerdict['not_applicable'] = [];
  for (const gate of gates.filter((candidate) => candidate.stages.includes(stage))) {
    const applies = gate.applies(evidence);
    if (applies === true) applicable.push(gate);
    else notApplicable.push({ id: gate.id, reason: applies });
  }
  const asked = applicable.flatMap((gate) =>
    gate.checks
      .filter(({ stages }) => stages?.includes(stage) ?? true)
      .map(
        ({ id, severity }): AskedCheck => ({ gate: gate.id, id, severity, check: checks.find((one) => one.id === id) }),
      ),
  );
  const { results: judged, over, outcomes } = twoRounds(asked, evidence, parts);
  const results = applicable.map((gate) =>
    gateResult(
      gate,
      judged.filter((result) => result.gate === gate.id),
      outcomes,
    ),
  );
  const passing = results.filter((result) => result.status === 'pass');
  const failing = results.filter((result) => result.status !== 'pass');
  const score = confidence(passing, results);
  return {
    over,
    verdict: {
      stage,
      passed: failing.length === 0 && score >= threshold,
      recommendation: recommend(failing, score, threshold),
      confidence_score: score,
      threshold,
      failing_gates: failing,
      passing_gates: passing,
      not_applicable: notApplicable,
      checks: judged,
    },
  };
}

/** A check that a gate asks. */
interface AskedCheck {
  gate: string;
  id: string;
  severity: CheckResult['severity'];
  check: AnyCheck | undefined;
}

/** The results in the order in which they are asked, each check judged once. */
function twoRounds(
  asked: readonly AskedCheck[],
  evidence: Partial<Evidence>,
  parts: ResultParts | undefined,
): { results: CheckResult[]; over: Partial<OverResults>; outcomes: ReadonlyMap<string, CheckOutcome> } {
  const outcomes = new Map<string, CheckOutcome>();
  const results = () => asked.flatMap((one) => resultOf(one, outcomes.get(one.id)) ?? []);
  let over: Partial<OverResults> = {};
  const judgeThose = (last: keyof OverResults | undefined) => {
    for (const { id, check } of asked)
      if (check && !outcomes.has(id) && lastPart(check) === last) outcomes.set(id, check.run({ ...evidence, ...over }));
  };
  judgeThose(undefined);
  if (parts) over = { contradictions: parts.contradictions(results()) };
  judgeThose('contradictions');
  if (parts) over = { ...over, checkResults: results() };
  judgeThose('checkResults');
  if (parts) over = { ...over, issues: parts.issues(results()) };
  judgeThose('issues');
  return { results: results(), over, outcomes };
}

/** The last of the parts over results that a check requires; undefined: raw evidence is enough. */
function lastPart({ requires }: AnyCheck): keyof OverResults | undefined {
  return OVER_RESULTS.findLast((part) => requires.includes(part));
}

/** A check's outcome as a gate's result; undefined while the check was not judged yet. */
function resultOf(
  { gate, id, severity, check }: AskedCheck,
  outcome: CheckOutcome | undefined,
): CheckResult | undefined {
  if (!check)
    return {
      id,
      title: id,
      status: 'could_not_run',
      severity,
      gate,
      problems: [{ title: `There is no check ${id}.` }],
      problem_count: 1,
      examined: 0,
    };
  if (!outcome) return undefined;
  return {
    id,
    title: titleFor(outcome.status, { ...check, failureTitle: outcome.failureTitle ?? check.failureTitle }),
    status: outcome.status,
    severity,
    gate,
    problems: outcome.problems.slice(0, MAX_PROBLEMS),
    problem_count: outcome.problems.length,
    examined: outcome.examined,
  };
}

/** `outcomes`: of the checks by their ids. Where each that fails says in words of its own what failed, the gate's do not stand above them. */
function gateResult(
  gate: Gate,
  checks: readonly CheckResult[],
  outcomes: ReadonlyMap<string, CheckOutcome>,
): GateResult {
  const blocking = checks.filter((check) => check.severity === 'block' && check.status !== 'pass');
  const status = worst(blocking.map((check) => check.status));
  const problems: Problem[] = blocking.flatMap((check) => check.problems);
  const own = blocking.map(({ id }) => outcomes.get(id)?.failureTitle);
  const said = own.every((one) => one !== undefined) ? own[0] : undefined;
  return {
    id: gate.id,
    title: titleFor(status, { ...gate, failureTitle: said ?? gate.failureTitle }),
    status,
    weight: gate.weight,
    reason: blocking.length === 0 ? gate.title : blocking.map((check) => `${check.title} (${why(check)})`).join('; '),
    problems: problems.slice(0, MAX_OF_GATE),
  };
}

/** Returns the title of a result: a check that could not run has not failed, and says what is unknown. */
function titleFor(status: Status, { title, failureTitle }: Pick<AnyCheck, 'title' | 'failureTitle'>): string {
  if (status === 'pass') return title;
  return status === 'could_not_run' ? `Not known: ${title.charAt(0).toLowerCase()}${title.slice(1)}` : failureTitle;
}

/** Returns the number of a check's problems; for one that could not run, the first reason. */
function why({ status, problem_count: count, problems }: CheckResult): string {
  const reason = status === 'could_not_run' ? problems[0]?.title.replace(/\.$/, '') : undefined;
  return reason ?? String(count);
}

/** A failure the agent can fix outranks what only a person or the machine can help with. */
function worst(statuses: readonly Status[]): Status {
  return (['fail', 'needs_human', 'could_not_run'] as const).find((status) => statuses.includes(status)) ?? 'pass';
}

function confidence(passing: readonly GateResult[], all: readonly GateResult[]): number {
  const total = weightOf(all);
  return total === 0 ? 0 : Math.floor((1000 * weightOf(passing)) / total) / 10;
}

function weightOf(gates: readonly GateResult[]): number {
  return gates.reduce((sum, gate) => sum + (gate.weight === 'blocks' ? 0 : gate.weight), 0);
}

function recommend(failing: readonly GateResult[], score: number, threshold: number): Recommendation {
  if (failing.length === 0 && score >= threshold) return 'ready_for_review';
  return failing.some((gate) => gate.status === 'fail') ? 'continue_fixing' : 'blocked';
}

/**
 * Counts how often each failure of a branch came back, this verdict included. A failure is its gate, check, screen, viewport,
 * element and file; it is counted once for each code state that still has it, and forgotten by a green verdict only, so that
 * one which comes and goes is counted on. What only a person or the machine can help with is no failure of the code.
 */
function countIterations(before: Iterations, verdict: GateVerdict, tree: string): Iterations {
  if (verdict.passed) return {};
  const counted = { ...before };
  for (const check of verdict.checks) {
    if (check.status !== 'fail' || check.severity !== 'block') continue;
    for (const { screen, viewport, element, file } of check.problems) {
      const key = JSON.stringify([check.gate, check.id, screen ?? '', viewport ?? '', element ?? '', file ?? '']);
      const known = counted[key];
      if (known?.tree !== tree) counted[key] = { count: (known?.count ?? 0) + 1, tree };
    }
  }
  return counted;
}

/** The failures that this verdict still has and that came back `limit` times or more, the most frequent first. */
function repeatedFailures(iterations: Iterations, tree: string, limit: number): RepeatedFailure[] {
  return Object.entries(iterations)
    .filter(([, { count, tree: last }]) => count >= limit && last === tree)
    .map(([key, { count }]) => {
      const [gate = '', check = '', screen = '', viewport = '', element = '', file = ''] = readKey(key);
      const where = Object.entries({ screen, viewport, element, file }).filter(([, value]) => value !== '');
      return { gate, check, ...Object.fromEntries(where), count };
    })
    .toSorted((a, b) => b.count - a.count);
}

/** The verdict, `blocked` once a failure came back so often that more of the same will not fix it. */
export function limitIterations(verdict: GateVerdict, before: Iterations, tree: string, limit: number): GateVerdict {
  const iterations = countIterations(before, verdict, tree);
  const repeated = repeatedFailures(iterations, tree, limit);
  const blocked = repeated.length > 0 && verdict.recommendation === 'continue_fixing';
  return {
    ...verdict,
    iterations,
    ...(repeated.length > 0 ? { repeated } : {}),
    ...(blocked ? { recommendation: 'blocked' as const } : {}),
  };
}

function readKey(key: string): string[] {
  const parts: unknown = JSON.parse(key);
  return Array.isArray(parts) ? parts.map(String) : [];
}

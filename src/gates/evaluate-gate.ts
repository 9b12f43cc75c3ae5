import type { AnyCheck } from '../checks/define-check.js';
import type { Evidence } from '../checks/evidence.js';
import type { CheckResult, Problem, Status } from '../core/vocabulary/check.js';
import type { GateResult, GateVerdict, Recommendation } from '../core/vocabulary/gate.js';
import type { Gate, GateFacts } from './define-gate.js';

/** Problems kept per check; the count of all is kept beside them. */
const MAX_PROBLEMS = 50;

/**
 * Judges every gate of the stage over the evidence. Pure: same evidence, same verdict.
 * `confidence_score = 100 * sum(weight of passing) / sum(weight of applicable)`, rounded down to one decimal (contract section 7).
 * Throws nothing; a gate that names an unknown check is a programming error that the tests find, judged as could_not_run here.
 */
export function evaluateGates(
  gates: readonly Gate[],
  checks: readonly AnyCheck[],
  evidence: Partial<Evidence>,
  facts: GateFacts,
  threshold: number,
): GateVerdict {
  const results: GateResult[] = [];
  const judged: CheckResult[] = [];
  const notApplicable: GateVerdict['not_applicable'] = [];
  for (const gate of gates.filter((candidate) => candidate.stages.includes(facts.stage))) {
    const applies = gate.applies(facts);
    if (applies !== true) {
      notApplicable.push({ id: gate.id, reason: applies });
      continue;
    }
    const own = gate.checks
      .filter(({ stages }) => stages?.includes(facts.stage) ?? true)
      .map(({ id, severity }) => judge(gate.id, id, severity, checks, evidence));
    judged.push(...own);
    results.push(gateResult(gate, own));
  }
  const passing = results.filter((result) => result.status === 'pass');
  const failing = results.filter((result) => result.status !== 'pass');
  const score = confidence(passing, results);
  return {
    stage: facts.stage,
    passed: failing.length === 0 && score >= threshold,
    recommendation: recommend(failing, score, threshold),
    confidence_score: score,
    threshold,
    failing_gates: failing,
    passing_gates: passing,
    not_applicable: notApplicable,
    checks: judged,
  };
}

function judge(
  gate: string,
  id: string,
  severity: CheckResult['severity'],
  checks: readonly AnyCheck[],
  evidence: Partial<Evidence>,
): CheckResult {
  const check = checks.find((candidate) => candidate.id === id);
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
  const outcome = check.run(evidence);
  return {
    id,
    title: outcome.status === 'pass' ? check.title : check.failureTitle,
    status: outcome.status,
    severity,
    gate,
    problems: outcome.problems.slice(0, MAX_PROBLEMS),
    problem_count: outcome.problems.length,
    examined: outcome.examined,
  };
}

function gateResult(gate: Gate, checks: readonly CheckResult[]): GateResult {
  const blocking = checks.filter((check) => check.severity === 'block' && check.status !== 'pass');
  const status = worst(blocking.map((check) => check.status));
  const problems: Problem[] = blocking.flatMap((check) => check.problems);
  return {
    id: gate.id,
    title: status === 'pass' ? gate.title : gate.failureTitle,
    status,
    weight: gate.weight,
    reason:
      blocking.length === 0
        ? gate.title
        : blocking.map((check) => `${check.title} (${check.problem_count})`).join('; '),
    problems: problems.slice(0, MAX_PROBLEMS),
  };
}

/** A failure the agent can mend outranks what only a person or the machine can help with. */
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

import type { CheckResult, Problem } from '../core/vocabulary/check.js';
import type { GateResult } from '../core/vocabulary/gate.js';

/** The problems behind one gate; `total` counts those too that were cut from the lists before they came here. */
export interface GateProblems {
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

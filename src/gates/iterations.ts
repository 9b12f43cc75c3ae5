import type { GateVerdict, Iterations, RepeatedFailure } from '../core/vocabulary/gate.js';

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

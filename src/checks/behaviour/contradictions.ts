import type { CheckResult } from '../../core/vocabulary/gate.js';
import type { DesignCompare, Pair } from '../../core/vocabulary/pair.js';
import type { Cell } from '../../core/vocabulary/run.js';

/** A stored result, and what it is to follow from. */
export interface StoredResults {
  compare: DesignCompare | undefined;
  /** `checks.json`, with when it was written. */
  checks: { results: readonly CheckResult[]; at: string } | undefined;
  /** Every version of every cell. */
  cells: readonly Cell[];
  /** The same checks as the raw evidence has them now; only those that cells alone decide. */
  derived: readonly CheckResult[];
}

/**
 * Returns the places where stored results do not follow from the raw evidence: scores that their own counts contradict, pairs of pictures that the
 * run does not hold, checks that were stored as passed and are not. Sentences of our own; empty when all agree.
 */
export function contradictions({ compare, checks, cells, derived }: StoredResults): string[] {
  const pairs = (compare?.pairs ?? []).flatMap((pair) => pairContradictions(pair, cells));
  const scores = (compare?.pairs ?? []).flatMap(({ score }) => (score === undefined ? [] : [score]));
  const lowest = scores.length > 0 ? Math.min(...scores) : undefined;
  const summary =
    compare && compare.min_score !== lowest
      ? [
          `The comparison says that the lowest score is ${compare.min_score ?? 'unknown'}; of its pairs it is ${lowest ?? 'unknown'}.`,
        ]
      : [];
  return [...pairs, ...summary, ...checkContradictions(checks, cells, derived)];
}

function pairContradictions(pair: Pair, cells: readonly Cell[]): string[] {
  const { screen, viewport, score, diff_pixels: differing, total_pixels: total, threshold } = pair;
  const name = `The stored pair ${screen}@${viewport}`;
  const found: string[] = [];
  if (score !== undefined && differing !== undefined && total !== undefined && total > 0) {
    // A score is rounded down to four decimals, so that no difference rounds up to a match.
    const derived = Math.floor(((total - differing) * 10_000) / total) / 10_000;
    if (derived !== score) found.push(`${name} says ${score}; its own counts of pixels give ${derived}.`);
  }
  if (pair.outcome === 'match' && score !== undefined && score < (threshold ?? 0))
    found.push(`${name} says that it matches, with a score below its threshold.`);
  const picture = pair.actual?.sha256;
  const own = cells.filter((cell) => cell.screen === screen && cell.viewport === viewport);
  if (picture !== undefined && !own.some((cell) => cell.screenshot?.image.sha256 === picture))
    found.push(`${name} compares a picture that no capture of this cell took.`);
  return found;
}

function checkContradictions(
  stored: StoredResults['checks'],
  cells: readonly Cell[],
  derived: readonly CheckResult[],
): string[] {
  // Pictures that were taken later may say something else.
  if (!stored || cells.some(({ captured_at: at }) => at > stored.at)) return [];
  return derived.flatMap(({ id, status }) => {
    const before = stored.results.find((one) => one.id === id);
    return before?.status === 'pass' && status !== 'pass'
      ? [`checks.json says that ${id} passed; the evidence it was made from says that it did not.`]
      : [];
  });
}

import type { Status } from '../core/vocabulary/gate.js';
import type { Pair } from '../core/vocabulary/pair.js';

/** Outcomes from worst to best, for pairs without a score. */
const RANK: readonly Pair['outcome'][] = [
  'unreadable',
  'missing-actual',
  'size-mismatch',
  'mismatch',
  'missing-reference',
  'match',
];

/** Worst first: outcome, then score, then name, so that the order never depends on timing. */
export function worstFirst<Compared extends Pair>(pairs: readonly Compared[]): Compared[] {
  return [...pairs].sort(
    (a, b) =>
      RANK.indexOf(a.outcome) - RANK.indexOf(b.outcome) ||
      (a.score ?? 0) - (b.score ?? 0) ||
      (`${a.screen}@${a.viewport}` < `${b.screen}@${b.viewport}` ? -1 : 1),
  );
}

/** The pair to look at first. */
export function worstPair(pairs: readonly Pair[]): Pair | undefined {
  return worstFirst(pairs)[0];
}

/** `pass` when everything that has a reference matches; a reference that cannot be read is `could_not_run`. */
export function pairsStatus(pairs: readonly Pair[]): Status {
  const judged = pairs.filter((pair) => pair.outcome !== 'missing-reference');
  if (
    judged.some(
      (pair) => pair.outcome === 'mismatch' || pair.outcome === 'size-mismatch' || pair.outcome === 'missing-actual',
    )
  )
    return 'fail';
  if (judged.length === 0 || judged.some((pair) => pair.outcome === 'unreadable')) return 'could_not_run';
  return 'pass';
}

/** Returns one line in codeloop's words: `home@mobile: 0.9120 < 0.95, 3 regions (1 critical)`. */
export function pairLine(pair: Pair): string {
  const where = pair.viewport === '' ? pair.screen : `${pair.screen}@${pair.viewport}`;
  if (pair.score === undefined) return `${where}: ${pair.outcome}`;
  const { reference, actual } = pair.size;
  const size =
    pair.outcome === 'size-mismatch'
      ? `, size ${reference?.width}x${reference?.height} against ${actual?.width}x${actual?.height}`
      : '';
  const critical = pair.regions.filter((region) => region.severity === 'critical').length;
  const regions =
    pair.regions.length === 0
      ? ''
      : `, ${pair.regions.length} region${pair.regions.length === 1 ? '' : 's'}${critical > 0 ? ` (${critical} critical)` : ''}`;
  const against =
    pair.threshold === undefined ? '' : pair.score >= pair.threshold ? ` >= ${pair.threshold}` : ` < ${pair.threshold}`;
  return `${where}: ${pair.outcome}, ${pair.score.toFixed(4)}${against}${size}${regions}`;
}

import type { LineMatch, LineRun } from './line-profiles.js';

/** Equal rows, with those of them that occur once only in each picture: what the run rests on, blank rows are equal everywhere. */
interface EqualRun extends LineRun {
  anchors: number;
}

/** Anchors from which a run counts: fewer equal rows can lie anywhere by chance. */
const FEWEST_ANCHORS = 8;

/**
 * Matches the rows of two pictures by their signatures, in order, without crossing: patience diff (Bram Cohen,
 * https://bramcohen.livejournal.com/73318.html). Rows that occur once in each picture are anchors, the longest ascending sequence
 * of them counts, and each grows up and down over equal rows. Blank and repeated rows so never decide, and the cost is
 * n log n where a shortest edit script would be quadratic on pages that have little in common.
 */
export function matchSignatures(reference: Float64Array, actual: Float64Array): LineMatch {
  const runs = equalRuns(reference, actual).filter(({ anchors }) => anchors >= FEWEST_ANCHORS);
  return {
    runs,
    lines: { reference: reference.length, actual: actual.length },
    equal: (a, b) => reference[a] === actual[b],
  };
}

function equalRuns(reference: Float64Array, actual: Float64Array): EqualRun[] {
  const anchors = longestAscending(uniquePairs(reference, actual));
  const runs: EqualRun[] = [];
  for (const [index, anchor] of anchors.entries()) {
    const last = runs.at(-1);
    if (last && anchor.actual < last.actual + last.count) {
      // Inside the last run: on its diagonal it is one more anchor; off it, it contradicts what has grown there.
      if (anchor.reference - last.reference === anchor.actual - last.actual) last.anchors++;
      continue;
    }
    const floor = { reference: last ? last.reference + last.count : 0, actual: last ? last.actual + last.count : 0 };
    if (anchor.reference < floor.reference) continue;
    let up = 0;
    while (
      anchor.reference - up > floor.reference &&
      anchor.actual - up > floor.actual &&
      reference[anchor.reference - up - 1] === actual[anchor.actual - up - 1]
    )
      up++;
    // The next anchor off this diagonal is the limit: growing past it would take equal blank rows away from it.
    const next = nextOffDiagonal(anchors, index);
    const ceiling = { reference: next?.reference ?? reference.length, actual: next?.actual ?? actual.length };
    let down = 1;
    while (
      anchor.reference + down < ceiling.reference &&
      anchor.actual + down < ceiling.actual &&
      reference[anchor.reference + down] === actual[anchor.actual + down]
    )
      down++;
    runs.push({ reference: anchor.reference - up, actual: anchor.actual - up, count: up + down, anchors: 1 });
  }
  return runs;
}

function nextOffDiagonal(anchors: readonly Anchor[], index: number): Anchor | undefined {
  const offset = offsetOf(anchors[index]);
  for (let at = index + 1; at < anchors.length; at++) if (offsetOf(anchors[at]) !== offset) return anchors[at];
  return undefined;
}

function offsetOf(anchor: Anchor | undefined): number {
  return anchor ? anchor.actual - anchor.reference : 0;
}

interface Anchor {
  reference: number;
  actual: number;
}

/** Rows whose signature occurs once in each picture, by their place in the reference. */
function uniquePairs(reference: Float64Array, actual: Float64Array): Anchor[] {
  const inReference = placesOfUnique(reference);
  const inActual = placesOfUnique(actual);
  const pairs: Anchor[] = [];
  for (const [signature, place] of inReference) {
    const other = inActual.get(signature);
    if (other !== undefined && place !== -1 && other !== -1) pairs.push({ reference: place, actual: other });
  }
  return pairs.sort((a, b) => a.reference - b.reference);
}

/** Signature to place; -1 when it occurs more than once. */
function placesOfUnique(signatures: Float64Array): Map<number, number> {
  const places = new Map<number, number>();
  for (const [place, signature] of signatures.entries()) places.set(signature, places.has(signature) ? -1 : place);
  return places;
}

/** The longest subsequence that ascends in `actual` too (patience sorting, Aldous and Diaconis 1999). */
function longestAscending(pairs: readonly Anchor[]): Anchor[] {
  const piles: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  for (const [index, pair] of pairs.entries()) {
    let [low, high] = [0, piles.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[piles[middle] ?? 0]?.actual ?? 0) < pair.actual) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[index] = piles[low - 1] ?? -1;
    piles[low] = index;
  }
  const ascending: Anchor[] = [];
  for (let index = piles.at(-1) ?? -1; index !== -1; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair) ascending.push(pair);
  }
  return ascending.reverse();
}

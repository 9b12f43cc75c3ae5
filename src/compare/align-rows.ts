import type { Shift } from '../core/vocabulary/pair.js';
import { matchRows, type RowRun } from './match-rows.js';
import type { RowBand } from './pixel-diff.js';

/** Rows of the reference and of the actual picture that belong together. */
export interface Stretch {
  reference: number;
  actual: number;
  rows: number;
}

/** How the rows of the actual picture came from those of the reference. Everything in order, top down. */
export interface Alignment {
  stretches: Stretch[];
  /** Bands of the actual picture that the reference does not have. */
  inserted: RowBand[];
  /** Bands of the reference that the actual picture does not have, and where they would be in it. */
  removed: { band: RowBand; at: number }[];
  shifts: Shift[];
  /** Rows that are equal in both. */
  equal: number;
}

/** Anchors from which a run counts: fewer equal rows can lie anywhere by chance. */
const FEWEST_ANCHORS = 8;

/** More shifts than this are no shifts but another page. */
const MOST_SHIFTS = 8;

/**
 * Aligns two pictures of the same width by the signatures of their rows (`rowSignatures`). Undefined when nothing was shifted, or
 * when too little is equal to tell. Between two runs with different offsets lies one inserted or removed band, placed where fewer of
 * the rows beside it stay unexplained. What was pushed out of a picture of the same height, or came in below, belongs to no band.
 */
export function alignRows(reference: Float64Array, actual: Float64Array): Alignment | undefined {
  const runs = joinSameOffset(matchRows(reference, actual).filter(({ anchors }) => anchors >= FEWEST_ANCHORS));
  if (!runs.some((run) => run.actual !== run.reference)) return undefined;
  const alignment: Alignment = { stretches: [], inserted: [], removed: [], shifts: [], equal: 0 };
  // The top edges belong together: what shifts the first run was inserted or removed above it.
  let end = { reference: 0, actual: 0 };
  for (const run of runs) {
    joinGap(alignment, end, run, reference, actual);
    addStretch(alignment, run);
    alignment.equal += countEqual(reference, actual, run.reference, run.actual, run.rows);
    end = { reference: run.reference + run.rows, actual: run.actual + run.rows };
  }
  finish(alignment, end, reference.length, actual.length);
  return alignment.shifts.length > MOST_SHIFTS ? undefined : alignment;
}

/** Neighbouring runs with one offset are one: the rows between them changed, but did not move. */
function joinSameOffset(runs: readonly RowRun[]): RowRun[] {
  const joined: RowRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && run.actual - run.reference === last.actual - last.reference)
      last.rows = run.actual + run.rows - last.actual;
    else joined.push({ ...run });
  }
  return joined;
}

/** Shares the rows between `end` and the next run out: as many as both have go together, the rest is the band. */
function joinGap(
  alignment: Alignment,
  end: { reference: number; actual: number },
  run: RowRun,
  reference: Float64Array,
  actual: Float64Array,
): void {
  const gap = { reference: run.reference - end.reference, actual: run.actual - end.actual };
  const common = Math.min(gap.reference, gap.actual);
  const by = gap.actual - gap.reference;
  const above = countEqual(reference, actual, end.reference, end.actual, common);
  const below = countEqual(reference, actual, run.reference - common, run.actual - common, common);
  const bandAt = below > above ? 0 : common;
  addStretch(alignment, { reference: end.reference, actual: end.actual, rows: bandAt });
  const at = { reference: end.reference + bandAt, actual: end.actual + bandAt };
  if (by > 0) alignment.inserted.push({ from: at.actual, to: at.actual + by });
  if (by < 0) alignment.removed.push({ band: { from: at.reference, to: at.reference - by }, at: at.actual });
  if (by !== 0) alignment.shifts.push({ axis: 'y', at: at.reference, by });
  addStretch(alignment, {
    reference: at.reference + Math.max(0, -by),
    actual: at.actual + Math.max(0, by),
    rows: common - bandAt,
  });
}

/** What is left below the last run. */
function finish(
  alignment: Alignment,
  end: { reference: number; actual: number },
  referenceRows: number,
  actualRows: number,
): void {
  const left = { reference: referenceRows - end.reference, actual: actualRows - end.actual };
  const common = Math.min(left.reference, left.actual);
  addStretch(alignment, { ...end, rows: common });
  if (referenceRows === actualRows) return;
  if (left.actual > common) alignment.inserted.push({ from: end.actual + common, to: actualRows });
  if (left.reference > common)
    alignment.removed.push({ band: { from: end.reference + common, to: referenceRows }, at: end.actual + common });
}

/** Adds rows that go together, to the last stretch where they continue it. */
function addStretch({ stretches }: Alignment, { reference, actual, rows }: Stretch): void {
  if (rows <= 0) return;
  const last = stretches.at(-1);
  if (last && last.reference + last.rows === reference && last.actual + last.rows === actual) last.rows += rows;
  else stretches.push({ reference, actual, rows });
}

function countEqual(a: Float64Array, b: Float64Array, atA: number, atB: number, rows: number): number {
  let equal = 0;
  for (let row = 0; row < rows; row++) if (a[atA + row] === b[atB + row]) equal++;
  return equal;
}

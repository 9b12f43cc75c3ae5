import type { LineMatch, LineRun, Span } from './match-profiles.js';

/** The lines of the actual picture that belong to lines of the reference, and the bands that do not. Everything in order. */
export interface Alignment {
  /** Lines that belong together. */
  stretches: LineRun[];
  /** Bands of the actual picture that the reference does not have. */
  inserted: Span[];
  /** Bands of the reference that the actual picture does not have, and where they would be in it. */
  removed: { band: Span; at: number }[];
  shifts: { at: number; by: number }[];
  /** Lines that are equal in both. */
  equal: number;
}

/** More shifts than this are no shifts but another page. */
const MOST_SHIFTS = 8;

/**
 * Aligns two pictures by lines that belong together. Undefined when nothing was shifted, or when too little is equal to tell. Between two
 * runs with different offsets lies one inserted or removed band, placed where fewer of the lines beside it stay unexplained. What was
 * pushed out of a picture of the same size, or came in at its end, belongs to no band.
 */
export function alignLines(match: LineMatch): Alignment | undefined {
  const runs = joinSameOffset(match.runs);
  if (!runs.some((run) => run.actual !== run.reference)) return undefined;
  const alignment: Alignment = { stretches: [], inserted: [], removed: [], shifts: [], equal: 0 };
  // The first edges belong together: what shifts the first run was inserted or removed before it.
  let end = { reference: 0, actual: 0 };
  for (const run of runs) {
    joinGap(alignment, end, run, match);
    addStretch(alignment, run);
    alignment.equal += countEqual(match, run.reference, run.actual, run.count);
    end = { reference: run.reference + run.count, actual: run.actual + run.count };
  }
  finish(alignment, end, match.lines);
  return alignment.shifts.length > MOST_SHIFTS ? undefined : alignment;
}

/** Neighbouring runs with one offset are one: the lines between them changed, but did not move. */
function joinSameOffset(runs: readonly LineRun[]): LineRun[] {
  const joined: LineRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last && run.actual - run.reference === last.actual - last.reference)
      last.count = run.actual + run.count - last.actual;
    else joined.push({ ...run });
  }
  return joined;
}

/** Shares the lines between `end` and the next run out: as many as both have go together, the rest is the band. */
function joinGap(
  alignment: Alignment,
  end: { reference: number; actual: number },
  run: LineRun,
  match: LineMatch,
): void {
  const gap = { reference: run.reference - end.reference, actual: run.actual - end.actual };
  const common = Math.min(gap.reference, gap.actual);
  const by = gap.actual - gap.reference;
  const above = countEqual(match, end.reference, end.actual, common);
  const below = countEqual(match, run.reference - common, run.actual - common, common);
  const bandAt = below > above ? 0 : common;
  addStretch(alignment, { reference: end.reference, actual: end.actual, count: bandAt });
  const at = { reference: end.reference + bandAt, actual: end.actual + bandAt };
  if (by > 0) alignment.inserted.push({ from: at.actual, to: at.actual + by });
  if (by < 0) alignment.removed.push({ band: { from: at.reference, to: at.reference - by }, at: at.actual });
  if (by !== 0) alignment.shifts.push({ at: at.reference, by });
  addStretch(alignment, {
    reference: at.reference + Math.max(0, -by),
    actual: at.actual + Math.max(0, by),
    count: common - bandAt,
  });
}

/** Adds what is left below the last run. */
function finish(alignment: Alignment, end: { reference: number; actual: number }, lines: LineMatch['lines']): void {
  const left = { reference: lines.reference - end.reference, actual: lines.actual - end.actual };
  const common = Math.min(left.reference, left.actual);
  addStretch(alignment, { ...end, count: common });
  if (lines.reference === lines.actual) return;
  if (left.actual > common) alignment.inserted.push({ from: end.actual + common, to: lines.actual });
  if (left.reference > common)
    alignment.removed.push({ band: { from: end.reference + common, to: lines.reference }, at: end.actual + common });
}

/** Adds lines that go together, to the last stretch where they continue it. */
function addStretch({ stretches }: Alignment, { reference, actual, count }: LineRun): void {
  if (count <= 0) return;
  const last = stretches.at(-1);
  if (last && last.reference + last.count === reference && last.actual + last.count === actual) last.count += count;
  else stretches.push({ reference, actual, count });
}

function countEqual({ equal }: LineMatch, reference: number, actual: number, count: number): number {
  let found = 0;
  for (let line = 0; line < count; line++) if (equal(reference + line, actual + line)) found++;
  return found;
}

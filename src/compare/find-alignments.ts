import { columnSignatures, rowSignatures } from '../image/line-signatures.js';
import type { RawImage } from '../image/raw-image.js';
import { type Alignment, alignLines } from './align-lines.js';
import type { Lines, Span } from './line-place.js';
import { lineProfiles } from './line-profiles.js';
import { matchProfiles } from './match-profiles.js';
import { matchSignatures } from './match-signatures.js';
import { viewOf } from './pixel-view.js';
import { shiftedSpan } from './shifted-span.js';

/** What is aligned. */
export interface AlignmentRequest {
  reference: RawImage;
  actual: RawImage;
  /** Columns and rows in which anything differs; what stands still beside them (a fixed sidebar, a header) is equal. */
  columns: Span;
  rows: Span;
}

/** A way in which the lines of both pictures may belong together. */
export interface FoundAlignment {
  alignment: Alignment;
  lines: Lines;
}

/**
 * Ways to align the rows (pictures of the same width) or the columns (of the same height), the surest first: by lines that are byte-equal,
 * then by lines that are alike. Nothing is computed before it is asked for.
 */
export function* findAlignments({ reference, actual, columns, rows }: AlignmentRequest): Generator<FoundAlignment> {
  const [sameWidth, sameHeight] = [reference.width === actual.width, reference.height === actual.height];
  if (sameWidth) yield* found(alignRows(reference, actual, columns));
  if (sameHeight) {
    const [a, b] = [columnSignatures(reference, rows), columnSignatures(actual, rows)];
    yield* found({ alignment: alignLines(matchSignatures(a, b)), lines: { axis: 'x', across: rows } });
  }
  if (sameWidth) yield* found(alignAlike(reference, actual, 'y', columns));
  if (sameHeight) yield* found(alignAlike(reference, actual, 'x', rows));
}

/** Aligns lines that are alike: whole ones, else those of the part in which anything differs. */
function alignAlike(reference: RawImage, actual: RawImage, axis: 'x' | 'y', differing: Span): Candidate {
  const [a, b] = [viewOf(reference), viewOf(actual)];
  const whole = { from: 0, to: axis === 'y' ? actual.width : actual.height };
  const align = (across: Span) =>
    alignLines(matchProfiles(lineProfiles(a, { axis, across }), lineProfiles(b, { axis, across })));
  const alignment = align(whole) ?? (differing.to - differing.from < whole.to ? align(differing) : undefined);
  const across = alignment && shiftedSpan(a, b, axis, alignment.stretches);
  return { alignment: across && alignment, lines: { axis, across: across ?? whole } };
}

interface Candidate {
  alignment: Alignment | undefined;
  lines: Lines;
}

function* found({ alignment, lines }: Candidate): Generator<FoundAlignment> {
  if (alignment) yield { alignment, lines };
}

/** Share of the rows that match beside what stands still that must match across the whole width for the whole width to be aligned. */
const WHOLE_WIDTH = 0.9;

/** Aligns whole rows, or only the columns in which anything differs when something beside them stood still. */
function alignRows(reference: RawImage, actual: RawImage, columns: Span): Candidate {
  const whole = { from: 0, to: actual.width };
  const align = (across: Span) =>
    alignLines(matchSignatures(rowSignatures(reference, across), rowSignatures(actual, across)));
  const [byWhole, byColumns] = [align(whole), align(columns)];
  const wholeWidth = byWhole !== undefined && byWhole.equal >= WHOLE_WIDTH * (byColumns?.equal ?? 0);
  return wholeWidth
    ? { alignment: byWhole, lines: { axis: 'y', across: whole } }
    : { alignment: byColumns, lines: { axis: 'y', across: columns } };
}

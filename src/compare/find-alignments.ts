import { luma, type PixelView, type RawImage } from '../image/pixels.js';
import { type Alignment, alignLines } from './align-lines.js';
import { type LineMatch, type LineRun, type Lines, lineProfiles, matchProfiles, type Span } from './match-profiles.js';

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

/** Levels of brightness by which a pixel must differ to count: more than compression leaves on most pixels. */
const APART = 24;

/** Every so many lines are looked at. */
const STEP = 3;

/** Share of the lines looked at by which a position may fit worse shifted and still be taken along: noise. */
const NOISE_SHARE = 0.004;

/**
 * The columns (of shifted rows) or rows (of shifted columns) in which the shift holds: those that fit better shifted than as they are, and
 * what lies beside them as long as it fits no worse, since empty space may go with either. Undefined when nothing fits better.
 */
export function shiftedSpan(
  reference: PixelView,
  actual: PixelView,
  axis: 'x' | 'y',
  stretches: readonly LineRun[],
): Span | undefined {
  const { gains, lines } = gainsOf(reference, actual, axis, stretches);
  // The span with the largest sum (Kadane's algorithm, Bentley 1984).
  let [sum, start, best] = [0, 0, 0];
  const span = { from: 0, to: 0 };
  for (const [at, gain] of gains.entries()) {
    if (sum <= 0) [sum, start] = [0, at];
    sum += gain;
    if (sum > best) [best, span.from, span.to] = [sum, start, at + 1];
  }
  if (best === 0) return undefined;
  const goesAlong = (at: number) => (gains[at] ?? Number.NEGATIVE_INFINITY) >= -NOISE_SHARE * lines;
  while (goesAlong(span.from - 1)) span.from--;
  while (goesAlong(span.to)) span.to++;
  return span;
}

/** Per position across the lines: on how many more lines it fits shifted than as it is. */
function gainsOf(reference: PixelView, actual: PixelView, axis: 'x' | 'y', stretches: readonly LineRun[]) {
  const down = axis === 'y';
  const extent = (view: PixelView) => (down ? [view.height, view.width] : [view.width, view.height]);
  const [[linesA = 0, acrossA = 0], [, acrossB = 0]] = [extent(reference), extent(actual)];
  const gains = new Float64Array(Math.min(acrossA, acrossB));
  const [lineA, acrossStepA] = down ? [reference.stride, 1] : [1, reference.stride];
  const [lineB, acrossStepB] = down ? [actual.stride, 1] : [1, actual.stride];
  let lines = 0;
  for (const { reference: from, actual: to, count } of stretches)
    for (let line = 0; line < count; line += STEP) {
      if (from === to || to + line >= linesA) continue;
      lines++;
      const [shifted, still, there] = [(from + line) * lineA, (to + line) * lineA, (to + line) * lineB];
      for (let at = 0; at < gains.length; at++) {
        const now = actual.pixels[there + at * acrossStepB] ?? 0;
        const unmoved = reference.pixels[still + at * acrossStepA] ?? 0;
        const moved = reference.pixels[shifted + at * acrossStepA] ?? 0;
        if (unmoved === moved) continue;
        gains[at] = (gains[at] ?? 0) + apart(now, unmoved) - apart(now, moved);
      }
    }
  return { gains, lines };
}

function apart(a: number, b: number): number {
  return a !== b && Math.abs(luma(a) - luma(b)) > APART ? 1 : 0;
}

/**
 * One 52-bit hash per row of pixels, of the columns `from` <= x < `to` (default: all): equal rows have equal signatures, different
 * rows almost surely different ones. Two FNV-1a lanes over 32-bit pixels (http://www.isthe.com/chongo/tech/comp/fnv/), with
 * different offsets, packed into a double.
 */
export function rowSignatures(image: RawImage, columns = { from: 0, to: image.width }): Float64Array {
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  const signatures = new Float64Array(image.height);
  for (let y = 0; y < image.height; y++) {
    let low = 0x811c9dc5;
    let high = 0x050c5d1f;
    const end = y * image.width + columns.to;
    for (let at = y * image.width + columns.from; at < end; at++) {
      const pixel = pixels[at] ?? 0;
      low = Math.imul(low ^ pixel, 0x01000193);
      high = Math.imul(high ^ (pixel >>> 7) ^ (pixel << 3), 0x01000193);
      // FNV alone carries bits upwards only; 32-bit input needs its high bits folded back down.
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    signatures[y] = (low >>> 0) * 0x100000 + (high >>> 12);
  }
  return signatures;
}

/** The same of the columns, within the rows `from` <= y < `to`. */
function columnSignatures(image: RawImage, rows = { from: 0, to: image.height }): Float64Array {
  const { width } = image;
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, width * image.height);
  const low = new Int32Array(width).fill(0x811c9dc5);
  const high = new Int32Array(width).fill(0x050c5d1f);
  for (let y = rows.from; y < rows.to; y++)
    for (let x = 0; x < width; x++) {
      const pixel = pixels[y * width + x] ?? 0;
      const [a, b] = [
        Math.imul((low[x] ?? 0) ^ pixel, 0x01000193),
        Math.imul((high[x] ?? 0) ^ (pixel >>> 7) ^ (pixel << 3), 0x01000193),
      ];
      low[x] = a ^ (a >>> 15);
      high[x] = b ^ (b >>> 13);
    }
  return Float64Array.from(low, (value, x) => (value >>> 0) * 0x100000 + ((high[x] ?? 0) >>> 12));
}

/** Returns true when row `y` of both pictures, which must be equally wide, is byte-equal. */
export function rowEquals(a: RawImage, b: RawImage, y: number): boolean {
  const from = y * a.width * 4;
  const length = a.width * 4;
  return Buffer.compare(a.data.subarray(from, from + length), b.data.subarray(from, from + length)) === 0;
}

/** The pictures to align. */
export interface AlignmentRequest {
  reference: RawImage;
  actual: RawImage;
  /** The same two, as pixels. */
  views: { reference: PixelView; actual: PixelView };
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
export function* findAlignments(request: AlignmentRequest): Generator<FoundAlignment> {
  const { reference, actual, views, columns, rows } = request;
  const [sameWidth, sameHeight] = [reference.width === actual.width, reference.height === actual.height];
  if (sameWidth) yield* found(alignRows(reference, actual, columns));
  if (sameHeight) {
    const [a, b] = [columnSignatures(reference, rows), columnSignatures(actual, rows)];
    yield* found({ alignment: alignLines(matchSignatures(a, b)), lines: { axis: 'x', across: rows } });
  }
  if (sameWidth) yield* found(alignAlike(views, 'y', columns));
  if (sameHeight) yield* found(alignAlike(views, 'x', rows));
}

/** Aligns lines that are alike: whole ones, else those of the part in which anything differs. */
function alignAlike(
  { reference: a, actual: b }: AlignmentRequest['views'],
  axis: 'x' | 'y',
  differing: Span,
): Candidate {
  const whole = { from: 0, to: axis === 'y' ? b.width : b.height };
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

import { setImmediate } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import { channelDistance, type PixelView } from '../image/pixels.js';
import { colorDistance } from './color-distance.js';
import { type MarkedRows, markedRows, type Overlap, type PixelDiff, type RowBand } from './pixel-diff.js';

/** Rows that are compared at once before they are looked at one by one; most of a page is equal. */
const BAND_BLOCK = 16;

/** The rows in which the views are not byte-equal, as bands; rows that are closer than `join` are in one band. */
export function unequalBands({ reference, actual }: Overlap, join: number): RowBand[] {
  const bands: RowBand[] = [];
  let last: RowBand | undefined;
  const { width, height } = reference;
  const [a, b] = [bufferOf(reference), bufferOf(actual)];
  const wholeRows = width === reference.stride && width === actual.stride;
  const equal = (y: number, rows: number) => {
    const [atA, atB, length] = [y * reference.stride * 4, y * actual.stride * 4, rows * width * 4];
    return a.compare(b, atB, atB + length, atA, atA + length) === 0;
  };
  for (let y = 0; y < height; y++) {
    // A block of rows is one piece of memory only when it is whole rows of both pictures.
    if (wholeRows && y % BAND_BLOCK === 0 && y + BAND_BLOCK <= height && equal(y, BAND_BLOCK)) {
      y += BAND_BLOCK - 1;
      continue;
    }
    if (equal(y, 1)) continue;
    if (last && y - last.to < join) last.to = y + 1;
    else {
      last = { from: y, to: y + 1 };
      bands.push(last);
    }
  }
  return bands;
}

/** The columns of a band, from the first to the last that differs; at least one row of the band must differ. */
export function unequalColumns({ reference, actual }: Overlap, band: RowBand): { from: number; to: number } {
  const [a, b, width] = [reference.pixels, actual.pixels, reference.width];
  let [from, to] = [width, 0];
  for (let y = band.from; y < band.to; y++) {
    const [rowA, rowB] = [y * reference.stride, y * actual.stride];
    for (let x = 0; x < from; x++) if (a[rowA + x] !== b[rowB + x]) from = x;
    for (let x = width - 1; x >= to; x--) if (a[rowA + x] !== b[rowB + x]) to = x + 1;
  }
  return { from, to };
}

/** Bands cut into pieces of at most `rows` rows. */
export function cutBands(bands: readonly RowBand[], rows: number): RowBand[] {
  return bands.flatMap((band) => {
    const pieces: RowBand[] = [];
    for (let from = band.from; from < band.to; from += rows) pieces.push({ from, to: Math.min(band.to, from + rows) });
    return pieces;
  });
}

function bufferOf({ pixels }: PixelView): Buffer {
  return Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}

/** Side of a JPEG block (ITU-T T.81), on whose grid its error lies. */
const BLOCK = 8;

/** Blocks that are looked at. */
const MOST_BLOCKS = 3_000;

/**
 * Levels of green between the darkest and the lightest pixel, of some row and of some column, from which a block has something to see in
 * it. A straight line or edge varies one way only; compression keeps it (nearly) as it is, and a page of tables is full of them.
 */
const BUSY_LEVELS = 24;

/** Levels per channel that compression is off by: more than rounding, less than an edge. */
const SMALLEST = 2;
const LARGEST = 40;

/** Pixels of a block that are off by so much for it to be compressed, and how many of them may be off by exactly the same. */
const FEWEST_OFF = 20;
const SAME_SHARE = 0.4;

/** Share of the rows in which something must be off: compression spares only what is empty. */
const LEAST_ROWS = 0.2;

/** Share of all blocks with something in them that must look compressed. */
const LOSSY_SHARE = 0.4;

/**
 * Returns true when one of the pictures went through lossy compression: then most blocks with something to see in them differ by a little that is
 * different for every pixel. A real change leaves blocks equal, or makes pixels of one colour differ by the same.
 */
function isLossy(overlap: Overlap, diff: PixelDiff): boolean {
  const unequal = diff.bands.reduce((sum, { from, to }) => sum + to - from, 0);
  if (unequal < LEAST_ROWS * diff.height) return false;
  const [columns, rows] = [Math.floor(diff.width / BLOCK), Math.floor(diff.height / BLOCK)];
  const step = Math.max(1, Math.floor((columns * rows) / MOST_BLOCKS));
  let [busy, off] = [0, 0];
  // A step that shares no factor with the columns would walk down one of them; an odd one spreads.
  for (let block = 0; block < columns * rows; block += step | 1) {
    const x = (block % columns) * BLOCK;
    const y = Math.floor(block / columns) * BLOCK;
    const look = lookAt(overlap, x, y);
    if (look === 'flat') continue;
    busy++;
    if (look === 'off') off++;
  }
  return off > 0 && off >= LOSSY_SHARE * busy;
}

function lookAt({ reference, actual }: Overlap, left: number, top: number): 'flat' | 'busy' | 'off' {
  let [small, same, across] = [0, 0, 0];
  const [lows, highs] = [new Array<number>(BLOCK).fill(255), new Array<number>(BLOCK).fill(0)];
  const seen: number[] = [];
  for (let y = top; y < top + BLOCK; y++) {
    let [low, high] = [255, 0];
    for (let x = left; x < left + BLOCK; x++) {
      const a = reference.pixels[y * reference.stride + x] ?? 0;
      const b = actual.pixels[y * actual.stride + x] ?? 0;
      const green = (b >>> 8) & 255;
      if (green < low) low = green;
      if (green > high) high = green;
      lows[x - left] = Math.min(lows[x - left] ?? 255, green);
      highs[x - left] = Math.max(highs[x - left] ?? 0, green);
      if (a === b) continue;
      const apart = channelDistance(a, b);
      if (apart < SMALLEST || apart > LARGEST) continue;
      small++;
      const by =
        ((b & 255) - (a & 255)) * 0x40000 +
        (green - ((a >>> 8) & 255)) * 0x200 +
        ((b >>> 16) & 255) -
        ((a >>> 16) & 255);
      seen.push(by);
    }
    across = Math.max(across, high - low);
  }
  const down = Math.max(...highs.map((high, at) => high - (lows[at] ?? 255)));
  if (Math.min(across, down) < BUSY_LEVELS) return 'flat';
  if (small < FEWEST_OFF) return 'busy';
  const counts = new Map<number, number>();
  for (const by of seen) {
    const count = (counts.get(by) ?? 0) + 1;
    counts.set(by, count);
    if (count > same) same = count;
  }
  return same <= SAME_SHARE * small ? 'off' : 'busy';
}

/** CIEDE2000 from which a single pixel is part of a visible change; one of 3 is seen, its anti-aliased rim less. */
const SEEN = 2;

/** Levels per channel that are rounding, whatever CIEDE2000 makes of them (up to 2.4 on dark greys). */
const ROUNDING = 1;

/** Rows looked at before other work gets its turn. */
const ROWS_PER_TURN = 256;

/** The part of a difference that a person can see. */
interface VisibleDiff {
  diff: PixelDiff;
  /** The part that the engine counted. */
  counted: MarkedRows;
  /** True when one of the pictures went through lossy compression or was scaled, so that single pixels prove nothing. */
  lossy: boolean;
}

/**
 * The differing pixels that regions are made of: those an engine counts, and those that are apart by CIEDE2000 2 or more. The engines
 * use a coarser measure (YIQ: greys up to 26 levels apart are equal to it) and leave out what looks anti-aliased, thin lines too; that
 * decides the score, but a person sees these. `scaled`: one picture was scaled down, which leaves what compression leaves. With a lossy picture it is only flat squares, see `markFlat`. The mask
 * of `counted` is taken over and written into: two of a tall page are as much memory as the promise leaves.
 */
export async function visibleDiff(
  overlap: Overlap,
  counted: PixelDiff,
  { scaled, signal }: { scaled: boolean; signal?: AbortSignal | undefined },
): Promise<VisibleDiff> {
  const lossy = scaled || isLossy(overlap, counted);
  const rows = markedRows(counted);
  const { mask } = counted;
  for (const [turn, piece] of cutBands(counted.bands, ROWS_PER_TURN).entries()) {
    if (signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
    if (turn % 4 === 3) await setImmediate();
    if (lossy) markFlat(overlap, piece, mask);
    else markPixels(overlap, piece, mask);
  }
  return { diff: counted, counted: rows, lossy };
}

function markPixels(overlap: Overlap, piece: RowBand, mask: Uint8Array): void {
  const { reference, actual } = overlap;
  const { width } = reference;
  // Flat areas ask for the same pair of colours again and again.
  let [lastA, lastB, seen] = [0, 0, 0];
  for (let y = piece.from; y < piece.to; y++) {
    const [rowA, rowB, row] = [y * reference.stride, y * actual.stride, y * width];
    for (let x = 0; x < width; x++) {
      const a = reference.pixels[rowA + x] ?? 0;
      const b = actual.pixels[rowB + x] ?? 0;
      if (a === b || mask[row + x] === 1) continue;
      if (a !== lastA || b !== lastB) {
        [lastA, lastB] = [a, b];
        seen = channelDistance(a, b) > ROUNDING && colorDistance(a, b) >= SEEN ? 1 : 0;
      }
      mask[row + x] = seen;
    }
  }
}

/** Side of the squares that must be flat in a lossy picture: a macroblock with subsampled colours (ITU-T T.81, A.2). */
const MACROBLOCK = 16;

/** Levels per channel between the lightest and the darkest pixel of a flat square. */
const FLAT = 6;

/** CIEDE2000 between two flat squares from which one is another colour. */
const FLAT_SEEN = 3;

/**
 * Marks squares of 16 x 16 that are flat in both pictures, in different colours. Compression blurs colours within such a square, thin
 * coloured text by more than a visible change; where there is nothing in it, nothing can blur.
 */
function markFlat({ reference, actual }: Overlap, piece: RowBand, mask: Uint8Array): void {
  const { width, height } = reference;
  for (let y = piece.from - (piece.from % MACROBLOCK); y + MACROBLOCK <= Math.min(height, piece.to); y += MACROBLOCK)
    for (let x = 0; x + MACROBLOCK <= width; x += MACROBLOCK) {
      const [a, b] = [reference.pixels[y * reference.stride + x] ?? 0, actual.pixels[y * actual.stride + x] ?? 0];
      if (a === b || colorDistance(a, b) < FLAT_SEEN || !isFlat(reference, x, y) || !isFlat(actual, x, y)) continue;
      for (let row = y; row < y + MACROBLOCK; row++) mask.fill(1, row * width + x, row * width + x + MACROBLOCK);
    }
}

function isFlat(view: PixelView, left: number, top: number): boolean {
  const first = view.pixels[top * view.stride + left] ?? 0;
  for (let y = top; y < top + MACROBLOCK; y++)
    for (let x = left; x < left + MACROBLOCK; x++) {
      const pixel = view.pixels[y * view.stride + x] ?? 0;
      if (pixel !== first && channelDistance(pixel, first) > FLAT / 2) return false;
    }
  return true;
}

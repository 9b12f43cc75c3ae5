import type { PixelView } from '../image/pixels.js';
import type { Overlap, RowBand } from './pixel-diff.js';

/** Rows that are compared at once before they are looked at one by one; most of a page is equal. */
const BLOCK = 16;

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
    if (wholeRows && y % BLOCK === 0 && y + BLOCK <= height && equal(y, BLOCK)) {
      y += BLOCK - 1;
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

import type { RawImage } from '../image/raw-image.js';
import type { Overlap, RowBand } from './pixel-diff.js';
import { viewOf } from './pixel-view.js';

/** Rows that are compared at once before they are looked at one by one; most of a page is equal. */
const BLOCK = 16;

/** The rows in which the pictures are not byte-equal, as bands; rows that are closer than `join` are in one band. */
export function unequalBands({ reference, actual, width, height }: Overlap, join: number): RowBand[] {
  const bands: RowBand[] = [];
  let last: RowBand | undefined;
  const [a, b] = [bufferOf(reference), bufferOf(actual)];
  const [strideA, strideB] = [reference.width * 4, actual.width * 4];
  const wholeRows = strideA === strideB && reference.width === width;
  const equal = (y: number, rows: number) => {
    const length = rows === 1 ? width * 4 : rows * strideA;
    return a.compare(b, y * strideB, y * strideB + length, y * strideA, y * strideA + length) === 0;
  };
  for (let y = 0; y < height; y++) {
    // A block of rows is one piece of memory only when the pictures are as wide as what is compared.
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
export function unequalColumns({ reference, actual, width }: Overlap, band: RowBand): { from: number; to: number } {
  const [a, b] = [viewOf(reference).pixels, viewOf(actual).pixels];
  let [from, to] = [width, 0];
  for (let y = band.from; y < band.to; y++) {
    const [rowA, rowB] = [y * reference.width, y * actual.width];
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

function bufferOf({ data }: RawImage): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

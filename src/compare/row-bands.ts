import type { Overlap, RowBand } from './pixel-diff.js';

/** The rows in which the pictures are not byte-equal, as bands; rows that are closer than `join` are in one band. */
export function unequalBands({ reference, actual, width, height }: Overlap, join: number): RowBand[] {
  const bands: RowBand[] = [];
  let last: RowBand | undefined;
  const length = width * 4;
  for (let y = 0; y < height; y++) {
    const a = reference.data.subarray(y * reference.width * 4, y * reference.width * 4 + length);
    const b = actual.data.subarray(y * actual.width * 4, y * actual.width * 4 + length);
    if (Buffer.compare(a, b) === 0) continue;
    if (last && y - last.to < join) last.to = y + 1;
    else {
      last = { from: y, to: y + 1 };
      bands.push(last);
    }
  }
  return bands;
}

/** Bands cut into pieces of at most `rows` rows. */
export function cutBands(bands: readonly RowBand[], rows: number): RowBand[] {
  return bands.flatMap((band) => {
    const pieces: RowBand[] = [];
    for (let from = band.from; from < band.to; from += rows) pieces.push({ from, to: Math.min(band.to, from + rows) });
    return pieces;
  });
}

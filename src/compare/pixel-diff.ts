import type { RawImage } from '../image/raw-image.js';

/** What both engines compare: the part that both pictures have, from the upper left corner, `width` x `height` pixels. */
export interface Overlap {
  reference: RawImage;
  actual: RawImage;
  width: number;
  height: number;
}

/** Settings that both engines share. */
export interface DiffSettings {
  /** Colour threshold, 0-1. */
  pixelThreshold: number;
  antialiasing: 'ignored' | 'counted';
  signal?: AbortSignal | undefined;
}

/** Rows `from` <= y < `to`. */
export interface RowBand {
  from: number;
  to: number;
}

/** Where two pictures differ. */
export interface PixelDiff {
  width: number;
  height: number;
  /** One byte per pixel, row-major: 1 differs, 0 does not. */
  mask: Uint8Array;
  /** Row bands, ascending, apart from each other, outside of which nothing differs. */
  bands: readonly RowBand[];
}

/** One engine. Engines differ in how, never in what they are asked. */
export interface Comparator {
  readonly id: 'pixelmatch' | 'odiff';
  /** Where the overlap differs. Throws CANCELLED; an engine that fails throws a plain error and the other one takes over. */
  compare(overlap: Overlap, settings: DiffSettings): Promise<PixelDiff>;
}

/** How many pixels differ. */
export function countDifferences(diff: PixelDiff): number {
  let count = 0;
  for (const band of diff.bands) {
    const end = band.to * diff.width;
    for (let at = band.from * diff.width; at < end; at++) count += diff.mask[at] ?? 0;
  }
  return count;
}

/** How far a gap is walked before the native search, which costs a call, takes over. */
const NEAR = 24;

/** Offset of the next differing pixel from `at` on, or `end` when there is none before it. */
export function nextDifference(mask: Uint8Array, at: number, end: number): number {
  const near = Math.min(end, at + NEAR);
  for (let offset = at; offset < near; offset++) if (mask[offset] === 1) return offset;
  if (near === end) return end;
  const found = mask.indexOf(1, near);
  return found === -1 || found > end ? end : found;
}

/** Columns `from` <= x < `to` of the rows of a band, RGBA8: the picture's own memory when that is whole rows, else a copy. */
export function windowPixels(image: RawImage, columns: { from: number; to: number }, band: RowBand): Uint8Array {
  const stride = image.width * 4;
  const length = (columns.to - columns.from) * 4;
  if (length === stride) return image.data.subarray(band.from * stride, band.to * stride);
  const pixels = new Uint8Array((band.to - band.from) * length);
  for (let y = band.from, to = 0; y < band.to; y++, to += length) {
    const from = y * stride + columns.from * 4;
    pixels.set(image.data.subarray(from, from + length), to);
  }
  return pixels;
}

import { intersection } from '../core/rects.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { clipRect, type PixelView } from '../image/pixels.js';

/**
 * `1 - diffPixels / totalPixels`, rounded down to four decimals: exactly 1 only when no pixel differs (at most 0.9999 else).
 * With nothing to compare (everything masked) it is 0: no evidence is never good evidence.
 */
export function scoreOf(diffPixels: number, totalPixels: number): number {
  if (totalPixels <= 0) return 0;
  // Whole numbers until the last division: 1 - 1/3 in binary could round up.
  return Math.floor(((totalPixels - diffPixels) * 10_000) / totalPixels) / 10_000;
}

/** The input of both engines: two views of the same size. */
export interface Overlap {
  reference: PixelView;
  actual: PixelView;
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

/** The pixels in which two pictures differ. */
export interface PixelDiff {
  width: number;
  height: number;
  /** One byte per pixel, row-major: 1 differs, 0 does not. */
  mask: Uint8Array;
  /** Row bands, ascending, apart from each other, outside of which nothing differs. */
  bands: readonly RowBand[];
}

/** The rows of a mask in which something differs, by their number: a copy that is small where little differs. */
export type MarkedRows = ReadonlyMap<number, Uint8Array>;

/** Copies the rows of a mask in which something differs. */
export function markedRows({ mask, width, bands }: PixelDiff): MarkedRows {
  const rows = new Map<number, Uint8Array>();
  for (const { from, to } of bands)
    for (let y = from; y < to; y++) {
      const row = mask.subarray(y * width, (y + 1) * width);
      if (row.includes(1)) rows.set(y, row.slice());
    }
  return rows;
}

/** One engine. Engines differ in how, never in what they are asked. */
export interface Comparator {
  readonly id: 'pixelmatch' | 'odiff';
  /** Returns the pixels in which the overlap differs. Throws CANCELLED; an engine that fails throws a plain error and the other one takes over. */
  compare(overlap: Overlap, settings: DiffSettings): Promise<PixelDiff>;
}

/** Bands in any order, touching or overlapping, as ascending ones that are apart. */
export function joinBands(bands: readonly RowBand[]): RowBand[] {
  const joined: RowBand[] = [];
  for (const { from, to } of [...bands].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** Returns the number of differing pixels. */
export function countDifferences(diff: PixelDiff): number {
  let count = 0;
  for (const band of diff.bands) {
    const end = band.to * diff.width;
    for (let at = band.from * diff.width; at < end; at++) count += diff.mask[at] ?? 0;
  }
  return count;
}

/** The columns from the first to the last with a differing pixel; `from` 0 and `to` 0 when there is none. */
export function differingColumns(diff: PixelDiff): { from: number; to: number } {
  let [from, to] = [diff.width, 0];
  for (const band of diff.bands)
    for (let y = band.from; y < band.to; y++) {
      const [start, end] = [y * diff.width, (y + 1) * diff.width];
      const first = nextDifference(diff.mask, start, end);
      if (first === end) continue;
      from = Math.min(from, first - start);
      to = Math.max(to, diff.mask.subarray(start, end).lastIndexOf(1) + 1);
    }
  return from < to ? { from, to } : { from: 0, to: 0 };
}

/** Longest gap that is scanned here; the native search, which costs a call, takes over after it. */
const NEAR = 24;

/** Offset of the next differing pixel from `at` on, or `end` when there is none before it. */
export function nextDifference(mask: Uint8Array, at: number, end: number): number {
  const near = Math.min(end, at + NEAR);
  for (let offset = at; offset < near; offset++) if (mask[offset] === 1) return offset;
  if (near === end) return end;
  // Only up to `end`: a search of the whole rest, once per row, would take the square of the picture's height.
  const found = mask.subarray(near, end).indexOf(1);
  return found === -1 ? end : near + found;
}

/** Columns `from` <= x < `to` of the rows of a band, as RGBA8 bytes: the view's own memory when that is whole rows, else a copy. */
export function windowPixels(view: PixelView, columns: { from: number; to: number }, band: RowBand): Uint8Array {
  const length = columns.to - columns.from;
  const start = band.from * view.stride + columns.from;
  const rows = band.to - band.from;
  if (length === view.stride) return bytesOf(view.pixels.subarray(start, start + rows * length));
  const pixels = new Uint32Array(rows * length);
  for (let row = 0; row < rows; row++) {
    const from = start + row * view.stride;
    pixels.set(view.pixels.subarray(from, from + length), row * length);
  }
  return bytesOf(pixels);
}

function bytesOf(pixels: Uint32Array): Uint8Array {
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}

/** The part of a picture that does not count: rectangles, clipped to it; where they overlap they count once. */
export interface MaskCover {
  rects: readonly Rect[];
}

/** Masks in whole pixels inside `bounds`; edges are rounded outwards, what lies outside is dropped. */
export function coverOf(masks: readonly Rect[], bounds: Size): MaskCover {
  return { rects: masks.flatMap((mask) => clipRect(mask, bounds) ?? []) };
}

/** The cover moved by `dx`, `dy` and clipped to `bounds`. */
export function moveCover(cover: MaskCover, dx: number, dy: number, bounds: Size): MaskCover {
  return coverOf(
    cover.rects.map((rect) => ({ ...rect, x: rect.x + dx, y: rect.y + dy })),
    bounds,
  );
}

/** Pixels covered inside `within`. Sweeps over the rows where a rectangle starts or ends. */
export function coveredArea(cover: MaskCover, within: Rect): number {
  const rects = cover.rects.flatMap((rect) => intersection(rect, within) ?? []);
  const edges = [...new Set(rects.flatMap((rect) => [rect.y, rect.y + rect.height]))].sort((a, b) => a - b);
  let area = 0;
  for (const [index, top] of edges.entries()) {
    const bottom = edges[index + 1];
    if (bottom === undefined) break;
    const spans = rects
      .filter((rect) => rect.y <= top && rect.y + rect.height >= bottom)
      .map((rect) => [rect.x, rect.x + rect.width] as const)
      .sort((a, b) => a[0] - b[0]);
    let reached = Number.NEGATIVE_INFINITY;
    for (const [left, right] of spans) {
      area += Math.max(0, right - Math.max(left, reached)) * (bottom - top);
      reached = Math.max(reached, right);
    }
  }
  return area;
}

/** Takes the covered pixels out of a diff, in place. */
export function eraseCovered(diff: PixelDiff, cover: MaskCover): void {
  for (const mask of cover.rects) {
    const rect = intersection(mask, { x: 0, y: 0, width: diff.width, height: diff.height });
    if (!rect) continue;
    for (let y = rect.y; y < rect.y + rect.height; y++)
      diff.mask.fill(0, y * diff.width + rect.x, y * diff.width + rect.x + rect.width);
  }
}

import type { Rect } from '../core/vocabulary/geometry.js';
import type { PixelView } from '../image/pixels.js';

/** Columns or rows `from` <= at < `to`. */
export interface Span {
  from: number;
  to: number;
}

/** Along which axis lines are aligned, and the part of the other axis in which they are: rows of some columns, or columns of some rows. */
export interface Lines {
  axis: 'x' | 'y';
  across: Span;
}

/** The rectangle of `count` lines from `start` on. */
export function linesRect({ axis, across }: Lines, start: number, count: number): Rect {
  const thick = across.to - across.from;
  return axis === 'y'
    ? { x: across.from, y: start, width: thick, height: count }
    : { x: start, y: across.from, width: count, height: thick };
}

/** Lines that belong together: `count` from `reference` and from `actual` on. */
export interface LineRun {
  reference: number;
  actual: number;
  count: number;
}

/** Lines of two pictures that belong together, in order and without crossing. */
export interface LineMatch {
  runs: readonly LineRun[];
  /** Number of lines of each picture. */
  lines: { reference: number; actual: number };
  /** Returns true when a line of the reference and one of the actual picture are the same. */
  equal(reference: number, actual: number): boolean;
}

/** Pixels that one level of a profile is the mean of: the macroblock of JPEG (ITU-T T.81, A.2), in which much of its error averages out. */
const CELL = 16;

/** Lines (rows, or columns) of a picture in a few levels each. */
export interface LineProfiles {
  lines: number;
  cells: number;
  /** `cells` levels of brightness per line, 0-255. */
  levels: Uint8Array;
}

/** The rows or columns of a picture as the mean brightness of each 16 pixels. */
export function lineProfiles(view: PixelView, { axis, across }: Lines): LineProfiles {
  const lines = axis === 'y' ? view.height : view.width;
  const cells = Math.max(1, Math.ceil((across.to - across.from) / CELL));
  const sums = new Float64Array(lines * cells);
  const [rows, columns] = axis === 'y' ? [{ from: 0, to: view.height }, across] : [across, { from: 0, to: view.width }];
  for (let y = rows.from; y < rows.to; y++) {
    const row = y * view.stride;
    for (let x = columns.from; x < columns.to; x++) {
      const pixel = view.pixels[row + x] ?? 0;
      // Rec. 601 luma in 256ths.
      const luma = (pixel & 255) * 77 + ((pixel >>> 8) & 255) * 150 + ((pixel >>> 16) & 255) * 29;
      const at = axis === 'y' ? y * cells + ((x - across.from) >> 4) : x * cells + ((y - across.from) >> 4);
      sums[at] = (sums[at] ?? 0) + luma;
    }
  }
  const levels = new Uint8Array(lines * cells);
  const last = across.to - across.from - (cells - 1) * CELL;
  for (let at = 0; at < levels.length; at++)
    levels[at] = (sums[at] ?? 0) / (256 * (at % cells === cells - 1 ? last : CELL));
  return { lines, cells, levels };
}

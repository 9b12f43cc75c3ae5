import type { Rect } from '../core/vocabulary/geometry.js';

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

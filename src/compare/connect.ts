import type { Rect } from '../core/vocabulary/geometry.js';
import { channelDistance, type PixelView, type Point, pixelAt, SAME_LEVELS } from '../image/pixels.js';
import { nextDifference, type PixelDiff } from './pixel-diff.js';

/** Share of a side along which what is inside must go on outside for a strip to be part of what is there. */
const SIDE_SHARE = 0.8;

/** Levels of difference from the ground from which a pixel is content. */
const SOMETHING = 2 * SAME_LEVELS;

type Side = 'left' | 'right' | 'top' | 'bottom';

/**
 * Returns true when a strip that only `view` shows something in goes on, in the same colours, in what both pictures have beside it: an edge of a box that was
 * pulled out or in, not something new.
 */
export function continuesBox(view: PixelView, other: PixelView, rect: Rect, ground: number | undefined): boolean {
  if (ground === undefined) return false;
  const sides: Side[] = ['left', 'right', 'top', 'bottom'];
  return sides.some((side) => {
    const pixels = alongSide(rect, side);
    const same = pixels.filter(({ inner, outer }) => {
      const [inside, outside, before] = [pixelOf(view, inner), pixelOf(view, outer), pixelOf(other, outer)];
      if (inside === undefined || outside === undefined || before === undefined) return false;
      return (
        channelDistance(inside, ground) > SAME_LEVELS &&
        channelDistance(inside, outside) <= SAME_LEVELS &&
        channelDistance(outside, before) <= SAME_LEVELS
      );
    });
    return same.length >= SIDE_SHARE * pixels.length;
  });
}

/**
 * Returns true when a part that moved by `shift` hangs on something that did not: lines of it run across the side it moved away from or towards.
 * So the moved edge of a card, whose other edges stayed, differs from a card that moved.
 */
export function hangsOn(
  reference: PixelView,
  actual: PixelView,
  rect: Rect,
  shift: Point,
  ground: number | undefined,
): boolean {
  if (ground === undefined) return false;
  const sides: Side[] = Math.abs(shift.x) >= Math.abs(shift.y) ? ['left', 'right'] : ['top', 'bottom'];
  return sides.some((side) => {
    const crossing = alongSide(rect, side).filter(({ inner, outer }) =>
      [reference, actual].every((view) => isSomething(view, inner, ground) && isSomething(view, outer, ground)),
    );
    return crossing.length >= 1;
  });
}

function isSomething(view: PixelView, point: Point, ground: number): boolean {
  const pixel = pixelOf(view, point);
  return pixel !== undefined && channelDistance(pixel, ground) > SOMETHING;
}

function pixelOf(view: PixelView, { x, y }: Point): number | undefined {
  return pixelAt(view, x, y);
}

/** The pixels of a side, just inside and just outside of the rectangle. */
function alongSide(rect: Rect, side: Side): { inner: Point; outer: Point }[] {
  const [right, bottom] = [rect.x + rect.width - 1, rect.y + rect.height - 1];
  if (side === 'left' || side === 'right') {
    const [inner, outer] = side === 'left' ? [rect.x, rect.x - 1] : [right, right + 1];
    return Array.from({ length: rect.height }, (_, row) => ({
      inner: { x: inner, y: rect.y + row },
      outer: { x: outer, y: rect.y + row },
    }));
  }
  const [inner, outer] = side === 'top' ? [rect.y, rect.y - 1] : [bottom, bottom + 1];
  return Array.from({ length: rect.width }, (_, column) => ({
    inner: { x: rect.x + column, y: inner },
    outer: { x: rect.x + column, y: outer },
  }));
}

/** Differing pixels that belong together. */
export interface Component {
  /** Exact bounding box of its differing pixels. */
  rect: Rect;
  /** Number of differing pixels. */
  area: number;
}

/** Components and the grid they were found on. */
export interface Connected {
  components: Component[];
  /** Side of a grid cell in pixels. */
  cell: number;
  columns: number;
  /** Per cell: index of its component plus 1; 0 for a cell without a difference. */
  labels: Int32Array;
}

/**
 * Connects differing pixels through a grid of `cell` x `cell` pixels: cells with a difference that touch, also by a corner, are one
 * component. So pixels up to `cell` apart always belong together, and two that are `2 * cell` or more apart only through others
 * between them: the letters of a word, the border and label of a button are one; cards with a gutter are two.
 */
export function connect(diff: PixelDiff, cell: number): Connected {
  const columns = Math.ceil(diff.width / cell);
  const rows = Math.ceil(diff.height / cell);
  const stats = new Map<number, Component>();
  for (const band of diff.bands) collect(diff, band.from * diff.width, band.to * diff.width, cell, columns, stats);
  const labels = new Int32Array(columns * rows);
  const components: Component[] = [];
  for (const seed of [...stats.keys()].sort((a, b) => a - b)) {
    if (labels[seed] !== 0) continue;
    components.push(flood(seed, components.length + 1, labels, columns, stats));
  }
  return { components, cell, columns, labels };
}

/** Adds the runs of differing pixels between two offsets of the mask to their cells. */
function collect(
  { mask, width }: PixelDiff,
  start: number,
  end: number,
  cell: number,
  columns: number,
  stats: Map<number, Component>,
): void {
  let at = nextDifference(mask, start, end);
  while (at < end) {
    const y = Math.floor(at / width);
    const x = at - y * width;
    // A run ends with the cell, the row or the difference, whichever comes first.
    const limit = at - x + Math.min(width, (Math.floor(x / cell) + 1) * cell);
    let stop = at + 1;
    while (stop < limit && mask[stop] === 1) stop++;
    addRun(stats, Math.floor(y / cell) * columns + Math.floor(x / cell), x, y, stop - at);
    at = nextDifference(mask, stop, end);
  }
}

function addRun(stats: Map<number, Component>, key: number, x: number, y: number, length: number): void {
  const known = stats.get(key);
  if (!known) {
    stats.set(key, { rect: { x, y, width: length, height: 1 }, area: length });
    return;
  }
  // Rows come top down, so only the sides and the lower edge can move.
  const { rect } = known;
  const right = Math.max(rect.x + rect.width, x + length);
  rect.x = Math.min(rect.x, x);
  rect.width = right - rect.x;
  rect.height = y + 1 - rect.y;
  known.area += length;
}

function flood(
  seed: number,
  label: number,
  labels: Int32Array,
  columns: number,
  stats: Map<number, Component>,
): Component {
  const whole: Component = { rect: { x: 0, y: 0, width: 0, height: 0 }, area: 0 };
  const open = [seed];
  labels[seed] = label;
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const part = stats.get(key);
    if (part) absorb(whole, part);
    const column = key % columns;
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const next = key + dy * columns + dx;
        if (column + dx < 0 || column + dx >= columns || labels[next] !== 0 || !stats.has(next)) continue;
        labels[next] = label;
        open.push(next);
      }
  }
  return whole;
}

/** Adds one component to another, in place. */
export function absorb(whole: Component, part: Component): void {
  if (whole.area === 0) {
    whole.rect = { ...part.rect };
    whole.area = part.area;
    return;
  }
  const x = Math.min(whole.rect.x, part.rect.x);
  const y = Math.min(whole.rect.y, part.rect.y);
  whole.rect = {
    x,
    y,
    width: Math.max(whole.rect.x + whole.rect.width, part.rect.x + part.rect.width) - x,
    height: Math.max(whole.rect.y + whole.rect.height, part.rect.y + part.rect.height) - y,
  };
  whole.area += part.area;
}

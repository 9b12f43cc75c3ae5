import type { Rect } from './vocabulary/geometry.js';

/** The part that two rectangles share; `undefined` when there is none. */
export function intersection(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** Area of the part that two rectangles share. */
export function sharedArea(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Area of a rectangle. */
export function areaOf({ width, height }: Rect): number {
  return width * height;
}

/** How much two rectangles are the same place, 0-1: the area that they share, of that of both together. */
export function intersectionOverUnion(a: Rect, b: Rect): number {
  const shared = sharedArea(a, b);
  return shared === 0 ? 0 : shared / (areaOf(a) + areaOf(b) - shared);
}

/** The smallest rectangle around both. */
export function unionOf(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** A rectangle with `by` more on each side. */
export function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** A rectangle in other units. */
export function divided({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x / by, y: y / by, width: width / by, height: height / by };
}

/** Returns true when two rectangles are at most `gap` apart, or overlap: the cheap question before the areas are looked at. */
export function isNear(a: Rect, b: Rect, gap: number): boolean {
  return (
    a.x <= b.x + b.width + gap &&
    b.x <= a.x + a.width + gap &&
    a.y <= b.y + b.height + gap &&
    b.y <= a.y + a.height + gap
  );
}

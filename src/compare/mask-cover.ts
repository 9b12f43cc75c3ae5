import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { clipRect } from '../image/crop.js';
import type { PixelDiff } from './pixel-diff.js';

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
  const rects = cover.rects.flatMap((rect) => intersect(rect, within) ?? []);
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
    const rect = intersect(mask, { x: 0, y: 0, width: diff.width, height: diff.height });
    if (!rect) continue;
    for (let y = rect.y; y < rect.y + rect.height; y++)
      diff.mask.fill(0, y * diff.width + rect.x, y * diff.width + rect.x + rect.width);
  }
}

/** What two rectangles share; undefined when nothing. */
function intersect(a: Rect, b: Rect): Rect | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

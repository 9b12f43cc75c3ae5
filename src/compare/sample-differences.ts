import type { Rect } from '../core/vocabulary/geometry.js';
import { nextDifference, type PixelDiff } from './pixel-diff.js';
import type { Point } from './pixel-view.js';

/** At most about `most` differing pixels inside `rect`, spread evenly in reading order; `area` = how many there are. */
export function sampleDifferences(diff: PixelDiff, rect: Rect, area: number, most: number): Point[] {
  const stride = Math.max(1, Math.floor(area / most));
  const points: Point[] = [];
  // Start in the middle of the first stride, so that the sample is not drawn to the upper left edge.
  let skip = stride >> 1;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const row = y * diff.width;
    const end = row + rect.x + rect.width;
    for (let at = nextDifference(diff.mask, row + rect.x, end); at < end; at = nextDifference(diff.mask, at + 1, end)) {
      if (skip-- > 0) continue;
      points.push({ x: at - row, y });
      skip = stride - 1;
      if (points.length >= 2 * most) return points;
    }
  }
  return points;
}

import type { Rect } from '../core/vocabulary/geometry.js';
import type { RawImage } from '../image/raw-image.js';
import { nextDifference, type PixelDiff } from './pixel-diff.js';

/** Pixels as 32-bit numbers (RGBA8, little-endian: red in the low byte). Outside the picture there is nothing. */
export interface PixelView {
  width: number;
  height: number;
  pixels: Uint32Array;
}

/** A view of a picture's memory, no copy. */
export function viewOf(image: RawImage): PixelView {
  const { data, width, height } = image;
  return { width, height, pixels: new Uint32Array(data.buffer, data.byteOffset, width * height) };
}

/** The pixel at `x`,`y`; undefined outside. */
export function pixelAt(view: PixelView, x: number, y: number): number | undefined {
  if (x < 0 || y < 0 || x >= view.width || y >= view.height) return undefined;
  return view.pixels[y * view.width + x];
}

export interface Point {
  x: number;
  y: number;
}

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

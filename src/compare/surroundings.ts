import type { Rect } from '../core/vocabulary/geometry.js';
import { channelDistance } from './color-distance.js';
import { type PixelView, pixelAt } from './pixel-view.js';

/** The ring that is looked at: this far outside the rectangle (the first pixel may be blended with what is inside), in pixels. */
const RING_DISTANCE = 2;

/** Levels per channel up to which two pixels are one colour: dithering and JPEG, not a border. */
export const SAME_LEVELS = 10;

/** Share of the ring that must be one colour. */
const RING_SHARE = 0.6;

/** Most pixels of the ring that are looked at. */
const RING_SAMPLES = 240;

/**
 * The colour around a rectangle, when most of its surroundings have one; undefined on a picture, a gradient or when the rectangle
 * fills everything.
 */
export function surroundingColor(view: PixelView, rect: Rect): number | undefined {
  const ring = ringPixels(view, rect);
  const color = mostFrequent(ring);
  if (color === undefined) return undefined;
  let same = 0;
  for (const pixel of ring) if (pixel === color || channelDistance(pixel, color) <= SAME_LEVELS) same++;
  return same >= RING_SHARE * ring.length ? color : undefined;
}

/** The most frequent value; undefined for an empty list. */
export function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  let best: number | undefined;
  let bestCount = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > bestCount) [best, bestCount] = [value, count];
  }
  return best;
}

function ringPixels(view: PixelView, rect: Rect): number[] {
  const left = rect.x - RING_DISTANCE;
  const top = rect.y - RING_DISTANCE;
  const right = rect.x + rect.width - 1 + RING_DISTANCE;
  const bottom = rect.y + rect.height - 1 + RING_DISTANCE;
  const step = Math.max(1, Math.ceil((2 * (rect.width + rect.height)) / RING_SAMPLES));
  const ring: number[] = [];
  const look = (x: number, y: number) => {
    const pixel = pixelAt(view, x, y);
    if (pixel !== undefined) ring.push(pixel);
  };
  for (let x = left; x <= right; x += step) {
    look(x, top);
    look(x, bottom);
  }
  for (let y = top + 1; y < bottom; y += step) {
    look(left, y);
    look(right, y);
  }
  return ring;
}

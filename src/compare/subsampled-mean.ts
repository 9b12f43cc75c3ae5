import type { Rect } from '../core/vocabulary/geometry.js';
import { luma } from './color-distance.js';
import { type PixelView, pixelAt } from './pixel-view.js';

/**
 * The mean colour of a rectangle as JPEG leaves it when it keeps one colour difference per `side` x `side` pixels: each pixel has its own
 * brightness and its square's colour, cut off where red, green or blue would leave 0-255 (JFIF 1.02). Beside thin coloured text on white
 * much is cut off, so that the mean gets paler. What lies outside the
 * picture does not count.
 */
export function subsampledMean(view: PixelView, rect: Rect, side: number): number {
  const sums: [number, number, number] = [0, 0, 0];
  let count = 0;
  const [left, top] = [rect.x - (rect.x % side), rect.y - (rect.y % side)];
  for (let y = top; y < rect.y + rect.height; y += side)
    for (let x = left; x < rect.x + rect.width; x += side) count += addSquare(view, { x, y }, side, sums);
  const [red = 0, green = 0, blue = 0] = sums.map((sum) => Math.round(sum / Math.max(1, count)));
  return red | (green << 8) | (blue << 16);
}

function addSquare(
  view: PixelView,
  at: { x: number; y: number },
  side: number,
  sums: [number, number, number],
): number {
  const lights: number[] = [];
  let [red, green, blue] = [0, 0, 0];
  for (let y = at.y; y < at.y + side; y++)
    for (let x = at.x; x < at.x + side; x++) {
      const pixel = pixelAt(view, x, y);
      if (pixel === undefined) continue;
      lights.push(luma(pixel));
      red += pixel & 255;
      green += (pixel >>> 8) & 255;
      blue += (pixel >>> 16) & 255;
    }
  const count = Math.max(1, lights.length);
  const light = lights.reduce((sum, one) => sum + one, 0) / count;
  for (const own of lights)
    for (const [channel, mean] of [red / count, green / count, blue / count].entries())
      sums[channel] = (sums[channel] ?? 0) + Math.min(255, Math.max(0, own + mean - light));
  return lights.length;
}

import type { Rect } from '../core/vocabulary/geometry.js';
import type { PixelView } from './pixel-view.js';

/** Mean colour of a rectangle as a pixel, levels rounded; what lies outside the picture does not count. Black when nothing does. */
export function meanColor(view: PixelView, rect: Rect): number {
  const right = Math.min(view.width, rect.x + rect.width);
  const bottom = Math.min(view.height, rect.y + rect.height);
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let y = Math.max(0, rect.y); y < bottom; y++) {
    const row = y * view.stride;
    for (let x = Math.max(0, rect.x); x < right; x++) {
      const pixel = view.pixels[row + x] ?? 0;
      red += pixel & 255;
      green += (pixel >>> 8) & 255;
      blue += (pixel >>> 16) & 255;
      count++;
    }
  }
  const mean = (sum: number) => Math.round(sum / Math.max(1, count));
  return mean(red) | (mean(green) << 8) | (mean(blue) << 16);
}

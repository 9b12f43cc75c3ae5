import type { Rect } from '../core/vocabulary/geometry.js';
import { colorDistance } from './color-distance.js';
import { type PixelView, type Point, pixelAt } from './pixel-view.js';

/** Side of the squares whose mean colours are compared: the block of JPEG (ITU-T T.81), in which its error averages out. */
const BLOCK = 8;

/** Blocks that are looked at, and the share of them that must have the same mean. */
const MOST_BLOCKS = 64;
const SAME_SHARE = 0.85;

/**
 * CIEDE2000 up to which the means of two blocks count as the same. Measured on a dashboard: JPEG at quality 80 and screenshots scaled
 * down from twice the pixels leave 0-3, changed words 4-16.
 */
const SAME_MEAN = 3;

/** CIEDE2000 above which single pixels are not noise any more: of changed words they are 40 and more. */
const FAINT = 25;

/** A difference of up to this many CSS pixels is a speck. */
const SPECK = 4;

/**
 * Whether a difference is what compression and rasterising leave: a speck, or faint pixels whose errors cancel out over each
 * 8 x 8 block. A real change, however faint, moves the mean of the blocks it lies in.
 */
export function isNoise(
  reference: PixelView,
  actual: PixelView,
  region: { area: number; deltaE: number; points: readonly Point[] },
  deviceScale: number,
): boolean {
  if (region.area <= SPECK * deviceScale * deviceScale) return true;
  if (region.deltaE > FAINT) return false;
  const blocks = new Map<string, Rect>();
  for (const { x, y } of region.points) {
    const left = x - (x % BLOCK);
    const top = y - (y % BLOCK);
    blocks.set(`${left},${top}`, { x: left, y: top, width: BLOCK, height: BLOCK });
    if (blocks.size >= MOST_BLOCKS) break;
  }
  const same = [...blocks.values()].filter(
    (block) => colorDistance(meanColor(reference, block), meanColor(actual, block)) <= SAME_MEAN,
  ).length;
  return same >= SAME_SHARE * blocks.size;
}

function meanColor(view: PixelView, block: Rect): number {
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let y = block.y; y < block.y + block.height; y++)
    for (let x = block.x; x < block.x + block.width; x++) {
      const pixel = pixelAt(view, x, y);
      if (pixel === undefined) continue;
      red += pixel & 255;
      green += (pixel >>> 8) & 255;
      blue += (pixel >>> 16) & 255;
      count++;
    }
  const mean = (sum: number) => Math.round(sum / Math.max(1, count));
  return mean(red) | (mean(green) << 8) | (mean(blue) << 16);
}

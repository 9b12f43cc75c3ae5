import type { Rect } from '../core/vocabulary/geometry.js';
import { growRect, luma, type PixelView, type Point, pixelAt } from '../image/pixels.js';
import { colorDistance } from './color-distance.js';
import { isJitter } from './jitter.js';

/** Mean colour of a rectangle as a pixel, levels rounded; what lies outside the picture does not count. Black when nothing does. */
function meanColor(view: PixelView, rect: Rect): number {
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

/**
 * The mean colour of a rectangle as JPEG leaves it when it keeps one colour difference per `side` x `side` pixels: each pixel has its own
 * brightness and its square's colour, cut off where red, green or blue would leave 0-255 (JFIF 1.02). Beside thin coloured text on white
 * much is cut off, so that the mean gets paler. What lies outside the
 * picture does not count.
 */
function subsampledMean(view: PixelView, rect: Rect, side: number): number {
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

/** Levels of brightness that compression at quality 80 changes at the edges of text, and in the mean of all of them. */
const LUMA_ERROR = 36;
const LUMA_BIAS = 16;

/** Pixels in which colours are blurred (ITU-T T.81, A.2). */
const MACROBLOCK = 16;

/** A difference of less than this many CSS px² is a speck: less than 2 x 2. */
const SPECK = 4;

/**
 * Returns true when a difference is only what rasterising or compression leaves: a speck; in lossy pictures faint pixels whose errors cancel out
 * over each 8 x 8 block (a real change, however faint, moves the mean of the blocks it lies in); else jitter, see `isJitter`.
 */
export function isNoise(
  scene: { reference: PixelView; actual: PixelView; lossy: boolean; deviceScale: number },
  region: { rect: Rect; area: number; deltaE: number; points: readonly Point[] },
): boolean {
  const { reference, actual, deviceScale } = scene;
  if (region.area < SPECK * deviceScale * deviceScale) return true;
  if (!scene.lossy) return isJitter(reference, actual, region.points);
  return (region.deltaE <= FAINT && keepsMeans(reference, actual, region.points)) || keepsLuma(scene, region);
}

/** Sides of the squares for which compression may keep one colour, in pixels: as stored, and what is left of a block at low quality. */
const COLOR_SQUARES = [2, 8] as const;

/**
 * Compression removes colour from thin coloured text (it is stored at half the resolution and clipped), but hardly any brightness, and
 * the removed colour goes into the surroundings: their mean, text included, stays, or pales as clipping makes it pale.
 */
function keepsLuma(
  { reference, actual }: { reference: PixelView; actual: PixelView },
  { rect, points }: { rect: Rect; points: readonly Point[] },
): boolean {
  let [near, sum] = [0, 0];
  for (const { x, y } of points) {
    const by = luma(pixelAt(actual, x, y) ?? 0) - luma(pixelAt(reference, x, y) ?? 0);
    if (Math.abs(by) <= LUMA_ERROR) near++;
    sum += by;
  }
  if (near < SAME_SHARE * points.length || Math.abs(sum) > LUMA_BIAS * points.length) return false;
  const around = growRect(rect, MACROBLOCK);
  const means = [reference, actual].map((view) => meanColor(view, around));
  const [before = 0, after = 0] = means;
  if (colorDistance(before, after) <= SAME_MEAN) return true;
  // Which of the two was compressed is not known.
  return COLOR_SQUARES.some(
    (side) =>
      colorDistance(before, subsampledMean(actual, around, side)) <= SAME_MEAN ||
      colorDistance(subsampledMean(reference, around, side), after) <= SAME_MEAN,
  );
}

function keepsMeans(reference: PixelView, actual: PixelView, points: readonly Point[]): boolean {
  const blocks = new Map<string, Rect>();
  for (const { x, y } of points) {
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

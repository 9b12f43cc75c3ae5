import type { Rect } from '../core/vocabulary/geometry.js';
import { growRect } from '../image/crop.js';
import { colorDistance, luma } from './color-distance.js';
import { isJitter } from './jitter.js';
import { meanColor } from './mean-color.js';
import { type PixelView, type Point, pixelAt } from './pixel-view.js';
import { subsampledMean } from './subsampled-mean.js';

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
 * Whether a difference is nothing but what rasterising or compression leave: a speck; in lossy pictures faint pixels whose errors cancel out
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
 * Compression takes colour away from thin coloured text (it is stored at half the resolution and clipped), but hardly any brightness, and
 * what it takes goes into the surroundings: their mean, text included, stays, or pales as clipping makes it pale.
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

import type { Rect } from '../core/vocabulary/geometry.js';
import { growRect, luma, type PixelView, type Point, pixelAt } from '../image/pixels.js';
import { colorDistance } from './color-distance.js';

/** Half the side of the patch that is looked for around a point: 5 x 5. */
const PATCH = 2;

/** Longest slide of a patch, pixels. */
const SLIDE = 1;

/** Half pixels of a patch and its slides, from its middle in each direction. */
const HALVES = 2 * (PATCH + SLIDE);
const SIDE = 2 * HALVES + 1;

/** Share of the points that must be the same but for a slide. */
const SLID_SHARE = 0.85;

/** So many unexplained points, so near each other (pixels), are another letter. */
const OTHER_POINTS = 3;
const LETTER = { width: 6, height: 10 };
const OTHER_SHARE = 0.5;

/** Mean error of a patch after its best slide, as a share of its contrast. */
const SLID_ERROR = 0.1;

/** Up to this share of all that changed, changes may point one way: rasterising again makes as much darker as lighter. */
const ONE_WAY = 0.35;

/**
 * Returns true when a difference is what rasterising again leaves: around (nearly) every differing point both pictures show the same, slid by up
 * to one pixel in half-pixel steps, and as much got darker as got lighter in each channel. A recoloured, bolder or missing part changes one way;
 * other words are not found by sliding.
 */
export function isJitter(reference: PixelView, actual: PixelView, points: readonly Point[]): boolean {
  if (points.length === 0 || goesOneWay(reference, actual, points)) return false;
  const others: Point[] = [];
  for (const point of points) {
    if (!hasSlid(reference, actual, point)) others.push(point);
    if (others.length > (1 - SLID_SHARE) * points.length) return false;
  }
  return !others.some((point) => {
    const near = others.filter((other) => isNear(point, other)).length;
    return near >= OTHER_POINTS && near >= OTHER_SHARE * points.filter((other) => isNear(point, other)).length;
  });
}

function isNear(a: Point, b: Point): boolean {
  return Math.abs(a.x - b.x) <= LETTER.width && Math.abs(a.y - b.y) <= LETTER.height;
}

function goesOneWay(reference: PixelView, actual: PixelView, points: readonly Point[]): boolean {
  const [sums, sizes] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (const { x, y } of points) {
    const a = reference.pixels[y * reference.stride + x] ?? 0;
    const b = actual.pixels[y * actual.stride + x] ?? 0;
    for (let channel = 0; channel < 3; channel++) {
      const by = ((b >>> (8 * channel)) & 255) - ((a >>> (8 * channel)) & 255);
      sums[channel] = (sums[channel] ?? 0) + by;
      sizes[channel] = (sizes[channel] ?? 0) + Math.abs(by);
    }
  }
  return sums.some((sum, channel) => Math.abs(sum) > ONE_WAY * (sizes[channel] ?? 0));
}

function hasSlid(reference: PixelView, actual: PixelView, point: Point): boolean {
  const [a, b] = [halfPixels(reference, point), halfPixels(actual, point)];
  let [low, high] = [255, 0];
  for (const level of a.concat(b)) {
    low = Math.min(low, level);
    high = Math.max(high, level);
  }
  const most = SLID_ERROR * (high - low) * (2 * PATCH + 1) ** 2;
  for (let dy = -2 * SLIDE; dy <= 2 * SLIDE; dy++)
    for (let dx = -2 * SLIDE; dx <= 2 * SLIDE; dx++)
      if (errorOf(a, b, dx, dy, most) <= most || errorOf(b, a, dx, dy, most) <= most) return true;
  return false;
}

/** Sum of absolute differences between the whole pixels of `still` and `slid` slid by half pixels; gives up above `most`. */
function errorOf(still: readonly number[], slid: readonly number[], dx: number, dy: number, most: number): number {
  let error = 0;
  for (let y = -2 * PATCH; y <= 2 * PATCH; y += 2) {
    for (let x = -2 * PATCH; x <= 2 * PATCH; x += 2)
      error += Math.abs((still[indexOf(x, y)] ?? 0) - (slid[indexOf(x + dx, y + dy)] ?? 0));
    if (error > most) return error;
  }
  return error;
}

/** Luma around a point in steps of half a pixel, bilinear between pixels; the picture's edge continues outwards. */
function halfPixels(view: PixelView, { x, y }: Point): number[] {
  const levels = new Array<number>(SIDE * SIDE).fill(0);
  const at = (dx: number, dy: number) => {
    const column = Math.min(view.width - 1, Math.max(0, x + dx));
    const row = Math.min(view.height - 1, Math.max(0, y + dy));
    return luma(view.pixels[row * view.stride + column] ?? 0);
  };
  for (let dy = -HALVES; dy <= HALVES; dy += 2)
    for (let dx = -HALVES; dx <= HALVES; dx += 2) levels[indexOf(dx, dy)] = at(dx / 2, dy / 2);
  for (let dy = -HALVES; dy <= HALVES; dy += 2)
    for (let dx = 1 - HALVES; dx < HALVES; dx += 2)
      levels[indexOf(dx, dy)] = ((levels[indexOf(dx - 1, dy)] ?? 0) + (levels[indexOf(dx + 1, dy)] ?? 0)) / 2;
  for (let dy = 1 - HALVES; dy < HALVES; dy += 2)
    for (let dx = -HALVES; dx <= HALVES; dx++)
      levels[indexOf(dx, dy)] = ((levels[indexOf(dx, dy - 1)] ?? 0) + (levels[indexOf(dx, dy + 1)] ?? 0)) / 2;
  return levels;
}

function indexOf(dx: number, dy: number): number {
  return (dy + HALVES) * SIDE + dx + HALVES;
}

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

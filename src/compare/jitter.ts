import type { PixelView, Point } from '../image/pixels.js';
import { luma } from '../image/pixels.js';

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

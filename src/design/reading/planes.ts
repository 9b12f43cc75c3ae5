import type { Rect } from '../../core/vocabulary/geometry.js';
import { luma, type PixelView } from '../../image/pixels.js';

/** Brightness of a picture, 0-255, row-major. */
export interface Plane {
  width: number;
  height: number;
  data: Uint8Array;
}

/** The brightness of every pixel. */
export function lumaPlane(view: PixelView): Plane {
  const { width, height, stride, pixels } = view;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0, from = y * stride, to = y * width; x < width; x++, from++, to++) data[to] = luma(pixels[from] ?? 0);
  return { width, height, data };
}

/**
 * Blends each pixel of a plane with its eight neighbours (binomial 1 2 1), in place: what hinting and sub-pixel places of glyphs differ by
 * evens out.
 */
export function smooth({ width, height, data }: Plane): void {
  // Three rows at a time: the pictures of a tall page are the largest that this process holds.
  const rows = [new Uint16Array(width), new Uint16Array(width), new Uint16Array(width)] as const;
  const across = (y: number, into: Uint16Array) => {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const here = data[row + x] ?? 0;
      into[x] =
        (x > 0 ? (data[row + x - 1] ?? 0) : here) + 2 * here + (x + 1 < width ? (data[row + x + 1] ?? 0) : here);
    }
    return into;
  };
  let [above, here, below]: [Uint16Array, Uint16Array, Uint16Array] = [...rows];
  if (height > 0) above.set(across(0, here));
  for (let y = 0; y < height; y++) {
    if (y + 1 < height) across(y + 1, below);
    else below.set(here);
    const row = y * width;
    for (let x = 0; x < width; x++) data[row + x] = ((above[x] ?? 0) + 2 * (here[x] ?? 0) + (below[x] ?? 0) + 8) >> 4;
    [above, here, below] = [here, below, above];
  }
}

/** Side of the squares of a coarse plane, pixels. */
export const COARSE = 4;

/** The means of squares of 4 x 4 pixels; what is left over at the right and lower edge is dropped. */
export function coarse({ width, height, data }: Plane): Plane {
  const [columns, rows] = [Math.max(1, Math.floor(width / COARSE)), Math.max(1, Math.floor(height / COARSE))];
  const out = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let y = row * COARSE; y < (row + 1) * COARSE; y++)
        for (let x = column * COARSE; x < (column + 1) * COARSE; x++) sum += data[y * width + x] ?? 0;
      out[row * columns + column] = sum / (COARSE * COARSE);
    }
  return { width: columns, height: rows, data: out };
}

/** A rectangle of a plane that is looked for in another one; whole pixels inside the plane. */
export interface Patch {
  plane: Plane;
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Normalised correlation, -1 to 1, of a patch with the place `x`, `y` of another plane: 1 is the same up to brightness and contrast. What
 * lies outside that plane goes on as its edge does. Every `step`-th pixel and row is looked at. 0 where either side is of one brightness.
 */
export function correlation(
  { plane, x, y, width, height }: Patch,
  other: Plane,
  left: number,
  top: number,
  step = 1,
): number {
  let [n, a1, b1, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  const inside = left >= 0 && left + width <= other.width;
  for (let row = 0; row < height; row += step) {
    const from = (y + row) * plane.width + x;
    const to = Math.min(other.height - 1, Math.max(0, top + row)) * other.width;
    for (let column = 0; column < width; column += step) {
      const a = plane.data[from + column] ?? 0;
      const at = inside ? left + column : Math.min(other.width - 1, Math.max(0, left + column));
      const b = other.data[to + at] ?? 0;
      a1 += a;
      b1 += b;
      aa += a * a;
      bb += b * b;
      ab += a * b;
      n++;
    }
  }
  const [va, vb] = [n * aa - a1 * a1, n * bb - b1 * b1];
  // Less than half a level of spread is nothing to compare.
  if (va < n * n * 0.25 || vb < n * n * 0.25) return 0;
  return (n * ab - a1 * b1) / Math.sqrt(va * vb);
}

/** A rectangle of a plane brought to another size, by the nearest two pixels of each axis. */
export function stretched(plane: Plane, rect: Rect, width: number, height: number): Plane {
  const data = new Uint8Array(Math.max(1, width * height));
  const at = (x: number, y: number) =>
    plane.data[Math.min(plane.height - 1, Math.max(0, y)) * plane.width + Math.min(plane.width - 1, Math.max(0, x))] ??
    0;
  for (let row = 0; row < height; row++) {
    const y = rect.y + ((row + 0.5) * rect.height) / height - 0.5;
    const [y0, fy] = [Math.floor(y), y - Math.floor(y)];
    for (let column = 0; column < width; column++) {
      const x = rect.x + ((column + 0.5) * rect.width) / width - 0.5;
      const [x0, fx] = [Math.floor(x), x - Math.floor(x)];
      data[row * width + column] = Math.round(
        (at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx) * (1 - fy) +
          (at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx) * fy,
      );
    }
  }
  return { width: Math.max(1, width), height: Math.max(1, height), data };
}

/** A place where a patch was found: by how much further right and lower, and how alike it is there (correlation, without sign). */
export interface Place {
  dx: number;
  dy: number;
  alike: number;
}

/**
 * The best place of a patch within `reach` pixels of an offset, to whole pixels. Light text on dark and dark on light are alike: the sign of
 * the correlation does not count.
 */
export function bestPlace(
  patch: Patch,
  other: Plane,
  near: { dx: number; dy: number },
  reach: { x: number; y: number },
  step = 1,
): Place {
  let best: Place = { dx: near.dx, dy: near.dy, alike: -1 };
  for (let dy = near.dy - reach.y; dy <= near.dy + reach.y; dy++)
    for (let dx = near.dx - reach.x; dx <= near.dx + reach.x; dx++) {
      const alike = Math.abs(correlation(patch, other, patch.x + dx, patch.y + dy, step));
      // Of equal places the nearest.
      const nearer = Math.hypot(dx - near.dx, dy - near.dy) < Math.hypot(best.dx - near.dx, best.dy - near.dy);
      if (alike > best.alike + 1e-9 || (alike > best.alike - 1e-9 && nearer)) best = { dx, dy, alike };
    }
  return best;
}

/** The place to parts of a pixel: the peak of the parabolas through the correlations beside it. */
export function finePlace(patch: Patch, other: Plane, { dx, dy, alike }: Place): Place {
  const at = (x: number, y: number) => Math.abs(correlation(patch, other, patch.x + x, patch.y + y));
  const peak = (before: number, after: number) => {
    const bend = before - 2 * alike + after;
    return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend));
  };
  return { dx: dx + peak(at(dx - 1, dy), at(dx + 1, dy)), dy: dy + peak(at(dx, dy - 1), at(dx, dy + 1)), alike };
}

/** Correlation, without sign, of a patch with a place between pixels of another plane. */
export function alikeBetween({ plane, x, y, width, height }: Patch, other: Plane, { dx, dy }: Place): number {
  const there = stretched(other, { x: x + dx, y: y + dy, width, height }, width, height);
  return Math.abs(correlation({ plane: there, x: 0, y: 0, width, height }, plane, x, y));
}

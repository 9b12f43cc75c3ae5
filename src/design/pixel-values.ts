import type { PixelView } from '../compare/pixel-view.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Shift } from '../core/vocabulary/pair.js';
import type { RawImage } from '../image/raw-image.js';
import { hexColor } from './css-values.js';

/** Both pictures at one scale, that of the actual one: `scale` device px make a CSS px. */
export interface Pictures {
  reference: RawImage;
  actual: RawImage;
  shifts: readonly Shift[];
  scale: number;
}

/** The same pictures as pixels. */
export interface Views {
  reference: PixelView;
  actual: PixelView;
}

/** CIEDE2000 up to which a colour read from the actual picture is the computed one; else the reading is not to be trusted. */
export const AS_COMPUTED = 4;
/** Lengths are read to whole pixels: less than this is no difference, CSS px. */
export const OTHER_LENGTH = 1.5;

/** CSS px as device px. */
export function inPixels({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

/** An opaque `rgb(…)` as a pixel. */
export function pixelOf(value: string | undefined): number | undefined {
  const found = value === undefined ? null : /^rgb\((\d+), (\d+), (\d+)\)$/.exec(value);
  return found ? Number(found[1]) | (Number(found[2]) << 8) | (Number(found[3]) << 16) : undefined;
}

/** A pixel as `#rrggbb`. */
export function hex(pixel: number): string {
  return hexColor(pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255);
}

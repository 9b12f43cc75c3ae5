import type { Rect } from '../core/vocabulary/geometry.js';
import type { RawImage } from '../image/raw-image.js';

/** A picture or a window in it: pixels as 32-bit numbers (RGBA8, little-endian: red in the low byte). Outside there is nothing. */
export interface PixelView {
  width: number;
  height: number;
  /** Pixels from one row to the next: the pixel at `x`,`y` is `pixels[y * stride + x]`. */
  stride: number;
  pixels: Uint32Array;
}

/** A view of a picture's memory, no copy. */
export function viewOf(image: RawImage): PixelView {
  const { data, width, height } = image;
  return { width, height, stride: width, pixels: new Uint32Array(data.buffer, data.byteOffset, width * height) };
}

/** A rectangle of a view, in the same memory; it must lie inside in whole pixels. */
export function windowOf(view: PixelView, { x, y, width, height }: Rect): PixelView {
  const from = y * view.stride + x;
  const pixels = view.pixels.subarray(from, from + Math.max(0, height - 1) * view.stride + width);
  return { width, height, stride: view.stride, pixels };
}

/** The pixel at `x`,`y`; undefined outside. */
export function pixelAt(view: PixelView, x: number, y: number): number | undefined {
  if (x < 0 || y < 0 || x >= view.width || y >= view.height) return undefined;
  return view.pixels[y * view.stride + x];
}

export interface Point {
  x: number;
  y: number;
}

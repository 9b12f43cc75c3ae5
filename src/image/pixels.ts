import type { Rect } from '../core/vocabulary/geometry.js';

/** Decoded pixels: RGBA8, row-major, `data.length === width * height * 4`, flattened onto white (alpha is 255). */
export interface RawImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A picture to look at: a file, encoded bytes (with the name to use in messages), or pixels that are decoded already. */
export type ImageSource = { path: string } | { bytes: Buffer; name: string } | { raw: RawImage; name: string };

/** The name of a source for messages: its path, or the name it was given. */
export function sourceName(source: ImageSource): string {
  return 'path' in source ? source.path : source.name;
}

export interface PictureStatistics {
  /** (Nearly) one colour: all but 0.1 % of the pixels, and all but 100, within 4 levels of the most frequent one per channel. */
  blank: boolean;
  /** The most frequent colour, `[red, green, blue]`. */
  dominant: [number, number, number];
  /** Share of pixels that are (nearly) the dominant colour, 0-1. */
  dominantShare: number;
  /** Shannon entropy of the luminance histogram, bits per pixel, 0-8. */
  entropy: number;
}

/** Levels per channel that count as the same colour; the share of other pixels, and their number, up to which a picture is blank. */
const SAME_COLOR = 4;
const OTHER_SHARE = 0.001;
/** A short word in a heading has more: by share alone a tall page with one line would be blank. */
const OTHER_PIXELS = 100;

/** Returns how much a picture shows. Every pixel counts: a single line of text on a tall page is not blank. */
export function pictureStatistics(image: RawImage): PictureStatistics {
  const pixels = new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
  const colors = new Map<number, number>();
  const levels = new Uint32Array(256);
  const { data } = image;
  for (let index = 0, at = 0; index < pixels.length; index++, at += 4) {
    const luminance = ((data[at] ?? 0) * 54 + (data[at + 1] ?? 0) * 183 + (data[at + 2] ?? 0) * 19) >> 8;
    levels[luminance] = (levels[luminance] ?? 0) + 1;
    // Four bits per channel are enough to find the dominant colour's neighbourhood, and keep the map small.
    if ((index & 7) === 0) {
      const color = pixels[index] ?? 0;
      colors.set(color, (colors.get(color) ?? 0) + 1);
    }
  }
  const color = [...colors].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0] as const)[0];
  const dominant: [number, number, number] = [color & 255, (color >> 8) & 255, (color >> 16) & 255];
  let near = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (
      Math.abs((data[at] ?? 0) - dominant[0]) <= SAME_COLOR &&
      Math.abs((data[at + 1] ?? 0) - dominant[1]) <= SAME_COLOR &&
      Math.abs((data[at + 2] ?? 0) - dominant[2]) <= SAME_COLOR
    )
      near++;
  }
  const dominantShare = near / pixels.length;
  const blank = pixels.length - near <= Math.min(pixels.length * OTHER_SHARE, OTHER_PIXELS);
  return { blank, dominant, dominantShare, entropy: entropyOf(levels, pixels.length) };
}

function entropyOf(levels: Uint32Array, total: number): number {
  let bits = 0;
  for (const count of levels) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return bits;
}

/** Largest difference of the three channels, 0-255: the cheap question "is this the same colour?". */
export function channelDistance(a: number, b: number): number {
  return Math.max(
    Math.abs((a & 255) - (b & 255)),
    Math.abs(((a >>> 8) & 255) - ((b >>> 8) & 255)),
    Math.abs(((a >>> 16) & 255) - ((b >>> 16) & 255)),
  );
}

/** Perceived brightness 0-255, near enough to tell light from dark: two parts red, five green, one blue. */
export function luma(pixel: number): number {
  return ((pixel & 255) * 2 + ((pixel >>> 8) & 255) * 5 + ((pixel >>> 16) & 255)) / 8;
}

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

/** The ring that is looked at: this far outside the rectangle (the first pixel may be blended with what is inside), in pixels. */
const RING_DISTANCE = 2;

/** Levels per channel up to which two pixels are one colour: dithering and JPEG, not a border. */
export const SAME_LEVELS = 10;

/** Share of the ring that must be one colour. */
const RING_SHARE = 0.6;

/** Most pixels of the ring that are looked at. */
const RING_SAMPLES = 240;

/**
 * The colour around a rectangle, when most of its surroundings have one; undefined on a picture, a gradient or when the rectangle
 * fills everything.
 */
export function surroundingColor(view: PixelView, rect: Rect): number | undefined {
  const ring = ringPixels(view, rect);
  const color = mostFrequent(ring);
  if (color === undefined) return undefined;
  let same = 0;
  for (const pixel of ring) if (pixel === color || channelDistance(pixel, color) <= SAME_LEVELS) same++;
  return same >= RING_SHARE * ring.length ? color : undefined;
}

/** The most frequent value; undefined for an empty list. */
export function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  let best: number | undefined;
  let bestCount = 0;
  for (const value of values) {
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    if (count > bestCount) [best, bestCount] = [value, count];
  }
  return best;
}

function ringPixels(view: PixelView, rect: Rect): number[] {
  const left = rect.x - RING_DISTANCE;
  const top = rect.y - RING_DISTANCE;
  const right = rect.x + rect.width - 1 + RING_DISTANCE;
  const bottom = rect.y + rect.height - 1 + RING_DISTANCE;
  const step = Math.max(1, Math.ceil((2 * (rect.width + rect.height)) / RING_SAMPLES));
  const ring: number[] = [];
  const look = (x: number, y: number) => {
    const pixel = pixelAt(view, x, y);
    if (pixel !== undefined) ring.push(pixel);
  };
  for (let x = left; x <= right; x += step) {
    look(x, top);
    look(x, bottom);
  }
  for (let y = top + 1; y < bottom; y += step) {
    look(left, y);
    look(right, y);
  }
  return ring;
}

/** A rectangle in whole pixels inside `width` x `height`: edges rounded outwards, then clipped; undefined when nothing is left. */
export function clipRect(rect: Rect, bounds: { width: number; height: number }): Rect | undefined {
  const left = Math.max(0, Math.floor(rect.x));
  const top = Math.max(0, Math.floor(rect.y));
  const right = Math.min(bounds.width, Math.ceil(rect.x + rect.width));
  const bottom = Math.min(bounds.height, Math.ceil(rect.y + rect.height));
  if (!(right > left && bottom > top)) return undefined;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** A rectangle grown by `margin` pixels on each side (not clipped). */
export function growRect(rect: Rect, margin: number): Rect {
  return {
    x: rect.x - margin,
    y: rect.y - margin,
    width: rect.width + 2 * margin,
    height: rect.height + 2 * margin,
  };
}

/** Levels per channel up to which two pixels are one colour. */
const SAME = 6;
/** Pixels of a rectangle that are looked at; larger ones are sampled in whole rows and columns. */
const MOST_PIXELS = 60_000;

/** The colour that fills most of a rectangle, and its share of it, 0-1; `undefined` outside the picture. Rectangles are device px. */
export function dominantColor(view: PixelView, rect: Rect): { color: number; share: number } | undefined {
  const counts = new Map<number, number>();
  let all = 0;
  eachPixel(view, rect, (pixel) => {
    counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    all += 1;
  });
  let best: [number, number] | undefined;
  for (const entry of counts) if (!best || entry[1] > best[1]) best = entry;
  if (!best) return undefined;
  let near = 0;
  for (const [color, count] of counts) if (channelDistance(color, best[0]) <= SAME) near += count;
  return { color: best[0], share: near / all };
}

/**
 * The colour of what is drawn on a ground: the mean of the pixels that are farthest from it, the cores of strokes. `undefined` when
 * nothing is drawn.
 */
export function inkColor(view: PixelView, rect: Rect, ground: number): number | undefined {
  let most = 0;
  eachPixel(view, rect, (pixel) => {
    most = Math.max(most, channelDistance(pixel, ground));
  });
  if (most <= SAME) return undefined;
  const sum = [0, 0, 0];
  let count = 0;
  eachPixel(view, rect, (pixel) => {
    if (channelDistance(pixel, ground) < most - SAME) return;
    for (const at of [0, 1, 2]) sum[at] = (sum[at] ?? 0) + ((pixel >>> (8 * at)) & 255);
    count += 1;
  });
  return sum.reduce((color, channel, at) => color | (Math.round(channel / count) << (8 * at)), 0) >>> 0;
}

/** Returns the amount of ink on a ground: pixels, each counting by how far it is from the ground towards the ink's colour, 0-1. */
export function inkAmount(view: PixelView, rect: Rect, ground: number, ink: number): number {
  const whole = Math.max(1, channelDistance(ink, ground));
  let amount = 0;
  eachPixel(view, rect, (pixel) => {
    amount += Math.min(1, channelDistance(pixel, ground) / whole);
  });
  return amount;
}

/**
 * The smallest rectangle around everything that differs from a ground by more than `levels` of 255; `undefined` when nothing does. By
 * default half of a faint edge is left out.
 */
export function drawnRect(view: PixelView, rect: Rect, ground: number, levels = 24): Rect | undefined {
  const window = clipRect(rect, view);
  if (!window) return undefined;
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (let y = window.y; y < window.y + window.height; y++) {
    for (let x = window.x; x < window.x + window.width; x++) {
      if (channelDistance(view.pixels[y * view.stride + x] ?? 0, ground) <= levels) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top };
}

function eachPixel(view: PixelView, rect: Rect, look: (pixel: number) => void): void {
  const window = clipRect(rect, view);
  if (!window) return;
  const step = Math.max(1, Math.ceil(Math.sqrt((window.width * window.height) / MOST_PIXELS)));
  for (let y = window.y; y < window.y + window.height; y += step)
    for (let x = window.x; x < window.x + window.width; x += step)
      look((view.pixels[y * view.stride + x] ?? 0) & 0xffffff);
}

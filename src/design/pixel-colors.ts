import { channelDistance } from '../compare/color-distance.js';
import type { PixelView } from '../compare/pixel-view.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { clipRect } from '../image/crop.js';

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

/** How much is drawn on a ground: pixels, each counting by how far it is from the ground towards the ink's colour, 0-1. */
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

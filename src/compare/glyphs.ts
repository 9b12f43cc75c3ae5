import type { Rect } from '../core/vocabulary/geometry.js';
import { channelDistance, colorDistance } from './color-distance.js';
import type { PixelView } from './pixel-view.js';
import { SAME_LEVELS } from './surroundings.js';

/** Share of a text's rectangle that may be ink. */
const MOST_INK = 0.65;
const LEAST_INK = 0.02;

/** Mean length of a stroke along a row: as a share of a line's height, and CSS px below which it is one anyway. */
const STROKE_SHARE = 0.55;
const SHORT_STROKE = 6;

/** CSS px up to which a band of rows with ink in each is a line of text, however many. */
const TALLEST_LINE = 120;

/** CIEDE2000 within which the ink of two texts has one colour; sub-pixel rendering and other weights move it. */
const SAME_INK = 18;

/** Ink on a ground of one colour: what text looks like, whatever it says. */
export interface Glyphs {
  ground: number;
  /** The colour of the pixels that are furthest from the ground. */
  ink: number;
}

/** What is written inside `rect` on `ground`; undefined when that does not look like text: a picture, a box, a thick bar, nothing. */
export function glyphsIn(view: PixelView, rect: Rect, ground: number, deviceScale: number): Glyphs | undefined {
  let [ink, runs, furthest, tallest, rowsOfLine] = [0, 0, -1, 0, 0];
  let inkColor = ground;
  const right = Math.min(view.width, rect.x + rect.width);
  const bottom = Math.min(view.height, rect.y + rect.height);
  for (let y = Math.max(0, rect.y); y < bottom; y++) {
    let inside = false;
    let any = false;
    for (let x = Math.max(0, rect.x); x < right; x++) {
      const pixel = view.pixels[y * view.stride + x] ?? 0;
      const apart = channelDistance(pixel, ground);
      if (apart > furthest) [furthest, inkColor] = [apart, pixel];
      const isInk = apart > 2 * SAME_LEVELS;
      if (isInk) {
        ink++;
        any = true;
        if (!inside) runs++;
      }
      inside = isInk;
    }
    rowsOfLine = any ? rowsOfLine + 1 : 0;
    tallest = Math.max(tallest, rowsOfLine);
  }
  const share = ink / Math.max(1, rect.width * rect.height);
  if (share < LEAST_INK || share > MOST_INK || tallest > TALLEST_LINE * deviceScale) return undefined;
  const stroke = ink / Math.max(1, runs);
  if (stroke > Math.max(SHORT_STROKE * deviceScale, STROKE_SHARE * tallest)) return undefined;
  return { ground, ink: inkColor };
}

/** Whether two texts are written alike: the same ink on the same ground. */
export function writtenAlike(a: Glyphs, b: Glyphs): boolean {
  return channelDistance(a.ground, b.ground) <= 2 * SAME_LEVELS && colorDistance(a.ink, b.ink) <= SAME_INK;
}

import type { Rect } from '../../src/core/vocabulary/geometry.js';
import type { ImageSource, RawImage } from '../../src/image/pixels.js';

/** `[red, green, blue]`. */
export type Color = readonly [number, number, number];

export const WHITE: Color = [255, 255, 255];
export const BLACK: Color = [0, 0, 0];
export const BLUE: Color = [78, 115, 223];
export const GREEN: Color = [28, 200, 138];

/** A picture of one colour. */
export function canvas(width: number, height: number, color: Color = WHITE): RawImage {
  const image = { data: new Uint8Array(width * height * 4), width, height };
  return paint(image, { x: 0, y: 0, width, height }, color);
}

/** Fills a rectangle, in place. */
export function paint(image: RawImage, rect: Rect, [red, green, blue]: Color): RawImage {
  for (let y = rect.y; y < rect.y + rect.height; y++)
    for (let x = rect.x; x < rect.x + rect.width; x++)
      image.data.set([red, green, blue, 255], (y * image.width + x) * 4);
  return image;
}

/** A copy with something painted on it. */
export function painted(image: RawImage, ...parts: readonly [Rect, Color][]): RawImage {
  const copy = { ...image, data: image.data.slice() };
  for (const [rect, color] of parts) paint(copy, rect, color);
  return copy;
}

/** Rows of little bars, like lines of text: the same `seed` gives the same bars. */
export function textBlock(image: RawImage, rect: Rect, seed: number, color: Color = BLACK): RawImage {
  let state = seed;
  const next = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % limit;
  };
  for (let y = rect.y; y + 9 <= rect.y + rect.height; y += 14)
    for (let x = rect.x; x + 6 <= rect.x + rect.width; x += 4 + next(4))
      paint(image, { x, y: y + next(3), width: 1 + next(3), height: 4 + next(3) }, color);
  return image;
}

export function source(raw: RawImage, name = 'picture'): ImageSource {
  return { raw, name };
}

import type { Rect } from '../core/vocabulary/geometry.js';
import { clipRect } from './pixels.js';
import type { RawImage } from './raw-image.js';

/** A copy of the pixels inside `rect`, which must lie within the picture in whole pixels (see `clipRect`). */
export function crop(image: RawImage, rect: Rect): RawImage {
  const data = new Uint8Array(rect.width * rect.height * 4);
  for (let row = 0; row < rect.height; row++) {
    const from = ((rect.y + row) * image.width + rect.x) * 4;
    data.set(image.data.subarray(from, from + rect.width * 4), row * rect.width * 4);
  }
  return { data, width: rect.width, height: rect.height };
}

/** Copies `part` into `target` with its upper left corner at `x`,`y`; the part must fit. */
export function paste(target: RawImage, part: RawImage, x: number, y: number): void {
  for (let row = 0; row < part.height; row++) {
    const from = row * part.width * 4;
    target.data.set(part.data.subarray(from, from + part.width * 4), ((y + row) * target.width + x) * 4);
  }
}

/** A picture of one colour (RGBA8, default white). */
export function blankImage(width: number, height: number, color = 0xffffffff): RawImage {
  const pixels = new Uint32Array(width * height).fill(color);
  return { data: new Uint8Array(pixels.buffer), width, height };
}

/** A copy of the pixels inside `rect`, wherever that lies; where the picture has none the copy is white. */
export function cutOut(image: RawImage, rect: Rect): RawImage {
  const there = clipRect(rect, image);
  if (there && there.width === rect.width && there.height === rect.height) return crop(image, there);
  const paper = blankImage(rect.width, rect.height);
  if (there) paste(paper, crop(image, there), there.x - rect.x, there.y - rect.y);
  return paper;
}

/** Space between the parts of a tile, pixels, and its colour (mid grey, little-endian RGBA). */
const GAP = 8;
const GAP_COLOR = 0xff9e9e9e;

/** Pictures beside each other (wide when `row`) or above each other, in order, with a grey gap; smaller ones leave grey. */
export function tile(parts: readonly RawImage[], direction: 'row' | 'column'): RawImage {
  const along = (part: RawImage) => (direction === 'row' ? part.width : part.height);
  const across = (part: RawImage) => (direction === 'row' ? part.height : part.width);
  const length = parts.reduce((sum, part) => sum + along(part), GAP * Math.max(0, parts.length - 1));
  const breadth = Math.max(...parts.map(across));
  const sheet = direction === 'row' ? blankImage(length, breadth, GAP_COLOR) : blankImage(breadth, length, GAP_COLOR);
  let offset = 0;
  for (const part of parts) {
    paste(sheet, part, direction === 'row' ? offset : 0, direction === 'row' ? 0 : offset);
    offset += along(part) + GAP;
  }
  return sheet;
}

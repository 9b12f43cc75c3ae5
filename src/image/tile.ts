import { blankImage, paste } from './crop.js';
import type { RawImage } from './raw-image.js';

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

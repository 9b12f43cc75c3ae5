import type { Rect } from '../core/vocabulary/geometry.js';
import { decode } from './decode.js';
import { encode } from './encode.js';
import { drawLabel, labelHeight } from './label.js';
import type { RawImage } from './raw-image.js';
import type { BoundedCopy } from './resize.js';

const SCALE = 2;
const PADDING = 2;
/** Advance of one sign at that scale, pixels. */
const SIGN = 6 * SCALE;
const GROUND = [32, 32, 32, 255] as const;
const INK = [255, 255, 255, 255] as const;

/**
 * A copy with a number at the upper left corner of each rectangle, from 1, in the rectangles' order. `rects` are pixels of the copy;
 * one that lies outside has no number. The first is drawn last, so that nothing hides it.
 */
export async function numberedCopy(copy: BoundedCopy, rects: readonly (Rect | undefined)[]): Promise<BoundedCopy> {
  if (!rects.some((rect) => rect && meets(rect, copy.size))) return copy;
  const image = await decode({ bytes: copy.bytes, name: 'copy' });
  for (const [index, rect] of [...rects.entries()].reverse())
    if (rect && meets(rect, image)) drawNumber(image, String(index + 1), rect);
  return { ...copy, bytes: await encode(image, 'webp'), mimeType: 'image/webp' };
}

function meets(rect: Rect, size: { width: number; height: number }): boolean {
  return rect.x < size.width && rect.y < size.height && rect.x + rect.width > 0 && rect.y + rect.height > 0;
}

/** Above the rectangle's corner where there is room, else inside it. */
function drawNumber(image: RawImage, text: string, rect: Rect): void {
  const width = text.length * SIGN - SCALE + 2 * PADDING;
  const height = labelHeight(SCALE) + 2 * PADDING;
  const x = clamp(Math.round(rect.x), image.width - width);
  const above = Math.round(rect.y) - height;
  const y = clamp(above >= 0 ? above : Math.round(rect.y), image.height - height);
  for (let row = y; row < Math.min(y + height, image.height); row++)
    for (let column = x; column < Math.min(x + width, image.width); column++)
      image.data.set(GROUND, (row * image.width + column) * 4);
  drawLabel(image, text, { x: x + PADDING, y: y + PADDING }, SCALE, INK);
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

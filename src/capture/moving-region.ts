import type { Rect } from '../core/vocabulary/geometry.js';
import type { RawImage } from '../image/raw-image.js';

/**
 * The smallest rectangle (device pixels) that holds every pixel in which two pictures differ; the whole of the larger one when their
 * sizes differ, `undefined` when they are equal.
 */
export function movingRegion(before: RawImage, after: RawImage): Rect | undefined {
  if (before.width !== after.width || before.height !== after.height)
    return { x: 0, y: 0, width: Math.max(before.width, after.width), height: Math.max(before.height, after.height) };
  const a = words(before);
  const b = words(after);
  const { width, height } = after;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      if (a[row + x] === b[row + x]) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function words(image: RawImage): Uint32Array {
  return new Uint32Array(image.data.buffer, image.data.byteOffset, image.width * image.height);
}

import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { RawImage } from '../image/pixels.js';
import { pngSize, stackParts, stackSize } from '../image/png-stack.js';

/** A frame of a tall page is a stack of pictures; a driver hands on one picture. */
export { joinStack, stackSize } from '../image/png-stack.js';

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

/** Largest picture whose every pixel is looked at for blankness; of a larger one the file's density decides first. */
const DENSE_BYTES_PER_PIXEL = 0.02;

/**
 * True when a picture, or a stack of them (`png-stack.ts`), shows (nearly) one colour. A PNG of one colour packs to almost nothing, so
 * only a picture whose file is small for its size is decoded; tall pages full of content cost no memory here.
 */
export async function isBlank(stack: Buffer, size: Size): Promise<boolean> {
  if (stack.length > 8192 + size.width * size.height * DENSE_BYTES_PER_PIXEL) return false;
  const [{ decode }, { pictureStatistics }] = await Promise.all([
    import('../image/decode.js'),
    import('../image/pixels.js'),
  ]);
  let ground: number | undefined;
  for (const part of stackParts(stack)) {
    const { blank, dominant } = pictureStatistics(await decode({ bytes: part, name: 'screenshot' }));
    const color = (dominant[0] << 16) | (dominant[1] << 8) | dominant[2];
    if (!blank || (ground !== undefined && color !== ground)) return false;
    ground = color;
  }
  return true;
}

/** Returns the rectangle in which two pictures, or stacks of them (`png-stack.ts`), differ, device pixels; `undefined` when they do not. */
export async function differingRegion(before: Buffer, after: Buffer): Promise<Rect | undefined> {
  const { decode } = await import('../image/decode.js');
  const [former, present] = [stackParts(before), stackParts(after)];
  let found: Rect | undefined;
  let top = 0;
  if (former.length !== present.length) return { x: 0, y: 0, ...stackSize(after) };
  for (const [index, part] of present.entries()) {
    const size = pngSize(part);
    const old = former[index];
    const region =
      old &&
      movingRegion(
        await decode({ bytes: old, name: 'frame before' }),
        await decode({ bytes: part, name: 'frame after' }),
      );
    if (region) found = around(found, { ...region, y: region.y + top });
    top += size.height;
  }
  return found;
}

function around(one: Rect | undefined, other: Rect): Rect {
  if (!one) return other;
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}

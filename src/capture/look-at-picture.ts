import type { Rect, Size } from '../core/vocabulary/geometry.js';
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

/** Largest picture whose every pixel is looked at for blankness; of a larger one the file's density decides first. */
const DENSE_BYTES_PER_PIXEL = 0.02;

/**
 * True when the picture shows (nearly) one colour. A PNG of one colour packs to almost nothing, so only a picture whose file is
 * small for its size is decoded; tall pages full of content cost no memory here.
 */
export async function isBlank(png: Buffer, size: Size): Promise<boolean> {
  if (png.length > 8192 + size.width * size.height * DENSE_BYTES_PER_PIXEL) return false;
  const [{ decode }, { pictureStatistics }] = await Promise.all([
    import('../image/decode.js'),
    import('../image/statistics.js'),
  ]);
  return pictureStatistics(await decode({ bytes: png, name: 'screenshot' })).blank;
}

/** Returns the rectangle in which two pictures differ, device pixels; `undefined` when they do not. */
export async function differingRegion(before: Buffer, after: Buffer): Promise<Rect | undefined> {
  const { decode } = await import('../image/decode.js');
  return movingRegion(
    await decode({ bytes: before, name: 'frame before' }),
    await decode({ bytes: after, name: 'frame after' }),
  );
}

/** Width and height of a PNG, from its header. */
export function pngSize(png: Buffer): Size {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

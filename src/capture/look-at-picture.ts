import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { movingRegion } from './moving-region.js';

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

/** Where two pictures differ, device pixels; `undefined` when they do not. */
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

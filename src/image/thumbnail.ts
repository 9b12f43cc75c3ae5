import { loadSharp } from './load-sharp.js';
import { unreadable } from './picture-header.js';

/** A small grey picture, row-major, one byte per pixel. */
export interface GreyImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * A picture small and grey, within a square of `maxSide` pixels, never enlarged. Made for telling pictures apart, not for looking at:
 * JPEG is decoded at the nearest smaller scale. Throws IMAGE_UNREADABLE.
 */
export async function greyThumbnail(source: Buffer | string, maxSide: number): Promise<GreyImage> {
  const open = await loadSharp();
  try {
    const { data, info } = await open(source, { failOn: 'truncated', limitInputPixels: 100_000_000 })
      .resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
      .greyscale()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(typeof source === 'string' ? source : 'frame', error);
  }
}

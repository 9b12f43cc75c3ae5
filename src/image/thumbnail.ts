import type { Size } from '../core/vocabulary/geometry.js';
import { withEncoding } from './encode.js';
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
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: greyOf(data, info.channels), width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(typeof source === 'string' ? source : 'frame', error);
  }
}

/**
 * Luma of interleaved pixels, weights of ITU-R BT.601 in 256ths, as ffmpeg's grey pictures have it. The decoder's own conversion goes
 * through linear light and takes as long as decoding a picture this small.
 */
function greyOf(data: Uint8Array, channels: number): Uint8Array {
  const grey = new Uint8Array(data.length / channels);
  if (channels < 3) for (let at = 0; at < grey.length; at++) grey[at] = data[at * channels] ?? 0;
  else
    for (let at = 0, from = 0; at < grey.length; at++, from += channels)
      grey[at] = ((data[from] ?? 0) * 77 + (data[from + 1] ?? 0) * 150 + (data[from + 2] ?? 0) * 29) >> 8;
  return grey;
}

/** A small copy of a picture for a reply; `scale` = its width / the original's. */
interface FrameCopy {
  bytes: Buffer;
  size: Size;
  scale: number;
}

/**
 * A picture as WebP within `maxWidth` x `maxHeight` pixels, never enlarged: as `boundedCopy` with the kernel that suits text, but JPEG is
 * decoded at the nearest larger scale and no pixels pass through here. For many frames at once. Throws IMAGE_UNREADABLE.
 */
export async function frameCopy(source: Buffer, bounds: { maxWidth: number; maxHeight: number }): Promise<FrameCopy> {
  const open = await loadSharp();
  try {
    const pipeline = open(source, { failOn: 'truncated', limitInputPixels: 100_000_000 });
    const { width: original } = await pipeline.metadata();
    pipeline.resize({
      width: bounds.maxWidth,
      height: bounds.maxHeight,
      fit: 'inside',
      withoutEnlargement: true,
      kernel: 'mitchell',
    });
    const { data, info } = await withEncoding(pipeline, 'webp').toBuffer({ resolveWithObject: true });
    return { bytes: data, size: { width: info.width, height: info.height }, scale: info.width / original };
  } catch (error) {
    throw unreadable('frame', error);
  }
}

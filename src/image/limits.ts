import { CodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';

/** Longest side a picture may have, in pixels. A full page of 32,768 rows is far beyond any design. */
export const MAX_SIDE = 32_768;

/** Most pixels a picture may decode to: 800 MB as RGBA8. A decompression bomb announces more in a header of a few bytes. */
export const MAX_PIXELS = 200_000_000;

/** Largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** Throws IMAGE_TOO_LARGE when a picture of this size must not be decoded, IMAGE_UNREADABLE when it has no pixels. */
export function assertDecodable(size: Size, name: string): void {
  if (size.width < 1 || size.height < 1)
    throw new CodeloopError('IMAGE_UNREADABLE', {
      path: name,
      reason: `its header says ${size.width}x${size.height}, which is no pixel at all`,
    });
  if (size.width > MAX_SIDE || size.height > MAX_SIDE || size.width * size.height > MAX_PIXELS)
    throw new CodeloopError('IMAGE_TOO_LARGE', {
      path: name,
      size: `${size.width}x${size.height}`,
      limit: `${MAX_SIDE} px a side and ${MAX_PIXELS / 1_000_000} megapixels`,
    });
}

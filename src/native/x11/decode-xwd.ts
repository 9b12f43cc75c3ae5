import { CodeloopError } from '../../core/errors.js';
import type { RawImage } from '../../image/raw-image.js';

/**
 * An X window dump (XWDFile.h, version 7, ZPixmap, 24 or 32 bits deep, 32 bits per pixel) as RGBA8. The alpha of a 32-bit window is
 * ignored, as the screen does. Throws IMAGE_UNREADABLE for anything else.
 */
export function decodeXwd(bytes: Buffer): RawImage {
  const refuse = (reason: string) => new CodeloopError('IMAGE_UNREADABLE', { path: 'the window dump', reason });
  if (bytes.length < 100 || bytes.readUInt32BE(4) !== 7) throw refuse('it is no X window dump');
  const field = (index: number) => bytes.readUInt32BE(index * 4);
  const headerSize = field(0);
  const [format, width, height, littleEndian] = [field(2), field(4), field(5), field(7) === 0];
  const [bitsPerPixel, bytesPerLine, colors] = [field(11), field(12), field(19)];
  if (format !== 2 || bitsPerPixel !== 32) throw refuse(`it has format ${format} and ${bitsPerPixel} bits per pixel`);
  const shifts = [field(14), field(15), field(16)].map((mask) => (mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)));
  const [red = 16, green = 8, blue = 0] = shifts;
  const start = headerSize + colors * 12;
  if (width === 0 || height === 0 || bytes.length < start + bytesPerLine * height) throw refuse('it is cut off');
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = start + y * bytesPerLine; x < width; x++, from += 4, to += 4) {
      const pixel = littleEndian ? bytes.readUInt32LE(from) : bytes.readUInt32BE(from);
      data[to] = pixel >>> red;
      data[to + 1] = pixel >>> green;
      data[to + 2] = pixel >>> blue;
      data[to + 3] = 255;
    }
  }
  return { data, width, height };
}

import { CodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { assertDecodable } from './limits.js';
import { loadSharp } from './load-sharp.js';
import { describeStranger, missingEnd, type PictureFormat, sniffFormat } from './picture-format.js';
import type { ImageSource } from './raw-image.js';
import { readEncoded } from './read-source.js';

/** What a picture says about itself before any pixel is decoded. */
export interface PictureHeader {
  format: PictureFormat;
  /** Pixels as shown, EXIF orientation applied. */
  size: Size;
  /** True when the stored samples are the shown pixels: 8-bit RGB, no alpha, palette, colour profile or orientation. */
  plain: boolean;
}

/**
 * Reads the header of encoded bytes: format by its first bytes, whether the file is whole, size within the limits.
 * Throws IMAGE_UNREADABLE (with what is wrong) and IMAGE_TOO_LARGE; `name` is for the message.
 */
export async function readHeader(bytes: Buffer, name: string): Promise<PictureHeader> {
  const format = sniffFormat(bytes);
  if (!format) throw new CodeloopError('IMAGE_UNREADABLE', { path: name, reason: describeStranger(bytes) });
  // The codec refuses such a header too, but does not say why.
  if (format === 'png' && bytes.length >= 24)
    assertDecodable({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }, name);
  const cut = missingEnd(bytes, format);
  if (cut) throw new CodeloopError('IMAGE_UNREADABLE', { path: name, reason: cut });
  const open = await loadSharp();
  const facts = await open(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(name, error);
    });
  const size = { width: facts.autoOrient.width, height: facts.autoOrient.height };
  assertDecodable(size, name);
  const turned = facts.orientation !== undefined && facts.orientation > 1;
  const rgb8 = facts.space === 'srgb' && facts.channels === 3 && facts.depth === 'uchar' && !facts.isPalette;
  return { format, size, plain: rgb8 && !facts.hasAlpha && !facts.hasProfile && !turned };
}

/** Size in pixels as shown; decodes nothing. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE. */
export async function readSize(source: ImageSource): Promise<Size> {
  if ('raw' in source) return { width: source.raw.width, height: source.raw.height };
  const name = 'path' in source ? source.path : source.name;
  return (await readHeader(await readEncoded(source), name)).size;
}

/** A codec's complaint as our error, its first line only. */
export function unreadable(name: string, error: unknown): CodeloopError {
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.split('\n')[0]?.trim().replace(/[:.]$/, '') ?? '';
  return new CodeloopError('IMAGE_UNREADABLE', { path: name, reason: `the decoder says: ${reason}` }, { cause: error });
}

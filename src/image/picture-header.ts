import { CodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';
import type { ImageSource } from './pixels.js';
import { assertReadable, loadSharp, PNG_SIGNATURE, readEncoded } from './read-source.js';

/** The formats that are read. */
type PictureFormat = 'png' | 'jpeg' | 'webp';

/** Signatures of other files, so that the error can name the mistake. */
const STRANGERS: readonly { name: string; test: (bytes: Buffer) => boolean }[] = [
  { name: 'a GIF', test: (bytes) => bytes.toString('latin1', 0, 4) === 'GIF8' },
  { name: 'an AVIF or HEIF picture', test: (bytes) => bytes.toString('latin1', 4, 8) === 'ftyp' },
  { name: 'a BMP', test: (bytes) => bytes.toString('latin1', 0, 2) === 'BM' },
  { name: 'a TIFF', test: (bytes) => /^(II\*\0|MM\0\*)/.test(bytes.toString('latin1', 0, 4)) },
  { name: 'a PDF', test: (bytes) => bytes.toString('latin1', 0, 4) === '%PDF' },
  { name: 'an SVG', test: (bytes) => /<svg[\s>]/i.test(bytes.toString('latin1', 0, 1024)) },
  { name: 'an HTML page', test: (bytes) => /<(!doctype html|html)[\s>]/i.test(bytes.toString('latin1', 0, 1024)) },
  { name: 'a Git LFS pointer', test: (bytes) => bytes.toString('latin1', 0, 20) === 'version https://git-' },
];

/** The format by the first bytes, never by the file's name; undefined when it is none of ours. */
function sniffFormat(bytes: Buffer): PictureFormat | undefined {
  if (bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  return undefined;
}

/** Names the kind of a file that is no PNG, JPEG or WebP, for a message. */
function describeStranger(bytes: Buffer): string {
  if (bytes.length === 0) return 'the file is empty';
  const known = STRANGERS.find(({ test }) => test(bytes));
  if (known) return `it is ${known.name}, not a PNG, JPEG or WebP`;
  return `it does not start like a PNG, JPEG or WebP (first bytes: ${bytes.subarray(0, 4).toString('hex')})`;
}

/**
 * Why the file is not whole by its own structure, or undefined when it is: a PNG must reach its end chunk, a JPEG its end marker,
 * a WebP the length its header announces. Pixels are not looked at; a decoder alone would accept a PNG cut off after its last row.
 */
function missingEnd(bytes: Buffer, format: PictureFormat): string | undefined {
  if (format === 'png') return reachesEndChunk(bytes) ? undefined : 'the file is cut off before its end (IEND) chunk';
  if (format === 'jpeg')
    return bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) > 2 ? undefined : 'the file is cut off before its end marker';
  if (bytes.length < 12) return 'the file is cut off in its header';
  const announced = bytes.readUInt32LE(4) + 8;
  return bytes.length >= announced ? undefined : `the file is cut off: ${bytes.length} of ${announced} bytes are there`;
}

/** Walks the chunks (length, type, data, CRC) by the PNG specification, section 5.3, up to IEND. */
function reachesEndChunk(bytes: Buffer): boolean {
  let offset = 8;
  while (offset + 12 <= bytes.length) {
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    if (type === 'IEND') return true;
    offset += 12 + bytes.readUInt32BE(offset);
  }
  return false;
}

/** A picture's header, read before any pixel is decoded. */
interface PictureHeader {
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
    assertReadable({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }, name);
  const cut = missingEnd(bytes, format);
  if (cut) throw new CodeloopError('IMAGE_UNREADABLE', { path: name, reason: cut });
  const open = await loadSharp();
  const facts = await open(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(name, error);
    });
  const size = { width: facts.autoOrient.width, height: facts.autoOrient.height };
  assertReadable(size, name);
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

import type { Sharp } from 'sharp';
import { CodeloopError } from '../core/errors.js';
import { countedWork } from '../core/lanes.js';
import { readHeader, unreadable } from './picture-header.js';
import { type ImageSource, type RawImage, sourceName } from './pixels.js';
import { assertDecodable, loadSharp, readEncoded } from './read-source.js';

/**
 * Decodes any PNG, JPEG or WebP to RGBA8 in sRGB, flattened onto white: palette, grey, 16-bit, alpha, CMYK and embedded colour profiles are
 * converted, EXIF orientation is applied, of an animation the first frame is taken. Pixels that are decoded already come back as
 * they are. Throws IMAGE_UNREADABLE for anything broken or cut off (never half a picture), IMAGE_TOO_LARGE before decoding.
 */
export async function decode(source: ImageSource): Promise<RawImage> {
  if ('raw' in source) return checked(source.raw, source.name);
  const bytes = await readEncoded(source);
  const name = sourceName(source);
  assertDecodable((await readHeader(bytes, name)).size, name);
  countedWork.decode.publish({ name });
  try {
    const { data, info } = await (await flatPipeline(bytes))
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: aligned(data), width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(name, error);
  }
}

/**
 * All pictures of an animation or a file of several pages, one below the other, as `decode` gives one: of GIF, AVIF and TIFF, and of WebP
 * with more than one; undefined for everything else, which `decode` reads or refuses. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE.
 */
export async function decodeFrames(path: string): Promise<{ image: RawImage; frames: number } | undefined> {
  const bytes = await readEncoded({ path });
  const open = await loadSharp();
  try {
    const { format, width, height, pages = 1 } = await open(bytes, { pages: -1, limitInputPixels: false }).metadata();
    if (!/^(?:gif|heif|tiff)$/.test(format) && !(format === 'webp' && pages > 1)) return undefined;
    assertDecodable({ width, height }, path);
    const { data, info } = await open(bytes, { pages: -1, failOn: 'error', limitInputPixels: false })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { image: { data: aligned(data), width: info.width, height: info.height }, frames: pages };
  } catch (error) {
    // What nobody can read is refused by `decode`, which says why.
    if (error instanceof CodeloopError) throw error;
    return undefined;
  }
}

/**
 * Some rows of encoded bytes whose header was read already, as `decode` gives them; they must lie within the picture. What lies above
 * them is unpacked and let go, so a tall picture is read in bands without ever being whole in memory. Throws IMAGE_UNREADABLE.
 */
export async function decodeRows(
  bytes: Buffer,
  name: string,
  { width, from, to }: { width: number; from: number; to: number },
): Promise<RawImage> {
  try {
    const { data, info } = await (await flatPipeline(bytes))
      .extract({ left: 0, top: from, width, height: to - from })
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data: aligned(data), width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Decodes bytes as they are needed, as `decode` does but without holding all pixels at once: oriented, sRGB, flattened onto white. */
export async function flatPipeline(bytes: Buffer): Promise<Sharp> {
  const open = await loadSharp();
  // 'error' also stops at truncated pixel data; 'warning' would refuse sound files with an odd colour profile.
  return open(bytes, { failOn: 'error', limitInputPixels: false, autoOrient: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');
}

/** Returns the opacity of each pixel of a picture file with an alpha channel, 0-255, one byte per pixel. Throws IMAGE_UNREADABLE. */
export async function decodeAlpha(path: string): Promise<{ data: Uint8Array; width: number; height: number }> {
  const open = await loadSharp();
  try {
    const { data, info } = await open(path, { failOn: 'error', limitInputPixels: false })
      .extractChannel('alpha')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function checked(raw: RawImage, name: string): RawImage {
  assertDecodable({ width: raw.width, height: raw.height }, name);
  if (raw.data.length !== raw.width * raw.height * 4)
    throw new CodeloopError('IMAGE_UNREADABLE', {
      path: name,
      reason: `${raw.data.length} bytes are not ${raw.width}x${raw.height} RGBA pixels`,
    });
  return { ...raw, data: aligned(raw.data) };
}

/** Bytes that can be viewed as 32-bit pixels: the same memory when its offset allows, else a copy. */
function aligned(data: Uint8Array): Uint8Array {
  return data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
}

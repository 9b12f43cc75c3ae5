import { crc32 } from 'node:zlib';
import type { Sharp } from 'sharp';
import { CodeloopError } from '../core/errors.js';
import { countedWork } from '../core/lanes.js';
import { readHeader, unreadable } from './picture-header.js';
import { type ImageSource, type RawImage, sourceName } from './pixels.js';
import { assertDecodable, loadSharp, PNG_SIGNATURE, readEncoded } from './read-source.js';

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
 * All pictures of an animation or a file of several pages, one below the other, as `decode` gives one: of GIF, AVIF and TIFF, and of WebP and
 * PNG with more than one; undefined for everything else, which `decode` reads or refuses. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE.
 */
export async function decodeFrames(path: string): Promise<{ image: RawImage; frames: number } | undefined> {
  const bytes = await readEncoded({ path });
  const open = await loadSharp();
  const isPng = bytes.subarray(0, 8).equals(PNG_SIGNATURE);
  if (isPng) return animationOf(bytes, path);
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

/** One picture of an animated PNG: what it is drawn from, where, and what becomes of it. */
interface PngFrame {
  data: Buffer[];
  width: number;
  height: number;
  x: number;
  y: number;
  dispose: number;
  blend: number;
}

/**
 * The pictures of an animated PNG, as `decodeFrames`; undefined for one that does not move. One that is shown only where nothing moves comes
 * first. By the PNG specification (third edition), sections 11.3.6 and 12.
 */
async function animationOf(bytes: Buffer, name: string): Promise<{ image: RawImage; frames: number } | undefined> {
  const frames: PngFrame[] = [];
  const common: Buffer[] = [];
  let [header, moves]: [Buffer | undefined, boolean] = [undefined, false];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    if (type === 'IHDR') header = data;
    else if (type === 'acTL') moves = true;
    else if (type === 'fcTL' && data.length === 26) {
      const [width = 0, height = 0, x = 0, y = 0] = [4, 8, 12, 16].map((from) => data.readUInt32BE(from));
      frames.push({ data: [], width, height, x, y, dispose: data[24] ?? 0, blend: data[25] ?? 0 });
    } else if (type === 'IDAT' && header) {
      const whole = { width: header.readUInt32BE(0), height: header.readUInt32BE(4), x: 0, y: 0 };
      if (frames.length === 0) frames.push({ data: [], ...whole, dispose: 1, blend: 0 });
      frames[0]?.data.push(data);
    } else if (type === 'fdAT') frames.at(-1)?.data.push(data.subarray(4));
    else if (type !== 'IEND' && frames.every((frame) => frame.data.length === 0)) common.push(chunk(type, data));
  }
  if (!moves || !header || frames.length < 2) return undefined;
  await readHeader(bytes, name);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  assertDecodable({ width, height: height * frames.length }, name);
  const canvas = new Uint8ClampedArray(width * height * 4);
  const all = new Uint8Array(canvas.length * frames.length).fill(255);
  for (const [at, frame] of frames.entries()) {
    const { x, y } = frame;
    if (x + frame.width > width || y + frame.height > height)
      throw new CodeloopError('IMAGE_UNREADABLE', { path: name, reason: `its picture ${at + 1} is larger than it` });
    const size = Buffer.from(header);
    size.writeUInt32BE(frame.width, 0);
    size.writeUInt32BE(frame.height, 4);
    const still = [chunk('IHDR', size), ...common, ...frame.data.map((one) => chunk('IDAT', one))];
    const before = frame.dispose === 2 ? canvas.slice() : undefined;
    const drawn = await opaquely(Buffer.concat([PNG_SIGNATURE, ...still, chunk('IEND', Buffer.alloc(0))]), name);
    const rows = (work: (from: number, to: number) => void) => {
      for (let row = 0; row < frame.height; row++)
        for (let column = 0; column < frame.width; column++)
          work((row * frame.width + column) * 4, ((y + row) * width + x + column) * 4);
    };
    rows((from, to) => {
      const [over, under] = [(drawn[from + 3] ?? 0) / 255, frame.blend === 1 ? (canvas[to + 3] ?? 0) / 255 : 0];
      const left = under * (1 - over);
      for (let of = 0; of < 3; of++)
        canvas[to + of] = ((drawn[from + of] ?? 0) * over + (canvas[to + of] ?? 0) * left) / (over + left || 1);
      canvas[to + 3] = (over + left) * 255;
    });
    const shown = all.subarray(at * canvas.length, (at + 1) * canvas.length);
    for (let to = 0; to < canvas.length; to += 4)
      for (let of = 0; of < 3; of++)
        shown[to + of] = 255 + Math.round((((canvas[to + of] ?? 0) - 255) * (canvas[to + 3] ?? 0)) / 255);
    if (before) canvas.set(before);
    else if (frame.dispose === 1) rows((_, to) => canvas.fill(0, to, to + 4));
  }
  return { image: { data: all, width, height: height * frames.length }, frames: frames.length };
}

/** A chunk of a PNG: length, type, data, CRC. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The pixels of a PNG in sRGB, four bytes each, with how opaque they are. Throws IMAGE_UNREADABLE. */
async function opaquely(bytes: Buffer, name: string): Promise<Buffer> {
  const open = await loadSharp();
  try {
    return await open(bytes, { failOn: 'error', limitInputPixels: false })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer();
  } catch (error) {
    throw unreadable(name, error);
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

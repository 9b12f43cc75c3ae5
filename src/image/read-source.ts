import { readFile, stat } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import type sharp from 'sharp';
import type { Sharp, SharpOptions } from 'sharp';
import { CodeloopError, isErrno } from '../core/errors.js';
import { nativeWork } from '../core/native-work.js';
import type { Size } from '../core/vocabulary/geometry.js';

type SharpModule = typeof sharp;

let loading: Promise<SharpModule> | undefined;

/**
 * sharp, loaded on first use and set up for a long-lived process: no operation cache, so that memory stays flat over any number of
 * pictures, and one libvips thread per operation, because the pictures of a pair are decoded side by side already.
 */
export function loadSharp(): Promise<SharpModule> {
  loading ??= import('sharp').then(({ default: module }) => {
    module.cache(false);
    module.concurrency(1);
    for (const name of ['toBuffer', 'toFile', 'metadata', 'stats']) watch(module.prototype, name);
    return module;
  });
  return loading;
}

/** Every picture that is decoded or encoded goes through one of these: none of them may hang us (`nativeWork`). */
function watch(prototype: object, name: string): void {
  const work: unknown = Reflect.get(prototype, name);
  if (typeof work !== 'function') return;
  Reflect.set(prototype, name, function (this: unknown, ...given: unknown[]) {
    return nativeWork(`the decoder (${name})`, async () => Reflect.apply(work, this, given));
  });
}

/** A sharp pipeline over decoded pixels, without a copy of them. `channels` 4: RGBA8, 3: RGB8, 1: grey. */
export async function pipelineFromPixels(
  data: Uint8Array,
  size: { width: number; height: number },
  channels: 1 | 3 | 4 = 4,
): Promise<Sharp> {
  const open = await loadSharp();
  const options: SharpOptions = {
    raw: { width: size.width, height: size.height, channels },
    limitInputPixels: false,
  };
  return open(data, options);
}

/** Longest side a picture may have that is decoded as a whole, in pixels, and most pixels of it: 800 MB as RGBA8. */
const MAX_SIDE = 32_768;
const MAX_PIXELS = 200_000_000;

/**
 * The same of a picture that is read in bands or scaled down while it is decoded: a page of 200,000 CSS px at three device pixels each.
 * A decompression bomb announces more in a header of a few bytes.
 */
const MAX_READABLE_SIDE = 600_000;
const MAX_READABLE_PIXELS = 1_200_000_000;

/** Largest file that is read, in bytes. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** Throws IMAGE_TOO_LARGE when a picture of this size must not be read even in bands, IMAGE_UNREADABLE when it has no pixels. */
export function assertReadable(size: Size, name: string): void {
  if (size.width < 1 || size.height < 1)
    throw new CodeloopError('IMAGE_UNREADABLE', {
      path: name,
      reason: `its header says ${size.width}x${size.height}, which is no pixel at all`,
    });
  assertWithin(size, name, MAX_READABLE_SIDE, MAX_READABLE_PIXELS);
}

/** Throws as `assertReadable`, and IMAGE_TOO_LARGE when a picture of this size must not be decoded as a whole. */
export function assertDecodable(size: Size, name: string): void {
  assertReadable(size, name);
  assertWithin(size, name, MAX_SIDE, MAX_PIXELS);
}

function assertWithin(size: Size, name: string, side: number, pixels: number): void {
  if (size.width > side || size.height > side || size.width * size.height > pixels)
    throw new CodeloopError('IMAGE_TOO_LARGE', {
      path: name,
      size: `${size.width}x${size.height}`,
      limit: `${side} px a side and ${pixels / 1_000_000} megapixels`,
    });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links go round in a circle',
};

/** Length of a picture file on disk, in bytes. Throws IMAGE_UNREADABLE (missing, folder, no access), IMAGE_TOO_LARGE. */
async function fileLength(path: string): Promise<number> {
  const facts = await guarded(path, stat(path));
  if (!facts.isFile())
    throw new CodeloopError('IMAGE_UNREADABLE', {
      path,
      reason: facts.isDirectory() ? 'it is a folder' : 'it is not a plain file',
    });
  if (facts.size > MAX_FILE_BYTES)
    throw new CodeloopError('IMAGE_TOO_LARGE', {
      path,
      size: `${facts.size} bytes`,
      limit: `${MAX_FILE_BYTES} bytes`,
    });
  return facts.size;
}

/**
 * The encoded bytes of a source that is not decoded yet, as a decoder may see them: of a PNG without chunks that unpack to anything but
 * pixels. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE.
 */
export async function readEncoded(source: { path: string } | { bytes: Buffer; name: string }): Promise<Buffer> {
  if ('bytes' in source) return withoutBombs(source.bytes);
  await fileLength(source.path);
  return withoutBombs(await guarded(source.path, readFile(source.path)));
}

/** The first eight bytes of every PNG. */
export const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Largest colour profile that is unpacked, in bytes: those of printers have half of it. */
const MAX_PROFILE = 4 * 1024 * 1024;

/**
 * A PNG without its compressed texts (zTXt, iTXt), and without a colour profile (iCCP) that unpacks to more than a profile has, or to
 * nothing: a few bytes of each can stand for gigabytes, and no pixel depends on them. Everything else as it is.
 * Chunks by the PNG specification, sections 5.3 and 11.3: length, type, data, CRC.
 */
function withoutBombs(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return bytes;
  const kept: Buffer[] = [];
  let from = 0;
  let offset = 8;
  while (offset + 12 <= bytes.length) {
    const end = offset + 12 + bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    if (type === 'IEND' || end > bytes.length) break;
    const data = bytes.subarray(offset + 8, end - 4);
    if (type === 'zTXt' || type === 'iTXt' || (type === 'iCCP' && !isProfile(data))) {
      kept.push(bytes.subarray(from, offset));
      from = end;
    }
    offset = end;
  }
  return from === 0 ? bytes : Buffer.concat([...kept, bytes.subarray(from)]);
}

/** A profile's name (at most 79 bytes), a zero, the method (0: deflate), and the packed profile. */
function isProfile(data: Buffer): boolean {
  const name = data.indexOf(0);
  if (name < 1 || name > 79 || data[name + 1] !== 0) return false;
  try {
    return inflateSync(data.subarray(name + 2), { maxOutputLength: MAX_PROFILE }).length >= 128;
  } catch {
    return false; // too much, or nothing that can be unpacked: either way no profile
  }
}

async function guarded<Value>(path: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!isErrno(error)) throw error;
    const reason = REASONS[error.code ?? ''] ?? `the system says ${error.code}`;
    throw new CodeloopError('IMAGE_UNREADABLE', { path, reason }, { cause: error });
  }
}

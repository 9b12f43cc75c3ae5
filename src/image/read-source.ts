import { readFile, stat } from 'node:fs/promises';
import { CodeloopError, isErrno } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';

/** Longest side a picture may have, in pixels. A full page of 32,768 rows is far beyond any design. */
const MAX_SIDE = 32_768;

/** Most pixels a picture may decode to: 800 MB as RGBA8. A decompression bomb announces more in a header of a few bytes. */
const MAX_PIXELS = 200_000_000;

/** Largest file that is read, in bytes. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

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

/** The encoded bytes of a source that is not decoded yet. Throws IMAGE_UNREADABLE, IMAGE_TOO_LARGE. */
export async function readEncoded(source: { path: string } | { bytes: Buffer; name: string }): Promise<Buffer> {
  if ('bytes' in source) return source.bytes;
  await fileLength(source.path);
  return guarded(source.path, readFile(source.path));
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

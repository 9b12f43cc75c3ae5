import { readFile, stat } from 'node:fs/promises';
import { CodeloopError, isErrno } from '../core/errors.js';
import { MAX_FILE_BYTES } from './limits.js';

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

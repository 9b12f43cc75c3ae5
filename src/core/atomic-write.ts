import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: a temporary sibling, flushed, then renamed over the old one. A reader sees the old
 * content or the new, never a part. `durable` (default true) flushes to the disk before the rename.
 * Throws the system's error (ENOSPC becomes DISK_FULL at the door); the temporary file is removed then.
 */
export async function writeAtomic(
  path: string,
  data: Buffer | string,
  options: { mode?: number; durable?: boolean } = {},
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', options.mode ?? 0o644);
    try {
      await handle.writeFile(data);
      if (options.durable ?? true) await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

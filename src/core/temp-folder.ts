import { randomBytes } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeloopError, isErrno } from './errors.js';
import { removeWithUs } from './run-command.js';

/** What systems say of a folder that is not there, is none, or may not be written. */
const UNUSABLE = /^(?:ENOENT|ENOTDIR|EACCES|EPERM|EROFS|ELOOP|ENAMETOOLONG)$/;

/**
 * Makes a folder of this process's own (0700) in the system's folder for temporary files, which is gone when the process is
 * (unless it `stays`); its real path. Throws TEMP_FOLDER_UNUSABLE,
 * and as the system does when the disk is full.
 */
export async function makeTempFolder(prefix: string, { stays = false } = {}): Promise<string> {
  const parent = tmpdir();
  try {
    const folder = join(await realpath(parent), prefix + randomBytes(6).toString('hex'));
    // Named before it is made: a process that is killed in between leaves nothing.
    if (!stays) removeWithUs(folder);
    await mkdir(folder, { mode: 0o700 });
    return folder;
  } catch (error) {
    throw isErrno(error) && UNUSABLE.test(error.code ?? '') ? unusable(parent, error.code) : error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'it is no folder',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it lies on a disk that cannot be written',
};

function unusable(path: string, code = ''): CodeloopError {
  // tmpdir(): "TMPDIR", "TMP" or "TEMP", in this order on systems other than Windows.
  const variable = ['TMPDIR', 'TMP', 'TEMP'].find(
    (name) => process.env[name] !== undefined && process.env[name] !== '',
  );
  return new CodeloopError('TEMP_FOLDER_UNUSABLE', {
    path,
    reason: REASONS[code] ?? code,
    variable: variable ?? 'TMPDIR',
  });
}

import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  closeSync,
  constants,
  copyFileSync,
  fdatasyncSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { CodeloopError, isErrno, toCodeloopError } from '../core/errors.js';

/** The real absolute path of a project folder. Throws PROJECT_NOT_FOUND when it is not a folder that is there. */
export function realProject(projectDir: string): string {
  try {
    const real = realpathSync(projectDir);
    if (lstatSync(real).isDirectory()) return real;
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new CodeloopError('PROJECT_NOT_FOUND', { dir: projectDir, reason: error.code }, { cause: error });
  }
  throw new CodeloopError('PROJECT_NOT_FOUND', { dir: projectDir, reason: 'not a folder' });
}

/**
 * Makes sure that `path` (relative to the real project folder, `/`) is a folder reached through real folders only: a link
 * planted on the way (`artifacts -> ~/.ssh`) is refused, not followed. Answers the absolute path. Throws PATH_OUTSIDE_ROOTS.
 */
export function ensureFolder(project: string, path: string): string {
  let current = project;
  for (const part of path.split('/')) {
    current = join(current, part);
    try {
      mkdirSync(current, 0o755);
    } catch (error) {
      if (!isErrno(error) || error.code !== 'EEXIST') throw error;
    }
    if (!lstatSync(current).isDirectory())
      throw new CodeloopError('PATH_OUTSIDE_ROOTS', {
        path: `${relative(project, current)} (a link or a file stands where a folder is needed)`,
        allowed: [project],
      });
  }
  return current;
}

/** True when every part of the way from the project to `path` is a real folder, and it is there. */
export function isRealFolder(project: string, path: string): boolean {
  let current = project;
  for (const part of path.split('/')) {
    current = join(current, part);
    if (lstatSync(current, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  }
  return true;
}

/**
 * The absolute path of a file that a manifest lists, if it lies below `folder` (relative to the project) and every folder on
 * the way is real; `undefined` otherwise. A manifest is a file like any other: what it says must not lead out of its run.
 */
export function fileBelow(project: string, folder: string, path: string): string | undefined {
  if (!path.startsWith(`${folder}/`)) return undefined;
  const way = path.split('/');
  if (way.some((part) => part === '' || part === '.' || part === '..' || part.includes('\\'))) return undefined;
  return isRealFolder(project, way.slice(0, -1).join('/')) ? join(project, path) : undefined;
}

/** A temporary sibling's name carries the process that made it, so that the leftovers of a killed process can be recognised and removed. */
export const temporaryFor = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);

/** The process number in a temporary name; `undefined` for every other name. */
export function temporaryOwner(name: string): number | undefined {
  const pid = /^\..+\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** O_NOFOLLOW where the system has it (not on Windows). */
export const NO_FOLLOW = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);

/** Tells one state of a file from the next: every write changes its change time, which no program can set back. */
export function fileSignature(stat: BigIntStats): string {
  return `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/** Bytes of a plain file, never through a link. `undefined` when it is not there; throws the system's error (ELOOP: a link, ENOTSUP: a pipe or device). */
export function readPlain(path: string): { data: Buffer; signature: string } | undefined {
  const file = readPlainUnless(path, undefined);
  return file?.data === undefined ? undefined : { data: file.data, signature: file.signature };
}

/** As `readPlain`, without the bytes when the file's signature is still `seen`. */
export function readPlainUnless(
  path: string,
  seen: string | undefined,
): { data: Buffer | undefined; signature: string } | undefined {
  let fd: number;
  try {
    // Not waiting: a pipe in the place of a file would block the whole process until something is written into it.
    fd = openSync(path, NO_FOLLOW | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile() && !stat.isDirectory()) throw notAFile(path);
    const signature = fileSignature(stat);
    return { data: signature === seen ? undefined : readFileSync(fd), signature };
  } finally {
    closeSync(fd);
  }
}

/** The error for something that is neither file nor folder, in the form of the system's own. */
export function notAFile(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${path} is not a plain file`), { code: 'ENOTSUP' });
}

/** As `writeAtomic`, for the few places that hold a lock and must not let anything else run meanwhile. Throws the system's error. */
export function replaceFile(path: string, data: string, options: { mode?: number; durable?: boolean } = {}): void {
  const temporary = temporaryFor(path);
  try {
    const fd = openSync(temporary, 'wx', options.mode ?? 0o644);
    try {
      writeFileSync(fd, data);
      if (options.durable) fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Longest JSON that is written over itself, in bytes: one page of memory, which the system copies in one go. */
const PAGE = 4096;
/** The file grows in such steps, so that a shorter text covers a longer one. */
const STEP = 512;

/**
 * Writes JSON over a small file that is there already: one write of at most a page, padded with spaces, which a kill cannot
 * tear, at a tenth of what a new file and its renaming cost. Everything else goes by `replaceFile`. Only for files whose
 * readers hold the same lock. Throws the system's error.
 */
export function rewriteJson(path: string, json: string, options: { mode?: number } = {}): void {
  const length = Buffer.byteLength(json);
  const fd = length > PAGE ? undefined : openExisting(path);
  if (fd !== undefined) {
    try {
      const stat = fstatSync(fd);
      // A second name of the file would be written to as well.
      if (stat.isFile() && stat.nlink === 1 && stat.size <= PAGE) {
        const padding = Math.max(stat.size, Math.ceil(length / STEP) * STEP) - length;
        if (writeSync(fd, json + ' '.repeat(padding), 0) === length + padding) return;
      }
    } finally {
      closeSync(fd);
    }
  }
  replaceFile(path, json, options);
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (isErrno(error)) return undefined; // not there, or nothing to write over: the new file says why it cannot be
    throw error;
  }
}

/**
 * Gives a finished temporary file its name, if nothing has that name yet: true, and the temporary name is gone; false, and
 * nothing has changed. Atomic by a hard link; where the disk has none, an exclusive copy.
 */
export function claimName(temporary: string, path: string): boolean {
  try {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (!isErrno(error) || !NO_LINKS.has(error.code ?? '')) throw error;
      copyFileSync(temporary, path, constants.COPYFILE_EXCL);
    }
  } catch (error) {
    if (isErrno(error) && error.code === 'EEXIST') return false;
    throw error;
  }
  rmSync(temporary, { force: true });
  return true;
}

/** An error of writing `path` as one of ours; a full disk or quota says which file it was. */
export function diskFull(error: unknown, path: string): CodeloopError {
  return isErrno(error) && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    ? new CodeloopError('DISK_FULL', { path }, { cause: error })
    : toCodeloopError(error);
}

/** Points the name `view` at the content of `path`, in one step for every reader. */
export function pointView(path: string, view: string): void {
  const temporary = temporaryFor(view);
  copyFileSync(path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  renameSync(temporary, view);
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL']);

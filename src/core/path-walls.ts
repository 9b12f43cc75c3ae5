import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { sha256 } from './digest.js';
import { CodeloopError, isErrno } from './errors.js';

/** Possible files of a project's policy, relative to its folder. Only one of the two may exist. */
export const POLICY_FILES = ['.codeloop/policy.yaml', 'codeloop.yaml'] as const;

/**
 * The absolute real path of `path` (relative ones start at the first root), if it lies inside one of `roots`; links are
 * followed for the nearest parent that exists, so that a link cannot lead out. Throws PATH_OUTSIDE_ROOTS.
 */
export async function insideRoots(path: string, roots: readonly string[]): Promise<string> {
  if (path.includes('\0'))
    throw new CodeloopError('PATH_OUTSIDE_ROOTS', { path: path.replaceAll('\0', '\\0'), allowed: [...roots] });
  const absolute = isAbsolute(path) ? resolve(path) : resolve(roots[0] ?? '.', path);
  const real = await realParent(absolute).catch((error: unknown) => {
    // Links in a circle and names that no disk holds lie nowhere.
    if (isErrno(error) && (error.code === 'ELOOP' || error.code === 'ENAMETOOLONG')) return undefined;
    throw error;
  });
  for (const root of roots) {
    if (real !== undefined && contains(await realParent(resolve(root)), real)) return real;
  }
  throw new CodeloopError('PATH_OUTSIDE_ROOTS', { path, allowed: [...roots] });
}

/** True when `path` is `root` or lies below it. Both must be absolute and real. */
export function contains(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way));
}

async function realParent(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // What would lie below a file is not there either: `.git/config` where `.git` is a file, as in a worktree.
    if (!isErrno(error) || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) throw error;
    const parent = dirname(path);
    return parent === path ? path : join(await realParent(parent), relative(parent, path));
  }
}

/** Where runs lie, relative to the project: what is there was written by codeloop, and a link among it by somebody else. */
const RUNS = /^artifacts\/runs\/([^/]+)\//;
/** Largest file that is read, in bytes: a screen recording's picture or a page's boxes have a thousandth of it. */
const MAX_BYTES = 512 * 1024 * 1024;

/** A file as something stored names it: a path relative to the project, and its digest where that is known. */
interface Named {
  path: string;
  sha256?: string | undefined;
}

/**
 * The bytes of a file that something stored names. What is stored may be from a stranger: the path has to stay in the project, whatever
 * links there are; inside a run no link is followed at all, and the bytes have to be those that were written. `most`: bytes.
 * Throws EVIDENCE_TAMPERED; PATH_OUTSIDE_ROOTS, IMAGE_UNREADABLE and IMAGE_TOO_LARGE for files beside the runs.
 */
export async function readStored(projectDir: string, named: Named, most = MAX_BYTES): Promise<Buffer> {
  const run = RUNS.exec(named.path)?.[1];
  const wrong = (reason: string, cause?: unknown) =>
    run === undefined
      ? new CodeloopError('IMAGE_UNREADABLE', { path: named.path, reason }, { cause })
      : new CodeloopError('EVIDENCE_TAMPERED', { run_id: run, reason: `${named.path} ${reason}` }, { cause });
  const parts = named.path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part)))
    throw run === undefined
      ? new CodeloopError('PATH_OUTSIDE_ROOTS', { path: named.path.replaceAll('\0', '\\0'), allowed: [projectDir] })
      : wrong('does not lie in the run');
  try {
    const project = await realpath(projectDir);
    const path = join(project, named.path);
    if (run !== undefined) await assertNoLink(project, parts, wrong);
    else if (!contains(project, await realpath(path)))
      throw new CodeloopError('PATH_OUTSIDE_ROOTS', { path: named.path, allowed: [projectDir] });
    const follow = run === undefined ? 0 : (constants.O_NOFOLLOW ?? 0);
    // Without waiting: a pipe in place of a picture must not hold anything up.
    const handle = await open(path, constants.O_RDONLY | follow | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw wrong('is no file');
      if (stat.size > most)
        throw run === undefined
          ? new CodeloopError('IMAGE_TOO_LARGE', {
              path: named.path,
              size: `${stat.size} bytes`,
              limit: `${most} bytes`,
            })
          : wrong(`is larger than anything that is written there (${stat.size} bytes)`);
      const data = await handle.readFile();
      // Beside the runs a file may change by right: a design that was drawn anew.
      if (run !== undefined && named.sha256 !== undefined && sha256(data) !== named.sha256) throw wrong('was changed');
      return data;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw wrong(run === undefined ? 'there is no such file' : 'is gone', error);
    throw wrong(error.code === 'ELOOP' ? 'is a link' : `cannot be read (${error.code})`, error);
  }
}

/** Largest file of a project that is read whole, bytes. */
const MOST_PLAIN = 256 * 1024 * 1024;

/**
 * The bytes of a file of the project. A pipe, a device or a folder in its place is not waited for, and what is too large is not read.
 * Throws the system's errors: EISDIR for a folder, ENXIO for what is no file, EFBIG.
 */
export async function readPlain(path: string, most = MOST_PLAIN): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    assertPlain(path, await handle.stat(), most);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** The text of a file of the project, as `readPlain` reads it. */
export async function readText(path: string): Promise<string> {
  return (await readPlain(path)).toString('utf8');
}

/** `readPlain` at once. */
export function readPlainSync(path: string, most = MOST_PLAIN): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    assertPlain(path, fstatSync(file), most);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function assertPlain(path: string, stat: Stats, most: number): void {
  if (stat.isFile() && stat.size <= most) return;
  const [code, words] = stat.isFile()
    ? ['EFBIG', `it has ${stat.size} bytes, and at most ${most} are read`]
    : stat.isDirectory()
      ? ['EISDIR', 'it is a folder']
      : ['ENXIO', 'it is no file'];
  throw Object.assign(new Error(`${code}: ${words}, open '${path}'`), { code, path });
}

async function assertNoLink(
  project: string,
  parts: readonly string[],
  wrong: (reason: string) => CodeloopError,
): Promise<void> {
  let current = project;
  for (const part of parts.slice(0, -1)) {
    current = join(current, part);
    if ((await lstat(current)).isSymbolicLink()) throw wrong('lies behind a link');
  }
}

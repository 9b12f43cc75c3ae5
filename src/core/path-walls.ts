import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { CodeloopError, isErrno } from './errors.js';

/**
 * The absolute real path of `path` (relative ones start at the first root), if it lies inside one of `roots`; links are
 * followed for the nearest parent that exists, so that a link cannot lead out. Throws PATH_OUTSIDE_ROOTS.
 */
export async function insideRoots(path: string, roots: readonly string[]): Promise<string> {
  if (path.includes('\0'))
    throw new CodeloopError('PATH_OUTSIDE_ROOTS', { path: path.replaceAll('\0', '\\0'), allowed: [...roots] });
  const absolute = isAbsolute(path) ? resolve(path) : resolve(roots[0] ?? '.', path);
  const real = await realParent(absolute);
  for (const root of roots) {
    if (contains(await realParent(resolve(root)), real)) return real;
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

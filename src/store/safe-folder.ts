import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CodeloopError, isErrno } from '../core/errors.js';

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

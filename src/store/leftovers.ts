import { type Dirent, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isErrno } from '../core/errors.js';
import { runDir } from './paths.js';
import { temporaryOwner } from './plain-file.js';
import { pidExists } from './writer.js';

/** Paths (relative to the project, sorted) of everything in a run's folder that is no folder; links are not followed. */
export function filesOnDisk(project: string, runId: string): string[] {
  const root = join(project, runDir(runId));
  return list(root)
    .map((entry) => relative(project, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Removes half-written files whose process is gone; answers their paths relative to the project. */
export function removeLeftovers(project: string, runId: string): string[] {
  return filesOnDisk(project, runId).filter((path) => {
    const owner = temporaryOwner(path.slice(path.lastIndexOf('/') + 1));
    if (owner === undefined || pidExists(owner)) return false;
    rmSync(join(project, path), { force: true });
    return true;
  });
}

/** Bytes that a run's folder takes on disk. */
export function runBytes(project: string, runId: string): number {
  return filesOnDisk(project, runId).reduce(
    (sum, path) => sum + (lstatSync(join(project, path), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function list(root: string): Dirent[] {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  } catch (error) {
    // The run was removed meanwhile: nothing is left.
    if (isErrno(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAcceptance } from '../config/acceptance.js';
import { CodeloopError, isErrno, toCodeloopError } from '../core/errors.js';
import { insideRoots } from '../core/path-walls.js';
import type { Criterion } from '../core/vocabulary/bars.js';

/** Folder of a project's acceptance criteria, relative to it. */
export const ACCEPTANCE_DIR = 'docs/acceptance';

/** One acceptance file, or what is wrong with it. */
export interface AcceptanceFile {
  file: string;
  criteria: Criterion[];
  problem?: string;
}

/** Every YAML and Markdown file below `docs/acceptance`, by name. One that cannot be read is reported, never thrown. */
export function acceptanceFiles(project: string): Promise<AcceptanceFile[]> {
  return filesBelow(project, ACCEPTANCE_DIR);
}

async function filesBelow(project: string, folder: string): Promise<AcceptanceFile[]> {
  let names: string[];
  try {
    names = await readdir(join(project, folder), { recursive: true });
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return [];
    return [{ file: folder, criteria: [], problem: toCodeloopError(error).message }];
  }
  const files = names.filter((name) => /\.(?:ya?ml|md)$/i.test(name)).map((name) => name.replaceAll('\\', '/'));
  return Promise.all(files.sort().map((name) => read(project, `${folder}/${name}`)));
}

/**
 * Reads further criteria from a file or folder of the project that a call names. It is added to what `docs/acceptance` asks and takes
 * nothing from it. Throws PATH_OUTSIDE_ROOTS, CONFIG_INVALID (nothing there).
 */
export async function namedAcceptance(project: string, path: string): Promise<AcceptanceFile[]> {
  const real = await insideRoots(path, [project]);
  const below = relative(await realpath(project), real).replaceAll('\\', '/');
  const found = await stat(real).catch(() => undefined);
  if (!found) throw new CodeloopError('CONFIG_INVALID', { file: path, problem: 'there is no such file or folder' });
  if (!found.isDirectory()) return [await read(project, below)];
  return filesBelow(project, below);
}

async function read(project: string, file: string): Promise<AcceptanceFile> {
  try {
    return { file, criteria: parseAcceptance(await readFile(join(project, file), 'utf8'), file) };
  } catch (error) {
    return { file, criteria: [], problem: toCodeloopError(error).message };
  }
}

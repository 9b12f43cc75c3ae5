import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAcceptance } from '../config/acceptance.js';
import { isErrno, toCodeloopError } from '../core/errors.js';
import type { Criterion } from '../core/vocabulary/acceptance.js';

/** Where the acceptance criteria of a project are, relative to it. */
export const ACCEPTANCE_DIR = 'docs/acceptance';

/** One acceptance file, or what is wrong with it. */
export interface AcceptanceFile {
  file: string;
  criteria: Criterion[];
  problem?: string;
}

/** Every YAML and Markdown file below `docs/acceptance`, by name. One that cannot be read is told, never thrown. */
export async function acceptanceFiles(project: string): Promise<AcceptanceFile[]> {
  let names: string[];
  try {
    names = await readdir(join(project, ACCEPTANCE_DIR), { recursive: true });
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return [];
    return [{ file: ACCEPTANCE_DIR, criteria: [], problem: toCodeloopError(error).message }];
  }
  const files = names.filter((name) => /\.(?:ya?ml|md)$/i.test(name)).map((name) => name.replaceAll('\\', '/'));
  return Promise.all(files.sort().map((name) => read(project, `${ACCEPTANCE_DIR}/${name}`)));
}

async function read(project: string, file: string): Promise<AcceptanceFile> {
  try {
    return { file, criteria: parseAcceptance(await readFile(join(project, file), 'utf8'), file) };
  } catch (error) {
    return { file, criteria: [], problem: toCodeloopError(error).message };
  }
}

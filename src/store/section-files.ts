import { join } from 'node:path';
import { z } from 'zod';
import { CodeloopError, isErrno } from '../core/errors.js';
import { SectionsFile } from '../core/vocabulary/section.js';
import { withFileLock } from './file-lock.js';
import { SECTIONS_FILE } from './paths.js';
import { diskFull, ensureFolder, readPlain, realProject, replaceFile } from './plain-file.js';

const NONE: SectionsFile = { schema_version: 1, sections: [], scope_changes: [] };

/** The sections of a project; none when there is no file. Throws CONFIG_INVALID when it cannot be read. */
export function readSections(projectDir: string): SectionsFile {
  let text: string | undefined;
  try {
    text = readPlain(join(projectDir, SECTIONS_FILE))?.data.toString('utf8');
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw invalid(`it cannot be read (${error.code})`, error);
  }
  if (text === undefined) return structuredClone(NONE);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('it is not valid JSON', error);
  }
  const read = SectionsFile.safeParse(value);
  if (!read.success) throw invalid(z.prettifyError(read.error).split('\n').slice(0, 2).join(' '));
  const twice = read.data.sections.find(({ id }, index, all) => all.findIndex((one) => one.id === id) !== index);
  if (twice) throw invalid(`two sections have the id "${twice.id}"`);
  return read.data;
}

/**
 * Changes the sections under a lock, so that two processes lose no move of each other. `change` may not wait; what it throws leaves the
 * file as it was. Throws CONFIG_INVALID, DISK_FULL, PATH_OUTSIDE_ROOTS, RUN_BUSY.
 */
export async function changeSections<Result>(
  projectDir: string,
  change: (draft: SectionsFile) => Result,
): Promise<Result> {
  const project = realProject(projectDir);
  const work = (): Result => {
    const draft = readSections(project);
    const before = JSON.stringify(draft);
    const result = change(draft);
    try {
      if (JSON.stringify(draft) !== before)
        replaceFile(join(project, SECTIONS_FILE), `${JSON.stringify(draft, null, 2)}\n`, { durable: true });
    } catch (error) {
      throw diskFull(error, SECTIONS_FILE);
    }
    return result;
  };
  return withFileLock(ensureFolder(project, '.codeloop'), work, { what: SECTIONS_FILE });
}

function invalid(problem: string, cause?: unknown): CodeloopError {
  return new CodeloopError('CONFIG_INVALID', { file: SECTIONS_FILE, problem }, cause === undefined ? {} : { cause });
}

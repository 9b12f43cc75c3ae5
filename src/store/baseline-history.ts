import { join } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { isErrno } from '../core/errors.js';
import { BaselineRecord } from '../core/vocabulary/baseline.js';
import type { BaselinePaths } from './baseline-paths.js';
import { readPlain } from './plain-file.js';
import { isRealFolder } from './safe-folder.js';

/** The history of one place, oldest first. `damaged`: a line is not as codeloop writes them, or the file cannot be read. */
export function readHistory(project: string, paths: BaselinePaths): { history: BaselineRecord[]; damaged: boolean } {
  if (!isRealFolder(project, paths.folder)) return { history: [], damaged: false };
  try {
    const data = readPlain(join(project, paths.history))?.data;
    const lines = (data?.toString('utf8') ?? '').split('\n').filter((line) => line.trim() !== '');
    return { history: lines.map((line) => BaselineRecord.parse(JSON.parse(line))), damaged: false };
  } catch (error) {
    // No JSON, another shape, a link: it vouches for nothing, and the checks say so.
    if (isErrno(error) || error instanceof SyntaxError || (error instanceof Error && error.name === 'ZodError'))
      return { history: [], damaged: true };
    throw error;
  }
}

/**
 * Adds a line. Whole or not at all; a line of damage that stands there already stays, so that it is not tidied away.
 * One person at one terminal writes it, so that no lock is taken.
 */
export async function appendHistory(project: string, paths: BaselinePaths, record: BaselineRecord): Promise<void> {
  const path = join(project, paths.history);
  const before = readPlain(path)?.data.toString('utf8') ?? '';
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeAtomic(path, `${before}${gap}${JSON.stringify(record)}\n`);
}

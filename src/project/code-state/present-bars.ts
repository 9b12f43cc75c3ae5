import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { BAR_FILES, BAR_FOLDERS, fileBars } from '../../config/file-bars.js';
import { readSettings } from '../../config/load.js';
import type { ScreenConfig } from '../../config/schema.js';
import { settingBars } from '../../config/setting-bars.js';
import { isErrno } from '../../core/errors.js';
import type { Bars } from '../../core/vocabulary/bars.js';
import type { Project } from '../project.js';
import { designsFolder } from './former-bars.js';

/** Key of the bar that a reference is. */
export const referenceKey = (path: string): string => `references/${path}`;

/**
 * The bars as they are now. `files`: the project's content by path, as a code snapshot has it; `commands`: the project's
 * own, by name; `executed`: tests that ran, where that is known. Throws CONFIG_INVALID when a file cannot be read.
 */
export async function presentBars(
  project: Project,
  screens: readonly ScreenConfig[],
  more: {
    files: ReadonlyMap<string, string>;
    commands: readonly { name: string; text: string }[];
    executed: number | undefined;
  },
): Promise<Bars> {
  const inFolders = await Promise.all(BAR_FOLDERS.map((folder) => filesBelow(project.dir, folder)));
  const texts = new Map<string, string>();
  for (const path of [...BAR_FILES, ...inFolders.flat()]) {
    const text = await readSettings(project.dir, path);
    if (text !== undefined) texts.set(path, text);
  }
  const designs = designsFolder(project.config.design.dir);
  const references = [...more.files].filter(([path]) => path.startsWith(`${designs}/`));
  return {
    ...settingBars(project.config, screens),
    ...fileBars(texts),
    ...Object.fromEntries(references.map(([path, value]) => [referenceKey(path), value])),
    ...Object.fromEntries(more.commands.map(({ name, text }) => [`runners.${name}`, text])),
    ...(more.executed === undefined ? {} : { 'tests.executed': more.executed }),
  };
}

async function filesBelow(project: string, folder: string): Promise<string[]> {
  try {
    const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        posix.join(folder, ...entry.parentPath.slice(join(project, folder).length).split(/[\\/]/), entry.name),
      )
      .sort();
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}

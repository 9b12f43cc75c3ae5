import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../../core/errors.js';

/** A project's files as they are now, or as a commit had them. Paths are relative to the project, with `/`. */
export interface ProjectFiles {
  /** The text, or `undefined` when there is no such file. */
  read(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
}

/** The files on disk. What cannot be read counts as not there. */
export function filesOnDisk(dir: string): ProjectFiles {
  return {
    async read(path) {
      try {
        return await readFile(join(dir, path), 'utf8');
      } catch (error) {
        if (isErrno(error)) return undefined;
        throw error;
      }
    },
    exists: (path) =>
      access(join(dir, path)).then(
        () => true,
        () => false, // not there, which is the answer
      ),
  };
}

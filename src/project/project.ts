import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import { isErrno } from '../core/errors.js';
import { readText } from '../core/path-walls.js';

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
        return await readText(join(dir, path));
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

/** Returns true when something exists at that path that this user may access. Never throws. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // not there, which is the answer
  );
}

/** A project that codeloop works on: its real absolute folder and its settings. */
export interface Project {
  dir: string;
  /** Name for people: the manifest's, else the folder's. */
  name: string;
  config: Config;
  /** False when `.codeloop/config.json` is not there and the defaults stand in. */
  configured: boolean;
}

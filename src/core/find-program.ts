import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path';

/** The places where programs are looked for: this process's environment, unless a test says otherwise. */
interface ProgramPlaces {
  env?: NodeJS.ProcessEnv;
  /** Folder that a relative path with a separator starts at. */
  cwd?: string;
}

/** Returns the file that a command's first word names, or `undefined`: a path as it is, a bare name along PATH. Starts nothing. */
export function findProgram(name: string, places: ProgramPlaces = {}): string | undefined {
  const env = places.env ?? process.env;
  const endings = process.platform === 'win32' ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const folders =
    isAbsolute(name) || name.includes('/') || name.includes(sep)
      ? [places.cwd ?? '.']
      : (env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const folder of folders) {
    for (const ending of endings) {
      const file = isAbsolute(name) ? name + ending : join(resolve(folder), name + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Not there and not runnable are the same answer here.
  }
}

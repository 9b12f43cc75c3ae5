import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodeloopError, isErrno } from '../core/errors.js';
import { parseSettings } from './parse-settings.js';
import { Config } from './schema.js';

/** File of a project's settings, relative to its folder. */
export const CONFIG_FILE = '.codeloop/config.json';

/** The project's settings with defaults filled in; `undefined` when it has no configuration file. Throws CONFIG_INVALID. */
export async function loadConfig(projectDir: string): Promise<Config | undefined> {
  const text = await readSettings(projectDir, CONFIG_FILE);
  return text === undefined ? undefined : parseConfig(text);
}

/** The text of a settings file of a project; `undefined` when it is not there. Throws CONFIG_INVALID when it cannot be read. */
export async function readSettings(projectDir: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(projectDir, file), 'utf8');
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw new CodeloopError(
      'CONFIG_INVALID',
      { file, problem: `cannot be read (${isErrno(error) ? error.code : String(error)})` },
      { cause: error },
    );
  }
}

/** The settings written in `text` (JSON with comments and trailing commas). Throws CONFIG_INVALID with line, column and the nearest known name. */
export function parseConfig(text: string): Config {
  const config = parseSettings(Config, text, CONFIG_FILE);
  const names = new Set<string>();
  for (const screen of config.screens ?? []) {
    const name = screen.name.toLowerCase();
    if (names.has(name))
      throw new CodeloopError('CONFIG_INVALID', { file: CONFIG_FILE, problem: `screens has "${screen.name}" twice` });
    names.add(name);
    for (const viewport of screen.viewports ?? []) {
      if (!(viewport in config.viewports)) {
        throw new CodeloopError('CONFIG_INVALID', {
          file: CONFIG_FILE,
          problem: `screens "${screen.name}" names the viewport "${viewport}", which is not in viewports (${Object.keys(config.viewports).join(', ')})`,
        });
      }
    }
  }
  return config;
}

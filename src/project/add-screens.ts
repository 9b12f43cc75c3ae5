import { readFile } from 'node:fs/promises';
import { applyEdits, modify } from 'jsonc-parser';
import { CONFIG_FILE, parseConfig } from '../config/load.js';
import { writeAtomic } from '../core/atomic-write.js';
import { insideRoots } from '../core/path-walls.js';

/**
 * Adds screens at the end of `screens[]` in the project's settings; comments and spacing of the rest stay as they are. Throws
 * CONFIG_INVALID when the settings cannot be read, or would not be valid with them.
 */
export async function addScreens(dir: string, screens: readonly { name: string; path: string }[]): Promise<void> {
  if (screens.length === 0) return;
  const file = await insideRoots(CONFIG_FILE, [dir]);
  let text = await readFile(file, 'utf8');
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: text.includes('\r\n') ? '\r\n' : '\n' };
  const edit = (path: (string | number)[], value: unknown, isArrayInsertion: boolean) => {
    text = applyEdits(text, modify(text, path, value, { formattingOptions, isArrayInsertion }));
  };
  if (parseConfig(text).screens === undefined) edit(['screens'], screens, false);
  else for (const screen of screens) edit(['screens', -1], screen, true);
  parseConfig(text);
  await writeAtomic(file, text);
}

import { runOnDisplay, type X11Display } from './x11-programs.js';

/**
 * Puts characters that no key types onto keys that nobody has, so that they can be typed like any other. Without it xdotool lends a key
 * to each character for a moment, and an app that is slow to look sees another character or none. For private displays only: a
 * person's keyboard is left alone. Characters for which no key is left stay with xdotool. `done`: those that need no key any more.
 */
export async function makeTypeable(display: X11Display, text: string, done: Set<string>): Promise<void> {
  const wanted = [...new Set(text)].filter((character) => isForeign(character) && !done.has(character));
  if (wanted.length === 0) return;
  const { code, stdout } = await runOnDisplay(display, 'xkbcomp', ['-w0', display.name, '-']);
  if (code !== 0) return;
  const keymap = extendKeymap(stdout.toString('utf8'), wanted);
  if (keymap !== undefined) await runOnDisplay(display, 'xkbcomp', ['-w0', '-', display.name], { input: keymap });
  // Once asked for, whether there was a key for it or not.
  for (const character of wanted) done.add(character);
}

/** A keymap as xkbcomp prints it, with a key of its own for each character as far as there are any; `undefined` when there is none. */
export function extendKeymap(keymap: string, characters: readonly string[]): string | undefined {
  const taken = new Set([...keymap.matchAll(/^\s*key\s+<([^>]+)>/gm)].map(([, name]) => name));
  const named = [...keymap.matchAll(/^\s*<([^>]+)>\s*=\s*\d+;/gm)].map(([, name = '']) => name);
  const free = named.filter((name) => !taken.has(name));
  const keys = characters
    .slice(0, free.length)
    .map((character, index) => `    key <${free[index]}> { type= "ONE_LEVEL", [ ${keysymOf(character)} ] };`);
  if (keys.length === 0) return undefined;
  return keymap.replace(/^(\s*xkb_symbols\s+"[^"]*"\s*\{)/m, `$1\n${keys.join('\n')}`);
}

function isForeign(character: string): boolean {
  return (character.codePointAt(0) ?? 0) > 0x7e;
}

/** The keysym's name by its Unicode number. */
function keysymOf(character: string): string {
  return `U${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

import { CodeloopError } from '../../core/errors.js';

/** Names of keys as people and browsers write them (lower case), and their X keysyms. */
const KEYS: Readonly<Record<string, string>> = {
  ctrl: 'ctrl',
  control: 'ctrl',
  shift: 'shift',
  alt: 'alt',
  option: 'alt',
  meta: 'super',
  super: 'super',
  cmd: 'super',
  command: 'super',
  win: 'super',
  enter: 'Return',
  return: 'Return',
  esc: 'Escape',
  escape: 'Escape',
  tab: 'Tab',
  space: 'space',
  backspace: 'BackSpace',
  delete: 'Delete',
  del: 'Delete',
  insert: 'Insert',
  home: 'Home',
  end: 'End',
  pageup: 'Prior',
  pagedown: 'Next',
  arrowup: 'Up',
  arrowdown: 'Down',
  arrowleft: 'Left',
  arrowright: 'Right',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  contextmenu: 'Menu',
  plus: 'plus',
};

/** Signs that are keys, and their X keysyms. */
const SIGNS: Readonly<Record<string, string>> = {
  '+': 'plus',
  '-': 'minus',
  '=': 'equal',
  '*': 'asterisk',
  '/': 'slash',
  '\\': 'backslash',
  '.': 'period',
  ',': 'comma',
  ';': 'semicolon',
  ':': 'colon',
  "'": 'apostrophe',
  '"': 'quotedbl',
  '`': 'grave',
  '[': 'bracketleft',
  ']': 'bracketright',
  '(': 'parenleft',
  ')': 'parenright',
  '!': 'exclam',
  '?': 'question',
  '%': 'percent',
  '&': 'ampersand',
  '#': 'numbersign',
  '@': 'at',
  _: 'underscore',
};

/** A chord (`Ctrl+Shift+P`, `Enter`, `Ctrl++`) as X keysyms for xdotool (`ctrl+shift+p`). Throws STEP_INVALID for an unknown key. */
export function keysyms(chord: string): string {
  const parts = chord.endsWith('++')
    ? [...chord.slice(0, -2).split('+'), '+']
    : chord === '+'
      ? ['+']
      : chord.split('+');
  return parts.map((part) => keysym(part.trim(), chord)).join('+');
}

function keysym(key: string, chord: string): string {
  // A single letter is the key, whatever its case: Shift is said by name.
  if (/^[a-z0-9]$/i.test(key)) return key.toLowerCase();
  const known = KEYS[key.toLowerCase()] ?? SIGNS[key];
  if (known !== undefined) return known;
  if (/^f(?:[1-9]|1\d|2[0-4])$/i.test(key)) return key.toUpperCase();
  throw new CodeloopError('STEP_INVALID', {
    action: 'hotkey',
    problem: `there is no key "${key.slice(0, 40)}" in "${chord.slice(0, 80)}"`,
    wanted: 'keys joined by +, such as Ctrl+S, Enter, ArrowDown, F5',
  });
}

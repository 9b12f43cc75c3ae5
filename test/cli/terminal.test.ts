import { describe, expect, test } from 'vitest';
import { plainText, safeJson, wantsColor } from '../../src/cli/terminal.js';
import { verifies } from '../requirements.js';

describe('text from a page', () => {
  test.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a title', '\u001b]0;owned\u0007name', 'name'],
    ['a link', '\u001b]8;;http://x\u0007text\u001b]8;;\u0007', 'text'],
    ['a C1 sequence', '\u009b2Jwiped', 'wiped'],
    ['line ends', 'one\r\n  two\tthree', 'one two three'],
    ['backspaces', 'ab\b\bcd', 'abcd'],
    ['turned direction', 'user\u202etxt.exe', 'usertxt.exe'],
    ['an Arabic letter mark', 'a\u061cb', 'ab'],
    ['half a character', 'a\ud800', 'a\ufffd'],
    ['other scripts', 'Größe 大きさ 👍', 'Größe 大きさ 👍'],
  ])('with %s is printed without them', (_what, text, plain) => {
    verifies('doors.terminal-safe');
    expect(plainText(text)).toBe(plain);
  });

  test('stays itself as JSON, without a byte that acts', () => {
    verifies('doors.terminal-safe');
    const value = { text: '\u001b[2J\u009b\u007f\u202e\u2028ä' };
    const json = safeJson(value, false);
    expect(json).toBe('{"text":"\\u001b[2J\\u009b\\u007f\\u202e\\u2028ä"}');
    expect(JSON.parse(json)).toEqual(value);
  });
});

describe('colours', () => {
  test.each<[boolean, boolean, NodeJS.ProcessEnv, boolean]>([
    [true, true, {}, true],
    [true, false, {}, false],
    [false, true, {}, false],
    [true, true, { NO_COLOR: '1' }, false],
    [true, true, { NO_COLOR: '' }, true],
    [true, true, { TERM: 'dumb' }, false],
    [true, false, { FORCE_COLOR: '1' }, true],
    [true, false, { FORCE_COLOR: '0' }, false],
    [true, false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('flag %o, live %o, %o: %o', (flag, live, env, wanted) => {
    expect(wantsColor(flag, live, env)).toBe(wanted);
  });
});

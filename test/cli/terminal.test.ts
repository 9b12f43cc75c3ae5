import { describe, expect, test } from 'vitest';
import { ProgressDisplay } from '../../src/cli/run-call.js';
import { plainText, safeJson, wantsColor } from '../../src/cli/terminal.js';
import { verifies } from '../requirements.js';
import { FakeTerminal } from './fake-terminal.js';

describe('text from a page', () => {
  test.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['a title', '\u001b]0;owned\u0007name', 'name'],
    ['a link', '\u001b]8;;http://x\u0007text\u001b]8;;\u0007', 'text'],
    ['a C1 sequence', '\u009b2Jwiped', 'wiped'],
    ['line ends', 'one\r\n  two\tthree', 'one two three'],
    ['backspaces', 'ab\b\bcd', 'abcd'],
    ['turned direction', 'user\u202etxt.exe', 'usertxt.exe'],
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

describe('progress', () => {
  const steps = [
    { done: 0, total: 2, message: 'home\u001b[2J@mobile' },
    { done: 0, total: 2, message: 'home\u001b[2J@mobile' },
    { done: 1, message: 'comparing' },
  ];

  test('is plain lines where nobody watches', () => {
    const terminal = new FakeTerminal();
    const display = new ProgressDisplay(terminal, { ci: false });
    steps.forEach(display.update);
    display.end();
    expect(terminal.stderr).toBe('[0/2] home@mobile\ncomparing\n');
  });

  test('is one changing line where somebody does, which is gone at the end', () => {
    const terminal = new FakeTerminal();
    terminal.errIsLive = true;
    const display = new ProgressDisplay(terminal, { ci: false });
    steps.forEach(display.update);
    display.end();
    expect(terminal.stderr.split('\r\u001b[2K')).toEqual(['', '[0/2] home@mobile', 'comparing', '']);
  });

  test('is plain lines in CI even then', () => {
    const terminal = new FakeTerminal();
    terminal.errIsLive = true;
    const display = new ProgressDisplay(terminal, { ci: true });
    steps.forEach(display.update);
    expect(terminal.stderr).toBe('[0/2] home@mobile\ncomparing\n');
  });
});

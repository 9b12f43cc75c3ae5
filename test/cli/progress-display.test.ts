import { describe, expect, test } from 'vitest';
import type { Progress } from '../../src/call/define-tool.js';
import { liveFrame, ProgressDisplay, takeBack } from '../../src/cli/progress-display.js';
import { palette } from '../../src/cli/terminal.js';
import { textWidth } from '../../src/cli/text-table.js';
import { verifies } from '../requirements.js';
import { FakeTerminal } from './fake-terminal.js';

const NOW = 1_000_000;
const size = { columns: 80, rows: 24, now: NOW, colors: palette(false) };
const progress = (work: Partial<NonNullable<Progress['work']>>): Progress => ({
  done: 2,
  total: 6,
  message: 'shop@phone: photographed',
  work: { since: NOW - 12_300, now: [], ended: [], ...work },
});
const busy = progress({
  now: [
    { name: 'about@phone', since: NOW - 900 },
    { name: '大きさ@desktop', since: NOW - 100 },
  ],
  ended: [
    { name: 'build', ms: 8100 },
    { name: 'home@phone', ms: 1240, bad: 'Uncaught error: Error: broken \u001b[31mred' },
    { name: 'shop@phone', ms: 990 },
  ],
  worst: { place: 'home@phone', words: 'Uncaught error: Error: broken \u001b[31mred', rank: 1 },
  left: 8400,
});

describe('a frame', () => {
  test('shows what ended, what is in hand with its time, how long it will take, and the worst', () => {
    verifies('doors.live-list');
    expect(liveFrame(busy, size)).toEqual([
      '✔   8.1 s build',
      '✖   1.2 s home@phone  Uncaught error: Error: broken red',
      '✔   1.0 s shop@phone',
      '⠋   0.9 s about@phone',
      '⠋   0.1 s 大きさ@desktop',
      '0:12, about 0:08 left  [2/6] shop@phone: photographed',
      'worst  home@phone: Uncaught error: Error: broken red',
    ]);
  });

  test('says nothing of the time that is left where nobody knows it', () => {
    verifies('doors.live-list');
    expect(liveFrame(progress({}), size)).toEqual(['0:12  [2/6] shop@phone: photographed']);
  });

  test('of work without a list is one line', () => {
    expect(liveFrame({ done: 3, message: 'opened\n/a' }, size)).toEqual(['opened /a']);
  });

  test('is never higher or wider than the terminal', () => {
    verifies('doors.live-list');
    const many = progress({
      now: Array.from({ length: 9 }, (_, index) => ({ name: `宽屏-${'x'.repeat(index * 9)}@phone`, since: NOW })),
      ended: Array.from({ length: 90 }, (_, index) => ({ name: `s${index}`, ms: 10, bad: '👩‍👩‍👧 wide '.repeat(30) })),
      worst: { place: 'a', words: 'long words '.repeat(40), rank: 0 },
    });
    for (const columns of [1, 2, 12, 20, 39, 40, 63, 80, 200])
      for (const rows of [2, 4, 6, 24]) {
        const frame = liveFrame(many, { ...size, columns, rows });
        expect(frame.length).toBeLessThanOrEqual(Math.max(3, rows - 1));
        expect(Math.max(...frame.map(textWidth))).toBeLessThan(Math.max(4, columns));
      }
    expect(liveFrame(many, { ...size, rows: 6 })[0]).toMatch(/^⠋/);
  });

  test('of megabytes is cut before they are measured', () => {
    verifies('doors.terminal-safe');
    const words = '\u001b[31mvery 长 '.repeat(1_000_000);
    const frame = liveFrame(progress({ worst: { place: 'home@phone', words, rank: 0 } }), size);
    expect(frame).toEqual([
      '0:12  [2/6] shop@phone: photographed',
      `worst  home@phone: ${'very 长 '.repeat(7)}very`,
      `${'长 very '.repeat(9)}长 ver…`,
    ]);
  });

  test('of a narrow terminal leaves the times of its lines out', () => {
    expect(liveFrame(busy, { ...size, columns: 30 })).toEqual([
      '✔ build',
      '✖ home@phone  Uncaught error…',
      '✔ shop@phone',
      '⠋ about@phone',
      '⠋ 大きさ@desktop',
      '0:12, about 0:08 left',
      'worst  home@phone: Uncaught',
      'error: Error: broken red',
    ]);
  });

  test('is taken back line by line, also after the window became narrower', () => {
    expect([
      takeBack([], 80),
      takeBack(['one'], 80),
      takeBack(['one', 'two'], 80),
      takeBack(['x'.repeat(50), 'y'], 20),
    ]).toEqual(['', '\r\u001b[J', '\u001b[1A\r\u001b[J', '\u001b[3A\r\u001b[J']);
  });
});

describe('progress', () => {
  const steps = [
    { done: 0, total: 2, message: 'home\u001b[2J@mobile' },
    { done: 0, total: 2, message: 'home\u001b[2J@mobile' },
    { done: 1, message: 'comparing' },
  ];
  const plain = { ci: false, color: true, env: {} };
  const shown = (
    given: readonly Progress[],
    options: Partial<ConstructorParameters<typeof ProgressDisplay>[1]>,
    live = true,
  ) => {
    const terminal = new FakeTerminal();
    terminal.errIsLive = live;
    const display = new ProgressDisplay(terminal, { ...plain, clock: () => NOW, ...options });
    given.forEach(display.update);
    display.end();
    return terminal.stderr;
  };

  test('is plain lines where nobody watches, in CI, and on a dumb terminal', () => {
    verifies('doors.live-list');
    const lines = '[0/2] home@mobile\ncomparing\n';
    expect(shown(steps, {}, false)).toBe(lines);
    expect(shown(steps, { ci: true, env: { NO_COLOR: '1' } })).toBe(lines);
    expect(shown(steps, { env: { TERM: 'dumb' } })).toBe(lines);
  });

  test('is a frame where somebody does, drawn again only when it differs, and gone at the end', () => {
    const frames = shown(steps, {}).split('\r\u001b[J');
    expect(frames).toEqual(['[0/2] home@mobile', 'comparing', '']);
  });

  test('as plain lines tells of each piece once, and of what is worse than before', () => {
    verifies('doors.live-list');
    const first = progress({
      ended: [{ name: 'home@phone', ms: 1240, bad: 'blank\u001b[2J' }],
      worst: { place: 'a', words: 'b', rank: 9 },
    });
    expect(shown([first, first, busy, busy], { ci: true, env: { NO_COLOR: '1' } })).toBe(
      [
        '✖ home@phone  1.2 s  blank',
        'worst so far: a: b',
        '✖ home@phone  1.2 s  Uncaught error: Error: broken red',
        '✔ shop@phone  1.0 s',
        'worst so far: home@phone: Uncaught error: Error: broken red',
        '',
      ].join('\n'),
    );
  });

  test('has colours where they are wanted', () => {
    const red = '\u001b[31m';
    expect(shown([busy], {})).toContain(`${red}✖`);
    expect(shown([busy], { env: { NO_COLOR: '1' } })).not.toContain(red);
    expect(shown([busy], { color: false })).not.toContain(red);
  });
});

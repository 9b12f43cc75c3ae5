import { describe, expect, test } from 'vitest';
import { CodeloopError } from '../../src/core/errors.js';
import type { Step } from '../../src/core/vocabulary/step.js';
import { AppLog } from '../../src/native/app-log.js';
import * as macos from '../../src/native/macos-system.js';
import { readDesktopStep } from '../../src/native/perform-step.js';
import { type DesktopWindow, findWindow, parseListedWindows } from '../../src/native/window-system.js';
import * as windows from '../../src/native/windows-system.js';
import { keysyms } from '../../src/native/x11/keysym.js';
import { authorityEntry } from '../../src/native/x11/virtual-display.js';
import { extendKeymap, grabX11Args } from '../../src/native/x11/x11-system.js';
import { decodeXwd, parseGeometry, parseProperties, textOf, windowIds } from '../../src/native/x11/x11-windows.js';
import { verifies } from '../requirements.js';

const window = (id: string, title: string, className = 'App'): DesktopWindow => ({
  id,
  title,
  className,
  x: 10,
  y: 20,
  width: 301,
  height: 200,
  minimised: false,
});

/** What a call throws, as code and listed names; or what it returns. */
function outcome<Result>(work: () => Result): Result | { code: string; allowed: unknown } {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
    return { code: error.code, allowed: error.toBody().allowed };
  }
}

describe('a window is found', () => {
  const all = [
    window('1', 'Calculator'),
    window('2', 'calculator', 'XCalc'),
    window('3', 'My Calculator'),
    window('4', 'Notes', 'Editor'),
  ];
  const twins = [window('1', 'Shell', 'XTerm'), window('2', 'Shell', 'XTerm')];
  test.each<[string, DesktopWindow[], unknown]>([
    ['Calculator', all, '1'],
    ['calculator', all, '2'],
    ['XCalc', all, '2'],
    ['xcalc', all, '2'],
    ['NOTES', all, '4'],
    ['my calc', all, '3'],
    ['edit', all, '4'],
    ['CALCULATOR', all, { code: 'TARGET_AMBIGUOUS', allowed: ['"Calculator" (App)', '"calculator" (XCalc)'] }],
    ['Shell', twins, { code: 'TARGET_AMBIGUOUS', allowed: ['"Shell" (XTerm)', '"Shell" (XTerm)'] }],
    ['Browser', twins, { code: 'WINDOW_NOT_FOUND', allowed: ['"Shell" (XTerm)', '"Shell" (XTerm)'] }],
    ['', twins, { code: 'WINDOW_NOT_FOUND', allowed: ['"Shell" (XTerm)', '"Shell" (XTerm)'] }],
    ['Anything', [], { code: 'WINDOW_NOT_FOUND', allowed: [] }],
  ])('%j', (name, among, expected) => {
    verifies('native.find');
    const found = outcome(() => findWindow(among, name));
    expect('id' in found ? found.id : found).toEqual(expected);
  });
});

describe('what xprop and xwininfo print', () => {
  test('is read by property, with names in any script and quotes in them', () => {
    const text = [
      'WM_CLASS = "xterm", "XTerm"',
      'WM_NAME = "My "Term" é"',
      '_NET_WM_NAME = "My \\"Term\\" é \\\\ x"',
      '_NET_WM_PID = 25543',
      'WM_STATE:',
      '\t\twindow state: Iconic',
      '\t\ticon window: 0x0',
      '_NET_WM_STATE:  not found.',
      '_NET_CLIENT_LIST: window id # 0x600017, 0x80000c',
    ].join('\n');
    const found = parseProperties(text);
    expect([...found.keys()]).toEqual([
      'WM_CLASS',
      'WM_NAME',
      '_NET_WM_NAME',
      '_NET_WM_PID',
      'WM_STATE',
      '_NET_CLIENT_LIST',
    ]);
    expect(textOf(found.get('WM_NAME'))).toBe('My "Term" é');
    expect(textOf(found.get('_NET_WM_NAME'))).toBe('My "Term" é \\ x');
    expect(found.get('WM_STATE')).toContain('window state: Iconic');
    expect(windowIds(found.get('_NET_CLIENT_LIST'))).toEqual(['0x600017', '0x80000c']);
    expect(windowIds('window id # 0x0')).toEqual([]);
  });

  test('gives the place of the content, not of the frame', () => {
    const text =
      '  Absolute upper-left X:  -517\n  Absolute upper-left Y:  252\n  Width: 245\n  Height: 410\n  Map State: IsUnMapped\n';
    expect(parseGeometry(text)).toEqual({ x: -517, y: 252, width: 245, height: 410, viewable: false });
    expect(parseGeometry('xwininfo: error: No such window')).toBeUndefined();
  });
});

test('a window dump becomes pixels', () => {
  const header = Buffer.alloc(104);
  const fields = [104, 7, 2, 24, 2, 1, 0, 0, 32, 0, 32, 32, 8, 4, 0xff0000, 0xff00, 0xff, 8, 256, 1, 0, 2, 1, 0, 0];
  for (const [index, value] of fields.entries()) header.writeUInt32BE(value, index * 4);
  const dump = Buffer.concat([header, Buffer.alloc(12), Buffer.from([3, 2, 1, 0, 30, 20, 10, 99])]);
  expect(decodeXwd(dump)).toEqual({ width: 2, height: 1, data: Uint8Array.from([1, 2, 3, 255, 10, 20, 30, 255]) });
  expect(() => decodeXwd(dump.subarray(0, dump.length - 1))).toThrow('it is cut off');
  expect(() => decodeXwd(Buffer.alloc(200))).toThrow('no X window dump');
});

test('a cookie opens every display number of every host', () => {
  const cookie = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  expect(authorityEntry(cookie).toString('hex')).toBe(
    `ffff000000000012${Buffer.from('MIT-MAGIC-COOKIE-1').toString('hex')}0010${cookie.toString('hex')}`,
  );
});

test.each([
  ['Enter', 'Return'],
  ['Ctrl+S', 'ctrl+s'],
  ['Control+Shift+ArrowLeft', 'ctrl+shift+Left'],
  ['cmd+a', 'super+a'],
  ['Ctrl++', 'ctrl+plus'],
  ['+', 'plus'],
  ['Alt+F4', 'alt+F4'],
  ['PageDown', 'Next'],
  ['Ctrl+/', 'ctrl+slash'],
])('the chord %s is %s', (chord, expected) => {
  verifies('native.steps');
  expect(keysyms(chord)).toBe(expected);
});

test.each(['', 'Ctrl+', 'Ctrl+key down x', 'F25', '--window', 'ab'])('the chord %j is refused', (chord) => {
  expect(outcome(() => keysyms(chord))).toMatchObject({ code: 'STEP_INVALID' });
});

test('characters that no key types get keys that nobody has', () => {
  const keymap =
    'xkb_keymap {\nxkb_keycodes "k" {\n  <AE01> = 10;\n  <I184> = 184;\n  <I185> = 185;\n};\nxkb_symbols "s" {\n  key <AE01> { [ 1 ] };\n};\n};';
  expect(extendKeymap(keymap, ['é', '漢', 'ß'])).toBe(
    keymap.replace(
      'xkb_symbols "s" {',
      'xkb_symbols "s" {\n    key <I184> { type= "ONE_LEVEL", [ U00E9 ] };\n    key <I185> { type= "ONE_LEVEL", [ U6F22 ] };',
    ),
  );
  expect(extendKeymap(keymap, [])).toBeUndefined();
});

describe('a step', () => {
  const point = { x: 3, y: 4 };
  const invalid = expect.objectContaining({ code: 'STEP_INVALID' });
  test.each<[Step, unknown]>([
    [
      { action: 'click', target: point },
      { action: 'click', at: point },
    ],
    [{ action: 'click' }, invalid],
    [{ action: 'click', target: { role: 'button', name: 'OK' } }, invalid],
    [
      { action: 'drag', target: point, value: { x: 9, y: 8 } },
      { action: 'drag', at: point, to: { x: 9, y: 8 } },
    ],
    [{ action: 'drag', target: point, value: 5 }, invalid],
    [
      { action: 'type', value: 'hello' },
      { action: 'type', at: undefined, text: 'hello' },
    ],
    [{ action: 'type', value: { secret: 'TOKEN' } }, invalid],
    [
      { action: 'hotkey', value: 'Ctrl+S' },
      { action: 'hotkey', chord: 'Ctrl+S' },
    ],
    [
      { action: 'scroll', value: 120 },
      { action: 'scroll', at: undefined, clicks: { x: 0, y: 2 } },
    ],
    [
      { action: 'scroll', value: { dx: -10 } },
      { action: 'scroll', at: undefined, clicks: { x: -1, y: 0 } },
    ],
    [
      { action: 'scroll', value: 1e9 },
      { action: 'scroll', at: undefined, clicks: { x: 0, y: 100 } },
    ],
    [{ action: 'scroll' }, invalid],
    [
      { action: 'wait', value: 100 },
      { action: 'wait', ms: 100 },
    ],
    [
      { action: 'wait', value: 'Saved' },
      { action: 'wait', window: 'Saved' },
    ],
    [{ action: 'wait', value: 1e9 }, invalid],
    [{ action: 'focus_app' }, { action: 'focus_app', window: undefined }],
    [{ action: 'navigate_url', value: 'http://x.test' }, invalid],
  ])('%j', (step, expected) => {
    verifies('native.steps');
    expect(outcome(() => readDesktopStep(step))).toEqual(expected);
  });
});

test("an app's output becomes lines, without colours and secrets, and is bounded", () => {
  const log = new AppLog((text) => text.replaceAll('hunter2', '[redacted]'));
  log.output('stdout', Buffer.from('\u001b[31mred\u001b[0m\r\nhalf'));
  log.output('stdout', Buffer.from(' line, hunter2\n\n'));
  log.output('stderr', Buffer.from('no end'));
  log.flush();
  expect(log.drain().map(({ level, text }) => `${level} ${text}`)).toEqual([
    'info red',
    'info half line, [redacted]',
    'warning no end',
  ]);
  log.output('stdout', Buffer.from('x\n'.repeat(2100)));
  const entries = log.drain();
  expect(entries.length).toBe(2001);
  expect(entries.at(-1)?.text).toBe('100 more lines were left out');
});

describe('command lines', () => {
  const JPEGS = ['-f', 'image2pipe', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj444p', '-q:v', '3', 'pipe:1'];
  test('that record a window', () => {
    verifies('native.platforms');
    const quiet = ['-nostdin', '-hide_banner', '-v', 'error'];
    expect(grabX11Args(':7', '0x600017', 25, true)).toEqual([
      ...quiet,
      ...['-probesize', '32', '-analyzeduration', '0', '-fflags', 'nobuffer'],
      ...['-f', 'x11grab', '-framerate', '25', '-window_id', '0x600017', '-draw_mouse', '1', '-i', ':7'],
      ...['-threads', '1', '-flush_packets', '1', ...JPEGS],
    ]);
    expect(macos.grabCommandArgs(window('1', 'A'), 25, 2)).toEqual([
      ...quiet,
      ...['-f', 'avfoundation', '-framerate', '25', '-capture_cursor', '1', '-pixel_format', 'bgr0'],
      ...['-i', 'Capture screen 0:none', '-vf', 'crop=602:400:20:40', '-flush_packets', '1', ...JPEGS],
    ]);
    expect(windows.grabCommandArgs('Notes; rm -rf "x"', 10)).toEqual([
      ...quiet,
      ...['-f', 'gdigrab', '-framerate', '10', '-draw_mouse', '1', '-i', 'title=Notes; rm -rf "x"'],
      ...['-flush_packets', '1', ...JPEGS],
    ]);
  });

  test.each([
    ['macOS list', macos.listCommand(), 'osascript', ['-l', 'JavaScript', '-e'], 'JSON.stringify'],
    ['macOS focus', macos.focusedCommand(), 'osascript', ['-l', 'JavaScript', '-e'], 'frontmost: true'],
    [
      'macOS raise',
      macos.raiseCommand(42, 1),
      'osascript',
      ['-l', 'JavaScript', '-e'],
      'unixId: 42 })()[0];\nconst w = p.windows()[1]',
    ],
    [
      'macOS minimise',
      macos.minimiseCommand(42, 1),
      'osascript',
      ['-l', 'JavaScript', '-e'],
      "byName('AXMinimized').value = true",
    ],
  ])('%s', (_what, command, program, args, script) => {
    verifies('native.platforms');
    expect(command.program).toBe(program);
    expect(command.args.slice(0, -1)).toEqual(args);
    expect(command.args.at(-1)).toContain(script);
  });

  test('macOS photographs the place of the window', () => {
    expect(macos.stillCommand(window('1', 'A'), '/tmp/a.png')).toEqual({
      program: 'screencapture',
      args: ['-x', '-o', '-t', 'png', '-R10,20,301,200', '/tmp/a.png'],
    });
  });

  test.each([
    ['list', windows.listCommand(), 'MainWindowTitle'],
    ['focus', windows.focusedCommand(), 'GetForegroundWindow()'],
    ['raise', windows.raiseCommand(4711), '[U.W]::SetForegroundWindow(4711)'],
    ['minimise', windows.minimiseCommand(4711), '[U.W]::ShowWindow(4711, 6)'],
  ])('Windows: %s', (_what, command, script) => {
    verifies('native.platforms');
    expect(command.program).toBe('powershell');
    expect(command.args.slice(0, -1)).toEqual(['-NoProfile', '-NonInteractive', '-EncodedCommand']);
    expect(Buffer.from(command.args.at(-1) ?? '', 'base64').toString('utf16le')).toContain(script);
  });

  test('windows are read from the lines that their scripts print', () => {
    const one = {
      id: '12:0',
      title: 'A "b"',
      className: 'App',
      pid: 12,
      x: -3,
      y: 4,
      width: 5,
      height: 6,
      minimised: true,
    };
    expect(parseListedWindows(`a warning\r\n${JSON.stringify(one)}\r\n{"id":1}\n{"half`)).toEqual([one]);
  });
});

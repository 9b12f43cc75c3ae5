import { CodeloopError } from '../../core/errors.js';
import { type CommandResult, findProgram, runCommand } from '../../core/run-command.js';
import type { RawImage } from '../../image/pixels.js';
import type { DesktopWindow } from '../window-system.js';

/** A display and the cookie file that opens it. */
export interface X11Display {
  /** `:99` */
  name: string;
  /** Path of an Xauthority file; without it the environment's. */
  authority?: string;
}

/** Debian's packages of the programs used; other systems call them much the same. */
const PACKAGES: Readonly<Record<string, string>> = {
  Xvfb: 'xvfb',
  openbox: 'openbox',
  xcompmgr: 'xcompmgr',
  xdotool: 'xdotool',
  xkbcomp: 'x11-xkb-utils',
  xprop: 'x11-utils',
  xwininfo: 'x11-utils',
  xwd: 'x11-apps',
  ffmpeg: 'ffmpeg',
};

/** The environment in which programs use a display; texts come as UTF-8. */
export function displayEnv(display: X11Display): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LC_ALL: 'C.UTF-8',
    DISPLAY: display.name,
    ...(display.authority === undefined ? {} : { XAUTHORITY: display.authority }),
  };
}

/** The path of a program. Throws PROGRAM_NOT_FOUND. */
export function requireProgram(program: string, purpose: string): string {
  const file = findProgram(program);
  if (file === undefined)
    throw new CodeloopError('PROGRAM_NOT_FOUND', { program, purpose, package: PACKAGES[program] ?? program });
  return file;
}

/** Runs one of the X programs on a display. Throws PROGRAM_NOT_FOUND, DISPLAY_NOT_FOUND, DEADLINE_EXCEEDED; a non-zero exit is a result. */
export async function runOnDisplay(
  display: X11Display,
  program: string,
  args: readonly string[],
  options: { timeoutMs?: number; maxBytes?: number; input?: string } = {},
): Promise<CommandResult> {
  const file = requireProgram(program, 'looking at windows');
  const result = await runCommand(file, args, { timeoutMs: 5000, ...options, env: displayEnv(display) });
  const said = result.code === 0 ? '' : result.stderr.toString('utf8');
  if (/(?:unable to open|Can't open|Failed creating new xdo|cannot open) display/i.test(said))
    throw new CodeloopError('DISPLAY_NOT_FOUND', { reason: `${display.name} does not answer` });
  return result;
}

/**
 * An X window dump (XWDFile.h, version 7, ZPixmap, 24 or 32 bits deep, 32 bits per pixel) as RGBA8. The alpha of a 32-bit window is
 * ignored, as the screen does. Throws IMAGE_UNREADABLE for anything else.
 */
export function decodeXwd(bytes: Buffer): RawImage {
  const refuse = (reason: string) => new CodeloopError('IMAGE_UNREADABLE', { path: 'the window dump', reason });
  if (bytes.length < 100 || bytes.readUInt32BE(4) !== 7) throw refuse('it is no X window dump');
  const field = (index: number) => bytes.readUInt32BE(index * 4);
  const headerSize = field(0);
  const [format, width, height, littleEndian] = [field(2), field(4), field(5), field(7) === 0];
  const [bitsPerPixel, bytesPerLine, colors] = [field(11), field(12), field(19)];
  if (format !== 2 || bitsPerPixel !== 32) throw refuse(`it has format ${format} and ${bitsPerPixel} bits per pixel`);
  const shifts = [field(14), field(15), field(16)].map((mask) => (mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)));
  const [red = 16, green = 8, blue = 0] = shifts;
  const start = headerSize + colors * 12;
  if (width === 0 || height === 0 || bytes.length < start + bytesPerLine * height) throw refuse('it is cut off');
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = start + y * bytesPerLine; x < width; x++, from += 4, to += 4) {
      const pixel = littleEndian ? bytes.readUInt32LE(from) : bytes.readUInt32BE(from);
      data[to] = pixel >>> red;
      data[to + 1] = pixel >>> green;
      data[to + 2] = pixel >>> blue;
      data[to + 3] = 255;
    }
  }
  return { data, width, height };
}

/** Parses the output of `xprop -notype`, by property; continued lines belong to the property above. A property that is not set is left out. */
export function parseProperties(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let current: string | undefined;
  for (const line of text.split('\n')) {
    const start = /^([A-Z_][A-Z0-9_]*)(?::|\([^)]*\)(?::| = )| = )\s*(.*)$/.exec(line);
    const [, name, rest = ''] = start ?? [];
    if (name !== undefined) {
      current = /^\s*(?:not found\.|no such atom on any window\.)$/.test(rest) ? undefined : name;
      if (current !== undefined) found.set(current, rest);
    } else if (current !== undefined) found.set(current, `${found.get(current) ?? ''}\n${line.trim()}`);
  }
  return found;
}

/** Window ids (`0x600017`) in a property. */
export function windowIds(value: string | undefined): string[] {
  return value?.match(/0x[0-9a-f]+/g)?.filter((id) => Number(id) !== 0) ?? [];
}

/** The text of a property of one string: what stands between the first and the last quote, escapes undone. */
export function textOf(value: string | undefined): string | undefined {
  const quoted = /^"([\s\S]*)"$/.exec(value?.trim() ?? '')?.[1];
  return quoted?.replace(/\\(["\\])/g, '$1');
}

/** Content rectangle and visibility from `xwininfo -stats`; `undefined` when it printed none. */
export function parseGeometry(
  text: string,
): { x: number; y: number; width: number; height: number; viewable: boolean } | undefined {
  const number = (label: string) => {
    const found = new RegExp(`^\\s*${label}:\\s+(-?\\d+)$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [x, y] = [number('Absolute upper-left X'), number('Absolute upper-left Y')];
  const [width, height] = [number('Width'), number('Height')];
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  return { x, y, width, height, viewable: /Map State: IsViewable/.test(text) };
}

const PROPERTIES = [
  'WM_CLASS',
  'WM_NAME',
  '_NET_WM_NAME',
  '_NET_WM_PID',
  'WM_STATE',
  '_NET_WM_STATE',
  '_NET_WM_WINDOW_TYPE',
];
/** Windows that nobody switches to: panels, the desktop itself. */
const FURNITURE = /_NET_WM_WINDOW_TYPE_(?:DESKTOP|DOCK|SPLASH|NOTIFICATION|TOOLTIP|MENU|POPUP_MENU|DROPDOWN_MENU|DND)/;

/** The windows of a display that its window manager manages; without one, the named top-level windows. Throws DISPLAY_NOT_FOUND. */
export async function listX11Windows(display: X11Display): Promise<DesktopWindow[]> {
  const managed = (await rootProperties(display, ['_NET_CLIENT_LIST'])).get('_NET_CLIENT_LIST');
  const ids = managed === undefined ? await topLevelIds(display) : windowIds(managed);
  const windows = await Promise.all(ids.map((id) => describeX11Window(display, id)));
  return windows.filter((window) => window !== undefined);
}

/** One window as it is now; `undefined` when it is gone or no window to switch to. */
export async function describeX11Window(display: X11Display, id: string): Promise<DesktopWindow | undefined> {
  const [about, place] = await Promise.all([
    runOnDisplay(display, 'xprop', ['-id', id, '-notype', ...PROPERTIES]),
    runOnDisplay(display, 'xwininfo', ['-id', id, '-stats']),
  ]);
  const geometry = place.code === 0 ? parseGeometry(place.stdout.toString('utf8')) : undefined;
  if (about.code !== 0 || geometry === undefined) return undefined;
  const properties = parseProperties(about.stdout.toString('utf8'));
  if (FURNITURE.test(properties.get('_NET_WM_WINDOW_TYPE') ?? '')) return undefined;
  const { viewable, ...rect } = geometry;
  const pid = Number(properties.get('_NET_WM_PID'));
  const iconic = /window state: Iconic/.test(properties.get('WM_STATE') ?? '');
  return {
    id,
    title: textOf(properties.get('_NET_WM_NAME')) ?? textOf(properties.get('WM_NAME')) ?? '',
    className: /"([^"]*)"\s*$/.exec(properties.get('WM_CLASS') ?? '')?.[1] ?? '',
    ...(Number.isInteger(pid) && pid > 0 ? { pid } : {}),
    ...rect,
    minimised: iconic || !viewable,
  };
}

/** Properties of the root window. Throws DISPLAY_NOT_FOUND. */
export async function rootProperties(display: X11Display, names: readonly string[]): Promise<Map<string, string>> {
  const { code, stdout } = await runOnDisplay(display, 'xprop', ['-root', '-notype', ...names]);
  // Nothing printed is no answer: it must not pass for a screen on which no window has the focus.
  if (code !== 0)
    throw new CodeloopError('DISPLAY_NOT_FOUND', { reason: `${display.name} does not tell its properties` });
  return parseProperties(stdout.toString('utf8'));
}

async function topLevelIds(display: X11Display): Promise<string[]> {
  const { stdout } = await runOnDisplay(display, 'xwininfo', ['-root', '-children']);
  // A child that has a name and a class: `   0x600017 "Calculator": ("xcalc" "XCalc")  245x410+0+0  +517+252`
  return [...stdout.toString('utf8').matchAll(/^\s+(0x[0-9a-f]+) ".*": \(".*" ".*"\) /gm)].map(([, id = '']) => id);
}

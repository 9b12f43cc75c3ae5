import type { DesktopWindow } from '../window-system.js';
import { parseGeometry, parseProperties, textOf, windowIds } from './parse-properties.js';
import { runOnDisplay, type X11Display } from './x11-programs.js';

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
  const { stdout } = await runOnDisplay(display, 'xprop', ['-root', '-notype', ...names]);
  return parseProperties(stdout.toString('utf8'));
}

async function topLevelIds(display: X11Display): Promise<string[]> {
  const { stdout } = await runOnDisplay(display, 'xwininfo', ['-root', '-children']);
  // A child that has a name and a class: `   0x600017 "Calculator": ("xcalc" "XCalc")  245x410+0+0  +517+252`
  return [...stdout.toString('utf8').matchAll(/^\s+(0x[0-9a-f]+) ".*": \(".*" ".*"\) /gm)].map(([, id = '']) => id);
}

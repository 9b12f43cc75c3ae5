import { CodeloopError } from '../../core/errors.js';
import type { RawImage } from '../../image/pixels.js';
import type { DesktopInput, DesktopWindow, GrabCommand, Point, WindowSystem } from '../window-system.js';
import { keysyms } from './keysym.js';
import {
  decodeXwd,
  describeX11Window,
  displayEnv,
  listX11Windows,
  parseGeometry,
  requireProgram,
  rootProperties,
  runOnDisplay,
  windowIds,
  type X11Display,
} from './x11-windows.js';

/**
 * Puts characters that no key types onto keys that nobody has, so that they can be typed like any other. Without it xdotool lends a key
 * to each character for a moment, and an app that is slow to look sees another character or none. For private displays only: a
 * person's keyboard is left alone. Characters for which no key is left stay with xdotool. `done`: those that need no key any more.
 */
async function makeTypeable(display: X11Display, text: string, done: Set<string>): Promise<void> {
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

/** Ids of one client differ in their lower bits only: 2^21 ids each, as a server for 256 clients hands them out. */
const CLIENT_SHIFT = 21;

/**
 * Paints open menus, drop-down lists and tooltips over a window's picture. To X they are windows of their own, which no window manager
 * knows (override-redirect). For displays with one app on them only, where every such window is that app's.
 */
async function paintPopups(display: X11Display, window: DesktopWindow, picture: RawImage): Promise<void> {
  const [{ stdout }, root] = await Promise.all([
    runOnDisplay(display, 'xwininfo', ['-root', '-children']),
    rootProperties(display, ['_NET_SUPPORTING_WM_CHECK']),
  ]);
  // Frames that the window manager draws are such windows too; they are its own.
  const manager = windowIds(root.get('_NET_SUPPORTING_WM_CHECK')).map(client)[0];
  const ids = [...stdout.toString('utf8').matchAll(/^\s+(0x[0-9a-f]+) /gm)].map(([, id = '']) => id);
  const popups = ids.filter((id) => client(id) !== manager && Number(id) !== Number(window.id));
  // Listed from the top down, painted from the bottom up.
  for (const id of popups.reverse()) await paintPopup(display, id, window, picture);
}

async function paintPopup(display: X11Display, id: string, window: DesktopWindow, picture: RawImage): Promise<void> {
  const about = (await runOnDisplay(display, 'xwininfo', ['-id', id, '-stats'])).stdout.toString('utf8');
  const place = parseGeometry(about);
  if (!place?.viewable || !/Override Redirect State: yes/.test(about) || !overlaps(place, window)) return;
  const { code, stdout } = await runOnDisplay(display, 'xwd', ['-silent', '-id', id], { maxBytes: 512 * 1024 * 1024 });
  // It may have been closed meanwhile.
  if (code !== 0) return;
  paste(picture, decodeXwd(stdout), Math.max(0, place.x) - window.x, Math.max(0, place.y) - window.y);
}

function paste(picture: RawImage, part: RawImage, left: number, top: number): void {
  const from = Math.max(0, -left);
  const width = Math.min(part.width - from, picture.width - Math.max(0, left));
  if (width <= 0) return;
  for (let row = Math.max(0, -top); row < part.height && row + top < picture.height; row++) {
    const start = (row * part.width + from) * 4;
    picture.data.set(part.data.subarray(start, start + width * 4), ((row + top) * picture.width + left + from) * 4);
  }
}

function overlaps(a: { x: number; y: number; width: number; height: number }, b: typeof a): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function client(id: string): number {
  return Number(id) >>> CLIENT_SHIFT;
}

/** ms between two typed characters: toolkits lose some when they come faster. */
const TYPE_DELAY_MS = 8;
/** Points that a drag passes, so that the app sees a movement and no jump. */
const DRAG_STEPS = 8;

/**
 * Pointer and keyboard of an X display, by xdotool's XTEST events, which apps take for a person's. `isPrivate`: its keyboard may be given
 * more keys.
 */
function x11Input(display: X11Display, isPrivate: boolean): DesktopInput {
  const xdotool = async (args: readonly string[], options: { input?: string; timeoutMs?: number } = {}) => {
    const { code, stderr } = await runOnDisplay(display, 'xdotool', args, options);
    if (code !== 0)
      throw new CodeloopError('WINDOW_NOT_FOUND', {
        window: 'that was acted on',
        reason: stderr.toString('utf8').trim(),
      });
  };
  const typeable = new Set<string>();
  return {
    click: (window, at, button, times) =>
      xdotool([...move(window, at), 'click', '--repeat', `${times}`, '--delay', '60', button === 'left' ? '1' : '3']),
    move: (window, at) => xdotool(move(window, at)),
    async drag(window, from, to) {
      const way = Array.from({ length: DRAG_STEPS }, (_, step) => {
        const share = (step + 1) / DRAG_STEPS;
        const point = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
        return [...move(window, point), 'sleep', '0.02'];
      }).flat();
      try {
        await xdotool([...move(window, from), 'mousedown', '1', ...way, 'mouseup', '1']);
      } catch (error) {
        await xdotool(['mouseup', '1']);
        throw error;
      }
    },
    async type(text) {
      if (isPrivate) await makeTypeable(display, text, typeable);
      await xdotool(['type', '--clearmodifiers', '--delay', `${TYPE_DELAY_MS}`, '--file', '-'], {
        input: text,
        timeoutMs: 5000 + text.length * TYPE_DELAY_MS * 6,
      });
    },
    async hotkey(chord) {
      const keys = keysyms(chord);
      try {
        await xdotool(['key', '--clearmodifiers', keys]);
      } catch (error) {
        await xdotool(['keyup', 'ctrl', 'shift', 'alt', 'super']);
        throw error;
      }
    },
    async wheel(window, at, clicks) {
      // Buttons of the wheel: 4 up, 5 down, 6 left, 7 right.
      const turn = (count: number, back: string, forth: string) =>
        count === 0 ? [] : ['click', '--repeat', `${Math.abs(count)}`, '--delay', '15', count < 0 ? back : forth];
      await xdotool([...move(window, at), ...turn(clicks.y, '4', '5'), ...turn(clicks.x, '6', '7')]);
    },
  };
}

function move(window: DesktopWindow, { x, y }: Point): string[] {
  return ['mousemove', '--window', window.id, `${Math.round(x)}`, `${Math.round(y)}`];
}

/** Longest time for a window manager to raise a window, ms. */
const RAISE_MS = 3000;
/** A window that is up but takes no focus (a clock) is given this long to take it, ms. */
const FOCUS_MS = 600;

/**
 * The windows of an X display. `isPrivate`: one app has it to itself, so that its menus are shown with its window, and the pointer in
 * recordings; on a person's screen both may belong to something else.
 */
export function x11System(display: X11Display, isPrivate: boolean): WindowSystem {
  const gone = (window: DesktopWindow) =>
    new CodeloopError('WINDOW_NOT_FOUND', { window: JSON.stringify(window.title), reason: 'it was closed' });

  const focused = async () =>
    windowIds((await rootProperties(display, ['_NET_ACTIVE_WINDOW'])).get('_NET_ACTIVE_WINDOW'))[0];

  /** True as soon as another window than `from` has the focus, or `to` has it; false when neither comes in time. */
  const leaves = async (from: string | undefined, to: string, ms: number) => {
    for (const end = Date.now() + ms; ; ) {
      const now = await focused();
      if (now === to || (now !== undefined && now !== from)) return true;
      if (Date.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };

  const isUp = async (window: DesktopWindow) => {
    const [now, root] = await Promise.all([
      describeX11Window(display, window.id),
      rootProperties(display, ['_NET_ACTIVE_WINDOW', '_NET_CLIENT_LIST_STACKING']),
    ]);
    if (now === undefined) throw gone(window);
    const active = windowIds(root.get('_NET_ACTIVE_WINDOW'))[0];
    const top = windowIds(root.get('_NET_CLIENT_LIST_STACKING')).at(-1);
    return { shown: !now.minimised, top: top === window.id, active: active === window.id };
  };

  return {
    id: 'x11',
    list: () => listX11Windows(display),
    look: (window) => describeX11Window(display, window.id),
    focused,
    async raise(window) {
      await runOnDisplay(display, 'xdotool', ['windowactivate', window.id]);
      const start = Date.now();
      for (;;) {
        const state = await isUp(window);
        const waited = Date.now() - start;
        if (state.shown && (state.active || (state.top && waited > FOCUS_MS))) return;
        // Something that is always on top may lie above it; it is shown, which is what can be had.
        if (waited > RAISE_MS && state.shown) return;
        if (waited > RAISE_MS)
          throw new CodeloopError('DEADLINE_EXCEEDED', { what: 'bringing up the window', ms: RAISE_MS });
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    },
    async refocus(id) {
      const before = await focused();
      const start = Date.now();
      // A window manager that is at work on something else may pass over a request: it is asked again, until it has done so or a person
      // has gone to another window.
      while ((await describeX11Window(display, id)) !== undefined) {
        await runOnDisplay(display, 'xdotool', ['windowactivate', id]);
        if (await leaves(before, id, FOCUS_MS)) return;
        if (Date.now() - start > RAISE_MS) return;
      }
    },
    async minimise(window) {
      await runOnDisplay(display, 'xdotool', ['windowminimize', window.id]);
    },
    async still(window) {
      const { code, stdout } = await runOnDisplay(display, 'xwd', ['-silent', '-id', window.id], {
        maxBytes: 512 * 1024 * 1024,
      });
      const image = code === 0 ? decodeXwd(stdout) : undefined;
      const now = await describeX11Window(display, window.id);
      if (now === undefined) throw gone(window);
      // xwd leaves out what lies beyond the screen's edge, and fails where nothing lies within.
      const whole =
        image?.width === now.width && image.height === now.height ? image : await stillByEncoder(display, now);
      if (isPrivate) await paintPopups(display, now, whole);
      return whole;
    },
    grab: (window, fps) => grabX11(display, window, fps, isPrivate),
    input: x11Input(display, isPrivate),
  };
}

/** ffmpeg's command line that records one window (`x11grab`), with its pixels alone where a compositor runs. Exported for its table test. */
export function grabX11Args(display: string, windowId: string, fps: number, drawPointer: boolean): string[] {
  return [
    // Without these it looks at the stream for half a second before it passes on the first picture.
    ...['-nostdin', '-hide_banner', '-v', 'error', '-probesize', '32', '-analyzeduration', '0', '-fflags', 'nobuffer'],
    ...['-f', 'x11grab', '-framerate', String(fps), '-window_id', windowId, '-draw_mouse', drawPointer ? '1' : '0'],
    ...['-i', display, '-threads', '1', '-flush_packets', '1'],
    ...['-f', 'image2pipe', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj444p', '-q:v', '3', 'pipe:1'],
  ];
}

function grabX11(display: X11Display, window: DesktopWindow, fps: number, drawPointer: boolean): GrabCommand {
  return {
    program: requireProgram('ffmpeg', 'recording a window'),
    args: grabX11Args(display.name, window.id, fps, drawPointer),
    env: displayEnv(display),
  };
}

async function stillByEncoder(display: X11Display, window: DesktopWindow): Promise<RawImage> {
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-f',
    'x11grab',
    '-window_id',
    window.id,
    '-draw_mouse',
    '0',
    '-i',
    display.name,
  ];
  const { code, stdout, stderr } = await runOnDisplay(
    display,
    'ffmpeg',
    [...args, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', 'pipe:1'],
    { timeoutMs: 10_000, maxBytes: 512 * 1024 * 1024 },
  );
  if (code !== 0 || stdout.length === 0)
    throw new CodeloopError('WINDOW_NOT_FOUND', {
      window: JSON.stringify(window.title),
      reason: `its pixels cannot be read: ${stderr.toString('utf8').trim().split('\n').at(-1) ?? ''}`,
    });
  const { decode } = await import('../../image/decode.js');
  return decode({ bytes: stdout, name: 'window' });
}

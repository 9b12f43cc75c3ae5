import { CodeloopError } from '../../core/errors.js';
import type { RawImage } from '../../image/raw-image.js';
import type { DesktopWindow, GrabCommand, WindowSystem } from '../window-system.js';
import { decodeXwd } from './decode-xwd.js';
import { windowIds } from './parse-properties.js';
import { paintPopups } from './popups.js';
import { x11Input } from './x11-input.js';
import { displayEnv, requireProgram, runOnDisplay, type X11Display } from './x11-programs.js';
import { describeX11Window, listX11Windows, rootProperties } from './x11-windows.js';

/** How long a window manager may take to bring a window up, ms. */
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
      if ((await describeX11Window(display, id)) !== undefined)
        await runOnDisplay(display, 'xdotool', ['windowactivate', id]);
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

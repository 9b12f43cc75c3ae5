import { CodeloopError } from '../../core/errors.js';
import type { DesktopInput, DesktopWindow, Point } from '../window-system.js';
import { makeTypeable } from './extend-keymap.js';
import { keysyms } from './keysym.js';
import { runOnDisplay, type X11Display } from './x11-programs.js';

/** ms between two typed characters: toolkits lose some when they come faster. */
const TYPE_DELAY_MS = 8;
/** Points that a drag passes, so that the app sees a movement and no jump. */
const DRAG_STEPS = 8;

/**
 * Pointer and keyboard of an X display, by xdotool's XTEST events, which apps take for a person's. `isPrivate`: its keyboard may be given
 * more keys.
 */
export function x11Input(display: X11Display, isPrivate: boolean): DesktopInput {
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

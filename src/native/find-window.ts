import { CodeloopError } from '../core/errors.js';
import type { DesktopWindow } from './window-system.js';

/** Ways in which a name can mean a window, best first: a worse one is tried only when the better ones find nothing. */
const WAYS: readonly ((window: DesktopWindow, name: string) => boolean)[] = [
  (window, name) => window.title === name,
  (window, name) => window.className === name,
  (window, name) => lower(window.title) === lower(name),
  (window, name) => lower(window.className) === lower(name),
  (window, name) => lower(window.title).includes(lower(name)),
  (window, name) => lower(window.className).includes(lower(name)),
];

/**
 * The one window that a name means: exact title, then exact class, then both without regard to case, then as a part. Throws
 * WINDOW_NOT_FOUND (listing the windows there are) and TARGET_AMBIGUOUS (listing those it could be).
 */
export function findWindow(windows: readonly DesktopWindow[], name: string): DesktopWindow {
  const found = name === '' ? [] : matching(windows, name);
  const [first] = found;
  if (first === undefined)
    throw new CodeloopError('WINDOW_NOT_FOUND', { window: JSON.stringify(name), allowed: windows.map(describe) });
  if (found.length > 1)
    throw new CodeloopError('TARGET_AMBIGUOUS', {
      target: `the window ${JSON.stringify(name)}`,
      allowed: found.map(describe),
    });
  return first;
}

/** All windows that a name means in the best way in which it means any. */
export function matching(windows: readonly DesktopWindow[], name: string): DesktopWindow[] {
  for (const way of WAYS) {
    const found = windows.filter((window) => way(window, name));
    if (found.length > 0) return found;
  }
  return [];
}

/** A window in a list: its title and class. */
export function describe(window: DesktopWindow): string {
  const state = window.minimised ? ', minimised' : '';
  return `"${window.title.slice(0, 100)}" (${window.className.slice(0, 60)}${state})`;
}

function lower(text: string): string {
  return text.trim().toLowerCase();
}

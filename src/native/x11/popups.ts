import type { RawImage } from '../../image/raw-image.js';
import type { DesktopWindow } from '../window-system.js';
import { decodeXwd } from './decode-xwd.js';
import { parseGeometry, windowIds } from './parse-properties.js';
import { runOnDisplay, type X11Display } from './x11-programs.js';
import { rootProperties } from './x11-windows.js';

/** Ids of one client differ in their lower bits only: 2^21 ids each, as a server for 256 clients hands them out. */
const CLIENT_SHIFT = 21;

/**
 * Paints open menus, drop-down lists and tooltips over a window's picture. To X they are windows of their own, which no window manager
 * knows (override-redirect). For displays with one app on them only, where every such window is that app's.
 */
export async function paintPopups(display: X11Display, window: DesktopWindow, picture: RawImage): Promise<void> {
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

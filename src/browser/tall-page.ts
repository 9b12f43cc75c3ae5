import type { ScreenshotRequest } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { PageSession } from './page-session.js';

/** Tallest page that is photographed as a whole, CSS px. */
const TALLEST = 200_000;

/** Widest picture, and most pixels of one, device px: what is read later in bands, or scaled down as it is read. */
const WIDEST = 32_768;
const MOST_PIXELS = 1_200_000_000;

/** Device pixels up to which a page is one picture; Chromium leaves white what lies below 130,000 rows, without a word. */
const ONE_PICTURE = 32_768;

/** Rows of each picture of a taller page, device pixels: what browsers draw at once without cutting it up themselves. */
const BAND = 16_384;

/**
 * The part of the page to photograph, CSS px of the page; none: the viewport as it stands. `whole`: the size of the page or element where
 * it is too large and only its upper left part is taken. Throws TARGET_NOT_FOUND.
 */
export async function clipOf(
  { page, shutter }: PageSession,
  request: Pick<ScreenshotRequest, 'selector' | 'fullPage'>,
  full: boolean,
  scale: number,
): Promise<{ clip?: Rect; whole?: Size }> {
  if (request.selector === undefined) return full ? within({ x: 0, y: 0, ...(await shutter.pageSize()) }, scale) : {};
  const element = page.locator(request.selector).first();
  const box = (await element.count()) > 0 ? await element.boundingBox() : null;
  if (box === null || box.width === 0 || box.height === 0)
    throw new CodeloopError('TARGET_NOT_FOUND', { target: request.selector });
  // Whole pixels: half a pixel of the neighbour is no part of the element, half a pixel of the element is.
  const [x, y] = [Math.floor(box.x), Math.floor(box.y)];
  return within({ x, y, width: Math.ceil(box.x + box.width) - x, height: Math.ceil(box.y + box.height) - y }, scale);
}

function within(whole: Rect, scale: number): { clip: Rect; whole?: Size } {
  const width = Math.min(whole.width, Math.floor(WIDEST / scale));
  const height = Math.min(whole.height, TALLEST, Math.floor(MOST_PIXELS / (width * scale * scale)));
  const clip = { ...whole, width, height };
  return width === whole.width && height === whole.height ? { clip } : { clip, whole };
}

/**
 * A part of the page as a stack of pictures: one, or for what is taller than browsers can draw, several that lie one below the other.
 * Each is asked for by itself. `part` is in CSS px of the page, `scale` device px per CSS px.
 */
export async function shootStack(
  part: Rect | undefined,
  scale: number,
  shoot: (clip: Rect | undefined) => Promise<Buffer>,
): Promise<Buffer> {
  if (part === undefined || part.height * scale <= ONE_PICTURE) return shoot(part);
  const rows = Math.floor(BAND / scale);
  const pictures: Buffer[] = [];
  for (let top = 0; top < part.height; top += rows)
    pictures.push(await shoot({ ...part, y: part.y + top, height: Math.min(rows, part.height - top) }));
  return Buffer.concat(pictures);
}

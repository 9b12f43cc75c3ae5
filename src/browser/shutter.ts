/// <reference lib="dom" />
import type { CDPSession, Page } from 'playwright';
import type { ScreenshotRequest } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import type { Rect, Size, Viewport } from '../core/vocabulary/geometry.js';

/** Takes the bare pictures of a page. `clip` is in CSS pixels of the page; without it the viewport is taken as it is scrolled. */
export interface Shutter {
  shoot(clip?: Rect): Promise<Buffer>;
  /** Size of the whole page, CSS px, at least the viewport. */
  pageSize(): Promise<{ width: number; height: number }>;
}

/**
 * Chromium's own protocol: PNG encoded for speed (a third larger, half the time) and no call log per picture. The device metrics
 * belong to a protocol session, so they are set again here; without that every picture has a pixel ratio of 1.
 */
async function chromiumShutter(page: Page, session: CDPSession, viewport: Viewport): Promise<Shutter> {
  await session.send('Emulation.setDeviceMetricsOverride', {
    width: viewport.width,
    height: viewport.height,
    screenWidth: viewport.width,
    screenHeight: viewport.height,
    deviceScaleFactor: viewport.device_scale_factor,
    mobile: viewport.is_mobile,
  });
  return {
    async shoot(clip) {
      const { data } = await session.send('Page.captureScreenshot', {
        format: 'png',
        optimizeForSpeed: true,
        ...(clip ? { clip: { ...clip, scale: 1 }, captureBeyondViewport: true } : {}),
      });
      // A picture beyond the viewport switches touch off.
      if (clip && viewport.has_touch) await session.send('Emulation.setTouchEmulationEnabled', { enabled: true });
      return Buffer.from(data, 'base64');
    },
    pageSize: () => measuredSize(page, session),
  };
}

/** Size of a page as Chromium tells it; what lies beside a window that cuts it off is no part of it. */
async function measuredSize(page: Page, session: CDPSession): Promise<Size> {
  const { cssContentSize, cssLayoutViewport } = await session.send('Page.getLayoutMetrics');
  const [width, height] = [Math.ceil(cssContentSize.width), Math.ceil(cssContentSize.height)];
  return { width: width > cssLayoutViewport.clientWidth ? await page.evaluate(reachedWidth, width) : width, height };
}

/** How much of that width scrolling reaches. Runs inside the page; reads only. */
function reachedWidth(width: number): number {
  const root = document.documentElement;
  // The window does what its root says of overflow, or else its body; a page that begins at the right is measured from its other end.
  const says = [root, document.body].filter(Boolean).map((one) => getComputedStyle(one));
  const overflow = (says.find(({ overflowX }) => overflowX !== 'visible') ?? says[0])?.overflowX ?? '';
  const cuts = /^(?:hidden|clip)$/.test(overflow) && says.every(({ direction }) => direction === 'ltr');
  return cuts ? Math.min(width, root.clientWidth) : width;
}

/** The same by Playwright's public call, for Firefox and WebKit. */
function plainShutter(page: Page): Shutter {
  const options = { type: 'png', animations: 'allow', caret: 'initial', scale: 'device' } as const;
  return {
    shoot: (clip) => page.screenshot(clip ? { ...options, clip, fullPage: true } : options),
    async pageSize() {
      const { width, height } = await page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return { width: scrollWidth, height: scrollHeight };
      });
      return { width: await page.evaluate(reachedWidth, width), height };
    },
  };
}

/** The shutter of a page that we opened. */
export async function ownShutter(page: Page, protocol: CDPSession | undefined, viewport: Viewport): Promise<Shutter> {
  return protocol ? chromiumShutter(page, protocol, viewport) : plainShutter(page);
}

/**
 * The shutter of a page that somebody else drives: pictures by Playwright's own call, because only the session that set the size, pixel
 * ratio and touch of the page knows them all. Chromium measures the page as it does for ours, so that pictures come out the same size.
 */
export async function adoptedShutter(page: Page, protocol: CDPSession | undefined): Promise<Shutter> {
  const { shoot, pageSize } = plainShutter(page);
  if (!protocol) return { shoot, pageSize };
  return { shoot, pageSize: () => measuredSize(page, protocol) };
}

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
  { page, shutter }: { page: Page; shutter: Shutter },
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

/** Most device pixels of one picture: with more the browser gives up. */
const ONE_PIXELS = 60_000_000;

/**
 * A part of the page as a stack of pictures: one, or for what is taller than browsers can draw, several that lie one below the other.
 * Each is asked for by itself. `part` is in CSS px of the page, `scale` device px per CSS px.
 */
export async function shootStack(
  part: Rect | undefined,
  scale: number,
  shoot: (clip: Rect | undefined) => Promise<Buffer>,
): Promise<Buffer> {
  if (part === undefined) return shoot(part);
  const wide = part.width * scale;
  if (part.height * scale <= ONE_PICTURE && wide * part.height * scale <= ONE_PIXELS) return shoot(part);
  const rows = Math.max(1, Math.floor(Math.min(BAND, ONE_PIXELS / wide) / scale));
  const pictures: Buffer[] = [];
  for (let top = 0; top < part.height; top += rows)
    pictures.push(await shoot({ ...part, y: part.y + top, height: Math.min(rows, part.height - top) }));
  return Buffer.concat(pictures);
}

import type { CDPSession, Page } from 'playwright';
import type { Rect, Viewport } from '../core/vocabulary/geometry.js';

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
async function chromiumShutter(session: CDPSession, viewport: Viewport): Promise<Shutter> {
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
    async pageSize() {
      const { cssContentSize } = await session.send('Page.getLayoutMetrics');
      return { width: Math.ceil(cssContentSize.width), height: Math.ceil(cssContentSize.height) };
    },
  };
}

/** The same by Playwright's public call, for Firefox and WebKit. */
function plainShutter(page: Page): Shutter {
  const options = { type: 'png', animations: 'allow', caret: 'initial', scale: 'device' } as const;
  return {
    shoot: (clip) => page.screenshot(clip ? { ...options, clip, fullPage: true } : options),
    pageSize: () =>
      page.evaluate(() => {
        const { scrollWidth, scrollHeight } = document.documentElement;
        return { width: scrollWidth, height: scrollHeight };
      }),
  };
}

/** The shutter of a page that we opened. */
export async function ownShutter(page: Page, protocol: CDPSession | undefined, viewport: Viewport): Promise<Shutter> {
  return protocol ? chromiumShutter(protocol, viewport) : plainShutter(page);
}

/**
 * The shutter of a page that somebody else drives: pictures by Playwright's own call, because only the session that set the size, pixel
 * ratio and touch of the page knows them all. Chromium measures the page as it does for ours, so that pictures come out the same size.
 */
export async function adoptedShutter(page: Page, protocol: CDPSession | undefined): Promise<Shutter> {
  const { shoot, pageSize } = plainShutter(page);
  if (!protocol) return { shoot, pageSize };
  return {
    shoot,
    async pageSize() {
      const { cssContentSize } = await protocol.send('Page.getLayoutMetrics');
      return { width: Math.ceil(cssContentSize.width), height: Math.ceil(cssContentSize.height) };
    },
  };
}

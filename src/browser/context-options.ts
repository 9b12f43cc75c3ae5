import type { BrowserContextOptions } from 'playwright';
import type { Viewport } from '../core/vocabulary/viewport.js';

/**
 * The isolated context of one session: nothing of another one, no permission, no download, no service worker (it would answer
 * requests from a cache and out of sight of the log).
 */
export function contextOptions(viewport: Viewport, engine: string): BrowserContextOptions {
  return {
    viewport: { width: viewport.width, height: viewport.height },
    screen: { width: viewport.width, height: viewport.height },
    deviceScaleFactor: viewport.device_scale_factor,
    // Firefox has no mobile emulation; Playwright refuses the option there.
    ...(engine === 'firefox' ? {} : { isMobile: viewport.is_mobile }),
    hasTouch: viewport.has_touch,
    colorScheme: viewport.color_scheme,
    reducedMotion: viewport.reduced_motion,
    locale: viewport.locale,
    timezoneId: viewport.timezone,
    serviceWorkers: 'block',
    acceptDownloads: false,
    permissions: [],
  };
}

import type { BrowserContext, BrowserContextOptions } from 'playwright';
import type { CaptureOptions } from '../../capture/capture.js';
import type { Viewport } from '../../core/vocabulary/geometry.js';
import { refuseOtherPrograms } from '../browser-prompts.js';
import type { AllowedOrigins } from '../origin-proxy.js';
import { CHAIN_LIMIT, installAgenda } from '../page/agenda.js';
import { installObservers, installSlowTicks, noteReadings } from '../page/agenda-switches.js';
import { hiddenErrors, tellHiddenErrors, tellRefusals } from '../page/console-limit.js';
import { installDrawingEnds } from '../page/drawing-ends.js';
import { installScene } from '../page/scene.js';
import { HIDDEN, limitLogs } from '../page-log.js';

/**
 * The isolated context of one session: nothing of another one, no permission, no download. A page's own service worker may run: it
 * begins anew in each context, so that no other session's cache answers, and what it answers is in the log.
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
    serviceWorkers: 'allow',
    acceptDownloads: false,
    permissions: [],
  };
}

/** Has the pages of a context be as they are photographed, and tell what they do; before its first page. */
export async function prepareContext(
  context: BrowserContext,
  options: Pick<CaptureOptions, 'freezeTime' | 'live'>,
  walled: AllowedOrigins | undefined,
): Promise<void> {
  // Without a frozen clock nothing of the page's time is touched.
  if (options.freezeTime !== undefined) await context.clock.setFixedTime(options.freezeTime);
  if (walled) await wallByRoutes(context, walled);
  await limitLogs(context);
  await refuseOtherPrograms(context);
  for (const script of [tellHiddenErrors, tellRefusals]) await context.addInitScript(script, hiddenErrors(HIDDEN));
  await context.addInitScript(installAgenda, { chainLimit: CHAIN_LIMIT, pinned: !options.live });
  for (const script of [installObservers, installSlowTicks, installScene, installDrawingEnds, noteReadings])
    await context.addInitScript(script);
}

/** Stops what a page asks of other places, request by request and WebSocket by WebSocket: a browser on another machine has no wall of ours below it. */
async function wallByRoutes(context: BrowserContext, allowed: AllowedOrigins): Promise<void> {
  await context.route('**/*', (route) =>
    allowed.permits(route.request().url()) ? route.continue() : route.abort('blockedbyclient'),
  );
  await context.routeWebSocket(
    () => true,
    (socket) => {
      if (allowed.permits(socket.url())) socket.connectToServer();
      else void socket.close();
    },
  );
}

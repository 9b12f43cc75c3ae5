import type { BrowserContext, CDPSession, Page } from 'playwright';
import type { CaptureOptions } from '../capture/capture.js';
import { withDeadline } from '../core/deadline.js';
import { CodeloopError } from '../core/errors.js';
import { type AllowedOrigins, allowedOrigins } from './allowed-origins.js';
import { browserError } from './browser-error.js';
import { contextOptions } from './context-options.js';
import type { Engine } from './find-browser.js';
import { CHAIN_LIMIT, installLedger } from './page/ledger.js';
import type { PageLog } from './page-log.js';
import { chromiumShutter, plainShutter, type Shutter } from './shutter.js';
import type { WarmBrowser } from './warm-browser.js';
import { type Traffic, watchPage } from './watch-page.js';

/** Deadline of one call to the browser that has no longer one of its own, ms. */
const CALL_MS = 20_000;
const CLOSE_MS = 5000;

/** One isolated page with everything that watches it. Every call has a deadline; a stuck page costs nobody else anything. */
export class PageSession {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly log: PageLog,
    readonly allowed: AllowedOrigins,
    readonly traffic: Traffic,
    readonly shutter: Shutter,
    /** Chromium's protocol; other engines have none. */
    readonly protocol: CDPSession | undefined,
  ) {}

  /** Makes a context and a page in the warm browser. Throws BROWSER_NOT_FOUND, BROWSER_CRASHED, DEADLINE_EXCEEDED, CANCELLED. */
  static async start(
    browser: WarmBrowser,
    engine: Engine,
    options: CaptureOptions,
    log: PageLog,
    signal: AbortSignal,
  ): Promise<PageSession> {
    let context: BrowserContext | undefined;
    const make = async () => {
      const allowed = allowedOrigins(options.allowedOrigins);
      const warm = await browser.get();
      const proxy = await browser.proxyFor(allowed);
      context = await warm.newContext({ ...contextOptions(options.viewport, engine), ...(proxy ? { proxy } : {}) });
      // Without a frozen clock nothing of the page's time is touched.
      if (options.freezeTime !== undefined) await context.clock.setFixedTime(options.freezeTime);
      await context.addInitScript(installLedger, { chainLimit: CHAIN_LIMIT, pinned: !options.live });
      const page = await context.newPage();
      const traffic = watchPage(page, log, allowed);
      const protocol = engine === 'chromium' ? await context.newCDPSession(page) : undefined;
      const shutter = protocol ? await chromiumShutter(protocol, options.viewport) : plainShutter(page);
      return new PageSession(context, page, log, allowed, traffic, shutter, protocol);
    };
    try {
      return await withDeadline('making a page', CALL_MS * 2, make, signal);
    } catch (error) {
      await closeContext(context);
      throw browserError(error, 'making a page');
    }
  }

  /** One call to the browser with a deadline. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED, INTERNAL. */
  async call<T>(what: string, work: () => Promise<T>, signal?: AbortSignal, ms = CALL_MS): Promise<T> {
    try {
      return await withDeadline(what, ms, work, signal);
    } catch (error) {
      throw browserError(error, what);
    }
  }

  /** Ends the page and its context within five seconds; never throws. */
  close(): Promise<void> {
    return closeContext(this.context);
  }
}

async function closeContext(context: BrowserContext | undefined): Promise<void> {
  if (!context) return;
  try {
    await withDeadline('closing the page', CLOSE_MS, () => context.close());
  } catch (error) {
    // A page that hangs, or a browser that is gone already: the browser's end takes it along.
    if (!(error instanceof CodeloopError) && !(error instanceof Error)) throw error;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, CDPSession, Page } from 'playwright';
import type { CaptureOptions } from '../capture/capture.js';
import { withDeadline } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import { countedWork } from '../core/lanes.js';
import { IDLE_ENOUGH, idleShare, readIdle } from '../core/machine-load.js';
import type { Viewport } from '../core/vocabulary/geometry.js';
import { browserError } from './browser-error.js';
import { answerPrompts, type Passkeys } from './browser-prompts.js';
import { evaluateApart } from './evaluate-apart.js';
import type { Engine } from './find-browser.js';
import { type AllowedOrigins, allowedOrigins } from './origin-proxy.js';
import type { PageLog } from './page-log.js';
import { contextOptions, prepareContext } from './session/session-context.js';
import { hearReports, hearWorkers, type Workers } from './session/worker-log.js';
import { adoptedShutter, ownShutter, type Shutter } from './shutter.js';
import type { Traffic } from './traffic.js';
import type { WarmBrowser } from './warm-browser.js';
import { PageEvents, Windows, watchBeginnings, watchPage } from './watch-page.js';

/** Deadline of one call to the browser that has no longer one of its own, ms. */
const CALL_MS = 20_000;
/** Longest that closing a page may take, ms. A healthy browser that misses it, on a crowded machine, is replaced to no harm. */
const CLOSE_MS = 5000;
/**
 * Longest that a page may take to answer the simplest question, ms: with processor time to spare, and without, when anything may take
 * long; and how long the answer that it does not is taken for true.
 */
const PING_MS = 1000;
const CROWDED_PING_MS = 8000;
const SILENT_MS = 2000;

/** One page with everything that watches it. */
export interface Tab {
  readonly page: Page;
  readonly traffic: Traffic;
  readonly shutter: Shutter;
  /** Chromium's protocol; other engines have none. */
  readonly protocol: CDPSession | undefined;
  readonly crash: Crash;
  readonly passkeys: Passkeys;
}

/** Knows whether the process of a page's tab has crashed: such a tab answers nothing, also what it was asked before. */
export class Crash {
  readonly #waiting = new Set<() => void>();
  happened = false;

  constructor(page: Page) {
    page.once('crash', () => {
      this.happened = true;
      for (const fail of this.#waiting) fail();
    });
  }

  /** Does some work in the tab. Throws BROWSER_CRASHED in the moment when it crashes. */
  async during<T>(what: string, work: () => Promise<T>): Promise<T> {
    let fail: (() => void) | undefined;
    const crashed = new Promise<never>((_, reject) => {
      fail = () => reject(tabCrashed(what));
      this.#waiting.add(fail);
    });
    try {
      return await Promise.race([work(), crashed]);
    } finally {
      if (fail) this.#waiting.delete(fail);
    }
  }
}

function tabCrashed(during: string): CodeloopError {
  return new CodeloopError('BROWSER_CRASHED', { during, tab: true });
}

/** What a session is made of. */
interface SessionParts {
  context: BrowserContext;
  log: PageLog;
  allowed: AllowedOrigins;
  events: PageEvents;
  workers: Workers;
  windows: Windows;
  tabOf: (page: Page, viewport: Viewport) => Promise<Tab>;
  shutterOf: typeof ownShutter;
  /** Told when its context cannot be closed. */
  onStuck: () => void;
}

const NO_WORKERS: Workers = { met: () => 0, begun: () => false, missScript: () => undefined };

/**
 * One isolated context with its page, or pages when steps opened more; one of them is the active one. Every call has a deadline; a
 * stuck page costs nobody else anything.
 */
export class PageSession {
  readonly #parts: SessionParts;
  #active: Tab;
  #viewport: Viewport;
  /** Pages in which something took too long, and which have not answered since; when that was last asked, ms of `performance.now`. */
  readonly #doubted = new WeakMap<Page, { silentAt: number; asking?: Promise<boolean> }>();

  private constructor(parts: SessionParts, first: Tab, viewport: Viewport) {
    this.#parts = parts;
    this.#active = first;
    this.#viewport = viewport;
  }

  get context(): BrowserContext {
    return this.#parts.context;
  }

  get log(): PageLog {
    return this.#parts.log;
  }

  get allowed(): AllowedOrigins {
    return this.#parts.allowed;
  }

  /** Events of its pages; it answers dialogs. */
  get events(): PageEvents {
    return this.#parts.events;
  }

  /** Shared and service workers of its pages. */
  get workers(): Workers {
    return this.#parts.workers;
  }

  /** The windows of its context. */
  get windows(): Windows {
    return this.#parts.windows;
  }

  /** Something took too long in the active page, and it has not answered since. */
  get doubtful(): boolean {
    return this.#doubted.has(this.page);
  }

  get page(): Page {
    return this.#active.page;
  }

  get traffic(): Traffic {
    return this.#active.traffic;
  }

  get shutter(): Shutter {
    return this.#active.shutter;
  }

  get protocol(): CDPSession | undefined {
    return this.#active.protocol;
  }

  /** As it is now; steps may have changed it. */
  get viewport(): Viewport {
    return this.#viewport;
  }

  get active(): Tab {
    return this.#active;
  }

  /** Makes a page of the context one that is watched like the first. */
  watch(page: Page): Promise<Tab> {
    return this.#parts.tabOf(page, this.#viewport);
  }

  /** Everything is done in this tab from now on. */
  activate(tab: Tab): void {
    this.#active = tab;
  }

  /** Gives the active page another size or look. */
  async resize(viewport: Viewport): Promise<void> {
    const { page, protocol } = this.#active;
    await page.setViewportSize({ width: viewport.width, height: viewport.height });
    await page.emulateMedia({ colorScheme: viewport.color_scheme });
    this.#viewport = viewport;
    this.#active = { ...this.#active, shutter: await this.#parts.shutterOf(page, protocol, viewport) };
  }

  /** Gives the active page this height for a picture, CSS px; without one its own again. What is laid out by the screen's height follows. */
  async stretch(height = this.#viewport.height): Promise<void> {
    const { page, protocol } = this.#active;
    const viewport = { ...this.#viewport, height };
    await page.setViewportSize({ width: viewport.width, height });
    this.#active = { ...this.#active, shutter: await this.#parts.shutterOf(page, protocol, viewport) };
  }

  /** Makes a context and a page in the warm browser; too late, once more in another. Throws BROWSER_NOT_FOUND, BROWSER_CRASHED, DEADLINE_EXCEEDED, CANCELLED. */
  static async start(
    browser: WarmBrowser,
    engine: Engine,
    options: CaptureOptions,
    log: PageLog,
    signal: AbortSignal,
    isFirst = true,
  ): Promise<PageSession> {
    let context: BrowserContext | undefined;
    const make = async () => {
      const allowed = allowedOrigins(options.allowedOrigins);
      const [warm, proxy] = [await browser.get(), await browser.proxyFor(allowed)];
      context = await warm.newContext({
        ...contextOptions(options.viewport, engine),
        ...(proxy ? { proxy } : {}),
        ...(options.credentials ? { httpCredentials: options.credentials } : {}),
      });
      await prepareContext(context, options, browser.onlyRoutes ? allowed : undefined);
      const [events, own] = [new PageEvents(options.redact), context];
      let workers = NO_WORKERS;
      watchBeginnings(own, log, allowed);
      const windows = new Windows((page) => watchPage(page, log, allowed, events), own);
      const tabOf = async (page: Page, viewport: Viewport): Promise<Tab> => {
        const traffic = windows.hear(page);
        const crash = new Crash(page);
        const protocol = engine === 'chromium' ? await own.newCDPSession(page) : undefined;
        if (protocol) evaluateApart(page, protocol, log);
        const asked = { known: options.credentials !== undefined, live: options.live === true };
        const passkeys = await answerPrompts(page, protocol, events, asked);
        // Without it the texts of documents and pictures that are loaded cannot be read.
        await protocol?.send('Page.enable');
        if (protocol) await hearReports(protocol, log, () => workers);
        return { page, traffic, shutter: await ownShutter(page, protocol, viewport), protocol, crash, passkeys };
      };
      const first = await tabOf(await own.newPage(), options.viewport);
      if (first.protocol) workers = await hearWorkers(own, first.protocol, log, allowed, () => windows.announce());
      const parts = { context: own, log, allowed, events, workers, windows, tabOf, shutterOf: ownShutter };
      return new PageSession({ ...parts, onStuck: () => browser.replace(own) }, first, options.viewport);
    };
    try {
      return await withDeadline('making a page', CALL_MS * 2, make, signal);
    } catch (error) {
      // One that has lost the process which begins its pages says nothing of it, and closes what it has.
      if (!(await closeContext(context)) || tookTooLong(error)) browser.replace(context);
      if (isFirst && tookTooLong(error)) return PageSession.start(browser, engine, options, log, signal, false);
      throw browserError(error, 'making a page');
    }
  }

  /** Begins anew with the same page, which is blank: a session that knows nothing of the one before. */
  async again(): Promise<PageSession> {
    const { page, traffic, protocol } = this.#active;
    this.log.begin();
    traffic.begin();
    const shutter = await this.#parts.shutterOf(page, protocol, this.#viewport);
    return new PageSession(this.#parts, { ...this.#active, shutter }, this.#viewport);
  }

  /** A session on a page that somebody else opened and drives: no setting of its context is touched, and `close` is not for it. */
  static adopt(first: Tab, viewport: Viewport, log: PageLog, events: PageEvents): PageSession {
    const tabOf = () => Promise.reject(new CodeloopError('INTERNAL', { reason: 'a page that was lent has no tabs' }));
    const context = first.page.context();
    const unknown = { allowed: EVERYWHERE, workers: NO_WORKERS, windows: new Windows(() => first.traffic) };
    const parts = { context, log, ...unknown, events, tabOf, shutterOf: adoptedShutter };
    return new PageSession({ ...parts, onStuck: () => undefined }, first, viewport);
  }

  /**
   * One call to the browser with a deadline. After one that took too long the page is asked whether it answers at all before it is
   * given more to do. Throws DEADLINE_EXCEEDED, PAGE_UNRESPONSIVE (within about a second, on a crowded machine within eight), BROWSER_CRASHED, CANCELLED, INTERNAL.
   */
  async call<T>(what: string, work: () => Promise<T>, signal?: AbortSignal, ms = CALL_MS): Promise<T> {
    const tab = this.#active;
    countedWork.pageCall.publish({ what });
    await this.assertAnswers(what);
    try {
      return await withDeadline(what, ms, () => tab.crash.during(what, work), signal);
    } catch (error) {
      if (tab.crash.happened) throw tabCrashed(what);
      if (tookTooLong(error)) this.#doubted.set(tab.page, { silentAt: Number.NEGATIVE_INFINITY });
      throw browserError(error, what);
    }
  }

  /** Throws PAGE_UNRESPONSIVE when something took too long in the active page and it has not answered since. */
  async assertAnswers(what: string): Promise<void> {
    if (this.#active.crash.happened) throw tabCrashed(what);
    if (!(await this.#answers(this.#active))) throw new CodeloopError('PAGE_UNRESPONSIVE', { what });
  }

  /** An error of a step or a reading, or PAGE_UNRESPONSIVE where it came from a page that does not answer any more. Never throws. */
  async explain(error: unknown, what: string): Promise<unknown> {
    if (error instanceof CodeloopError && ['CANCELLED', 'BROWSER_CRASHED', 'PAGE_UNRESPONSIVE'].includes(error.code))
      return error;
    return (await this.#answers(this.#active))
      ? error
      : new CodeloopError('PAGE_UNRESPONSIVE', { what, ...done(error) }, { cause: error });
  }

  /** False when a page that is doubted has kept silent. Costs nothing for the others. */
  async #answers(tab: Tab): Promise<boolean> {
    const doubt = this.#doubted.get(tab.page);
    // Until another document is there the browser holds questions back: silence says nothing then.
    if (!doubt || tab.traffic.navigating()) return true;
    if (performance.now() - doubt.silentAt < SILENT_MS) return false;
    // Several calls at once ask once.
    doubt.asking ??= ping(tab);
    const answered = await doubt.asking;
    if (this.#doubted.get(tab.page) !== doubt) return answered;
    if (answered) this.#doubted.delete(tab.page);
    else this.#doubted.set(tab.page, { silentAt: performance.now() });
    return answered;
  }

  /** Ends the page and its context within five seconds; a browser that cannot gives way to another one. Never throws. */
  async close(): Promise<void> {
    if (!(await closeContext(this.context))) this.#parts.onStuck();
  }
}

/** Where a page that was lent may go is not ours to say. */
const EVERYWHERE: AllowedOrigins = { permits: () => true, permitsTunnel: () => true, listed: [] };

/** True when it is closed, or gone: a browser that is gone takes its pages along. */
async function closeContext(context: BrowserContext | undefined): Promise<boolean> {
  if (!context) return true;
  const ended = () => true;
  return Promise.race([context.close().then(ended, ended), sleep(CLOSE_MS, false, { ref: false })]);
}

/** Ours, or Playwright's own deadline. */
function tookTooLong(error: unknown): boolean {
  const ours = error instanceof CodeloopError;
  if (ours && error.code !== 'DEADLINE_EXCEEDED') return error.cause !== undefined && tookTooLong(error.cause);
  return ours || (error instanceof Error && /Timeout [\d.]+ms exceeded/.test(error.message));
}

/** Returns what was done according to an error. */
function done(error: unknown): { done?: unknown } {
  return error instanceof CodeloopError && error.values.done !== undefined ? { done: error.values.done } : {};
}

/**
 * Returns true when the page's own thread answers. Asked past Playwright, whose questions also wait for a document that is on its way. A machine
 * without processor time to spare lets healthy pages wait as well: there it is given more time.
 */
async function ping({ page, protocol }: Tab): Promise<boolean> {
  const idle = readIdle();
  // A page that was left or has gone says so by itself.
  const ended = () => true;
  const asked = (
    protocol ? protocol.send('Runtime.evaluate', { expression: '1', returnByValue: true }) : page.evaluate('1')
  ).then(ended, ended);
  const within = (ms: number) => Promise.race([asked, sleep(ms, false, { ref: false })]);
  if (await within(PING_MS)) return true;
  return idleShare(idle) < IDLE_ENOUGH && within(CROWDED_PING_MS - PING_MS);
}

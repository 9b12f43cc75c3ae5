import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, CDPSession, Frame, Page } from 'playwright';
import type { ScreenshotRequest } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import type { AccessibilityResult } from '../core/vocabulary/accessibility.js';
import type { Viewport } from '../core/vocabulary/geometry.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { Environment, Screenshot } from '../core/vocabulary/screenshot.js';
import { environmentHere } from './browser-driver.js';
import type { Engine } from './find-browser.js';
import { CHAIN_LIMIT, installAgenda } from './page/agenda.js';
import { withAgenda } from './page/agenda-parts.js';
import { installObservers } from './page/agenda-switches.js';
import { installDrawingEnds } from './page/drawing-ends.js';
import { installScene } from './page/scene.js';
import { examineAccessibility } from './page-accessibility.js';
import { PageLog } from './page-log.js';
import { Crash, PageSession } from './page-session.js';
import { photograph } from './photograph.js';
import { drawnEnvironment } from './remote-browsers.js';
import { everyFrame } from './rest-page.js';
import { adoptedShutter } from './shutter.js';
import { PICTURE_FLAGS, SHELL_FLAG } from './warm-browser.js';
import { PageEvents, watchPage } from './watch-page.js';

/// <reference lib="dom" />

/** Flags that a browser needs so that its pictures are those of codeloop's own; none for engines that take none. `shell`: chromium-headless-shell. */
export function pictureFlags(engine: string, shell: boolean): readonly string[] {
  if (engine !== 'chromium') return [];
  return shell ? [...PICTURE_FLAGS, SHELL_FLAG] : PICTURE_FLAGS;
}

/** Lets the pages of a context be known from their beginning on, before their own scripts. They run as they would without it. */
export async function prepareContext(context: BrowserContext): Promise<void> {
  await context.addInitScript(installAgenda, { chainLimit: CHAIN_LIMIT, pinned: false });
  await context.addInitScript(installObservers);
  await context.addInitScript(installScene);
  await context.addInitScript(installDrawingEnds);
}

/** How the page that was lent is set up, as far as only its owner knows. */
export interface AdoptOptions {
  redact: (text: string) => string;
  /** It was started with `pictureFlags`, on this machine: its pictures compare with those of codeloop's own browser. */
  likeOurs: boolean;
}

/** Pages that were adopted: each is watched once, however often it is looked at. */
const adopted = new WeakMap<Page, Promise<AdoptedPage>>();
const environments = new WeakMap<Browser, Promise<Environment>>();

/**
 * A page that somebody else opened and drives, looked at as it stands: nothing is navigated, no dialog answered, and what a picture needs
 * for a moment (the place it is scrolled to, its size, held animations) is put back.
 */
export class AdoptedPage {
  readonly engine: Engine;
  readonly #session: PageSession;
  readonly #options: AdoptOptions;

  private constructor(session: PageSession, engine: Engine, options: AdoptOptions) {
    this.#session = session;
    this.engine = engine;
    this.#options = options;
  }

  /** Throws DEADLINE_EXCEEDED, BROWSER_CRASHED. */
  static adopt(page: Page, options: AdoptOptions): Promise<AdoptedPage> {
    const known = adopted.get(page);
    if (known) return known;
    const adopting = AdoptedPage.#adopt(page, options);
    adopted.set(page, adopting);
    adopting.catch(() => adopted.delete(page));
    return adopting;
  }

  static async #adopt(page: Page, options: AdoptOptions): Promise<AdoptedPage> {
    const engine = engineOf(page);
    const log = new PageLog(options.redact);
    const traffic = watchPage(page, log, { permits: () => true });
    const protocol = engine === 'chromium' ? await openProtocol(page) : undefined;
    const shutter = await adoptedShutter(page, protocol);
    const viewport = await viewportOf(page);
    const session = PageSession.adopt(
      { page, traffic, shutter, protocol, crash: new Crash(page), passkeys: { made: false } },
      viewport,
      log,
      new PageEvents(options.redact),
    );
    return new AdoptedPage(session, engine, options);
  }

  /** Its window as it is now. What cannot be read of a page (its language, its time zone) has the defaults. */
  viewport(): Promise<Viewport> {
    return viewportOf(this.#session.page);
  }

  /** True where boxes, layout and accessibility can be read: Chromium tells of them, other engines do not. */
  get tells(): boolean {
    return this.#session.protocol !== undefined;
  }

  /** One steady (or honestly unsteady) picture of the page as it stands. Throws as `Capture.screenshot`. */
  async screenshot(request: ScreenshotRequest, sink: ArtifactSink, signal: AbortSignal): Promise<Screenshot> {
    const { page } = this.#session;
    const viewport = await this.viewport();
    const { active, log, events } = this.#session;
    // The test may have given it another size.
    const session = PageSession.adopt(active, viewport, log, events);
    await session.call('preparing the page', () => installInFrame(page.mainFrame()), signal);
    await everyFrame(session, installInFrame, signal);
    const options = { viewport, allowedOrigins: [], redact: this.#options.redact };
    return photograph(session, options, { url: page.url(), status: undefined }, request, sink, signal);
  }

  /** The window as it looks now, PNG: to notice that something changes. */
  glance(): Promise<Buffer> {
    return this.#session.call('looking at the page', () => this.#session.shutter.shoot());
  }

  /** As `Inspectable.accessibility`; Chromium only. */
  accessibility(signal: AbortSignal): Promise<AccessibilityResult> {
    return examineAccessibility(this.#session, this.#options.redact, signal);
  }

  /** What its pictures depend on. */
  environment(): Promise<Environment> {
    const { page, protocol } = this.#session;
    const browser = page.context().browser();
    if (!browser) return environmentOf(page, protocol, this.engine, this.#options.likeOurs);
    const known = environments.get(browser) ?? environmentOf(page, protocol, this.engine, this.#options.likeOurs);
    environments.set(browser, known);
    return known;
  }
}

async function environmentOf(
  page: Page,
  protocol: CDPSession | undefined,
  engine: Engine,
  likeOurs: boolean,
): Promise<Environment> {
  const browser = page.context().browser();
  if (!likeOurs && browser) return drawnEnvironment(browser, engine, 'runner');
  const product = protocol ? (await protocol.send('Browser.getVersion')).product : undefined;
  const [, version] = /\/(\S+)/.exec(product ?? '') ?? [];
  return environmentHere({
    engine,
    version: browser?.version() ?? version ?? '',
    // The shell names itself so; Chromium without a window does not.
    headlessShell: product?.startsWith('HeadlessChrome') ?? false,
    newPage: () => page.context().newPage(),
  });
}

function engineOf(page: Page): Engine {
  const name = page.context().browser()?.browserType().name();
  if (name === 'firefox' || name === 'webkit') return name;
  return 'chromium';
}

/** A session of Chromium's protocol beside the owner's own. A context without a known browser that has none is no Chromium. */
async function openProtocol(page: Page): Promise<CDPSession | undefined> {
  try {
    const protocol = await page.context().newCDPSession(page);
    await protocol.send('Page.enable');
    return protocol;
  } catch (error) {
    if (page.isClosed()) throw new CodeloopError('BROWSER_CRASHED', { during: 'look at the page' }, { cause: error });
    return undefined;
  }
}

async function viewportOf(page: Page): Promise<Viewport> {
  const seen = await page.evaluate(() => ({
    width: innerWidth,
    height: innerHeight,
    device_scale_factor: devicePixelRatio,
    has_touch: navigator.maxTouchPoints > 0,
    color_scheme: matchMedia('(prefers-color-scheme: dark)').matches ? ('dark' as const) : ('light' as const),
    reduced_motion: matchMedia('(prefers-reduced-motion: reduce)').matches
      ? ('reduce' as const)
      : ('no-preference' as const),
  }));
  // What the page was told at its beginning is its owner's; a phone's page may be wider than its window.
  const size = page.viewportSize() ?? { width: seen.width, height: seen.height };
  return { ...seen, ...size, is_mobile: false, locale: 'en-US', timezone: 'UTC' };
}

/** Longest that a timer of a page may take to come, ms; one whose clock somebody stopped never does. */
const TIMER_MS = 5000;

/** Puts into a frame what a picture needs of it, where nobody did at its beginning. Throws PAGE_CLOCK_STANDS. */
async function installInFrame(frame: Frame): Promise<void> {
  const there = await frame.evaluate(withAgenda(() => agendaOf(window) !== undefined));
  if (there) return;
  const timer = frame.evaluate(() => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 1)));
  const goes = await Promise.race([timer.catch(() => true), sleep(TIMER_MS, false, { ref: false })]);
  if (!goes && frame.parentFrame() === null) throw new CodeloopError('PAGE_CLOCK_STANDS');
  await frame.evaluate(installAgenda, { chainLimit: CHAIN_LIMIT, pinned: false, late: true });
  await frame.evaluate(installObservers);
  await frame.evaluate(installScene);
  await frame.evaluate(installDrawingEnds);
}

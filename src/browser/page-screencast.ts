import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Page } from 'playwright';
import { frameHeader } from '../capture/jpeg-stream.js';
import type { FrameSink, FrameSource } from '../capture/recorder.js';
import { withDeadline } from '../core/clock.js';
import { freeShare, type IdleReading, readIdle } from '../core/machine-load.js';
import type { Size } from '../core/vocabulary/geometry.js';
import { browserError } from './browser-error.js';

/** Interval at which the processors are read, ms. */
const LOOK_MS = 500;
/** Below this share of free processor time frames become fewer, above that one they become more again. */
const BUSY = 0.1;
const FREE = 0.3;
/** By how much the spacing changes at a look. */
const STEP = 1.5;
/** Frames are never further apart than this, ms: five a second still show every step. */
const MAX_SPACING_MS = 200;

/**
 * Chooses the distance of frames, ms: `1000 / fps` while the machine has time to spare, and up to 200 when it has none. A browser draws
 * what is recorded at a higher priority than the page's own scripts: on a busy machine every frame is taken from the app that is looked at.
 */
export class FramePace {
  readonly #leastMs: number;
  readonly #read: () => IdleReading;
  #spacingMs: number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #last: IdleReading | undefined;

  constructor(fps: number, read: () => IdleReading = readIdle) {
    this.#leastMs = 1000 / fps;
    this.#spacingMs = this.#leastMs;
    this.#read = read;
  }

  /** The spacing at a time (ms, of any clock). */
  spacingMs(nowMs: number): number {
    if (nowMs - this.#lookedMs >= LOOK_MS) {
      this.#lookedMs = nowMs;
      this.#adapt(this.#read());
    }
    return this.#spacingMs;
  }

  #adapt(now: IdleReading): void {
    const last = this.#last;
    this.#last = now;
    // Nothing is known before the second look, nor from a clock that stands still.
    if (last === undefined || now.atMs <= last.atMs) return;
    const free = freeShare(last, now);
    const slowest = Math.max(MAX_SPACING_MS, this.#leastMs);
    if (free < BUSY) this.#spacingMs = Math.min(slowest, this.#spacingMs * STEP);
    else if (free > FREE) this.#spacingMs = Math.max(this.#leastMs, this.#spacingMs / STEP);
  }
}

/** Longest that starting and stopping may take, ms. */
const START_MS = 10_000;
const STOP_MS = 3000;
/**
 * Largest picture asked for, px; even, because Playwright rounds down and Chromium would then shrink every picture by a hair. It is a
 * bound, not a size, so that a viewport made larger meanwhile is still shown at its own scale.
 */
const MAX_SIDE = 4096;
/** JPEG quality: text stays sharp, and a picture needs two thirds of what 90 needs. */
const QUALITY = 80;
/** Delay after a navigation, and after a burst of pictures, before the browser is asked to draw once more, ms. */
const NUDGE_MS = 400;
/** Longest wait of a stop for a picture that is still due, ms. */
const LAST_PICTURE_MS = 200;

/** A frame as the browser sends it. */
interface ScreencastFrame {
  data: Buffer;
  /** Time at which it was shown, ms since the epoch. */
  timestamp: number;
  viewportWidth: number;
  viewportHeight: number;
}

/**
 * Records one page by Chromium's screencast: JPEG at CSS size, one whenever the page is drawn again, so that a page that stands still
 * costs nothing. The page goes on at full speed; the browser is asked for no more than `fps` frames, and for fewer on a busy machine
 * (`FramePace`), by holding its acknowledgements.
 */
export class PageScreencast implements FrameSource {
  readonly #page: Page;
  readonly #isChromium: boolean;
  #sink: FrameSink | undefined;
  #startMs = 0;
  #nextAckMs = 0;
  #running = false;
  #toldOfTab = false;
  #stopping: Promise<void> | undefined;
  /** Pictures that are not acknowledged yet. */
  #underWay = 0;
  /** The draw that is to come: of a new document, and after a burst of pictures. */
  #afterNavigation: NodeJS.Timeout | undefined;
  #afterBurst: NodeJS.Timeout | undefined;
  /** Draws that are to come or have brought no picture yet: with one, what is on the screen may not have been seen. */
  readonly #owed = new Set<NodeJS.Timeout>();
  /** Lets the browser send the next picture at once. */
  readonly #hurry = new AbortController();
  #onPicture: (() => void) | undefined;
  /**
   * A new document that looks like nothing, or whose only picture came while the page had another size or others were under way, sends
   * none: it is drawn once.
   */
  readonly #onNavigated = (frame: Frame) => {
    if (frame === this.#page.mainFrame()) this.#afterNavigation = this.#drawLater(this.#afterNavigation);
  };
  readonly #onClose = () => this.#end('page_closed', 'the page was closed');
  readonly #onCrash = () => this.#end('source_failed', 'the page crashed');

  constructor(page: Page, isChromium: boolean) {
    this.#page = page;
    this.#isChromium = isChromium;
  }

  async start(sink: FrameSink, fps: number): Promise<void> {
    this.#sink = sink;
    this.#startMs = Date.now();
    this.#page.once('close', this.#onClose);
    this.#page.once('crash', this.#onCrash);
    this.#page.on('framenavigated', this.#onNavigated);
    this.#running = true;
    const pace = new FramePace(fps);
    try {
      await withDeadline('starting the recording', START_MS, () =>
        this.#page.screencast.start({
          size: { width: MAX_SIDE, height: MAX_SIDE },
          quality: QUALITY,
          onFrame: (frame) => this.#onFrame(frame, pace),
        }),
      );
    } catch (error) {
      await this.stop();
      throw browserError(error, 'starting the recording');
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#page.off('close', this.#onClose);
    this.#page.off('crash', this.#onCrash);
    this.#page.off('framenavigated', this.#onNavigated);
    if (!this.#running) return;
    if (this.#owed.size > 0) await this.#takeLast();
    this.#running = false;
    for (const timer of this.#owed) clearTimeout(timer);
    try {
      await withDeadline('stopping the recording', STOP_MS, () => this.#page.screencast.stop());
    } catch (error) {
      // A page that is gone delivers nothing any more, which is what was wanted.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Notes, once, that steps are taken in another tab, which is not recorded. */
  actedIn(page: Page): void {
    if (!this.#running || this.#toldOfTab || page === this.#page) return;
    this.#toldOfTab = true;
    this.#sink?.note(
      `steps went on in another tab ${this.#after()} s after the start; the recording stayed with the first, so that pictures do not show them`,
    );
  }

  /** Resolves when the browser may send the next one. */
  async #onFrame(frame: ScreencastFrame, pace: FramePace): Promise<void> {
    if (!this.#running) return;
    const now = Date.now();
    const passing = this.#isPassing(frame, this.#page.viewportSize());
    // The picture that stood already when the recording began carries the time at which it was drawn.
    if (!passing) void this.#sink?.frame(frame.data, Math.min(now, Math.max(frame.timestamp, this.#startMs)));
    this.#nextAckMs = Math.max(now, this.#nextAckMs + pace.spacingMs(now));
    const waitMs = this.#nextAckMs - now;
    // Chromium has two pictures under way at most and drops what comes meanwhile, although it may be the last one for long.
    const crowded = this.#underWay > 0;
    this.#underWay += 1;
    this.#pay(this.#afterBurst);
    if (!passing) this.#onPicture?.();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#hurry.signal }).catch(() => undefined);
    this.#underWay -= 1;
    if (crowded && this.#underWay === 0) this.#afterBurst = this.#drawLater(this.#afterBurst);
  }

  /** The picture that the page shows now, as far as it comes within `LAST_PICTURE_MS`. */
  async #takeLast(): Promise<void> {
    this.#hurry.abort();
    const came = new Promise<void>((resolve) => {
      this.#onPicture = resolve;
    });
    // A page that hangs or goes away has no last picture.
    await withDeadline('the last picture', LAST_PICTURE_MS, () => Promise.all([this.#draw(), came])).catch(
      () => undefined,
    );
  }

  #drawLater(instead: NodeJS.Timeout | undefined): NodeJS.Timeout | undefined {
    this.#pay(instead);
    if (!this.#isChromium || !this.#running) return undefined;
    const timer = setTimeout(() => {
      // A page that goes away meanwhile has nothing to be drawn.
      this.#draw()
        .catch(() => undefined)
        .finally(() => this.#pay(timer));
    }, NUDGE_MS);
    this.#owed.add(timer);
    return timer.unref();
  }

  #pay(timer: NodeJS.Timeout | undefined): void {
    clearTimeout(timer);
    if (timer !== undefined) this.#owed.delete(timer);
  }

  async #draw(): Promise<void> {
    const protocol = await this.#page.context().newCDPSession(this.#page);
    try {
      await protocol.send('Page.captureScreenshot', { format: 'jpeg', quality: 1 });
    } finally {
      await protocol.detach();
    }
  }

  #end(by: 'page_closed' | 'source_failed', what: string): void {
    if (!this.#running) return;
    this.#running = false;
    this.#sink?.ended(by, `${what} ${this.#after()} s after the start; what was recorded until then is kept`);
  }

  #after(): string {
    return ((Date.now() - this.#startMs) / 1000).toFixed(1);
  }

  /** A photograph of the whole page, or a viewport that is being changed, shows up in between at a size of its own. */
  #isPassing(frame: ScreencastFrame, viewport: Size | null): boolean {
    if (viewport === null) return false;
    if (frame.viewportWidth !== viewport.width || frame.viewportHeight !== viewport.height) return true;
    // Other engines send pictures of a size of their own choice.
    if (!this.#isChromium || Math.max(viewport.width, viewport.height) > MAX_SIDE) return false;
    const { width, height } = frameHeader(frame.data);
    return width !== viewport.width || height !== viewport.height;
  }
}

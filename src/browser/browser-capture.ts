import type { BrowserContext, Page } from 'playwright';
import type {
  Capture,
  CaptureOptions,
  Inspectable,
  Interactive,
  Observed,
  Recordable,
  RecordingRequest,
  Resizable,
  ScreenshotRequest,
  Shared,
  SnapshotRequest,
  Target,
} from '../capture/capture.js';
import { Recorder } from '../capture/recorder.js';
import { CodeloopError } from '../core/errors.js';
import type { AccessibilityResult } from '../core/vocabulary/accessibility.js';
import type { PageSnapshot } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { LaidOutPage } from '../core/vocabulary/laid-out-page.js';
import type { LayoutCondition } from '../core/vocabulary/layout.js';
import type { Recording } from '../core/vocabulary/recording.js';
import type { ArtifactSink, SecondLook } from '../core/vocabulary/run.js';
import type { LogEntry, Screenshot } from '../core/vocabulary/screenshot.js';
import type { Step, StepResult } from '../core/vocabulary/step.js';
import { layOutAt, layOutMoving, putUnder, styleBreakpoints, walkByTab } from './boxes/lay-out-at.js';
import { browserError, wasLeft } from './browser-error.js';
import type { Engine } from './find-browser.js';
import { InteractivePage } from './interactive-page.js';
import { shootCovered } from './masks.js';
import { arrive, assertMayOpen, navigate, trustOwnMachine } from './navigate.js';
import { allowedOrigins } from './origin-proxy.js';
import { examineAccessibility } from './page-accessibility.js';
import { PageLog } from './page-log.js';
import { PageScreencast } from './page-screencast.js';
import { PageSession } from './page-session.js';
import { PageWitness } from './page-witness.js';
import { photograph } from './photograph.js';
import { PressWatch } from './press-watch.js';
import { restLog, restPage } from './rest-page.js';
import { seenByOthers, visitNow } from './seen-by-others.js';
import type { KeptSessions } from './session/kept-sessions.js';
import { contextOptions } from './session/session-context.js';
import type { WarmBrowser } from './warm-browser.js';

/** The recorded part of a session. */
interface RecordedPage {
  context: BrowserContext;
  page: Page;
  isChromium: boolean;
  redact: (text: string) => string;
}

/** The recordings of one page: pictures by screencast, and what the page tells meanwhile. */
class PageRecorder {
  readonly #recorder = new Recorder();
  #witness: PageWitness | undefined;
  #screencast: PageScreencast | undefined;
  #recorded: Page | undefined;

  /** As `Recordable.startRecording`. */
  async start(subject: RecordedPage, request: RecordingRequest): Promise<void> {
    const { context, page, isChromium, redact } = subject;
    const before = this.#witness;
    const witness = new PageWitness(page, redact, (event) => request.onEvent?.(event));
    const screencast = new PageScreencast(page, isChromium);
    await this.#recorder.start(request, () => screencast);
    this.#screencast = screencast;
    this.#recorded = page;
    // One that ended by itself was never stopped.
    await before?.stop();
    this.#witness = witness;
    await witness.start(context, isChromium);
  }

  /** Hears in which page of the session a step was taken: a recording stays with the page it began with, and says so. */
  actedIn(page: Page): void {
    this.#screencast?.actedIn(page);
  }

  /** False while another page than this one is recorded. */
  shows(page: Page): boolean {
    return this.#recorded === undefined || this.#recorded === page;
  }

  /** As `Recordable.stopRecording`. */
  async stop(): Promise<Recording> {
    const witness = this.#witness;
    this.#witness = undefined;
    this.#recorded = undefined;
    // It ends now, whatever the page has still to tell.
    const stopping = this.#recorder.stop();
    stopping.catch(() => undefined);
    await witness?.flush();
    // A page that hangs must not delay the answer.
    void witness?.stop();
    return stopping;
  }

  /** As `Recordable.finishRecording`. */
  finish(id: string): Promise<Recording> {
    return this.#recorder.finish(id);
  }

  /** Leaves the page alone, which is about to close; the recording is kept for `stop` and `finish`. */
  leave(): void {
    void this.#witness?.stop();
    this.#witness = undefined;
  }
}

/** Name of pictures that are steps, and how long they wait for the page to stand still, ms. */
const STEP_PICTURE = 'step';
const STEP_SETTLE_MS = 3000;
/** How often a page is photographed that goes elsewhere, or loads itself again, meanwhile. */
const TURNS = 3;
/** Longest a page is waited for before its links are read, ms: single-page apps write them late. */
const LINKS_WAIT_MS = 3000;

/** One session of the browser driver: one isolated page. */
export class BrowserCapture implements Capture, Observed, Recordable, Interactive, Inspectable, Resizable, Shared {
  readonly #browser: WarmBrowser;
  readonly #engine: Engine;
  readonly #options: CaptureOptions;
  readonly #sink: ArtifactSink;
  readonly #kept: KeptSessions | undefined;
  #log: PageLog;
  readonly #recorder = new PageRecorder();
  #session: PageSession | undefined;
  #interactive: InteractivePage | undefined;
  #presses: PressWatch | undefined;
  #opened: { url: string; status: number | undefined; target?: Target & { kind: 'url' } } | undefined;
  #closed = false;
  /** Its page was photographed, and nothing was done to it that another document does not undo. */
  #untouched = false;
  #recorded = false;

  constructor(
    browser: WarmBrowser,
    engine: Engine,
    options: CaptureOptions,
    sink: ArtifactSink,
    kept?: KeptSessions | undefined,
  ) {
    this.#kept = kept;
    this.#browser = browser;
    this.#engine = engine;
    this.#options = options;
    this.#sink = sink;
    this.#log = new PageLog(options.redact);
  }

  async open(target: Target, signal: AbortSignal): Promise<void> {
    if (this.#closed) throw new CodeloopError('CANCELLED', { what: 'the session' });
    if (target.kind !== 'url')
      throw new CodeloopError('NAVIGATION_FAILED', { url: target.app, reason: 'a browser opens addresses, not apps' });
    // What may not be opened needs no browser to be refused.
    assertMayOpen(target.url, allowedOrigins(this.#options.allowedOrigins));
    this.#session ??= await this.#begin(target.url, signal);
    this.#log = this.#session.log;
    const { page, traffic, protocol } = this.#session;
    await this.#watchPresses(this.#session);
    await trustOwnMachine(protocol, target.url);
    const { status } = await navigate(page, target, traffic, this.#log, signal);
    this.#opened = { url: target.url, status, target };
  }

  async screenshot(request: ScreenshotRequest, signal: AbortSignal): Promise<Screenshot> {
    if (!this.#session || !this.#opened || this.#closed)
      throw new CodeloopError('INTERNAL', { reason: 'screenshot() before open() or after close()' });
    // Steps may have given it another size.
    const options = { ...this.#options, viewport: this.#session.viewport };
    this.#untouched = false;
    for (let turn = 1; ; turn++) {
      try {
        const screenshot = await photograph(this.#session, options, this.#opened, request, this.#sink, signal);
        this.#untouched = this.#interactive === undefined && !this.#recorded;
        return screenshot;
      } catch (error) {
        // A page may go on from a first document to the one that people see.
        if (turn === TURNS || !wasLeft(error)) throw error;
        await arrive(this.#session.page, signal);
        if (this.#session.page.url() !== this.#opened.url) this.#opened = { ...this.#opened, status: undefined };
      }
    }
  }

  drainLogs(): readonly LogEntry[] {
    return this.#log.drain();
  }

  onLog(listener: (entry: LogEntry) => void): () => void {
    return this.#log.listen(listener);
  }

  async perform(step: Step, signal: AbortSignal): Promise<StepResult> {
    const { interactive, session } = this.#acting();
    const before = session.page.url();
    try {
      const result = await interactive.perform(step, signal);
      return this.#recorder.shows(session.page) ? result : { ...result, off_record: true };
    } finally {
      // Where the steps led is what a picture after them was asked of.
      const url = session.page.url();
      if (url !== before) this.#opened = { url, status: undefined };
      this.#recorder.actedIn(session.page);
    }
  }

  snapshot(request: SnapshotRequest, signal: AbortSignal): Promise<PageSnapshot> {
    return this.#acting().interactive.snapshot(request, signal);
  }

  async links(signal: AbortSignal): Promise<string[]> {
    const { session } = this.#acting();
    await restPage(session, restLog(), LINKS_WAIT_MS, signal);
    const read = () =>
      session.page.evaluate(() =>
        [...document.querySelectorAll<HTMLAnchorElement>('a[href], area[href]')].map(({ href }) => href),
      );
    return [...new Set(await session.call('reading links', read, signal))];
  }

  accessibility(signal: AbortSignal): Promise<AccessibilityResult> {
    return examineAccessibility(this.#acting().session, this.#options.redact, signal);
  }

  async seenByOthers(signal: AbortSignal): Promise<SecondLook> {
    const { session } = this.#acting();
    const { protocol } = session;
    const opened = this.#opened;
    const { viewport, freezeTime, credentials, redact } = this.#options;
    // Behind a wall that only stops requests one by one no second context is opened; nor is one where steps have led elsewhere.
    if (!protocol || !opened?.target || this.#browser.onlyRoutes) return { looks: 0, differences: [] };
    const proxy = await this.#browser.proxyFor(session.allowed);
    const options = {
      ...contextOptions(viewport, this.#engine),
      ...(proxy ? { proxy } : {}),
      ...(credentials ? { httpCredentials: credentials } : {}),
    };
    const first = await session.call('looking at the page', () => visitNow(protocol, opened.status), signal);
    try {
      return await seenByOthers(first, {
        browser: this.#browser,
        options,
        viewport,
        freezeTime,
        target: opened.target,
        redact,
        signal,
      });
    } catch (error) {
      throw browserError(error, 'looking at the page again');
    }
  }

  breakpoints(signal: AbortSignal): Promise<number[]> {
    return styleBreakpoints(this.#acting().session, signal);
  }

  layOut(width: number, rested: boolean, signal: AbortSignal, height?: number): Promise<LaidOutPage> {
    return layOutAt(this.#acting().session, width, rested, this.#options.redact, signal, height);
  }

  putUnder(condition: Exclude<LayoutCondition, 'keyboard'> | undefined, signal: AbortSignal): Promise<void> {
    this.#untouched = false;
    return putUnder(this.#acting().session, condition, signal);
  }

  layOutMoving(signal: AbortSignal): Promise<LaidOutPage> {
    return layOutMoving(this.#acting().session, this.#options.redact, signal);
  }

  walkByTab(signal: AbortSignal): Promise<LaidOutPage> {
    this.#untouched = false;
    return walkByTab(this.#acting().session, this.#options.redact, signal);
  }

  part(clip: Rect, masks: ScreenshotRequest['masks'], signal: AbortSignal) {
    const { session } = this.#acting();
    return session.call('taking a part of the page', () => shootCovered(session, clip, masks), signal);
  }

  async startRecording(request: RecordingRequest): Promise<void> {
    const session = this.#session;
    if (!session || this.#closed) throw new CodeloopError('INTERNAL', { reason: 'no page is open to record' });
    const { context, page } = session;
    const { redact } = this.#options;
    this.#recorded = true;
    this.#untouched = false;
    await this.#recorder.start({ context, page, isChromium: this.#engine === 'chromium', redact }, request);
  }

  stopRecording(): Promise<Recording> {
    return this.#recorder.stop();
  }

  finishRecording(id: string): Promise<Recording> {
    return this.#recorder.finish(id);
  }

  /** Ends a recording that runs; its video is still written. */
  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = undefined;
    this.#recorder.leave();
    const key = this.#opened && this.#keyOf(this.#opened.url);
    if (session && key !== undefined && this.#untouched) await this.#kept?.give(key, session);
    else await session?.close();
  }

  /** A session with a page of its own, or one whose page has shown another of the series before. */
  async #begin(url: string, signal: AbortSignal): Promise<PageSession> {
    const key = this.#keyOf(url);
    const kept = key === undefined ? undefined : await this.#kept?.take(key, await this.#browser.get());
    return kept ?? PageSession.start(this.#browser, this.#engine, this.#options, this.#log, signal);
  }

  /** What pages that come one after the other have in common; undefined where each is to have its own. */
  #keyOf(url: string): string | undefined {
    const { series, live, credentials, viewport, allowedOrigins: origins, freezeTime } = this.#options;
    if (!this.#kept || series === undefined || live || credentials || this.#engine !== 'chromium') return undefined;
    return JSON.stringify([series, new URL(url).origin, viewport, origins, freezeTime]);
  }

  /** What pages do by themselves is known from their beginning on. */
  async #watchPresses({ context, page }: PageSession): Promise<void> {
    if (!this.#options.live || this.#engine !== 'chromium' || this.#presses) return;
    const presses = new PressWatch(context, this.#options.redact);
    this.#presses = presses;
    context.on('page', (other) => void presses.watch(other));
    await presses.watch(page);
  }

  #acting(): { interactive: InteractivePage; session: PageSession } {
    const session = this.#session;
    if (!session || this.#closed) throw new CodeloopError('INTERNAL', { reason: 'no page is open to act in' });
    this.#interactive ??= new InteractivePage(session, this.#options, this.#presses, (signal) =>
      this.screenshot(
        { name: STEP_PICTURE, fullPage: false, masks: [], settleTimeoutMs: STEP_SETTLE_MS, dom: false },
        signal,
      ),
    );
    return { interactive: this.#interactive, session };
  }
}

import type { Capture, CaptureOptions, Observed, ScreenshotRequest, Target } from '../capture/capture.js';
import type { ArtifactSink } from '../core/artifact-sink.js';
import { CodeloopError } from '../core/errors.js';
import type { LogEntry } from '../core/vocabulary/log-entry.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import { allowedOrigins } from './allowed-origins.js';
import type { Engine } from './find-browser.js';
import { assertMayOpen, navigate } from './navigate.js';
import { PageLog } from './page-log.js';
import { PageSession } from './page-session.js';
import { photograph } from './photograph.js';
import type { WarmBrowser } from './warm-browser.js';

/** One session of the browser driver: one isolated page. */
export class BrowserCapture implements Capture, Observed {
  readonly #browser: WarmBrowser;
  readonly #engine: Engine;
  readonly #options: CaptureOptions;
  readonly #sink: ArtifactSink;
  readonly #log: PageLog;
  #session: PageSession | undefined;
  #opened: { url: string; status: number | undefined } | undefined;
  #closed = false;

  constructor(browser: WarmBrowser, engine: Engine, options: CaptureOptions, sink: ArtifactSink) {
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
    this.#session ??= await PageSession.start(this.#browser, this.#engine, this.#options, this.#log, signal);
    const { page, traffic } = this.#session;
    const { status } = await navigate(page, target, traffic, this.#log, signal);
    this.#opened = { url: target.url, status };
  }

  async screenshot(request: ScreenshotRequest, signal: AbortSignal): Promise<Screenshot> {
    if (!this.#session || !this.#opened || this.#closed)
      throw new CodeloopError('INTERNAL', { reason: 'screenshot() before open() or after close()' });
    return photograph(this.#session, this.#options, this.#opened, request, this.#sink, signal);
  }

  drainLogs(): readonly LogEntry[] {
    return this.#log.drain();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }
}

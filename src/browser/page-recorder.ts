import type { BrowserContext, Page } from 'playwright';
import type { RecordingRequest } from '../capture/capture.js';
import { Recordings } from '../capture/recordings.js';
import type { Recording } from '../core/vocabulary/recording.js';
import { PageScreencast } from './page-screencast.js';
import { PageWitness } from './page-witness.js';

/** What of a session is recorded. */
export interface RecordedPage {
  context: BrowserContext;
  page: Page;
  isChromium: boolean;
  redact: (text: string) => string;
}

/** The recordings of one page: pictures by screencast, and what the page tells meanwhile. */
export class PageRecorder {
  readonly #recordings = new Recordings();
  #witness: PageWitness | undefined;
  #screencast: PageScreencast | undefined;

  /** As `Recordable.startRecording`. */
  async start(subject: RecordedPage, request: RecordingRequest): Promise<void> {
    const { context, page, isChromium, redact } = subject;
    const before = this.#witness;
    const witness = new PageWitness(page, redact, (event) => request.onEvent?.(event));
    const screencast = new PageScreencast(page, isChromium);
    await this.#recordings.start(request, screencast);
    this.#screencast = screencast;
    // One that ended by itself was never stopped.
    await before?.stop();
    this.#witness = witness;
    await witness.start(context, isChromium);
  }

  /** Hears in which page of the session a step was taken: a recording stays with the page it began with, and says so. */
  actedIn(page: Page): void {
    this.#screencast?.actedIn(page);
  }

  /** As `Recordable.stopRecording`. */
  async stop(): Promise<Recording> {
    const witness = this.#witness;
    this.#witness = undefined;
    // It ends now, whatever the page has still to tell.
    const stopping = this.#recordings.stop();
    stopping.catch(() => undefined);
    await witness?.flush();
    // A page that hangs must not hold up the answer.
    void witness?.stop();
    return stopping;
  }

  /** As `Recordable.finishRecording`. */
  finish(id: string): Promise<Recording> {
    return this.#recordings.finish(id);
  }

  /** Leaves the page alone, which is about to close; the recording is kept for `stop` and `finish`. */
  leave(): void {
    void this.#witness?.stop();
    this.#witness = undefined;
  }
}

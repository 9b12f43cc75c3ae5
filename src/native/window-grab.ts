import { setTimeout as sleep } from 'node:timers/promises';
import { JpegStream } from '../capture/jpeg-stream.js';
import type { FrameSink, FrameSource } from '../capture/recorder.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { type RunningProcess, startProcess } from '../core/run-command.js';
import type { DesktopWindow, WindowSystem } from './window-system.js';

/** Interval at which the window's size is checked, ms. */
const LOOK_MS = 500;
/** Longest time between the end of a window and the end of its app, ms. */
const EXIT_MS = 250;
/** Time an app is given to draw a window that appears again, ms. */
const REDRAW_MS = 150;
/** Times that the grabber may end without a single frame before it is given up. */
const MAX_FAILURES = 3;

/** The app behind a recorded window. */
interface GrabSubject {
  window: DesktopWindow;
  /** Returns how the app ended, in codeloop's words; `undefined` while it runs or when codeloop did not start it. */
  exit: () => string | undefined;
  /** Titles of the app's windows that came up since the last call. */
  cameUp?: () => Promise<string[]>;
}

/**
 * Records one window by ffmpeg's screen capture. ffmpeg stops, and calls that success, when the window is made smaller, minimised or
 * closed: it is started again for as long as the window exists, and what happened becomes a note. Ends when the window is closed.
 */
export class WindowGrab implements FrameSource {
  readonly #system: WindowSystem;
  readonly #subject: GrabSubject;
  #sink: FrameSink | undefined;
  #fps = 25;
  #startMs = 0;
  #grabber: RunningProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  readonly #stopper = new AbortController();
  #stopping: Promise<void> | undefined;
  #told = false;
  #failures = 0;
  #said = '';
  #size = '';
  #hiddenSinceMs: number | undefined;

  constructor(system: WindowSystem, subject: GrabSubject) {
    this.#system = system;
    this.#subject = subject;
  }

  async start(sink: FrameSink, fps: number): Promise<void> {
    this.#sink = sink;
    this.#fps = fps;
    this.#startMs = Date.now();
    await this.#grab(this.#subject.window);
    this.#ended = this.#watch().catch((error: unknown) => this.#end('source_failed', toCodeloopError(error)));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    // A window that is gone is the reason of the end, which may not have been looked for yet.
    const unexplained = this.#hiddenSinceMs === undefined && this.#sink !== undefined && !this.#told;
    if (unexplained && (await this.#system.look(this.#subject.window)) === undefined) {
      if (this.#subject.exit() === undefined) await this.#pause(EXIT_MS);
      this.#windowGone();
    }
    if (this.#hiddenSinceMs !== undefined)
      this.#sink?.note(
        `the window was minimised from ${this.#after(this.#hiddenSinceMs)} s on; the last picture stands for that time`,
      );
    this.#stopper.abort();
    await this.#grabber?.stop(0);
    await this.#ended;
  }

  async #grab(window: DesktopWindow): Promise<void> {
    const { program, args, env } = this.#system.grab(window, this.#fps);
    const stream = new JpegStream();
    let said = '';
    let frames = 0;
    this.#size = `${window.width}x${window.height}`;
    const grabber = await startProcess(program, args, {
      env,
      diesWithUs: 'KILL',
      onOutput: (from, chunk) => {
        if (from === 'stderr') {
          said = (said + chunk.toString('utf8')).slice(-2000);
          return;
        }
        const atMs = Date.now();
        try {
          for (const data of stream.push(chunk)) {
            frames += 1;
            void this.#sink?.frame(data, atMs);
          }
        } catch (error) {
          said += toCodeloopError(error).message;
          void grabber.stop(0);
        }
      },
    });
    this.#grabber = grabber;
    void grabber.ended.then(() => {
      if (this.#grabber === grabber) this.#grabber = undefined;
      this.#failures = frames > 0 ? 0 : this.#failures + 1;
      this.#said = said;
    });
    // It may have been stopped while it started.
    if (this.#stopper.signal.aborted) await grabber.stop(0);
  }

  /** Looks at the window from time to time, and at once when the grabber has ended. */
  async #watch(): Promise<void> {
    while (!this.#stopper.signal.aborted) {
      const grabber = this.#grabber;
      if (grabber) await Promise.race([grabber.ended, this.#pause(LOOK_MS)]);
      else await this.#pause(this.#hiddenSinceMs === undefined ? 20 : LOOK_MS / 2);
      if (this.#stopper.signal.aborted) return;
      const window = await this.#system.look(this.#subject.window);
      if (this.#stopper.signal.aborted) return;
      if (window === undefined) {
        // An app that died is known to be dead a moment after its windows are gone.
        if (this.#subject.exit() === undefined) await this.#pause(EXIT_MS);
        return this.#windowGone();
      }
      for (const title of (await this.#subject.cameUp?.()) ?? [])
        this.#sink?.note(
          `a window of its own came up ${this.#after(Date.now())} s after the start: ${JSON.stringify(title)}; the recording stayed with the first, pictures of steps show both`,
        );
      // What it was until now has been noted by whoever stopped it meanwhile.
      if (this.#stopper.signal.aborted) return;
      if (window.minimised) {
        this.#hiddenSinceMs ??= Date.now();
        continue;
      }
      const isBack = this.#hiddenSinceMs !== undefined;
      this.#shownAgain();
      // Its app draws it a moment after it came up; until then it is black.
      if (isBack) await this.#pause(REDRAW_MS);
      if (this.#stopper.signal.aborted) return;
      if (this.#grabber !== undefined && this.#size === `${window.width}x${window.height}`) continue;
      if (this.#failures >= MAX_FAILURES)
        return this.#end(
          'source_failed',
          new CodeloopError('INTERNAL', { reason: `the window cannot be recorded: ${lastLine(this.#said)}` }),
        );
      await this.#grabber?.stop(0);
      if (!this.#stopper.signal.aborted) await this.#grab(window);
    }
  }

  /** Shorter when it is stopped meanwhile. */
  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopper.signal }).catch(() => undefined); // Stopped: that is what it is for.
  }

  #shownAgain(): void {
    if (this.#hiddenSinceMs === undefined) return;
    const [from, to] = [this.#after(this.#hiddenSinceMs), this.#after(Date.now())];
    this.#hiddenSinceMs = undefined;
    this.#sink?.note(`the window was minimised from ${from} s to ${to} s; the last picture stands for that time`);
  }

  /** Seconds from the start to a time, for a note. */
  #after(atMs: number): string {
    return ((atMs - this.#startMs) / 1000).toFixed(1);
  }

  #windowGone(): void {
    this.#end(this.#subject.exit() === undefined ? 'window_closed' : 'app_exited');
  }

  #end(by: 'window_closed' | 'app_exited' | 'source_failed', error?: CodeloopError): void {
    if (this.#told) return;
    this.#told = true;
    this.#stopper.abort();
    const after = `${this.#after(Date.now())} s after the start`;
    const kept = 'what was recorded until then is kept';
    const note = {
      window_closed: `the window was closed ${after}; ${kept}`,
      app_exited: `the app ended ${after} (${this.#subject.exit() ?? ''}); ${kept}`,
      source_failed: `${error?.message ?? ''} (${after}; ${kept})`,
    }[by];
    const before =
      by === 'source_failed'
        ? error
        : new CodeloopError('WINDOW_NOT_FOUND', { window: 'to record', reason: 'it was closed' });
    this.#sink?.ended(by, note, before);
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

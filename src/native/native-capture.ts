import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Capture,
  CaptureOptions,
  Interactive,
  Observed,
  Recordable,
  RecordingRequest,
  ScreenshotRequest,
  Target,
} from '../capture/capture.js';
import { Recorder } from '../capture/recorder.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';
import { parseProcessStat, processIds } from '../core/machine-load.js';
import type { Recording } from '../core/vocabulary/recording.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { LogEntry, Screenshot } from '../core/vocabulary/screenshot.js';
import type { Step, StepResult } from '../core/vocabulary/step.js';
import { AppLog } from './app-log.js';
import { AppSession } from './app-session.js';
import { type FoundPlace, findPlace, type NativeConfig, type NativeOptions } from './find-place.js';
import { performStep } from './perform-step.js';
import { photographWindow } from './photograph-window.js';
import { WindowGrab } from './window-grab.js';

/** Number of looks at a group of processes, and the time between them, ms: an app that draws waits for the display in between. */
const LOOKS = 4;
const LOOK_MS = 15;

/**
 * True when a process of the group computes or waits for its turn to (Linux; elsewhere nobody can tell, and it is false). On a machine that
 * is busy with other things a window may stand still for long although it is only half drawn.
 */
export async function appIsBusy(groupId: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(LOOK_MS);
    if (await someRuns(groupId)) return true;
  }
  return false;
}

async function someRuns(groupId: number): Promise<boolean> {
  const busy = await Promise.all(
    (await processIds()).map(async (id) => {
      // One that ends while it is read does nothing any more.
      const stat = parseProcessStat(await readFile(`/proc/${id}/stat`, 'utf8').catch(() => undefined));
      return stat?.group === groupId && (stat.state === 'R' || stat.state === 'D');
    }),
  );
  return busy.includes(true);
}

/** Time that a toolkit takes to bring up a dialog, ms. */
const CAME_UP_MS = 150;
/** Longest wait for the window to stand still when a step takes a picture, ms. */
const STEP_SETTLE_MS = 3000;

/** One session of the native driver: one window of one app, on a display of its own or on the person's desktop. */
export class NativeCapture implements Capture, Observed, Recordable, Interactive {
  readonly #config: NativeConfig;
  readonly #native: NativeOptions;
  readonly #options: CaptureOptions;
  readonly #sink: ArtifactSink;
  readonly #log: AppLog;
  readonly #recorder = new Recorder();
  #found: FoundPlace | undefined;
  #session: AppSession | undefined;
  readonly #toldBySteps = new Set<string>();
  #closed = false;

  constructor(config: NativeConfig, native: NativeOptions, options: CaptureOptions, sink: ArtifactSink) {
    this.#config = config;
    this.#native = native;
    this.#options = options;
    this.#sink = sink;
    this.#log = new AppLog(options.redact);
  }

  /** Throws WINDOW_NOT_FOUND, TARGET_AMBIGUOUS, DISPLAY_NOT_FOUND, PROGRAM_NOT_FOUND, APP_EXITED, DEADLINE_EXCEEDED, CANCELLED. */
  async open(target: Target, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) throw new CodeloopError('CANCELLED', { what: 'the session' });
    if (target.kind !== 'app')
      throw new CodeloopError('NAVIGATION_FAILED', {
        url: target.url,
        reason: 'the native driver opens apps, not addresses',
      });
    await this.#leave();
    const found = await findPlace(target.app, this.#config, this.#native, this.#options.viewport, this.#log);
    this.#found = found;
    try {
      this.#session = await AppSession.find(found.name, found.title, found.place, signal);
      await this.#session.knowWindows();
    } catch (error) {
      await this.#leave();
      throw error;
    }
    // It may have been closed while the app started.
    if (this.#closed) await this.#leave();
  }

  async screenshot(request: ScreenshotRequest, signal: AbortSignal): Promise<Screenshot> {
    const session = this.#opened();
    const held = session.focus.holds;
    try {
      const screenshot = await photographWindow(
        {
          url: `app:${session.name}`,
          still: () => session.still(),
          busy: async () => session.app !== undefined && (await appIsBusy(session.app.pid)),
          redact: this.#options.redact,
          drainLogs: () => this.#log.drain(),
        },
        request,
        this.#sink,
        signal,
      );
      // An app that ended while it was looked at is none that works.
      await session.window();
      return screenshot;
    } finally {
      if (!held) await this.#giveBack(session);
    }
  }

  async startRecording(request: RecordingRequest): Promise<void> {
    const session = this.#opened();
    const window = await session.window();
    await session.focus.take(window);
    const told = new Set((await session.newWindows()).map(({ id }) => id));
    const cameUp = async () => (await this.#untold(session, told)).map((title) => this.#options.redact(title));
    const subject = { window, exit: () => session.app?.exit()?.text, cameUp };
    try {
      await this.#recorder.start(request, new WindowGrab(session.system, subject));
    } catch (error) {
      // Another recording that runs keeps the focus.
      if (this.#recorder.currentId === undefined) await this.#giveBack(session);
      throw error;
    }
  }

  async stopRecording(): Promise<Recording> {
    try {
      return await this.#recorder.stop();
    } finally {
      if (this.#session) await this.#giveBack(this.#session);
    }
  }

  finishRecording(id: string): Promise<Recording> {
    return this.#recorder.finish(id);
  }

  /** Throws as `Interactive.perform`; STEP_INVALID also on platforms where steps cannot be taken. */
  async perform(step: Step, signal: AbortSignal): Promise<StepResult> {
    const session = this.#opened();
    const { input } = session.system;
    if (input === undefined)
      throw new CodeloopError('STEP_INVALID', {
        action: step.action,
        problem: `not on ${session.system.id}`,
        allowed: [],
      });
    const start = performance.now();
    const name = `${slug(session.name) || 'app'}.step`;
    const photograph = async () =>
      (await this.screenshot({ name, fullPage: false, masks: [], settleTimeoutMs: STEP_SETTLE_MS }, signal)).image;
    const outcome = await performStep(session, input, step, photograph, signal);
    const opened = await this.#cameUp(session);
    return {
      action: step.action,
      ok: true,
      detail: outcome.detail,
      waited_for: outcome.waitedFor,
      waited_ms: Math.round(performance.now() - start),
      url: `app:${session.name}`,
      ...(await this.#title(session)),
      logs: this.#log.drain(),
      ...(opened.length > 0 ? { opened_windows: opened } : {}),
      ...(outcome.screenshot ? { screenshot: outcome.screenshot } : {}),
    };
  }

  drainLogs(): readonly LogEntry[] {
    return this.#log.drain();
  }

  /** Ends a recording that runs; its video is still written. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#leave();
  }

  /** As `close`, and gives up videos that are being written. */
  async dispose(): Promise<void> {
    await this.close();
    await this.#recorder.end({ videos: 'give-up' });
  }

  #opened(): AppSession {
    if (!this.#session || this.#closed) throw new CodeloopError('INTERNAL', { reason: 'the app is not open' });
    return this.#session;
  }

  /** A window that the step closed has no title: the step worked all the same. */
  async #title(session: AppSession): Promise<{ title?: string }> {
    try {
      return { title: this.#options.redact((await session.window()).title) };
    } catch (error) {
      if (['WINDOW_NOT_FOUND', 'APP_EXITED'].includes(toCodeloopError(error).code)) return {};
      throw error;
    }
  }

  /** Titles of new windows that were not told yet. */
  async #untold(session: AppSession, told: Set<string>): Promise<string[]> {
    const fresh = (await session.newWindows()).filter(({ id }) => !told.has(id));
    for (const { id } of fresh) told.add(id);
    return fresh.map(({ title }) => title.slice(0, 200));
  }

  /** Titles of windows that came up by a step; none where the app has gone. */
  async #cameUp(session: AppSession): Promise<string[]> {
    try {
      await sleep(CAME_UP_MS);
      return (await this.#untold(session, this.#toldBySteps)).map((title) => this.#options.redact(title));
    } catch (error) {
      if (!(error instanceof CodeloopError)) throw error;
      return [];
    }
  }

  async #giveBack(session: AppSession): Promise<void> {
    try {
      await session.focus.giveBack();
    } catch (error) {
      // The display may be gone by now; then nobody has a focus to give back to.
      if (!(error instanceof CodeloopError)) throw error;
    }
  }

  async #leave(): Promise<void> {
    const [session, found] = [this.#session, this.#found];
    this.#session = undefined;
    this.#found = undefined;
    if (this.#recorder.currentId !== undefined) await this.#recorder.stop().catch(() => undefined); // Kept by `finishRecording`.
    if (session && !found?.place.isPrivate) await this.#giveBack(session);
    await found?.leave();
  }
}

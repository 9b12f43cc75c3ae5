import { readFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Capture,
  CaptureDriver,
  CaptureOptions,
  Interactive,
  Observed,
  Recordable,
  RecordingRequest,
  ScreenshotRequest,
  Target,
} from '../capture/capture.js';
import { Recorder } from '../capture/recorder.js';
import { sha256, sha256File } from '../core/digest.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { slug } from '../core/ids.js';
import { parseProcessStat, processIds } from '../core/machine-load.js';
import { findProgram, runCommand } from '../core/run-command.js';
import type { Recording } from '../core/vocabulary/recording.js';
import type { ArtifactSink } from '../core/vocabulary/run.js';
import type { Environment, LogEntry, Screenshot } from '../core/vocabulary/screenshot.js';
import type { Step, StepResult } from '../core/vocabulary/step.js';
import { AppLog } from './app-log.js';
import { AppSession } from './app-session.js';
import { desktop, type FoundPlace, findPlace, type NativeConfig, type NativeOptions } from './find-place.js';
import { performStep } from './perform-step.js';
import { photographWindow } from './photograph-window.js';
import { WindowGrab } from './window-grab.js';
import type { DesktopWindow } from './window-system.js';

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
    const open = async () => {
      const window = await session.window();
      await session.focus.take(window);
      const told = new Set((await session.newWindows()).map(({ id }) => id));
      const cameUp = async () => (await this.#untold(session, told)).map((title) => this.#options.redact(title));
      return new WindowGrab(session.system, { window, exit: () => session.app?.exit()?.text, cameUp });
    };
    try {
      await this.#recorder.start(request, open);
    } catch (error) {
      // Another recording that runs keeps the focus.
      if (toCodeloopError(error).code !== 'RECORDING_ACTIVE') await this.#giveBack(session);
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

/** Returns what pictures of windows depend on: the system, the display server and the fonts. Leaves no process behind. */
export async function nativeEnvironment(where: 'private' | 'desktop'): Promise<Environment> {
  const isPrivate = platform() === 'linux' && where === 'private';
  const [version, faces] = await Promise.all([
    isPrivate ? output('Xvfb', ['-version']).then((text) => /X Server (\S+)/.exec(text)?.[1]) : undefined,
    output('fc-list', ['--format', '%{family}|%{style}|%{fontversion}\n']),
  ]);
  const fonts = sha256([...new Set(faces.split('\n'))].sort().join('\n'));
  const browser = isPrivate ? 'xvfb' : 'desktop';
  // Some builds of Xvfb do not say their version.
  const number = version ?? (isPrivate ? await digestOf('Xvfb') : undefined) ?? release();
  return {
    id: `${platform()}-${arch()}-${browser}${number.split('.')[0] ?? ''}-${fonts.slice(0, 8)}`,
    os: platform(),
    arch: arch(),
    browser,
    browser_version: number,
    fonts,
  };
}

/** Returns a digest in place of the version of a program that does not print one; undefined where there is none. */
async function digestOf(name: string): Promise<string | undefined> {
  const program = findProgram(name, { env: process.env });
  return program === undefined ? undefined : (await sha256File(program)).slice(0, 8);
}

/** Returns the output of a program, both streams; empty where it does not exist. */
async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await runCommand(program, args, { timeoutMs: 60_000 });
    return `${stdout.toString('utf8')}\n${stderr.toString('utf8')}`;
  } catch (error) {
    // No such program on this system: its part of the environment is unknown. One that is slow must not make another environment.
    if (error instanceof CodeloopError && error.code !== 'DEADLINE_EXCEEDED') return '';
    throw error;
  }
}

/** The native driver, which can also list the open windows. */
export interface NativeDriver extends CaptureDriver {
  readonly id: 'native';
  /** Windows of the person's desktop. Throws DISPLAY_NOT_FOUND, PROGRAM_NOT_FOUND. */
  windows(): Promise<DesktopWindow[]>;
}

/** Makes the driver for desktop apps; starts nothing before a session is opened. `config`: `native` of `.codeloop/config.json`. */
export function createNativeDriver(config: NativeConfig, options: NativeOptions): NativeDriver {
  const sessions = new Set<NativeCapture>();
  return {
    id: 'native',
    accepts: (target) => target.kind === 'app',
    create(captureOptions, sink) {
      const capture = new NativeCapture(config, options, captureOptions, sink);
      sessions.add(capture);
      return capture;
    },
    environment: () => nativeEnvironment(options.where ?? 'private'),
    windows: async () => desktop(options, '', config).list(),
    async dispose() {
      await Promise.all([...sessions].map((session) => session.dispose()));
      sessions.clear();
    },
  };
}

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import { readFrameIndex } from '../core/frame-index.js';
import type { FrameEntry, Recording, RecordingEvent, RecordingRecord } from '../core/vocabulary/recording.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import { RecordingFiles } from '../store/recording-files.js';
import type { Run } from '../store/run.js';
import type { LivePage } from './live-page.js';
import { PendingVideo, storeRecording } from './store-recording.js';

/** Longest wait for the effect of a press before the next step is taken, ms; findings use 400. */
const HOLD_MS = 600;
const LOOK_MS = 20;

/**
 * Tells whether the last press of a recorded page had an effect. Steps taken one right after the other would hide a press that came to
 * nothing behind what the next one does: such a press, and no other, is given time of its own.
 */
export class PressAnswer {
  #pressedMs: number | undefined;

  /** Hears what the page tells, as it comes. */
  hear(event: RecordingEvent): void {
    if (event.kind === 'press') this.#pressedMs = Date.now();
    else if (event.kind === 'activity' || event.kind === 'log') this.#pressedMs = undefined;
  }

  /** Resolves when the last press had an effect, or none within 600 ms, or when the signal is aborted. Never throws. */
  async wait(signal: AbortSignal): Promise<void> {
    while (this.#pressedMs !== undefined && !signal.aborted) {
      const left = this.#pressedMs + HOLD_MS - Date.now();
      if (left <= 0) this.#pressedMs = undefined;
      else await sleep(Math.min(LOOK_MS, left));
    }
  }
}

/** The parts of a recording. */
interface LiveRecordingStart {
  id: string;
  page: LivePage;
  /** Signed on; it is signed off when the video is there. */
  run: Run;
  /** True when the page was opened for it. */
  opened: boolean;
  tool: string;
  label?: string | undefined;
  maxSeconds?: number | undefined;
}

/** One recording of a live page, from its first picture until its video is stored. Made and ended by `LiveRecordings`. */
export class LiveRecording {
  readonly id: string;
  readonly page: LivePage;
  readonly opened: boolean;
  readonly run: Run;
  /** Log of the page while it was opened for the recording. */
  readonly said: readonly LogEntry[];
  readonly #files: RecordingFiles;
  readonly #unsubscribe: (() => void)[];
  readonly #endsAtMs: number;
  #stopped: Promise<RecordingRecord> | undefined;
  #pending: PendingVideo | undefined;

  private constructor(
    start: LiveRecordingStart,
    files: RecordingFiles,
    said: readonly LogEntry[],
    unsubscribe: (() => void)[],
    endsAtMs: number,
  ) {
    this.id = start.id;
    this.page = start.page;
    this.opened = start.opened;
    this.run = start.run;
    this.said = said;
    this.#files = files;
    this.#unsubscribe = unsubscribe;
    this.#endsAtMs = endsAtMs;
  }

  /** Resolves when the first picture is in. Throws as `Recordable.startRecording`; nothing is left then but an empty folder. */
  static async start(request: LiveRecordingStart): Promise<LiveRecording> {
    const { id, page, run, tool } = request;
    const { capture } = page;
    const { recording: limits } = page.project.config;
    if (!capture.startRecording) throw new CodeloopError('INTERNAL', { reason: 'this driver cannot record' });
    const maxSeconds = Math.min(request.maxSeconds ?? limits.max_seconds, limits.max_seconds);
    const unsubscribe: (() => void)[] = [];
    try {
      const files = await RecordingFiles.create(
        run.projectDir,
        {
          recording_id: id,
          run_id: run.id,
          target:
            page.target.kind === 'url'
              ? { kind: 'url', url: page.redact(page.target.url) }
              : { kind: 'app', app: page.target.app },
          page_id: page.id,
          ...(page.target.kind === 'url'
            ? { viewport: { width: page.viewport.width, height: page.viewport.height } }
            : {}),
          ...(request.label === undefined ? {} : { label: page.redact(request.label) }),
          tool,
          fps: limits.fps,
          max_megabytes: limits.max_megabytes,
        },
        new Date().toISOString(),
      );
      const answer = new PressAnswer();
      const append = (event: RecordingEvent) => {
        answer.hear(event);
        files.append(event);
      };
      const log = (entry: LogEntry) => append({ kind: 'log', at: entry.at, entry });
      const said = request.opened ? (capture.drainLogs?.() ?? []) : [];
      for (const entry of said) log(entry);
      page.recordingId = id;
      unsubscribe.push(
        page.onStep(({ line }) => append({ kind: 'step', at: line.timestamp, line })),
        page.onLog(log),
        () => {
          page.afterStep = undefined;
        },
      );
      page.afterStep = (signal) => answer.wait(signal);
      let startedMs = Date.now();
      await capture.startRecording({
        id,
        projectDir: run.projectDir,
        framesDir: files.framesDir,
        videoFile: files.videoFile,
        fps: limits.fps,
        maxSeconds,
        maxMegabytes: limits.max_megabytes,
        onEvent: append,
        onFirstFrame: (atMs) => {
          startedMs = atMs;
        },
      });
      await files.started(new Date(startedMs).toISOString());
      return new LiveRecording(request, files, said, unsubscribe, startedMs + maxSeconds * 1000);
    } catch (error) {
      for (const stop of unsubscribe) stop();
      page.recordingId = undefined;
      await run.end();
      throw error;
    }
  }

  /** Time of the first picture, ISO 8601. */
  get startedAt(): string {
    return this.#files.note.started_at ?? '';
  }

  /** False from when it was stopped, or has ended by its own limit. */
  get active(): boolean {
    return this.#stopped === undefined && Date.now() < this.#endsAtMs;
  }

  /** Ends it: frames, index, log and record are stored; the video is still written. The same answer every time. */
  stop(): Promise<RecordingRecord> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Waits for the video and stores it, and closes what was opened. */
  async finish(): Promise<RecordingRecord> {
    const record = await this.stop();
    try {
      const done = await this.page.capture.finishRecording?.(this.id);
      const stored = done ? await this.#pending?.store({ ...record, ...done }) : record;
      await this.#files.clear();
      return stored ?? record;
    } finally {
      await this.run.end();
    }
  }

  /** Stores that the video is not there yet, as the process is about to end. Throws as `stop`. */
  async leave(): Promise<void> {
    await this.stop();
    await this.#pending?.leave();
  }

  async #stop(): Promise<RecordingRecord> {
    const { capture } = this.page;
    for (const stop of this.#unsubscribe) stop();
    if (!capture.stopRecording) throw new CodeloopError('INTERNAL', { reason: 'this driver cannot record' });
    const recording = await capture.stopRecording();
    if (this.page.recordingId === this.id) this.page.recordingId = undefined;
    // A driver that does not tell its log as it comes has it still.
    if (!capture.onLog)
      for (const entry of capture.drainLogs?.() ?? []) this.#files.append({ kind: 'log', at: entry.at, entry });
    const events = await this.#files.events();
    const entries = await readFrameIndex(join(this.run.projectDir, this.#files.framesDir));
    const record = await storeRecording(this.run, this.#files.note, recording, withFrames(events, recording, entries));
    this.#pending = new PendingVideo(this.run, record);
    return record;
  }
}

/** Time after a step that the page is given to show its effect, ms; less when the next step comes earlier. */
const SETTLE_MS = 500;

/** The log with the frame that shows the page after each step. */
export function withFrames(
  events: readonly RecordingEvent[],
  recording: Recording,
  entries: readonly FrameEntry[],
): RecordingEvent[] {
  const startMs = Date.parse(recording.started_at);
  const stepTimes = events.flatMap((event) => (event.kind === 'step' ? [Date.parse(event.at) - startMs] : []));
  return events.map((event) => {
    if (event.kind !== 'step') return event;
    const atMs = Date.parse(event.at) - startMs;
    const next = stepTimes.find((time) => time > atMs) ?? Number.POSITIVE_INFINITY;
    const shown = Math.min(atMs + event.line.duration_ms + SETTLE_MS, next);
    const frame = entries.findLast((entry) => entry.t_ms <= shown) ?? entries[0];
    return { ...event, line: { ...event.line, frame: frame?.file ?? null } };
  });
}

import { join } from 'node:path';
import { type Clock, systemClock, withDeadline } from '../core/clock.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { INDEX_FILE } from '../core/frame-index.js';
import type { FrameEntry, Recording, RecordingEnd } from '../core/vocabulary/recording.js';
import type { RecordingRequest } from './capture.js';
import { exportVideo } from './export-video.js';
import { FrameStore } from './frame-store.js';
import { LiveVideo } from './live-video.js';

/** The sink into which a source puts its frames. */
export interface FrameSink {
  /** A JPEG or PNG that came up at `atMs` (ms since the epoch). Resolves when it is kept: a source may hold the next one until then. */
  frame(data: Buffer, atMs: number): Promise<void>;
  /**
   * The page or window is gone; no frame follows. `note` is for the viewer, in codeloop's words; `error` is what starting
   * a recording throws when that happens before the first frame.
   */
  ended(by: RecordingEnd, note: string, error?: CodeloopError): void;
  /** Something that happened meanwhile and explains what the frames show. */
  note(text: string): void;
}

/** Something that can be recorded: a page, a window. Used for one recording. */
export interface FrameSource {
  /** Begins to deliver, at most `fps` frames per second. Throws what the driver's `screenshot` throws. */
  start(sink: FrameSink, fps: number): Promise<void>;
  /**
   * Delivers what is to be seen now, if that was not delivered yet, and nothing any more once it resolves; may be called twice, and after
   * the source has ended. Never throws.
   */
  stop(): Promise<void>;
}

/** Longest wait for the first frame, ms. */
const FIRST_FRAME_MS = 20_000;
/** Share of `maxMegabytes` that is for frames; the rest is the video's. */
const FRAMES_SHARE = 0.85;

/** One recording, from its first frame to its finished video. Made by `Recorder.start`. */
export class FrameRecording {
  readonly request: RecordingRequest;
  readonly #source: FrameSource;
  readonly #store: FrameStore;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #notes: string[] = [];
  readonly #firstFrame: Promise<void>;
  #onFirstFrame: (error?: CodeloopError) => void = () => undefined;
  #sealing = false;
  /** The video that is encoded meanwhile, from the first frame on. */
  #live: Promise<LiveVideo> | undefined;
  #end: { by: RecordingEnd; atMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Time at which it ends by itself, ms since the epoch, however late the timer is. */
  #limitMs = Number.POSITIVE_INFINITY;
  #stopped: Promise<Recording> | undefined;
  #finished: Promise<Recording> | undefined;

  private constructor(request: RecordingRequest, source: FrameSource, store: FrameStore, clock: Clock) {
    this.request = request;
    this.#source = source;
    this.#store = store;
    this.#clock = clock;
    this.#firstFrame = new Promise((resolve, reject) => {
      this.#onFirstFrame = (error) => (error ? reject(error) : resolve());
    });
    // Awaited only after the source has started, which may fail first.
    this.#firstFrame.catch(() => undefined);
  }

  /** Starts and waits for the first frame. Throws DEADLINE_EXCEEDED, DISK_FULL, and what the source throws. */
  static async start(request: RecordingRequest, source: FrameSource, clock: Clock): Promise<FrameRecording> {
    const store = await FrameStore.create(
      join(request.projectDir, request.framesDir),
      request.maxMegabytes * 1_000_000 * FRAMES_SHARE,
      { kept: (entry, data) => recording.#encode(entry, data), thinned: () => recording.#giveUpLive() },
    );
    const recording: FrameRecording = new FrameRecording(request, source, store, clock);
    try {
      await withDeadline('the first frame', FIRST_FRAME_MS, () => recording.#begin());
    } catch (error) {
      recording.#endNow('source_failed');
      await source.stop();
      await store.seal();
      recording.#giveUpLive();
      throw error;
    }
    request.onFirstFrame?.(store.startMs ?? clock.now());
    recording.#limit();
    return recording;
  }

  /** True until it was stopped, or has ended by itself. */
  get active(): boolean {
    return this.#end === undefined;
  }

  /** Ends it; the video is written meanwhile. The same answer every time. Throws DISK_FULL. */
  stop(): Promise<Recording> {
    this.#endNow('stopped');
    this.#stopped ??= this.#seal();
    return this.#stopped;
  }

  /** The recording with its video, complete or not; ends the recording if it is active. Throws DISK_FULL when even the index could not be written. */
  async finish(): Promise<Recording> {
    await this.stop();
    return this.#finished ?? this.stop();
  }

  /** Gives up the video that is being written, and waits for its end. */
  async abort(): Promise<void> {
    this.#abort.abort();
    this.#giveUpLive();
    this.#endNow('stopped');
    // What went wrong is the answer of `stop` and `finish`.
    await this.finish().catch(() => undefined);
  }

  /** Every frame that is kept goes to the encoder as well. Those that come while it starts wait for it. */
  #encode(entry: FrameEntry, data: Buffer): void {
    const { projectDir, videoFile, fps } = this.request;
    this.#live =
      this.#live === undefined
        ? LiveVideo.open(
            { output: join(projectDir, videoFile), fps, clock: this.#clock },
            entry,
            data,
            this.#store.startMs ?? 0,
          )
        : this.#live.then((live) => {
            live.add(entry, data);
            return live;
          });
    // Without an encoder there is no video; the one who writes it from the frames says so.
    this.#live.catch(() => undefined);
  }

  #giveUpLive(): void {
    void this.#live?.then(
      (live) => live.giveUp(),
      () => undefined,
    );
  }

  async #begin(): Promise<void> {
    await this.#source.start(
      {
        frame: async (data, atMs) => {
          // What a source still delivers while it is being stopped is what is to be seen at the end.
          if (this.#sealing || (this.#end && this.#end.by !== 'stopped')) return;
          // The first frame begins it, though a busy process learns of that when its time is over.
          this.#limitMs = Math.min(this.#limitMs, atMs + this.request.maxSeconds * 1000);
          if (!this.#end && atMs > this.#limitMs) return this.#endNow('max_seconds');
          try {
            await this.#store.add(data, Math.min(atMs, this.#end?.atMs ?? atMs));
            this.#onFirstFrame();
          } catch (error) {
            this.#fail(toCodeloopError(error));
          }
        },
        ended: (by, note, error) => {
          if (this.#end && this.#end.by !== 'stopped') return;
          this.#notes.push(note);
          // It may turn out while it is being stopped that there was nothing left to stop.
          if (this.#end) this.#end.by = by;
          this.#endNow(by);
          this.#onFirstFrame(error ?? new CodeloopError('INTERNAL', { reason: note }));
        },
        note: (text) => this.#notes.push(text),
      },
      this.request.fps,
    );
    await this.#firstFrame;
  }

  async #export(recording: Recording, entries: readonly FrameEntry[]): Promise<Recording> {
    const live = await this.#live?.catch(() => undefined); // no encoder
    return exportVideo(recording, entries, this.request, this.#abort.signal, live);
  }

  #fail(error: CodeloopError): void {
    if (this.#end) return;
    this.#notes.push(error.message);
    this.#endNow('source_failed');
    this.#onFirstFrame(error);
  }

  #limit(): void {
    if (this.#end) return;
    const leftMs = Math.max(0, this.#limitMs - this.#clock.now());
    this.#timer = setTimeout(() => this.#endNow('max_seconds'), leftMs);
    this.#timer.unref();
  }

  #endNow(by: RecordingEnd): void {
    if (this.#end) return;
    const nowMs = this.#clock.now();
    const over = by === 'max_seconds' || nowMs >= this.#limitMs;
    // A timer may fire a millisecond before its time is over by this clock: at its limit a recording is as long as its limit.
    this.#end = over ? { by: 'max_seconds', atMs: this.#limitMs } : { by, atMs: nowMs };
    clearTimeout(this.#timer);
    void this.#source.stop();
  }

  async #seal(): Promise<Recording> {
    const { request } = this;
    await this.#source.stop();
    this.#sealing = true;
    const sealed = await this.#store.seal();
    const end = this.#end ?? { by: 'stopped' as const, atMs: this.#clock.now() };
    const startMs = this.#store.startMs ?? end.atMs;
    const last = sealed.entries.at(-1);
    // Whole milliseconds, as the two times are written down. A frame may carry a time a little after the one at which it was ended.
    const beginMs = Math.floor(startMs);
    const endMs = Math.ceil(Math.max(end.atMs, startMs + (last?.t_ms ?? 0), startMs + 1));
    const recording: Recording = {
      recording_id: request.id,
      started_at: new Date(beginMs).toISOString(),
      ended_at: new Date(endMs).toISOString(),
      duration_ms: endMs - beginMs,
      ended_by: end.by,
      frames: {
        index: { path: `${request.framesDir}/${INDEX_FILE}`, ...sealed.index, state: 'complete' },
        count: sealed.entries.length,
        captured: sealed.captured,
        bytes: sealed.bytes,
        thinned_to_ms: sealed.thinnedToMs,
        ...(last ? { size: { width: last.width, height: last.height } } : {}),
      },
      video: { path: request.videoFile, state: 'finishing' },
      notes: [...this.#notes, ...thinned(sealed.thinnedToMs, request.maxMegabytes)],
    };
    this.#finished = this.#export(recording, sealed.entries);
    return recording;
  }
}

function thinned(spacingMs: number, maxMegabytes: number): string[] {
  if (spacingMs === 0) return [];
  return [`frames are at least ${spacingMs} ms apart, to stay within recording.max_megabytes (${maxMegabytes})`];
}

/** The recordings of one session: at most one that runs, and those whose video is still written. */
export class Recorder {
  readonly #clock: Clock;
  readonly #all = new Map<string, FrameRecording>();
  #current: FrameRecording | undefined;
  #starting = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Id of the recording that was started and not yet stopped, also when it has ended by itself. */
  get currentId(): string | undefined {
    return this.#current?.request.id;
  }

  /**
   * Resolves when the first frame is in. `open` makes the source, once it is known that no other recording runs. Throws RECORDING_ACTIVE,
   * what `open` throws, and as `FrameRecording.start`.
   */
  async start(request: RecordingRequest, open: () => FrameSource | Promise<FrameSource>): Promise<void> {
    if (this.#starting || this.#current?.active)
      throw new CodeloopError('RECORDING_ACTIVE', { recording: this.#current?.request.id ?? request.id });
    this.#starting = true;
    try {
      this.#current = await FrameRecording.start(request, await open(), this.#clock);
      this.#all.set(request.id, this.#current);
    } finally {
      this.#starting = false;
    }
  }

  /** Stops the current one; answers at once, the video is written meanwhile. Throws RECORDING_NOT_FOUND, DISK_FULL. */
  async stop(): Promise<Recording> {
    const current = this.#current;
    if (!current) throw new CodeloopError('RECORDING_NOT_FOUND', { recording: '', reason: 'none was started here' });
    this.#current = undefined;
    return current.stop();
  }

  /** The recording with its video. Throws RECORDING_NOT_FOUND, DISK_FULL. */
  async finish(id: string): Promise<Recording> {
    const recording = this.#all.get(id);
    if (!recording) throw new CodeloopError('RECORDING_NOT_FOUND', { recording: id, reason: 'it was not made here' });
    return recording.finish();
  }

  /** Ends what runs and waits until every video is written, or gives them up. Never throws. */
  async end(options: { videos: 'finish' | 'give-up' }): Promise<void> {
    this.#current = undefined;
    await Promise.allSettled(
      [...this.#all.values()].map((one) => (options.videos === 'finish' ? one.finish() : one.abort())),
    );
  }
}

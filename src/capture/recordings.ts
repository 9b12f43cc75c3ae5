import { type Clock, systemClock } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import type { Recording } from '../core/vocabulary/recording.js';
import type { RecordingRequest } from './capture.js';
import type { FrameSource } from './frame-source.js';
import { Recorder } from './recorder.js';

/** The recordings of one session: at most one that runs, and those whose video is still written. */
export class Recordings {
  readonly #clock: Clock;
  readonly #all = new Map<string, Recorder>();
  #current: Recorder | undefined;
  #starting = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Id of the recording that was started and not yet stopped, also when it has ended by itself. */
  get currentId(): string | undefined {
    return this.#current?.request.id;
  }

  /** Resolves when the first frame is in. Throws RECORDING_ACTIVE and as `Recorder.start`. */
  async start(request: RecordingRequest, source: FrameSource): Promise<void> {
    if (this.#starting || this.#current?.active)
      throw new CodeloopError('RECORDING_ACTIVE', { recording: this.#current?.request.id ?? request.id });
    this.#starting = true;
    try {
      this.#current = await Recorder.start(request, source, this.#clock);
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
    const recorder = this.#all.get(id);
    if (!recorder) throw new CodeloopError('RECORDING_NOT_FOUND', { recording: id, reason: 'it was not made here' });
    return recorder.finish();
  }

  /** Ends what runs and waits until every video is written, or gives them up. Never throws. */
  async end(options: { videos: 'finish' | 'give-up' }): Promise<void> {
    this.#current = undefined;
    await Promise.allSettled(
      [...this.#all.values()].map((one) => (options.videos === 'finish' ? one.finish() : one.abort())),
    );
  }
}

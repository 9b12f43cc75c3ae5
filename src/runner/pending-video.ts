import type { RecordingRecord } from '../core/vocabulary/recording-record.js';
import type { Run } from '../store/run.js';
import { storeVideo } from './store-recording.js';

/** Said of a recording whose process ended before its video was written; taken back when a later one has written it. */
const LEFT_NOTE =
  'The process ended before the video was written; the frames are whole, and the next start or replay here writes it.';

/** The video of a stored recording, while it is written. What is stored says the truth at any time, also when the process ends now. */
export class PendingVideo {
  readonly #run: Run;
  readonly #record: RecordingRecord;
  #left: Promise<unknown> | undefined;
  #stored = false;

  constructor(run: Run, record: RecordingRecord) {
    this.#run = run;
    this.#record = { ...record, notes: record.notes.filter((note) => note !== LEFT_NOTE) };
  }

  /** The record without what was said of an earlier try. */
  get record(): RecordingRecord {
    return this.#record;
  }

  /** Stores how it ended. Throws DISK_FULL. */
  async store(done: RecordingRecord): Promise<RecordingRecord> {
    this.#stored = true;
    // Versions are in order: that it is there comes after that it was not.
    await this.#left?.catch(() => undefined);
    return storeVideo(this.#run, done);
  }

  /** Stores that the video is not there, as the process is about to end; when it comes all the same, `store` says so. Throws DISK_FULL. */
  async leave(): Promise<void> {
    if (this.#stored) return;
    const { video, notes } = this.#record;
    this.#left ??= storeVideo(this.#run, {
      ...this.#record,
      video: { path: video.path, state: 'incomplete' },
      notes: [...notes, LEFT_NOTE],
    });
    await this.#left;
  }
}

/** True when it is known already, and was said, that its video is still to be written. */
export function wasLeft(record: RecordingRecord): boolean {
  return record.notes.includes(LEFT_NOTE);
}

import type { CodeloopError } from '../core/errors.js';
import type { RecordingEnd } from '../core/vocabulary/recording.js';

/** Where a source puts what it sees. */
export interface FrameSink {
  /** A JPEG or PNG that came up at `atMs` (ms since the epoch). Resolves when it is kept: a source may hold the next one until then. */
  frame(data: Buffer, atMs: number): Promise<void>;
  /**
   * What was recorded is gone; no frame follows. `note` is for whoever looks at the recording, in our words; `error` is what starting
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

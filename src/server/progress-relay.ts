import type { Progress } from '../tools/define-tool.js';

/** Milliseconds between signs of life; clients are promised one at least every 5 s. */
export const HEARTBEAT_MS = 4_000;
/** What a heartbeat adds, so that `progress` increases each time, as the protocol wants. */
const HEARTBEAT_STEP = 0.0001;

/** One progress notification's values. */
export interface ProgressParams {
  progress: number;
  total?: number;
  message: string;
}

/** Sends a call's progress on, and repeats the last message while nothing new is said. Starts beating at once, until `stop`. */
export class ProgressRelay {
  readonly #send: (params: ProgressParams) => void;
  readonly #timer: NodeJS.Timeout;
  #last: ProgressParams;

  /** `message` is repeated until the call reports something. */
  constructor(message: string, send: (params: ProgressParams) => void, heartbeatMs = HEARTBEAT_MS) {
    this.#send = send;
    this.#last = { progress: 0, message };
    this.#timer = setInterval(() => this.#say({ ...this.#last, progress: 0 }), heartbeatMs);
    this.#timer.unref();
  }

  /** Passes a tool's progress on. */
  readonly report = (progress: Progress): void => {
    const { done, total, message } = progress;
    this.#say({ progress: done, message, ...(total === undefined ? {} : { total }) });
  };

  /** No more notifications: the reply goes out next. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #say(params: ProgressParams): void {
    const progress = Math.max(params.progress, this.#last.progress + HEARTBEAT_STEP);
    this.#last = { ...params, progress };
    this.#send(this.#last);
  }
}

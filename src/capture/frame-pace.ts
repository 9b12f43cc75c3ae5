import { cpus } from 'node:os';

/** Processor time since the machine started, ms over all processors; `idle` includes what runs at low priority. */
export interface ProcessorTime {
  idle: number;
  total: number;
}

/** How often the processors are looked at, ms. */
const LOOK_MS = 500;
/** Below this share of free processor time frames become fewer, above that one they become more again. */
const BUSY = 0.1;
const FREE = 0.3;
/** By how much the spacing changes at a look. */
const STEP = 1.5;
/** Frames are never further apart than this, ms: five a second still show every step. */
const MAX_SPACING_MS = 200;

/**
 * How far apart frames should be, ms: `1000 / fps` while the machine has time to spare, and up to 200 when it has none. A browser draws
 * what is recorded at a higher priority than the page's own scripts: on a busy machine every frame is taken from the app that is looked at.
 */
export class FramePace {
  readonly #leastMs: number;
  readonly #read: () => ProcessorTime;
  #spacingMs: number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #last: ProcessorTime | undefined;

  constructor(fps: number, read: () => ProcessorTime = processorTime) {
    this.#leastMs = 1000 / fps;
    this.#spacingMs = this.#leastMs;
    this.#read = read;
  }

  /** The spacing at a time (ms, of any clock). */
  spacingMs(nowMs: number): number {
    if (nowMs - this.#lookedMs >= LOOK_MS) {
      this.#lookedMs = nowMs;
      this.#adapt(this.#read());
    }
    return this.#spacingMs;
  }

  #adapt(now: ProcessorTime): void {
    const last = this.#last;
    this.#last = now;
    // Nothing is known before the second look, nor from a clock that stands still.
    if (last === undefined || now.total <= last.total) return;
    const free = (now.idle - last.idle) / (now.total - last.total);
    const slowest = Math.max(MAX_SPACING_MS, this.#leastMs);
    if (free < BUSY) this.#spacingMs = Math.min(slowest, this.#spacingMs * STEP);
    else if (free > FREE) this.#spacingMs = Math.max(this.#leastMs, this.#spacingMs / STEP);
  }
}

/** As the operating system counts it. */
function processorTime(): ProcessorTime {
  const sum = { idle: 0, total: 0 };
  for (const { times } of cpus()) {
    sum.idle += times.idle + times.nice;
    sum.total += times.idle + times.nice + times.user + times.sys + times.irq;
  }
  return sum;
}

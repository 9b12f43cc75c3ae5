import { freeShare, type IdleReading, readIdle } from '../core/machine-load.js';

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
  readonly #read: () => IdleReading;
  #spacingMs: number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #last: IdleReading | undefined;

  constructor(fps: number, read: () => IdleReading = readIdle) {
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

  #adapt(now: IdleReading): void {
    const last = this.#last;
    this.#last = now;
    // Nothing is known before the second look, nor from a clock that stands still.
    if (last === undefined || now.atMs <= last.atMs) return;
    const free = freeShare(last, now);
    const slowest = Math.max(MAX_SPACING_MS, this.#leastMs);
    if (free < BUSY) this.#spacingMs = Math.min(slowest, this.#spacingMs * STEP);
    else if (free > FREE) this.#spacingMs = Math.max(this.#leastMs, this.#spacingMs / STEP);
  }
}

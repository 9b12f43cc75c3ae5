import { cpus } from 'node:os';

/** A reading of what the machine's processors have done since it started, summed over all of them. */
export interface IdleReading {
  /** For how long they had nothing to do, ms. */
  idleMs: number;
  /** For how long they did what runs at low priority, and gives way to everything else, ms. */
  lowMs: number;
  /** When it was read, ms of `performance.now`. */
  atMs: number;
}

/** Reads it now. */
export function readIdle(): IdleReading {
  const all = cpus();
  return {
    idleMs: all.reduce((sum, { times }) => sum + times.idle, 0),
    lowMs: all.reduce((sum, { times }) => sum + times.nice, 0),
    atMs: performance.now(),
  };
}

/**
 * Share (0-1) of the processors' time since a reading that nobody wanted. Where it is more than a little, no program had to wait for a
 * processor: what paused, paused by itself. 0 where the system does not tell, so that nothing is concluded from it.
 */
export function idleShare(from: IdleReading, to: IdleReading = readIdle()): number {
  return shareOf(to.idleMs - from.idleMs, from, to);
}

/** Share (0-1) of the processors' time between two readings that whoever asks for it would have got: idle, or spent at low priority. */
export function freeShare(from: IdleReading, to: IdleReading): number {
  return shareOf(to.idleMs + to.lowMs - from.idleMs - from.lowMs, from, to);
}

function shareOf(ms: number, from: IdleReading, to: IdleReading): number {
  const possible = (to.atMs - from.atMs) * cpus().length;
  return possible <= 0 ? 0 : Math.min(1, Math.max(0, ms / possible));
}

/** Share of idle processor time from which a pause says something of what paused, and nothing of the machine. */
export const IDLE_ENOUGH = 0.15;

/** How often our own timers are looked at, ms, and how late one must be to count: less comes of sharing a processor. */
const TICK_MS = 200;
const LATE_MS = 1000;
/** Held-up times kept. */
const MAX_KEPT = 500;

/** Notes when this process itself stood still: the machine slept, or gave it no processor. Runs from `start` to `stop`. */
export class OwnPauses {
  #timer: NodeJS.Timeout | undefined;
  #kept: { untilMs: number; ms: number }[] = [];

  start(): void {
    let before = performance.now();
    this.#timer ??= setInterval(() => {
      const now = performance.now();
      const late = now - before - TICK_MS;
      before = now;
      if (late > LATE_MS) this.#kept.push({ untilMs: now, ms: late });
      if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    }, TICK_MS).unref();
  }

  /** How long this process stood still during the last `ms`, ms. */
  during(ms: number): number {
    const fromMs = performance.now() - ms;
    return this.#kept.reduce((sum, one) => sum + Math.max(0, one.untilMs - Math.max(fromMs, one.untilMs - one.ms)), 0);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

import { readdir } from 'node:fs/promises';
import { cpus } from 'node:os';

/** The fields of `/proc/<pid>/stat` that are used. */
interface ProcessStat {
  /** `R` runs or waits for its turn, `D` waits for a disk, `Z` has ended and was not asked for its exit code yet. */
  state: string;
  group: number;
  /** Process that started it, or the one that took it over when that one ended. */
  parent: number;
  /** Start time, clock ticks after boot. A process id is used again; id and start time together are not. */
  startTicks: string;
}

/** Ids of all processes; Linux only. */
export async function processIds(): Promise<string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
}

/** Parses the text of `/proc/<pid>/stat`; undefined when the process is gone. The name in brackets may hold anything (proc(5)). */
export function parseProcessStat(text: string | undefined): ProcessStat | undefined {
  // Counted from the third field of the file on, the first after the name.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, startTicks] = [fields?.[0], Number(fields?.[1]), Number(fields?.[2]), fields?.[19]];
  return state === undefined || !Number.isInteger(group) || startTicks === undefined
    ? undefined
    : { state, group, parent, startTicks };
}

/** A reading of the processors' times since the machine started, summed over all of them. */
export interface IdleReading {
  /** Time they were idle, ms. */
  idleMs: number;
  /** Time they spent on low-priority work, which gives way to everything else, ms. */
  lowMs: number;
  /** Time of the reading, ms of `performance.now`. */
  atMs: number;
}

/** Reads the processors' times now. */
export function readIdle(): IdleReading {
  const all = cpus();
  return {
    idleMs: all.reduce((sum, { times }) => sum + times.idle, 0),
    lowMs: all.reduce((sum, { times }) => sum + times.nice, 0),
    atMs: performance.now(),
  };
}

/**
 * Returns the share (0-1) of the processors' time since a reading that was free. When it is more than a little, no program waited for a
 * processor: what paused, paused by itself. 0 where the system does not say, so that nothing is concluded from it.
 */
export function idleShare(from: IdleReading, to: IdleReading = readIdle()): number {
  return shareOf(to.idleMs - from.idleMs, from, to);
}

/** Returns the share (0-1) of the processors' time between two readings that was free: idle, or spent at low priority. */
export function freeShare(from: IdleReading, to: IdleReading): number {
  return shareOf(to.idleMs + to.lowMs - from.idleMs - from.lowMs, from, to);
}

function shareOf(ms: number, from: IdleReading, to: IdleReading): number {
  const possible = (to.atMs - from.atMs) * cpus().length;
  return possible <= 0 ? 0 : Math.min(1, Math.max(0, ms / possible));
}

/** Share of free processor time from which a pause is the program's own, not the machine's. */
export const IDLE_ENOUGH = 0.15;

/** Interval of our own timer, ms, and the lateness from which it counts; less comes from sharing a processor. */
const TICK_MS = 200;
const LATE_MS = 1000;
/** Most held-up times that are kept. */
const MAX_KEPT = 500;

/** Notes when this process itself stood still, because the machine slept or gave it no processor. Runs from `start` to `stop`. */
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

  /** Returns how long this process stood still during the last `ms`, ms. */
  during(ms: number): number {
    const fromMs = performance.now() - ms;
    return this.#kept.reduce((sum, one) => sum + Math.max(0, one.untilMs - Math.max(fromMs, one.untilMs - one.ms)), 0);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import { withFileLock } from '../../store/file-lock.js';
import { CACHE_DIR, POLICY_COUNTERS_FILE } from '../../store/paths.js';
import { ensureFolder, isRealFolder, readPlain, realProject, rewriteJson } from '../../store/plain-file.js';
import { type CounterView, plus, sessionKey } from './decide.js';
import { type Decision, type Increment, WINDOWS, type Window } from './policy.js';

/** Length of a window in ms. Unix time has no leap seconds and starts at a UTC midnight, so all three align by division. */
export const WINDOW_MS: Readonly<Record<Window, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Start of the UTC-aligned window that holds `now`, in ms since the epoch. */
export function windowStart(now: number, window: Window): number {
  return Math.floor(now / WINDOW_MS[window]) * WINDOW_MS[window];
}

/**
 * Start of the window that a counter belongs to when it was last written in the window starting at `stored`. A clock that was
 * set back by less than one window does not reopen it; a start further ahead is a clock that was wrong, and is left.
 */
export function countingWindow(now: number, window: Window, stored: number): number {
  const start = windowStart(now, window);
  return stored > start && stored - start <= WINDOW_MS[window] ? stored : start;
}

/** The times of a sliding window that still count at `now`: a call made exactly `windowMs` ago no longer does. */
export function timesInWindow(times: readonly number[], now: number, windowMs: number): number[] {
  return times.filter((time) => time > now - windowMs && time <= now + windowMs).sort((a, b) => a - b);
}

const Stored = z.object({
  version: z.literal(1),
  aligned: z.record(
    z.string(),
    z.object({ window: z.enum(WINDOWS), start: z.number(), used: z.number().nonnegative() }),
  ),
  sliding: z.record(z.string(), z.object({ window_ms: z.number(), times: z.array(z.number()) })),
});
type Stored = z.infer<typeof Stored>;
type Sliding = Stored['sliding'];

/** The amounts that one allowed call took; given back when the call fails. Windows that ended meanwhile are left alone. */
export interface CounterReservation {
  taken: readonly (Increment & { at: number })[];
}

/**
 * The counters of one project's policy. Shared ones live in `.codeloop/cache/policy-counters.json` under a file lock, so that
 * several servers and the terminal together never exceed a limit; the others live and end with this object.
 * A reservation is counted at once and given back by `rollback`; a process that is killed during a call leaves it counted
 * until its window ends, because nobody can tell whether the call had done its work.
 */
export class PolicyCounters {
  readonly #projectDir: string;
  readonly #clock: Clock;
  readonly #own: Sliding = {};
  #project: string | undefined;

  constructor(projectDir: string, clock: Clock) {
    this.#projectDir = projectDir;
    this.#clock = clock;
  }

  /**
   * Asks `decide` and, when it allows the call, writes all its increments in the same step. `shared`: whether any limit in
   * question is shared; without one neither disk nor lock is touched. Throws POLICY_COUNTERS_UNREADABLE and RUN_BUSY (the
   * lock cannot be had).
   */
  async reserve(
    decide: (counters: CounterView) => Decision,
    shared: boolean,
  ): Promise<{ decision: Decision; reservation: CounterReservation }> {
    const take = (stored: Stored, save: (changed: Stored) => void) => {
      const now = this.#clock.now();
      const decision = decide(this.#view(stored, now));
      if (decision.outcome !== 'allow') return { decision, reservation: { taken: [] } };
      const taken = decision.increments.map((increment) => this.#take(increment, stored, now));
      if (decision.increments.some(isShared)) save(pruned(stored, now));
      return { decision, reservation: { taken } };
    };
    return shared ? this.#locked(take) : take(empty(), () => undefined);
  }

  /** Gives back what a call that failed had taken. */
  async rollback(reservation: CounterReservation): Promise<void> {
    const { taken } = reservation;
    for (const item of taken) if (!isShared(item)) giveBack(item, this.#own, undefined);
    if (!taken.some(isShared)) return;
    await this.#locked((stored, save) => {
      for (const item of taken) if (isShared(item)) giveBack(item, stored.sliding, stored.aligned);
      save(pruned(stored, this.#clock.now()));
    });
  }

  /** Forgets what a connection that has ended was counted for. */
  endSession(connection: string): void {
    for (const key of Object.keys(this.#own)) if (key.endsWith(sessionKey('', connection))) delete this.#own[key];
  }

  /** Returns what `decide` would answer now; counts nothing. */
  async peek<Result>(decide: (counters: CounterView) => Result): Promise<Result> {
    const look = (stored: Stored) => decide(this.#view(stored, this.#clock.now()));
    try {
      return look(this.#read());
    } catch {
      // Read while another process wrote, perhaps; damaged counters are so under the lock, too.
      return this.#locked(look);
    }
  }

  #view(stored: Stored, now: number): CounterView {
    return {
      now,
      aligned: (key, window) => {
        const found = stored.aligned[key];
        const kept = found?.window === window ? found : undefined;
        const start = countingWindow(now, window, kept?.start ?? windowStart(now, window));
        return { used: kept?.start === start ? kept.used : 0, resetsAt: start + WINDOW_MS[window] };
      },
      sliding: (key, windowMs, shared) =>
        timesInWindow((shared ? stored.sliding : this.#own)[key]?.times ?? [], now, windowMs),
    };
  }

  #take(increment: Increment, stored: Stored, now: number): Increment & { at: number } {
    if (increment.kind === 'sliding') {
      const lists = increment.shared ? stored.sliding : this.#own;
      const times = timesInWindow(lists[increment.key]?.times ?? [], now, increment.windowMs);
      lists[increment.key] = { window_ms: increment.windowMs, times: [...times, now] };
      return { ...increment, at: now };
    }
    const { key, window, amount } = increment;
    const found = stored.aligned[key];
    const kept = found?.window === window ? found : undefined;
    const start = countingWindow(now, window, kept?.start ?? windowStart(now, window));
    stored.aligned[key] = { window, start, used: plus(kept?.start === start ? kept.used : 0, amount) };
    return { ...increment, at: start };
  }

  async #locked<Result>(work: (stored: Stored, save: (changed: Stored) => void) => Result): Promise<Result> {
    this.#project ??= realProject(this.#projectDir);
    const project = this.#project;
    const folder = isRealFolder(project, CACHE_DIR) ? join(project, CACHE_DIR) : ensureFolder(project, CACHE_DIR);
    const save = (changed: Stored) => rewriteJson(join(project, POLICY_COUNTERS_FILE), JSON.stringify(changed));
    return withFileLock(folder, () => work(this.#read(), save), { what: 'the policy counters' });
  }

  /** A missing file is a fresh start; one that cannot be read is not, or damaging it would lift every limit. */
  #read(): Stored {
    try {
      const file = readPlain(join(this.#projectDir, POLICY_COUNTERS_FILE));
      return file ? Stored.parse(JSON.parse(file.data.toString('utf8'))) : empty();
    } catch (error) {
      throw new CodeloopError('POLICY_COUNTERS_UNREADABLE', { file: POLICY_COUNTERS_FILE }, { cause: error });
    }
  }
}

function empty(): Stored {
  return { version: 1, aligned: {}, sliding: {} };
}

function isShared(increment: Increment): boolean {
  return increment.kind === 'aligned' || increment.shared;
}

function giveBack(item: Increment & { at: number }, sliding: Sliding, aligned: Stored['aligned'] | undefined): void {
  if (item.kind === 'sliding') {
    const times = sliding[item.key]?.times ?? [];
    const index = times.lastIndexOf(item.at);
    if (index >= 0) times.splice(index, 1);
    return;
  }
  const counter = aligned?.[item.key];
  if (counter?.window === item.window && counter.start === item.at)
    counter.used = Math.max(0, plus(counter.used, -item.amount));
}

/** Without the windows that are over, so that the file stays small. */
function pruned(stored: Stored, now: number): Stored {
  const aligned = Object.entries(stored.aligned).filter(
    ([, { window, start }]) => countingWindow(now, window, start) === start,
  );
  const sliding = Object.entries(stored.sliding)
    .map(([key, { window_ms, times }]) => [key, { window_ms, times: timesInWindow(times, now, window_ms) }] as const)
    .filter(([, { times }]) => times.length > 0);
  return { version: 1, aligned: Object.fromEntries(aligned), sliding: Object.fromEntries(sliding) };
}

import { CodeloopError } from './errors.js';

/**
 * The result of `work`, or DEADLINE_EXCEEDED after `ms` milliseconds, or CANCELLED when `signal` fires first. The work gets a
 * signal that fires in both cases; work that ignores it is abandoned, never waited for.
 */
export async function withDeadline<T>(
  what: string,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (signal?.aborted) throw new CodeloopError('CANCELLED', { what });
  const inner = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new CodeloopError('DEADLINE_EXCEEDED', { what, ms })), ms);
    onAbort = () => reject(new CodeloopError('CANCELLED', { what }));
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(inner.signal), limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
    inner.abort();
  }
}

/** Source of wall-clock time; tests replace it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A time as ISO 8601 in UTC with milliseconds. */
export function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

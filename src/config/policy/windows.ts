import type { Window } from './policy.js';

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

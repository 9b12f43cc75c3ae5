import type { PairOutcome } from '../core/vocabulary/pair.js';

/** How one pair came out in one run. */
export interface PairInRun {
  run_id: string;
  outcome: PairOutcome;
  /** Digest of the picture of the app. */
  picture: string | undefined;
}

/** Where a pair that does not match began not to match. */
export interface FirstChange {
  /** The first run of the unbroken row of runs up to now in which it did not match. */
  firstRun: string;
  /** The run right before, in which it matched; none: it never did, as far as runs are kept. */
  lastGood?: string;
  /** The first run since when its picture is the very one of now. */
  sameSince: string;
}

const BAD: ReadonlySet<PairOutcome> = new Set(['mismatch', 'size-mismatch']);

/**
 * Walks from the newest run back to where a pair matched last. Runs without that pair, and those in which it could not be compared, say
 * nothing and are passed over. `runs`: newest first, the first is the one asked about. Undefined when that one matches. Pure.
 */
export function firstChange(runs: readonly PairInRun[]): FirstChange | undefined {
  const [now] = runs;
  if (!now || !BAD.has(now.outcome)) return undefined;
  let firstRun = now.run_id;
  let lastGood: string | undefined;
  for (const { run_id, outcome } of runs) {
    if (outcome === 'match') {
      lastGood = run_id;
      break;
    }
    if (BAD.has(outcome)) firstRun = run_id;
  }
  const other = runs.findIndex(({ picture }) => picture !== now.picture);
  const sameSince = (other < 0 ? runs.at(-1) : runs[other - 1])?.run_id ?? now.run_id;
  return { firstRun, sameSince, ...(lastGood === undefined ? {} : { lastGood }) };
}

/** A stretch in which the picture changes: from the sample that stood before it to the first one that stands after it. */
export interface Burst {
  /** Indexes of samples. */
  from: number;
  to: number;
}

/** Share of changed pixels that counts as a change: a dozen pixels of a sample, a typed word. */
export const CHANGE_SHARE = 0.0002;
/** Changes that follow each other within this time belong together, ms: a transition, a page that loads. */
const GAP_MS = 300;

/**
 * The stretches in which something moves, by time. `shares[i]`: share of pixels by which sample `i` differs from the one before it.
 * The sample at `to` shows the settled state: the next change comes later than 300 ms after it.
 */
export function findBursts(times: readonly number[], shares: readonly number[]): Burst[] {
  const bursts: Burst[] = [];
  for (const [index, share] of shares.entries()) {
    if (index === 0 || share <= CHANGE_SHARE) continue;
    const last = bursts.at(-1);
    if (last !== undefined && (times[index] ?? 0) - (times[last.to] ?? 0) <= GAP_MS) last.to = index;
    else bursts.push({ from: index - 1, to: index });
  }
  return bursts;
}

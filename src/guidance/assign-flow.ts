/** What an order needs to know of a piece of evidence; `atMs` and `untilMs` as in `FlowEvidence`. */
export interface Moment {
  atMs: number;
  kind: string;
  ok: boolean;
  untilMs?: number;
}

/** Likeness from which evidence shows a step, 0-1. */
export const ENOUGH = 0.6;
/** What one more shown step is worth in an order: more than any likeness. */
const STEP = 1000;
/** What a failed step is worth less than one that worked. */
const FAILED = 0.001;

/**
 * Index of the evidence of each step; `undefined` where there is none. Of all orders in which times never go backwards the one that shows
 * most steps, then the likest (dynamic programming, as for a longest common subsequence). `scores[step][evidence]`: likeness, 0-1. One
 * action shows one step; a text shows any number of them from when it came up until it was gone.
 */
export function assignFlow(
  scores: readonly (readonly number[])[],
  evidence: readonly Moment[],
): (number | undefined)[] {
  const width = evidence.length + 1;
  const lasts = evidence.map((one, index) => lastMoment(one, index, evidence));
  // best[i][j]: the best sum for the first i steps when the first j pieces of evidence have happened; by[i][j]: what shows step i then.
  const best = [new Float64Array(width)];
  const by: Int32Array[] = [];
  for (const [i, row] of scores.entries()) {
    const above = best[i] as Float64Array; // filled by the round before
    const current = above.slice();
    const chosen = new Int32Array(width).fill(-1);
    const offer = (j: number, sum: number, index: number) => {
      if (sum <= (current[j] ?? 0)) return;
      current[j] = sum;
      chosen[j] = index;
    };
    for (const [index, score] of row.entries()) {
      if (score < ENOUGH) continue;
      const one = evidence[index];
      const worth = STEP + score - (one?.ok ? 0 : FAILED);
      if (one?.kind === 'action') offer(index + 1, (above[index] ?? 0) + worth, index);
      else for (let j = index + 1; j <= (lasts[index] ?? 0); j++) offer(j, (above[j] ?? 0) + worth, index);
    }
    // What was best earlier still is.
    for (let j = 1; j < width; j++)
      if ((current[j - 1] ?? 0) >= (current[j] ?? 0)) {
        current[j] = current[j - 1] ?? 0;
        chosen[j] = EARLIER;
      }
    best.push(current);
    by.push(chosen);
  }
  return trace(by, evidence);
}

/** Mark of a moment at which nothing is better than at the one before. */
const EARLIER = -2;

/** Up to how many pieces of evidence have happened while a text is still there. */
function lastMoment({ untilMs }: Moment, index: number, evidence: readonly Moment[]): number {
  if (untilMs === undefined) return index + 1;
  const gone = evidence.findIndex((one, at) => at > index && one.atMs >= untilMs);
  return gone === -1 ? evidence.length : Math.max(gone, index + 1);
}

function trace(by: readonly Int32Array[], evidence: readonly Moment[]): (number | undefined)[] {
  const assigned: (number | undefined)[] = by.map(() => undefined);
  let j = evidence.length;
  for (let i = by.length - 1; i >= 0; i--) {
    while (j > 0 && by[i]?.[j] === EARLIER) j--;
    const index = by[i]?.[j] ?? -1;
    if (index < 0) continue;
    assigned[i] = index;
    if (evidence[index]?.kind === 'action') j--;
  }
  return assigned;
}

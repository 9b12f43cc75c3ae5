/** Narrowest window that a page is to work in without scrolling sideways: WCAG 1.4.10, CSS px. */
export const NARROWEST = 320;
/** Widths between two samples at most, CSS px, and samples at most before any is halved. */
const GAP = 120;
const MOST = 24;

/**
 * Widths at which a page is laid out, ascending: 320, the viewports', both sides of each breakpoint, and between. `breakpoints` are the
 * widths from which on a style holds. Where there are too many, breakpoints that lie close together stand for each other.
 */
export function chooseWidths(breakpoints: readonly number[], viewports: readonly number[], most = MOST): number[] {
  const widest = Math.max(...viewports, NARROWEST);
  const chosen = new Set([NARROWEST, ...viewports]);
  const inside = [...new Set(breakpoints)].filter((at) => at > NARROWEST && at <= widest).sort((a, b) => a - b);
  for (const at of spread(inside, Math.max(1, Math.floor((most - chosen.size) / 2)))) chosen.add(at - 1).add(at);
  const widths = [...chosen].filter((width) => width >= NARROWEST).sort((a, b) => a - b);
  while (widths.length < most) {
    const at = widestGap(widths);
    if (at === undefined) break;
    widths.splice(at + 1, 0, Math.round(((widths[at] ?? 0) + (widths[at + 1] ?? 0)) / 2));
  }
  return widths;
}

/** At most so many of these, those that stand alone first. */
function spread(sorted: readonly number[], most: number): number[] {
  const kept = [...sorted];
  while (kept.length > most) {
    let closest = 1;
    for (let at = 1; at < kept.length; at++)
      if ((kept[at] ?? 0) - (kept[at - 1] ?? 0) < (kept[closest] ?? 0) - (kept[closest - 1] ?? 0)) closest = at;
    kept.splice(closest, 1);
  }
  return kept;
}

function widestGap(sorted: readonly number[]): number | undefined {
  let best: number | undefined;
  let most = GAP;
  for (let at = 0; at + 1 < sorted.length; at++) {
    const gap = (sorted[at + 1] ?? 0) - (sorted[at] ?? 0);
    if (gap > most) [best, most] = [at, gap];
  }
  return best;
}

/** The width between two neighbours that tells more than any other: where what was found differs and the gap is largest. */
export function nextToHalve(samples: readonly { width: number; keys: ReadonlySet<string> }[]): number | undefined {
  let best: number | undefined;
  let most = 1;
  for (let at = 0; at + 1 < samples.length; at++) {
    const [a, b] = [samples[at], samples[at + 1]];
    if (!a || !b || b.width - a.width <= most || same(a.keys, b.keys)) continue;
    [best, most] = [Math.floor((a.width + b.width) / 2), b.width - a.width];
  }
  return best;
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((key) => b.has(key));
}

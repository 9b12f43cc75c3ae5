import type { Certainty, LayoutKind } from '../core/vocabulary/layout.js';
import type { PageModel, Placed } from './page-model.js';

/** A page at one width. */
export interface AtWidth {
  width: number;
  model: PageModel;
}

/** A fault that only the comparison of widths shows. */
export interface FoundAcross {
  kind: LayoutKind;
  certainty: Certainty;
  /** Widths that show it, ascending; the element is of the first. */
  widths: number[];
  element: Placed;
  other?: Placed;
  what: string;
  by_px?: number;
}

/** The widths as runs without another sampled width in between. */
export function runs(found: readonly number[], sampled: readonly number[]): number[][] {
  const out: number[][] = [];
  let before = -1;
  for (const [at, width] of sampled.entries()) {
    if (!found.includes(width)) continue;
    const run = out.at(-1);
    if (run && before === at - 1) run.push(width);
    else out.push([width]);
    before = at;
  }
  return out;
}

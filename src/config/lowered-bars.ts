import { canonicalJson } from '../core/digest.js';
import type { Bars, BarValue, Lowering } from '../core/vocabulary/bars.js';
import { barRule } from './bar-rules.js';

/**
 * The bars that are lower now than before, or gone, in the order of their keys. Bars that are new, or higher, are none.
 * Pure: the same two sets give the same list. `against` names where `before` is from.
 */
export function loweredBars(before: Bars, now: Bars, against: string): Lowering[] {
  return Object.keys(before)
    .sort()
    .flatMap((key) => {
      const [was, is] = [before[key] ?? null, now[key]];
      const { gone, isLower } = barRule(key);
      const lower = is === undefined ? gone : isLower(was, is);
      return lower ? [{ key, before: was, after: is ?? null, against }] : [];
    });
}

/** True when somebody let a bar come down to just this value, or to a lower one. */
export function isCovered(lowering: Lowering, accepted: readonly { key: string; after: BarValue }[]): boolean {
  return accepted.some(
    ({ key, after }) =>
      key === lowering.key &&
      (canonicalJson(after) === canonicalJson(lowering.after) ||
        (after !== null && lowering.after !== null && !barRule(key).isLower(after, lowering.after))),
  );
}

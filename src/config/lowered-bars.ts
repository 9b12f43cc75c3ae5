import { canonicalJson } from '../core/digest.js';
import type { Bars, BarValue, Lowering } from '../core/vocabulary/bars.js';
import { barRule } from './bar-rules.js';

/**
 * The bars that are lower now than before, or gone, in the order of their keys. Bars that are new, or higher, are none.
 * Pure: the same two sets give the same list. `against` names where `before` is from.
 */
export function loweredBars(before: Bars, now: Bars, against: string): Lowering[] {
  const lower = Object.keys(before)
    .sort()
    .flatMap((key) => {
      const [was, is] = [before[key] ?? null, now[key] ?? now[otherKey(key, before, now) ?? '']];
      const { gone, isLower } = barRule(key);
      const lowered = is === undefined ? gone : isLower(was, is);
      return lowered ? [{ key, before: was, after: is ?? null, against }] : [];
    });
  return lower.filter((one) => !followsFrom(one, lower));
}

/**
 * The key that a screen's bar has now, where another screen has come to its address or gone from it: keys hold a screen's name only
 * where its address does not tell it apart (setting-bars.ts).
 */
function otherKey(key: string, before: Bars, now: Bars): string | undefined {
  const base = Object.keys(before)
    .filter((one) => `${one}.viewports` in before && (key === one || key.startsWith(`${one}.`)))
    .sort((a, b) => b.length - a.length)[0];
  const name = base === undefined ? undefined : before[base];
  if (base === undefined || typeof name !== 'string') return undefined;
  const called = ` (${name})`;
  const other = base.endsWith(called) ? base.slice(0, -called.length) : base + called;
  return now[other] === name ? other + key.slice(base.length) : undefined;
}

/** Settings of a screen that are those of all screens, unless it has its own. */
const INHERITED: readonly [end: string, from: string][] = [
  ['.threshold', 'design.match_threshold'],
  ['.full_page', 'capture.full_page'],
];

/** True for a screen's bar that came down with the one it is taken from. */
function followsFrom({ key, before, after }: Lowering, all: readonly Lowering[]): boolean {
  const from = INHERITED.find(([end]) => key.startsWith('screens.') && key.endsWith(end))?.[1];
  return all.some((one) => one.key === from && one.before === before && one.after === after);
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

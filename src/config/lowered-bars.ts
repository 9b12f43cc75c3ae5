import { canonicalJson } from '../core/digest.js';
import type { Bars, BarValue, Lowering } from '../core/vocabulary/bars.js';

/** A rule for when a bar is lower than before. `gone`: a removed bar counts as lower too. */
interface BarRule {
  gone: boolean;
  isLower(before: BarValue, after: BarValue): boolean;
}

const rule = (isLower: BarRule['isLower'], gone = false): BarRule => ({ gone, isLower });
const atLeast = (gone = false) => rule((before, after) => Number(after) < Number(before), gone);
const atMost = rule((before, after) => Number(after) > Number(before));
/** From the laxest to the strictest. */
const ordered = (...values: BarValue[]) => rule((before, after) => values.indexOf(after) < values.indexOf(before));
const list = (value: BarValue): string[] => (Array.isArray(value) ? value : []);
/** A list of exceptions: anything new in it lowers the bar. */
const nothingNew = rule((before, after) => list(after).some((one) => !list(before).includes(one)));
/** A list of what is looked at: nothing may be missing. */
const nothingMissing = rule((before, after) => list(before).some((one) => !list(after).includes(one)));
/** A program cannot say whether another value is lower, so each change is shown to a person. */
const same = (gone: boolean) => rule((before, after) => before !== after, gone);

/** Keys, by how they begin and end, and the rule of each; the first that fits holds. */
const RULES: readonly [RegExp, BarRule][] = [
  [/^design\.match_threshold$/, atLeast()],
  [/^design\.block_on_severity$/, ordered('critical', 'major', 'minor')],
  [/^design\.pixel_threshold$/, atMost],
  [/^design\.antialiasing$/, ordered('ignored', 'counted')],
  [/^design\.max_masked_ratio$/, atMost],
  [/^visual\.max_diff_ratio$/, atMost],
  [/^visual\.approval$/, ordered('auto', 'human')],
  [/^accessibility\.enabled$/, ordered(false, true)],
  [/^accessibility\.fail_on$/, ordered('critical', 'serious', 'moderate', 'minor')],
  [/^accessibility\.accepted$/, nothingNew],
  [/^layout\.(?:enabled|widths)$/, ordered(false, true)],
  [/^layout\.accepted$/, nothingNew],
  [/^runtime\.allowed_console_errors$/, nothingNew],
  [/^gates\.threshold$/, atLeast()],
  [/^gates\.max_iterations$/, atMost],
  [/^tests\.run$/, ordered(false, true)],
  [/^tests\.waive_gate$/, rule((before, after) => after !== null && after !== before)],
  [/^tests\.executed$/, atLeast()],
  // Without the setting, flows and screens decide.
  [/^workflow\.required$/, ordered(false, null, true)],
  [/^capture\.full_page$/, ordered(false, 'auto', true)],
  [/^(?:server|native)\./, same(false)],
  [/^viewports\./, same(true)],
  [/^screens\..*\.threshold$/, atLeast()],
  [/^screens\..*\.full_page$/, ordered(false, 'auto', true)],
  [/^screens\..*\.allow_size_difference$/, ordered(true, false)],
  [/^screens\..*\.mask$/, nothingNew],
  [/^screens\..*\.viewports$/, nothingMissing],
  // What a screen is called may change, as long as its address is looked at.
  [/^screens\./, rule(() => false, true)],
  [/^flows\//, atLeast(true)],
  // `policy`, `references/…`, `acceptance/…`, `runners.…`
  [/./, same(true)],
];

function barRule(key: string): BarRule {
  return RULES.find(([pattern]) => pattern.test(key))?.[1] ?? same(true);
}

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

/** Returns true when a person accepted this value of a bar, or a lower one. */
export function isCovered(lowering: Lowering, accepted: readonly { key: string; after: BarValue }[]): boolean {
  return accepted.some(
    ({ key, after }) =>
      key === lowering.key &&
      (canonicalJson(after) === canonicalJson(lowering.after) ||
        (after !== null && lowering.after !== null && !barRule(key).isLower(after, lowering.after))),
  );
}

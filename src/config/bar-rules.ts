import type { BarValue } from '../core/vocabulary/bars.js';

/** When a bar is lower than it was. `gone`: it also is when it is not there any more. */
export interface BarRule {
  gone: boolean;
  isLower(before: BarValue, after: BarValue): boolean;
}

const rule = (isLower: BarRule['isLower'], gone = false): BarRule => ({ gone, isLower });
const atLeast = (gone = false) => rule((before, after) => Number(after) < Number(before), gone);
const atMost = rule((before, after) => Number(after) > Number(before));
/** From the laxest to the strictest. */
const ordered = (...values: BarValue[]) => rule((before, after) => values.indexOf(after) < values.indexOf(before));
const list = (value: BarValue): string[] => (Array.isArray(value) ? value : []);
/** A list of what is let through: anything new in it lowers the bar. */
const nothingNew = rule((before, after) => list(after).some((one) => !list(before).includes(one)));
/** A list of what is looked at: nothing may be missing. */
const nothingMissing = rule((before, after) => list(before).some((one) => !list(after).includes(one)));
/** Whether another value is lower cannot be told by a program, so each is shown to a person. */
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

/** The rule of a bar. */
export function barRule(key: string): BarRule {
  return RULES.find(([pattern]) => pattern.test(key))?.[1] ?? same(true);
}

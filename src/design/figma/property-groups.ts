import type { RegionProperty } from '../../core/vocabulary/pair.js';

const SIDES = ['top', 'right', 'bottom', 'left'];
/** Shorthands of what is reported side by side. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['border-width', SIDES.map((side) => `border-${side}-width`)],
  ['border-color', SIDES.map((side) => `border-${side}-color`)],
  [
    'border-radius',
    ['top-left', 'top-right', 'bottom-right', 'bottom-left'].map((corner) => `border-${corner}-radius`),
  ],
  ['padding', SIDES.map((side) => `padding-${side}`)],
];

/** Four sides that differ alike as one property: they were one decision. */
export function grouped(properties: readonly RegionProperty[]): RegionProperty[] {
  let list = [...properties];
  for (const [shorthand, longhands] of GROUPS) {
    const parts = list.filter(({ property }) => longhands.includes(property));
    const [first] = parts;
    const alike = parts.every(
      (one) => one.expected === first?.expected && one.actual === first.actual && one.token === first.token,
    );
    if (!first || parts.length !== longhands.length || !alike) continue;
    list = list.filter((one) => one === first || !parts.includes(one));
    list[list.indexOf(first)] = { ...first, property: shorthand };
  }
  return list;
}

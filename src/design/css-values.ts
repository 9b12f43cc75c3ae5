import type { RegionProperty } from '../core/vocabulary/pair.js';

const RGB = /rgb\((\d+), (\d+), (\d+)\)/g;

/** A computed value as it is reported: opaque colours as `#rrggbb`, lengths with at most two decimals. */
export function cssValue(value: string): string {
  return value
    .replace(RGB, (_, red, green, blue) => hexColor(Number(red), Number(green), Number(blue)))
    .replace(/-?\d+\.\d{3,}(?=px)/g, (length) => String(Math.round(Number(length) * 100) / 100));
}

export function hexColor(red: number, green: number, blue: number): string {
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** CSS px as a CSS length, at most two decimals. */
export function px(value: number): string {
  return `${Math.round(value * 100) / 100}px`;
}

/** The number of a single length, CSS px; `undefined` for anything else. */
export function lengthOf(value: string | undefined): number | undefined {
  const found = value === undefined ? null : /^(-?\d+(?:\.\d+)?)px$/.exec(value);
  return found ? Number(found[1]) : undefined;
}

const SIDES = ['top', 'right', 'bottom', 'left'];
const SHORTHANDS: readonly (readonly [string, readonly string[]])[] = [
  ['padding', SIDES.map((side) => `padding-${side}`)],
  ['margin', SIDES.map((side) => `margin-${side}`)],
  ['border-width', SIDES.map((side) => `border-${side}-width`)],
  ['border-style', SIDES.map((side) => `border-${side}-style`)],
  ['border-color', SIDES.map((side) => `border-${side}-color`)],
  [
    'border-radius',
    ['top-left', 'top-right', 'bottom-right', 'bottom-left'].map((corner) => `border-${corner}-radius`),
  ],
  ['overflow', ['overflow-x', 'overflow-y']],
  ['gap', ['row-gap', 'column-gap']],
];

/** Longhands that changed alike as their shorthand: four sides of a padding are one finding. Keeps the order of the first of each. */
export function withShorthands(properties: readonly RegionProperty[]): RegionProperty[] {
  let list = [...properties];
  for (const [shorthand, longhands] of SHORTHANDS) {
    const parts = list.filter(({ property }) => longhands.includes(property));
    const [first] = parts;
    const alike = parts.every(({ expected, actual }) => expected === first?.expected && actual === first.actual);
    if (!first || parts.length !== longhands.length || !alike) continue;
    list = list
      .filter((one) => one === first || !parts.includes(one))
      .map((one) => (one === first ? { ...one, property: shorthand } : one));
  }
  return list;
}

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

/** Properties that children take over from their parent (CSS 2.2 and the CSS3 text, font and SVG modules), of those that are stored. */
export const INHERITED: ReadonlySet<string> = new Set([
  'color',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'line-height',
  'letter-spacing',
  'word-spacing',
  'word-break',
  'overflow-wrap',
  'text-align',
  'text-indent',
  'text-shadow',
  'text-transform',
  'white-space',
  'direction',
  'writing-mode',
  'list-style-type',
  'visibility',
  'fill',
  'stroke',
  'stroke-width',
  '-webkit-text-fill-color',
]);

/** Properties that change what is painted and move nothing. */
export const PAINT_ONLY: ReadonlySet<string> = new Set([
  'color',
  'background-color',
  'background-image',
  'background-size',
  'background-position-x',
  'background-position-y',
  'background-repeat',
  'background-clip',
  'box-shadow',
  'text-shadow',
  'outline-style',
  'outline-width',
  'outline-color',
  'outline-offset',
  'filter',
  'backdrop-filter',
  'clip-path',
  'mix-blend-mode',
  'opacity',
  'visibility',
  'z-index',
  'object-fit',
  'object-position',
  'fill',
  'stroke',
  'stroke-width',
  '-webkit-text-fill-color',
  'text-decoration-line',
  'text-decoration-style',
  'text-decoration-color',
  ...['top', 'right', 'bottom', 'left'].flatMap((side) => [`border-${side}-color`, `border-${side}-style`]),
  ...['top-left', 'top-right', 'bottom-right', 'bottom-left'].map((corner) => `border-${corner}-radius`),
]);

/** Colours whose initial value is the text's: they change with it. */
export const CURRENT_COLOR: ReadonlySet<string> = new Set([
  'outline-color',
  'text-decoration-color',
  'fill',
  'stroke',
  '-webkit-text-fill-color',
  ...['top', 'right', 'bottom', 'left'].map((side) => `border-${side}-color`),
]);

/** Computed values that mostly follow from something else. */
const FOLLOWING: ReadonlySet<string> = new Set([
  'right',
  'bottom',
  'grid-template-columns',
  'grid-template-rows',
  'z-index',
]);

/**
 * Returns true when a change mostly follows from something else and is named after the others: used insets and tracks, and the automatic least
 * size, which is `0px` except in a flex or grid container.
 */
export function isWeak({
  property,
  expected,
  actual,
}: {
  property: string;
  expected: string;
  actual: string;
}): boolean {
  if (FOLLOWING.has(property)) return true;
  return (
    (property === 'min-width' || property === 'min-height') &&
    [expected, actual].every((value) => value === 'auto' || value === '0px')
  );
}

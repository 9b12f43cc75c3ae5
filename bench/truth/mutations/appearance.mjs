import { colorAtDistance, deltaE } from '../colors.mjs';

const px = (text) => Number.parseFloat(text) || 0;
const small = (c) => c.rect.height <= 700;
const text = (c) => c.ownText.length > 1 && c.leaf && !c.icon && c.solid && c.rect.height >= 8;
/** Ranges of CIEDE2000: just seen, and clearly another colour. */
const SUBTLE = [3, 6];
const STRONG = [15, 60];

/** One kind of recolouring: the property, the colour it has now, and who may have it changed. */
const color = (kind, property, now, fits, range) => ({
  kind,
  properties: [property],
  regionKinds: ['recolored'],
  fits,
  change(c, random) {
    const to = colorAtDistance(now(c), ...range, random);
    if (to === undefined) return undefined;
    const sides =
      property === 'border-color' ? ['top', 'right', 'bottom', 'left'].map((one) => `border-${one}-color`) : [property];
    return { style: Object.fromEntries(sides.map((side) => [side, to])), deltaE: deltaE(now(c), to) };
  },
});
const opaque = (value) => !/rgba\(.*,\s*(0|0?\.\d+)\)/.test(value);
const hasBackground = (c) =>
  c.ownBackground === 1 &&
  c.solid &&
  c.styles.backgroundImage === 'none' &&
  small(c) &&
  c.styles.backgroundColor !== undefined;
const hasBorder = (c) =>
  px(c.styles.borderTopWidth) >= 1 &&
  c.styles.borderTopStyle === 'solid' &&
  c.solid &&
  small(c) &&
  opaque(c.styles.borderTopColor);
const hasText = (c) => text(c) && opaque(c.styles.color);
const textColor = (c) => c.styles.color;
const backgroundColor = (c) => c.styles.backgroundColor;
const borderColor = (c) => c.styles.borderTopColor;
const borderSides = [
  'border-color',
  'border-top-color',
  'border-right-color',
  'border-bottom-color',
  'border-left-color',
];

/** Changes of colour, shadow and opacity: nothing moves. */
export const appearance = [
  color('text-color-small', 'color', textColor, hasText, SUBTLE),
  color('text-color-large', 'color', textColor, hasText, STRONG),
  color('background-small', 'background-color', backgroundColor, hasBackground, SUBTLE),
  color('background-large', 'background-color', backgroundColor, hasBackground, STRONG),
  { ...color('border-color-small', 'border-color', borderColor, hasBorder, SUBTLE), properties: borderSides },
  { ...color('border-color-large', 'border-color', borderColor, hasBorder, STRONG), properties: borderSides },
  {
    kind: 'shadow',
    properties: ['box-shadow'],
    regionKinds: undefined,
    reach: 24,
    fits: (c) => c.painted && c.solid && small(c) && c.rect.width >= 24,
    change: (c) => ({
      style: { 'box-shadow': c.styles.boxShadow === 'none' ? '0 4px 12px rgba(0, 0, 0, 0.45)' : 'none' },
    }),
  },
  {
    kind: 'opacity',
    properties: ['opacity'],
    regionKinds: ['recolored'],
    fits: (c) => c.styles.opacity === '1' && c.solid && small(c) && (c.painted || text(c) || c.loaded),
    change: (_, random) => ({ style: { opacity: random.pick(['0.4', '0.6', '0.75']) } }),
  },
];

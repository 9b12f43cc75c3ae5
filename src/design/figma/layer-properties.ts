import type { DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { FigmaLayer, RegionProperty } from '../../core/vocabulary/pair.js';
import { distance, hex, readColor } from './layer-styles.js';
import { plainText } from './match-boxes.js';

/** A comparison of two values: their texts, the tolerance, and whether they differ. */
interface Compared {
  expected: string;
  actual: string;
  tolerance: string;
  differs: boolean;
}

/** Largest CIEDE2000 distance of equal colours: Figma and browsers round differently; 2.3 is just noticeable. */
const COLOR_DELTA = 2;
const ALPHA = 0.02;

/** Largest difference of equal lengths, CSS px, by property; the first entry that fits counts. */
const LENGTHS: readonly (readonly [RegExp, number])[] = [
  [/^font-size$/, 0.5],
  [/^letter-spacing$/, 0.1],
  [/^line-height$/, 1],
  [/-width$/, 0.5],
  [/-radius$/, 1],
  [/^padding-|-gap$/, 1],
];

/** Compares one CSS property of a layer (`expected`) against an element's computed value; `undefined` where they cannot be compared. */
function compareProperty(property: string, expected: string, actual: string): Compared | undefined {
  if (property.endsWith('color')) return compareColor(expected, actual);
  if (property === 'box-shadow') return compareShadow(expected, actual);
  if (property === 'font-family') return compareFamily(expected, actual);
  if (property === 'opacity') return compareNumber(expected, actual, ALPHA, '');
  const length = LENGTHS.find(([pattern]) => pattern.test(property))?.[1];
  if (length !== undefined) return compareNumber(expected, actual === 'normal' ? '0px' : actual, length, 'px');
  return { expected, actual, tolerance: 'equal', differs: expected !== actual };
}

function compareColor(expected: string, actual: string): Compared | undefined {
  const [a, b] = [readColor(expected), readColor(actual)];
  if (!a || !b) return undefined;
  const differs = Math.abs(a.alpha - b.alpha) > ALPHA || (a.alpha > ALPHA && distance(a, b) > COLOR_DELTA);
  return { expected: hex(a), actual: hex(b), tolerance: `ΔE00 ${COLOR_DELTA}`, differs };
}

function compareNumber(expected: string, actual: string, most: number, unit: '' | 'px'): Compared | undefined {
  const read = (text: string) => (/^-?[\d.]+(?:px)?$/.test(text) ? Number.parseFloat(text) : undefined);
  const [a, b] = [read(expected), read(actual)];
  if (a === undefined || b === undefined) return undefined;
  // Half a hundredth more, so that a difference of exactly the tolerance is equal whatever its binary form.
  return { expected, actual, tolerance: `${most}${unit}`, differs: Math.abs(a - b) > most + 0.005 };
}

/** Figma names one family, CSS a list of which the first that is there is used. */
function compareFamily(expected: string, actual: string): Compared {
  const first = (actual.split(',')[0] ?? '').trim().replace(/^["']|["']$/g, '');
  return { expected, actual: first, tolerance: 'equal', differs: first.toLowerCase() !== expected.toLowerCase() };
}

interface Shadow {
  color: string;
  lengths: number[];
  inset: boolean;
}

function compareShadow(expected: string, actual: string): Compared {
  const [a, b] = [shadows(expected), shadows(actual)];
  const same =
    a.length === b.length &&
    a.every((one) => b.some((other) => sameShadow(one, other))) &&
    b.every((one) => a.some((other) => sameShadow(one, other)));
  return { expected, actual, tolerance: `1px, ΔE00 ${COLOR_DELTA}`, differs: !same };
}

function sameShadow(a: Shadow, b: Shadow): boolean {
  const near = a.lengths.every((length, at) => Math.abs(length - (b.lengths[at] ?? 0)) <= 1);
  return a.inset === b.inset && near && compareColor(a.color, b.color)?.differs === false;
}

/** Shadows of a computed value: `rgba(0, 0, 0, 0.25) 0px 4px 4px 0px inset, …`. */
function shadows(text: string): Shadow[] {
  if (text === 'none') return [];
  return text.split(/,(?![^(]*\))/).map((part) => {
    const lengths = [...part.replace(/[a-z]+\([^)]*\)/gi, '').matchAll(/(-?[\d.]+)px/g)].map(([, length]) =>
      Number(length),
    );
    const color = /[a-z]+\([^)]*\)/i.exec(part)?.[0] ?? 'rgb(0, 0, 0)';
    return { color, lengths: [0, 1, 2, 3].map((at) => lengths[at] ?? 0), inset: /\binset\b/.test(part) };
  });
}

/** Computed values that are left out of `.dom.json` where they are these. */
const INITIAL: Readonly<Record<string, string>> = {
  'background-color': 'rgba(0, 0, 0, 0)',
  'box-shadow': 'none',
  opacity: '1',
  'font-weight': '400',
  'font-style': 'normal',
  'letter-spacing': 'normal',
  'text-transform': 'none',
  'text-decoration-line': 'none',
};
const ZERO = /^(?:border-.*-(?:width|radius)|padding-.*)$/;

/** A layer or an element with what lies around it, for what is seen through it. */
interface Placed<Box> {
  box: Box;
  around: readonly Box[];
}

/**
 * The properties in which an element differs from the layer that it stands for, beyond the stated tolerances; the token of each that
 * is bound to one. Places and sizes are reported elsewhere.
 */
export function layerProperties(layer: Placed<FigmaLayer>, element: Placed<DomElement>): RegionProperty[] {
  const isText = layer.box.type === 'TEXT';
  const found = isText ? textProperty(layer.box, element.box) : [];
  for (const [property, expected] of Object.entries(layer.box.styles)) {
    const actual = element.box.styles[property] ?? INITIAL[property] ?? (ZERO.test(property) ? '0px' : undefined);
    if (actual === undefined || isLeftOut(property, layer, element)) continue;
    const [wanted, is] =
      property === 'background-color'
        ? [seen(layer.box, layer.around), seen(element.box, element.around)]
        : [radius(property, expected, layer.box.rect), radius(property, actual, element.box.rect)];
    const compared = compareProperty(property, wanted, is);
    if (compared?.differs)
      found.push(deviation(property, compared.expected, compared.actual, compared.tolerance, layer.box));
  }
  return found;
}

/** One property as it is reported. */
export function deviation(
  property: string,
  expected: string,
  actual: string,
  tolerance: string,
  layer: FigmaLayer,
): RegionProperty {
  const token = layer.tokens[property];
  return { property, expected, actual, source: 'design', tolerance, ...(token === undefined ? {} : { token }) };
}

/** Returns true for a property that means nothing by itself: a padding or gap that leaves the box as it should be, a colour of a border that is not there. */
function isLeftOut(
  property: string,
  { box: layer }: Placed<FigmaLayer>,
  { box: element }: Placed<DomElement>,
): boolean {
  const side = /^padding-(\w+)$/.exec(property)?.[1];
  if (side === 'left' || side === 'right') return Math.abs(layer.rect.width - element.rect.width) <= 2;
  if (side !== undefined) return Math.abs(layer.rect.height - element.rect.height) <= 2;
  if (property.endsWith('-gap'))
    return !/flex|grid/.test(element.styles.display ?? '') || element.styles[property] === undefined;
  const border = /^border-(\w+)-color$/.exec(property)?.[1];
  if (border !== undefined) return element.styles[`border-${border}-width`] === undefined;
  // "normal" has no length that could be compared; texts in capitals are compared as they are read.
  if (property === 'line-height')
    return element.styles['line-height'] === 'normal' || element.styles['line-height'] === undefined;
  return property === 'text-transform';
}

/** The words that are read: as typed, changed to capitals where the style says so. */
function textProperty(layer: FigmaLayer, element: DomElement): RegionProperty[] {
  const [wanted, is] = [layer.text ?? '', element.text ?? ''];
  const cutOff = is.endsWith('…') && plainText(wanted).startsWith(plainText(is.slice(0, -1)));
  if (!cutOff && plainText(wanted) !== plainText(is))
    return [deviation('text', line(wanted), line(is), 'equal', layer)];
  const [shownWanted, shownIs] = [cased(line(wanted), layer.styles), cased(line(is), element.styles)];
  if (cutOff || shownWanted === shownIs) return [];
  const [a, b] = [layer.styles['text-transform'] ?? 'none', element.styles['text-transform'] ?? 'none'];
  return a === b
    ? [deviation('text', shownWanted, shownIs, 'equal', layer)]
    : [deviation('text-transform', a, b, 'equal', layer)];
}

function cased(text: string, styles: Readonly<Record<string, string>>): string {
  const how = styles['text-transform'];
  if (how === 'uppercase') return text.toUpperCase();
  if (how === 'lowercase') return text.toLowerCase();
  return how === 'capitalize' ? text.replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase()) : text;
}

function line(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** The background that is seen: a clear one shows what is painted around it; a page without any is white. */
function seen(
  box: { styles: Readonly<Record<string, string>> },
  around: readonly { styles: Readonly<Record<string, string>> }[],
): string {
  for (const { styles } of [box, ...around]) {
    const color = styles['background-color'];
    if (color !== undefined && readColor(color)?.alpha !== 0) return color;
  }
  return 'rgb(255, 255, 255)';
}

/** A radius as it shows: in px, no larger than half of the shorter side. Other properties as they are. */
function radius(property: string, value: string, { width, height }: { width: number; height: number }): string {
  if (!property.endsWith('-radius')) return value;
  const most = Math.min(width, height) / 2;
  const number = Number.parseFloat(value);
  const px = /^[\d.]+%/.test(value) ? (number / 100) * Math.min(width, height) : number;
  return Number.isNaN(px) ? value : `${Math.round(Math.min(px, most) * 100) / 100}px`;
}

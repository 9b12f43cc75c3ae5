import type { DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { FigmaLayer } from '../../core/vocabulary/figma-layer.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { readColor } from './css-color.js';
import { judgeProperty } from './property-tolerances.js';
import { plainText } from './text-likeness.js';

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
 * is bound to one. Places and sizes are told elsewhere.
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
    const judged = judgeProperty(property, wanted, is);
    if (judged?.differs) found.push(deviation(property, judged.expected, judged.actual, judged.tolerance, layer.box));
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

/** What says nothing by itself: a padding or gap that leaves the box as it should be, a colour of a border that is not there. */
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
  // "normal" has no length that could be compared; texts in capitals are told by what is read.
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

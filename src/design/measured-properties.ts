import { colorDistance } from '../compare/color-distance.js';
import { viewOf } from '../compare/pixel-view.js';
import type { DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionProperty } from '../core/vocabulary/pair.js';
import { lengthOf, px } from './css-values.js';
import { type ElementNode, paintsBox } from './element-tree.js';
import { toReferencePlace } from './map-shifts.js';
import { type MeasuredBox, measureBox } from './measured-box.js';
import { typeProperties } from './measured-type.js';
import { dominantColor } from './pixel-colors.js';
import { AS_COMPUTED, hex, inPixels, OTHER_LENGTH, type Pictures, pixelOf, type Views } from './pixel-values.js';

/** How far beyond its box an element is looked for in the reference, CSS px: less and less, until nothing else is in the way. */
const REACHES = [24, 12, 6, 3];
/** Share of a box that one colour must fill to be its ground. */
const GROUND = 0.35;
/** CIEDE2000 from which a ground is another one: about twice just noticeable. */
const OTHER_COLOR = 2;

/**
 * What pixels say of an element where the reference is only a picture: ground colour, text colour, size and weight of type, radius, size
 * and place of its box. Each is read from both pictures by the same means, and told only when what is read from the actual picture is
 * what the browser computed there. Lengths are good to 1 CSS px, grounds to 2 levels of 255, colours of type to ΔE 4.
 */
export function measureProperties(node: ElementNode, pictures: Pictures): RegionProperty[] {
  const { element, seen } = node;
  if (!seen) return [];
  const views = { reference: viewOf(pictures.reference), actual: viewOf(pictures.actual) };
  const place = inPixels(seen, pictures.scale);
  const there = toReferencePlace(place, pictures.shifts);
  const found = [
    ...groundColor(element, place, there, views),
    ...(element.text_rect && element.text ? typeProperties(element, element.text_rect, pictures, views) : []),
  ];
  if (paintsBox(element)) {
    found.push(...borderColor(element, place, there, views, pictures.scale));
    for (const reach of REACHES) {
      const by = Math.round(reach * pictures.scale);
      const [reference, actual] = [measureBox(views.reference, there, by), measureBox(views.actual, place, by)];
      if (!reference || !actual || !isAsComputed(actual.rect, place, pictures.scale)) continue;
      found.push(...boxOf(element, reference, actual, pictures));
      break;
    }
  }
  return found.map((one) => ({ ...one, source: 'measured' }));
}

function groundColor({ styles }: DomElement, place: Rect, there: Rect, views: Views): RegionProperty[] {
  const computed = pixelOf(styles['background-color']);
  const [reference, actual] = [dominantColor(views.reference, there), dominantColor(views.actual, place)];
  if (computed === undefined || !reference || !actual || Math.min(reference.share, actual.share) < GROUND) return [];
  if (colorDistance(actual.color, computed) > AS_COMPUTED || colorDistance(reference.color, actual.color) < OTHER_COLOR)
    return [];
  return [{ property: 'background-color', expected: hex(reference.color), actual: hex(computed) }];
}

/** The colour of the left border, read in its middle where no corner and no neighbour reaches. */
function borderColor({ styles }: DomElement, place: Rect, there: Rect, views: Views, scale: number): RegionProperty[] {
  const computed = pixelOf(styles['border-left-color']);
  const width = (lengthOf(styles['border-left-width']) ?? 0) * scale;
  if (computed === undefined || width < 1 || styles['border-left-style'] !== 'solid') return [];
  const line = ({ x, y, height }: Rect) => ({
    x: Math.round(x),
    y: y + height * 0.4,
    width: Math.floor(width),
    height: height * 0.2,
  });
  const [reference, actual] = [dominantColor(views.reference, line(there)), dominantColor(views.actual, line(place))];
  if (!reference || !actual || Math.min(reference.share, actual.share) < 0.9) return [];
  if (colorDistance(actual.color, computed) > AS_COMPUTED || colorDistance(reference.color, actual.color) < OTHER_COLOR)
    return [];
  // A ground that begins one pixel off would be read as a border.
  const ground = dominantColor(views.reference, there);
  if (ground && ground.share > GROUND && colorDistance(ground.color, reference.color) < OTHER_COLOR) return [];
  return [{ property: 'border-left-color', expected: hex(reference.color), actual: hex(computed) }];
}

function boxOf(
  { styles }: DomElement,
  reference: MeasuredBox,
  actual: MeasuredBox,
  { shifts, scale }: Pictures,
): RegionProperty[] {
  const properties: RegionProperty[] = [];
  const differ = (a: number, b: number) => Math.abs(a - b) >= OTHER_LENGTH * scale;
  const computed = lengthOf(styles['border-top-left-radius'] ?? '0px');
  const isRead = computed !== undefined && actual.radius !== undefined && !differ(actual.radius, computed * scale);
  if (isRead && reference.radius !== undefined && differ(reference.radius, computed * scale))
    properties.push({
      property: 'border-radius',
      expected: px(rounded(reference.radius / scale)),
      actual: px(computed),
    });
  for (const side of ['width', 'height'] as const)
    if (differ(reference.rect[side], actual.rect[side]))
      properties.push({
        property: side,
        expected: px(reference.rect[side] / scale),
        actual: px(actual.rect[side] / scale),
      });
  const there = toReferencePlace(actual.rect, shifts);
  for (const axis of ['x', 'y'] as const) {
    const by = reference.rect[axis] - there[axis];
    if (differ(by, 0))
      properties.push({
        property: axis,
        expected: px((actual.rect[axis] + by) / scale),
        actual: px(actual.rect[axis] / scale),
      });
  }
  return properties;
}

/** A radius below one pixel is a blunt corner, none. */
function rounded(radius: number): number {
  return radius < 1 ? 0 : Math.round(radius);
}

function isAsComputed(rect: Rect, place: Rect, scale: number): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= OTHER_LENGTH * scale;
  return (['x', 'y', 'width', 'height'] as const).every((side) => near(rect[side], place[side]));
}

import { colorDistance } from '../compare/color-distance.js';
import type { DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionProperty } from '../core/vocabulary/pair.js';
import { lengthOf, px } from './css-values.js';
import { toReferencePlace } from './map-shifts.js';
import { compareTexts, measureText } from './measured-text.js';
import { AS_COMPUTED, hex, inPixels, OTHER_LENGTH, type Pictures, pixelOf, type Views } from './pixel-values.js';

/** How far beyond its box a text is looked for, CSS px: less and less, until nothing else is in the way. */
const TEXT_REACHES = [10, 5, 2];

/** Colour, size, place and weight of an element's own text, which is in `rect` (CSS px) of the actual picture. */
export function typeProperties(
  element: DomElement,
  rect: Rect,
  { shifts, scale }: Pictures,
  views: Views,
): RegionProperty[] {
  const place = inPixels(rect, scale);
  const there = toReferencePlace(place, shifts);
  const [reference, actual] = measuredTexts(views, there, place, scale);
  if (!reference || !actual) return [];
  const { styles } = element;
  const { color, size, weight } = compareTexts(reference, actual);
  const properties: RegionProperty[] = [];
  const computed = pixelOf(styles.color);
  if (color && computed !== undefined && colorDistance(actual.color, computed) <= AS_COMPUTED)
    properties.push({ property: 'color', expected: hex(reference.color), actual: hex(computed) });
  const fontSize = lengthOf(styles['font-size']);
  if (size !== undefined && fontSize !== undefined)
    properties.push({ property: 'font-size', expected: px(Math.round(fontSize * size)), actual: px(fontSize) });
  const sameSize = (['width', 'height'] as const).every(
    (side) => Math.abs(reference.rect[side] - actual.rect[side]) <= 1,
  );
  for (const axis of ['x', 'y'] as const) {
    const by = (reference.rect[axis] - there[axis] - actual.rect[axis] + place[axis]) / scale;
    if (sameSize && Math.abs(by) >= OTHER_LENGTH)
      properties.push({ property: axis, expected: px(rect[axis] + by), actual: px(rect[axis]) });
  }
  if (weight !== undefined) {
    const ratio = `${Math.round(100 * weight) / 100} times the ink`;
    properties.push({ property: 'font-weight', expected: ratio, actual: styles['font-weight'] ?? '400' });
  }
  return properties;
}

/** A text in both pictures, looked for as far as nothing else is in the way on either. */
function measuredTexts(views: Views, there: Rect, place: Rect, scale: number) {
  for (const reach of TEXT_REACHES) {
    const by = Math.round(reach * scale);
    const [reference, actual] = [measureText(views.reference, there, by), measureText(views.actual, place, by)];
    const free = (rect: Rect | undefined, around: Rect) =>
      rect !== undefined &&
      rect.y > around.y - by + 1 &&
      rect.x > around.x - by + 1 &&
      rect.x + rect.width < around.x + around.width + by - 1 &&
      rect.y + rect.height < around.y + around.height + by - 1;
    if (reach === TEXT_REACHES.at(-1) || (free(reference?.rect, there) && free(actual?.rect, place)))
      return [reference, actual];
  }
  return [];
}

import { colorDistance } from '../compare/color-distance.js';
import { grown } from '../core/rects.js';
import type { DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionProperty, Shift } from '../core/vocabulary/pair.js';
import type { RawImage } from '../image/pixels.js';
import {
  channelDistance,
  clipRect,
  dominantColor,
  drawnRect,
  inkAmount,
  inkColor,
  type PixelView,
  surroundingColor,
  viewOf,
} from '../image/pixels.js';
import { hexColor, lengthOf, px } from './css-values.js';
import { type ElementNode, paintsBox } from './element-tree.js';
import { toReferencePlace } from './region-causes.js';

/** A box as it is drawn, device px. */
interface MeasuredBox {
  rect: Rect;
  /** Mean radius of its four corners; `undefined` when they are not alike. */
  radius: number | undefined;
}

/** Largest window that is searched, pixels. */
const MOST_PIXELS = 250_000;
/** Levels of 255 that at least make an edge. */
const LEAST_STEP = 24;
/** Largest corner that is looked at, pixels. */
const MOST_RADIUS = 48;
/** Share of its square that a corner of radius 1 leaves empty: 1 - pi / 4. */
const CUT_OFF = 1 - Math.PI / 4;
/** Corners that differ by more than this have no common radius, pixels. */
const UNLIKE = 2;

/**
 * The box drawn about a place, by its edges against the colour around it: looked for up to `reach` pixels beyond. `undefined` when it
 * does not stand alone there (something touches the rim of the window), or stands on a picture or a gradient.
 */
function measureBox(view: PixelView, place: Rect, reach: number): MeasuredBox | undefined {
  const window = clipRect(grown(place, reach), view);
  if (!window || window.width * window.height > MOST_PIXELS) return undefined;
  const ground = surroundingColor(view, grown(place, reach - 3)) ?? surroundingColor(view, place);
  if (ground === undefined) return undefined;
  // An edge is where half of the step is: pictures that were scaled have soft ones, and shadows are no part of the box.
  const step = channelDistance(dominantColor(view, place)?.color ?? ground, ground) / 2;
  const rect = drawnRect(view, window, ground, Math.max(step, LEAST_STEP));
  if (!rect) return undefined;
  const touches =
    (rect.x <= window.x && window.x > 0) ||
    (rect.y <= window.y && window.y > 0) ||
    (rect.x + rect.width >= window.x + window.width && window.x + window.width < view.width) ||
    (rect.y + rect.height >= window.y + window.height && window.y + window.height < view.height);
  return touches ? undefined : { rect, radius: radiusOf(view, rect, ground) };
}

/** The radius whose corners leave as much empty as these do: exact for a circle's quarter, good to half a pixel in whole ones. */
function radiusOf(view: PixelView, rect: Rect, ground: number): number | undefined {
  const side = Math.min(MOST_RADIUS, Math.floor(rect.width / 2), Math.floor(rect.height / 2));
  const fill = dominantColor(view, rect)?.color;
  if (side < 2 || fill === undefined || channelDistance(fill, ground) < LEAST_STEP) return undefined;
  const right = rect.x + rect.width - 1;
  const bottom = rect.y + rect.height - 1;
  const radii = [
    [rect.x, rect.y, 1, 1],
    [right, rect.y, -1, 1],
    [right, bottom, -1, -1],
    [rect.x, bottom, 1, -1],
  ].map(([x = 0, y = 0, dx = 1, dy = 1]) => {
    let empty = 0;
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const pixel = view.pixels[(y + dy * row) * view.stride + x + dx * column] ?? 0;
        const part = 1 - Math.min(1, channelDistance(pixel, ground) / channelDistance(fill, ground));
        // The empty part of a corner is one piece at its tip: a row ends where the box begins. Soft edges are box.
        if (part < 0.5) break;
        empty += 1;
      }
    }
    return Math.sqrt(empty / CUT_OFF);
  });
  const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
  return radii.every((radius) => Math.abs(radius - mean) <= UNLIKE) ? mean : undefined;
}

/** A text as it is drawn, device px. */
interface MeasuredText {
  /** Around its ink. */
  rect: Rect;
  color: number;
  /** Pixels of ink. */
  ink: number;
}

/** Share of a text's box that its ground must fill for it to be told from the ink. */
const TEXT_GROUND = 0.4;

/** The text drawn about a place. `undefined` when it stands on no plain ground, or when nothing is drawn. */
function measureText(view: PixelView, place: Rect, reach: number): MeasuredText | undefined {
  const ground = dominantColor(view, place);
  if (!ground || ground.share < TEXT_GROUND) return undefined;
  const rect = drawnRect(view, grown(place, reach), ground.color);
  const color = rect && inkColor(view, rect, ground.color);
  if (!rect || color === undefined) return undefined;
  return { rect, color, ink: inkAmount(view, rect, ground.color, color) };
}

/** Lengths of ink differ by rounding; more is another size. Pixels. */
const SAME_HEIGHT = 1;
/** Ratios of width and height of one text at two sizes are alike within this. */
const SAME_SHAPE = 0.08;
/** Ratio of ink from which a text is of another weight; hinting and anti-aliasing stay below. */
const OTHER_WEIGHT = 1.15;
/** CIEDE2000 from which the ink's colour is another one: cores of thin strokes are blended. */
const OTHER_TEXT_COLOR = 4;

/** Returns how two drawings of one text differ: colour, size, weight; each only where nothing else explains the ink. */
function compareTexts(
  reference: MeasuredText,
  actual: MeasuredText,
): { color: boolean; size?: number; weight?: number } {
  const color = colorDistance(reference.color, actual.color) >= OTHER_TEXT_COLOR;
  const heights = reference.rect.height / actual.rect.height;
  const widths = reference.rect.width / actual.rect.width;
  if (Math.abs(reference.rect.height - actual.rect.height) > SAME_HEIGHT)
    return Math.abs(widths / heights - 1) <= SAME_SHAPE ? { color, size: heights } : { color };
  const weight = reference.ink / actual.ink;
  const heavier = Math.max(weight, 1 / weight) >= OTHER_WEIGHT && Math.abs(widths - 1) <= 2 * SAME_SHAPE;
  return heavier ? { color, weight } : { color };
}

/** Both pictures at one scale, that of the actual one: `scale` device px make a CSS px. */
export interface Pictures {
  reference: RawImage;
  actual: RawImage;
  shifts: readonly Shift[];
  scale: number;
}

/** The same pictures as pixels. */
interface Views {
  reference: PixelView;
  actual: PixelView;
}

/** CIEDE2000 up to which a colour read from the actual picture agrees with the computed one; beyond it the reading is not trusted. */
const AS_COMPUTED = 4;
/** Lengths are read to whole pixels: less than this is no difference, CSS px. */
const OTHER_LENGTH = 1.5;

/** CSS px as device px. */
function inPixels({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

/** An opaque `rgb(…)` as a pixel. */
function pixelOf(value: string | undefined): number | undefined {
  const found = value === undefined ? null : /^rgb\((\d+), (\d+), (\d+)\)$/.exec(value);
  return found ? Number(found[1]) | (Number(found[2]) << 8) | (Number(found[3]) << 16) : undefined;
}

/** A pixel as `#rrggbb`. */
export function hex(pixel: number): string {
  return hexColor(pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255);
}

/** Distances beyond its box in which a text is searched, CSS px, smaller each time, until nothing else is in the way. */
const TEXT_REACHES = [10, 5, 2];

/** Colour, size, place and weight of an element's own text, which is in `rect` (CSS px) of the actual picture. */
function typeProperties(element: DomElement, rect: Rect, { shifts, scale }: Pictures, views: Views): RegionProperty[] {
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

/** Distances beyond its box in which an element is searched in the reference, CSS px, smaller each time, until nothing else is in the way. */
const REACHES = [24, 12, 6, 3];
/** Share of a box that one colour must fill to be its ground. */
const GROUND = 0.35;
/** CIEDE2000 from which a ground is another one: about twice just noticeable. */
const OTHER_COLOR = 2;

/**
 * Measures an element in pixels where the reference is only a picture: ground colour, text colour, size and weight of type, radius, size
 * and place of its box. Each is read from both pictures in the same way, and reported only when the value from the actual picture is
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

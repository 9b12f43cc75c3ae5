import type { Rect } from '../../core/vocabulary/geometry.js';
import { channelDistance, type PixelView, pixelAt } from '../../image/pixels.js';
import type { ElementNode } from '../element-tree.js';

/** Which corner of a box is meant. */
export interface Corner {
  right: boolean;
  lower: boolean;
}

/** Length of the diagonal from a corner to its curve, of a radius of 1: sqrt(2) - 1. */
const TO_CURVE = Math.SQRT2 - 1;
/** Device px of the diagonal that are looked at before the corner and behind the curve, and how finely. */
const ABOUT = { before: 4, behind: 6 };
const FINE = 0.25;
/** Levels by which the curve must stand out on the diagonal; correlation from which it is found, and by how much more than at its place in the app. */
const STANDS_OUT = 6;
const FOUND = 0.85;
const CLEARLY = 0.08;

/**
 * By how much larger the radius of a corner is in the reference, device px: from where its curve crosses the diagonal, whatever it is made of,
 * a border or the end of a surface. Undefined where no curve is seen. `rect`, `there`: the box in both pictures, edges to parts of a pixel;
 * `radius`: the one that the app draws; `most`: by how much larger it may be.
 */
export function radiusApart(
  views: { actual: PixelView; reference: PixelView },
  rect: Rect,
  there: Rect,
  corner: Corner,
  radius: number,
  most: number,
): number | undefined {
  const room = Math.min(rect.width, rect.height, there.width, there.height) / 2;
  const [drawn, larger] = [Math.min(radius, room), Math.min(most, room - radius)];
  const [from, to] = [-ABOUT.before, TO_CURVE * drawn + ABOUT.behind];
  const actual = diagonal(views.actual, rect, corner, from, to);
  const [least, far] = [-FINE * Math.ceil((TO_CURVE * drawn + 0.5) / FINE), TO_CURVE * Math.max(0, larger) + 0.5];
  const reference = diagonal(views.reference, there, corner, from + least, to + far);
  if (!actual || !reference || strength(actual) < STANDS_OUT) return undefined;
  const tries = Math.round((far - least) / FINE);
  const here = Math.round(-least / FINE);
  let best = { at: here, alike: likeness(actual, reference, here) };
  const stays = best.alike;
  for (let at = 0; at <= tries; at++) {
    const alike = likeness(actual, reference, at);
    if (alike > best.alike + 1e-6) best = { at, alike };
  }
  if (best.alike < FOUND) return undefined;
  return best.alike < stays + CLEARLY ? 0 : ((best.at - here) * FINE) / TO_CURVE;
}

/** Colours along the diagonal of a corner, `from` to `to` pixels behind it; undefined where it leaves the picture. */
function diagonal(
  view: PixelView,
  rect: Rect,
  { right, lower }: Corner,
  from: number,
  to: number,
): Float32Array | undefined {
  const count = Math.round((to - from) / FINE) + 1;
  const out = new Float32Array(3 * count);
  const [cx, cy] = [right ? rect.x + rect.width : rect.x, lower ? rect.y + rect.height : rect.y];
  for (let k = 0; k < count; k++) {
    const by = (from + k * FINE) / Math.SQRT2;
    // Pixels are as wide as they are: their middle is half a pixel from their edge.
    const [x, y] = [cx + (right ? -by : by) - 0.5, cy + (lower ? -by : by) - 0.5];
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    if (x0 < 0 || y0 < 0 || x0 + 1 >= view.width || y0 + 1 >= view.height) return undefined;
    const [fx, fy] = [x - x0, y - y0];
    const at = y0 * view.stride + x0;
    for (let c = 0; c < 3; c++) {
      const level = (index: number) => ((view.pixels[index] ?? 0) >>> (8 * c)) & 255;
      out[3 * k + c] =
        (level(at) * (1 - fx) + level(at + 1) * fx) * (1 - fy) +
        (level(at + view.stride) * (1 - fx) + level(at + view.stride + 1) * fx) * fy;
    }
  }
  return out;
}

/** Levels between the ends of a diagonal and what differs most from them. */
function strength(line: Float32Array): number {
  let most = 0;
  for (let c = 0; c < 3; c++) {
    let [low, high] = [255, 0];
    for (let k = c; k < line.length; k += 3) {
      low = Math.min(low, line[k] ?? 0);
      high = Math.max(high, line[k] ?? 0);
    }
    most = Math.max(most, high - low);
  }
  return most;
}

/** Correlation, over a pixel each, of the steps of two diagonals, the second one from `offset` on. */
function likeness(actual: Float32Array, reference: Float32Array, offset: number): number {
  const apart = 3 * Math.round(1 / FINE);
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = apart; k < actual.length; k++) {
    const a = (actual[k] ?? 0) - (actual[k - apart] ?? 0);
    const b = (reference[k + 3 * offset] ?? 0) - (reference[k + 3 * offset - apart] ?? 0);
    ab += a * b;
    aa += a * a;
    bb += b * b;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Largest corner that is looked at, device px. */
const MOST_RADIUS = 40;

/**
 * The square in which a corner of at most `most` device px lies: its side, and the pixel so far inside from the corner pixel; negative: outside.
 * Undefined for one that is too small to read.
 */
function squareOf(view: PixelView, rect: Rect, { right, lower }: Corner, most: number) {
  const side = Math.floor(Math.min(most, MOST_RADIUS, rect.width / 2, rect.height / 2));
  if (side < 3) return undefined;
  const [left, top] = [Math.round(rect.x), Math.round(rect.y)];
  const [end, bottom] = [Math.round(rect.x + rect.width) - 1, Math.round(rect.y + rect.height) - 1];
  const [cx, cy, sx, sy] = [right ? end : left, lower ? bottom : top, right ? -1 : 1, lower ? -1 : 1];
  return { side, at: (x: number, y: number) => pixelAt(view, cx + sx * x, cy + sy * y) };
}

/** Share of its square that a corner of radius 1 leaves empty: 1 - pi / 4. */
const CUT_OFF = 1 - Math.PI / 4;
/** Levels between a box and its surroundings from which a corner is read. */
const LEAST_CONTRAST = 10;

/**
 * The radius of a corner from the area that it leaves empty, device px; undefined where it does not stand out. `rect`: the box as it is in this picture, edges to parts of a pixel.
 */
export function radiusAt(
  view: PixelView,
  rect: Rect,
  right: boolean,
  lower: boolean,
  most: number,
  least = LEAST_CONTRAST,
): number | undefined {
  const square = squareOf(view, rect, { right, lower }, most);
  if (!square) return undefined;
  const { side, at } = square;
  // On a picture there is no colour outside to tell a corner from.
  const beside = [at(-3, -1), at(-1, -3)];
  if (
    beside.some(
      (one) => one !== undefined && at(-2, -2) !== undefined && channelDistance(one, at(-2, -2) ?? 0) > 2 * least,
    )
  )
    return undefined;
  // What is outside, diagonally before the corner; what is inside along both of its sides, behind the curve.
  const before = at(-2, -2);
  const outside = before ?? at(0, 0);
  const inside = [at(0, side - 1), at(side - 1, 0)];
  if (outside === undefined || inside[0] === undefined || inside[1] === undefined) return undefined;
  const contrast = Math.min(channelDistance(inside[0], outside), channelDistance(inside[1], outside));
  if (contrast < least) return before === undefined ? 0 : undefined;
  let empty = 0;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side - y; x++) {
      const pixel = at(x, y);
      if (pixel === undefined) return undefined;
      const filled = Math.min(1, channelDistance(pixel, outside) / contrast);
      if (filled > 0.85) break;
      empty += 1 - filled;
    }
  return Math.sqrt(empty / CUT_OFF);
}

/**
 * The radius of a corner from where its outermost line of pixels begins, device px: a border about a surface like what is outside has no area
 * to tell it by. Undefined where that line does not stand out.
 */
export function radiusOfLine(
  view: PixelView,
  rect: Rect,
  right: boolean,
  lower: boolean,
  most: number,
  least = LINE_SEEN,
): number | undefined {
  const square = squareOf(view, rect, { right, lower }, most);
  if (!square) return undefined;
  const { side, at } = square;
  const begin = (beside: (along: number, out: number) => number | undefined) => {
    const line = beside(side, 0);
    const outside = beside(side, -1);
    if (line === undefined || outside === undefined) return undefined;
    const contrast = channelDistance(line, outside);
    if (contrast < least) return undefined;
    let start = side;
    while (start > 0 && channelDistance(beside(start - 1, 0) ?? 0, line) <= contrast / 2) start--;
    // A circle of radius r reaches half a pixel deep r - sqrt(r - 1/4) from its corner.
    const root = 0.5 + Math.sqrt(start);
    return start === 0 ? 0 : root * root + 0.25;
  };
  const [row, column] = [begin(at), begin((along, out) => at(out, along))];
  return row === undefined || column === undefined ? undefined : Math.max(row, column);
}

/** Levels by which a line stands out of what is outside. */
const LINE_SEEN = 6;

/** The largest radius of the corners of an element, CSS px, as computed. */
export function computedRadius({ element }: ElementNode): number {
  const { styles, rect } = element;
  return Math.max(
    0,
    ...['top-left', 'top-right', 'bottom-right', 'bottom-left'].map((corner) => {
      const value = styles[`border-${corner}-radius`] ?? '0px';
      const length = Number.parseFloat(value) || 0;
      return value.includes('%')
        ? (length / 100) * Math.min(rect.width, rect.height)
        : Math.min(length, Math.min(rect.width, rect.height) / 2);
    }),
  );
}

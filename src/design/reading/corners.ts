import type { Rect } from '../../core/vocabulary/geometry.js';
import { type PixelView, pixelAt } from '../../image/pixels.js';
import type { ElementNode } from '../element-tree.js';

/** Which corner of a box is meant. */
export interface Corner {
  right: boolean;
  lower: boolean;
}

/** Device px outside of a corner, and behind its curve, that are looked at. */
const ABOUT = { outside: 3, behind: 3 };
/** Lines across each side that tell what it looks like where it is straight; the middle of them counts. */
const LINES = 3;
/** Levels that must change across a side for its corner to be read. */
const STANDS_OUT = 6;
/** Device px by which a radius differs from the next that is tried where the app's own may fit: half as much goes unseen. */
const NEXT = 2;
/** Device px to which a radius is read, first and in the end. */
const STEPS = [2, 0.5, 0.125] as const;
/** Device px by which curves seem larger than they are, on the mean of what Firefox and Chromium draw. */
const SEEMS_LARGER = 0.15;
/** Device px by which the app's own corner may seem to be off what it is; a corner further off is covered by something. */
const AS_DRAWN = 1.6;
/** Share of what the app's radius leaves unexplained in the reference that another one may leave. */
const UNEXPLAINED = 0.6;
/** Share of the levels across the sides that is left unexplained on the mean by the curve of something else. */
const OTHER_THING = 0.18;

/**
 * By how much larger the radius of a corner is in the reference, device px. A curve looks across as the straight sides beside it do, whatever
 * it is made of: a border, the end of a surface, a shadow. So each radius says what the corner would look like, and the one that is like it
 * best is read. Undefined where no curve is seen, or where the app's own corner is not what it should be, because something covers it.
 * `rect`, `there`: the box in both pictures, with its edges to parts of a pixel; `radius`: the one that the app draws; `most`: by how much
 * larger it may be.
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
  const drawn = Math.min(radius, room);
  const largest = Math.min(room, drawn + most);
  const near = Math.min(largest, drawn + NEXT);
  const nearly = curveOf(views.reference, there, corner, near);
  if (!nearly || (nearly.step < STANDS_OUT && !nearly.isCut)) return undefined;
  const others = [Math.max(0, drawn - NEXT), Math.min(largest, drawn + NEXT)];
  const fits = nearly.off(drawn);
  const isFlat = nearly.step < STANDS_OUT;
  if (isFlat ? drawn === 0 : others.every((other) => fits <= nearly.off(other, fits))) return 0;
  const read = isFlat
    ? 0
    : fitted(near === largest ? nearly : curveOf(views.reference, there, corner, largest), drawn, largest);
  const actual = curveOf(views.actual, rect, corner, largest);
  if (read === undefined || !actual || (actual.step < STANDS_OUT && !actual.isCut)) return undefined;
  const now = actual.step < STANDS_OUT ? 0 : best(actual, largest);
  return Math.abs(now - drawn) > AS_DRAWN ? undefined : read - drawn;
}

/** The radius that explains a corner better than the one that the app draws; undefined where none does. */
function fitted(curve: Curve | undefined, drawn: number, largest: number): number | undefined {
  if (!curve) return undefined;
  const read = best(curve, largest);
  const left = curve.off(read);
  const isRead = left <= UNEXPLAINED * curve.off(drawn) && left <= (OTHER_THING * curve.step) ** 2;
  return isRead ? Math.max(0, read - SEEMS_LARGER) : undefined;
}

/**
 * A corner: the levels across the sides beside it, whether what is outside of it lies outside of the picture, too, and how far it is from the
 * curve of a radius, mean square of levels; infinitely far as soon as it is further than `atMost`, for whom only nearer ones count.
 */
interface Curve {
  step: number;
  isCut: boolean;
  off(radius: number, atMost?: number): number;
}

function best({ off }: Curve, largest: number): number {
  let [at, least] = [0, Number.POSITIVE_INFINITY];
  let [from, to] = [0, largest];
  for (const step of STEPS) {
    for (let radius = from; radius <= to; radius += step) {
      const left = off(radius, least);
      if (left < least) [at, least] = [radius, left];
    }
    [from, to] = [Math.max(0, at - step), Math.min(largest, at + step)];
  }
  return at;
}

/** Undefined where the corner is too small to read, or not in the picture. In the corner of a page what its outermost pixel shows is what is outside. */
function curveOf(view: PixelView, rect: Rect, { right, lower }: Corner, largest: number): Curve | undefined {
  const side = Math.floor(Math.min(largest + ABOUT.behind, rect.width / 2, rect.height / 2));
  if (side < 3) return undefined;
  const { outside } = ABOUT;
  const [left, top] = [Math.round(rect.x), Math.round(rect.y)];
  const [end, bottom] = [Math.round(rect.x + rect.width) - 1, Math.round(rect.y + rect.height) - 1];
  const [cx, cy, sx, sy] = [right ? end : left, lower ? bottom : top, right ? -1 : 1, lower ? -1 : 1];
  const tip = pixelAt(view, cx, cy);
  if (tip === undefined) return undefined;
  let isCut = false;
  const at = (x: number, y: number) => {
    const pixel = pixelAt(view, cx + sx * x, cy + sy * y);
    if (pixel !== undefined || (x >= 0 && y >= 0)) return pixel;
    isCut = true;
    return tip;
  };
  const isSeen = (x: number, y: number) => pixelAt(view, cx + sx * x, cy + sy * y) !== undefined;
  const size = side + outside;
  const seen = new Uint32Array(size * size);
  const unseen = new Set<number>();
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const pixel = at(x - outside, y - outside);
      if (pixel === undefined) return undefined;
      seen[y * size + x] = pixel;
      if (!isSeen(x - outside, y - outside)) unseen.add(y * size + x);
    }
  const upright = across((along, deep) => at(deep, along), rect.height, side);
  const level = across((along, deep) => at(along, deep), rect.width, side);
  if (!upright || !level) return undefined;
  // A side between two pixels covers part of the outermost ones; so it does of the one in the corner.
  const isFainter = stepIn(upright) <= stepIn(level);
  let count = 0;
  for (let y = 0; y < size; y++) for (let x = 0; x + y < size + outside; x++) if (!unseen.has(y * size + x)) count += 3;
  const off = (radius: number, atMost = Number.POSITIVE_INFINITY) => {
    let sum = 0;
    for (let y = 0; y < size; y++) {
      for (let x = 0; x + y < size + outside; x++) {
        if (unseen.size > 0 && unseen.has(y * size + x)) continue;
        const [px, py] = [x - outside + 0.5, y - outside + 0.5];
        const [ax, ay] = [Math.max(0, radius - px), Math.max(0, radius - py)];
        const far = Math.hypot(ax, ay);
        // How deep behind the outline a pixel lies, and how much it lies behind the upright side of the two.
        const isCurved = ax > 0 && ay > 0;
        const deep = (isCurved ? radius - far : Math.min(px, py)) - 0.5 + outside;
        const part = isCurved ? (ax / far) ** 2 : px < py || (px === py && isFainter) ? 1 : 0;
        const k = Math.max(0, Math.min(size - 2, Math.floor(deep)));
        const rest = Math.max(0, Math.min(1, deep - k));
        const pixel = seen[y * size + x] ?? 0;
        for (let c = 0; c < 3; c++) {
          const [i, j] = [3 * k + c, 3 * k + 3 + c];
          const would =
            part * ((upright[i] ?? 0) * (1 - rest) + (upright[j] ?? 0) * rest) +
            (1 - part) * ((level[i] ?? 0) * (1 - rest) + (level[j] ?? 0) * rest);
          sum += (would - ((pixel >>> (8 * c)) & 255)) ** 2;
        }
      }
      // What is added is never negative: the rest cannot bring it nearer again.
      if (sum / count > atMost) return Number.POSITIVE_INFINITY;
    }
    return sum / count;
  };
  return { step: Math.max(spread(upright), spread(level)), isCut, off };
}

/** Colours across a side from outside to inside, each the middle one of lines where it is straight; undefined outside of the picture. */
function across(
  pixel: (along: number, deep: number) => number | undefined,
  length: number,
  side: number,
): Float32Array | undefined {
  const from = Math.min(side, Math.floor(length / 2) - 1);
  const usable = Math.max(1, Math.floor(length) - 2 * from);
  const colors = new Float32Array((side + ABOUT.outside) * 3);
  for (let k = 0; k < side + ABOUT.outside; k++) {
    const lines: number[] = [];
    for (let line = 0; line < LINES; line++) {
      const one = pixel(from + Math.floor(((line + 0.5) * usable) / LINES), k - ABOUT.outside);
      if (one === undefined) return undefined;
      lines.push(one);
    }
    for (let c = 0; c < 3; c++) {
      const [a = 0, b = 0, d = 0] = lines.map((one) => (one >>> (8 * c)) & 255);
      colors[3 * k + c] = Math.max(Math.min(a, b), Math.min(Math.max(a, b), d));
    }
  }
  return colors;
}

/** Levels between what is outside of a side and its outermost pixel, over all channels. */
function stepIn(colors: Float32Array): number {
  const inside = 3 * ABOUT.outside;
  return [0, 1, 2].reduce((sum, c) => sum + Math.abs((colors[inside + c] ?? 0) - (colors[c] ?? 0)), 0);
}

/** Levels between the darkest and the lightest of some colours, of the channel that has most. */
function spread(colors: Float32Array): number {
  let most = 0;
  for (let c = 0; c < 3; c++) {
    let [low, high] = [255, 0];
    for (let k = c; k < colors.length; k += 3) {
      low = Math.min(low, colors[k] ?? 0);
      high = Math.max(high, colors[k] ?? 0);
    }
    most = Math.max(most, high - low);
  }
  return most;
}

/** The largest radius of the corners of an element, CSS px, as computed. */
export function computedRadius(node: ElementNode): number {
  return Math.max(...NAMES.map((corner) => radiusOf(node, corner)));
}

/** CSS px of a side that must be straight for its border to be read. */
export const STRAIGHT = 12;

/** CSS px of a side of an element between the curves of its corners. */
export function straightOf(node: ElementNode, side: 'left' | 'top' | 'right' | 'bottom'): number {
  const { height, width } = node.element.rect;
  return (side === 'left' || side === 'right' ? height : width) - 2 * computedRadius(node);
}

const NAMES = ['top-left', 'top-right', 'bottom-right', 'bottom-left'] as const;

/** The radius of one corner of an element, CSS px, as computed. */
export function radiusOf({ element }: ElementNode, corner: (typeof NAMES)[number]): number {
  const { styles, rect } = element;
  const value = styles[`border-${corner}-radius`] ?? '0px';
  const length = Number.parseFloat(value) || 0;
  const least = Math.min(rect.width, rect.height);
  return value.includes('%') ? Math.min((length / 100) * least, least / 2) : Math.min(length, least / 2);
}

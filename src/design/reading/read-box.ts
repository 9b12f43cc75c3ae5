import type { Rect } from '../../core/vocabulary/geometry.js';
import { channelDistance, type PixelView, pixelAt } from '../../image/pixels.js';
import type { ElementNode } from '../element-tree.js';

export const SIDES = ['left', 'top', 'right', 'bottom'] as const;
export type Side = (typeof SIDES)[number];

/** A side of a painted box in the reference. */
export interface SideRead {
  /** How much further right (left and right sides) or lower it stands there, device px. */
  by: number;
  /** Correlation of what lies across it; 1 is the same. */
  alike: number;
  /** What lies across it from 8 px outside to 8 px inside, as it is in the app and, at its place, in the reference. */
  actual: Profile;
  reference: Profile;
  /** Device px of its border there, where that is another width. */
  border?: number;
}

/** Colours along a line across a side, from outside to inside; the side lies between the middle two. */
export type Profile = Float32Array;

/** Pixels on each side of an edge that are looked at. */
const DEPTH = 8;
/** Lines across a side that are looked at; the middle of them counts. */
const LINES = 15;
/** Levels that a colour must change by across a side for it to be seen. */
const SEEN = 5;
/** Correlation from which a side is found. */
export const SAME_SIDE = 0.7;

/** The colour of one pixel as three numbers into a profile. */
const channel = (pixel: number, at: number) => (pixel >>> (8 * at)) & 255;

/**
 * Colours across a side of a rectangle (device px), moved by `by` along the normal and `slide` along the side: the median of lines in its
 * middle part. `depth`: pixels outside and inside.
 */
export function profileAcross(
  view: PixelView,
  rect: Rect,
  side: Side,
  by: number,
  slide: number,
  depth: number,
  inset: number,
): Profile {
  const upright = side === 'left' || side === 'right';
  const edge = Math.round(
    side === 'left' ? rect.x : side === 'top' ? rect.y : side === 'right' ? rect.x + rect.width : rect.y + rect.height,
  );
  const outwards = side === 'left' || side === 'top' ? -1 : 1;
  const [from, length] = upright ? [rect.y, rect.height] : [rect.x, rect.width];
  const usable = Math.max(1, length - 2 * inset);
  const lines = Math.max(1, Math.min(LINES, Math.floor(usable)));
  const profile = new Float32Array(2 * depth * 3);
  const values: number[] = [];
  for (let k = 0; k < 2 * depth; k++) {
    // k counts from outside to inside; the edge lies between depth - 1 and depth.
    const inside = k - depth;
    const along = outwards < 0 ? edge + inside + by : edge - 1 - inside + by;
    for (let c = 0; c < 3; c++) {
      values.length = 0;
      for (let line = 0; line < lines; line++) {
        const across = Math.round(from + inset + ((line + 0.5) * usable) / lines - 0.5 + slide);
        const pixel = upright ? pixelAt(view, along, across) : pixelAt(view, across, along);
        if (pixel !== undefined) values.push(channel(pixel, c));
      }
      values.sort((a, b) => a - b);
      profile[k * 3 + c] = values[values.length >> 1] ?? 255;
    }
  }
  return profile;
}

/** Returns how much of a profile is seen: the largest step of a channel near the edge. */
export function stepOf(profile: Profile): number {
  let most = 0;
  const middle = profile.length / 6;
  for (let k = middle - 3; k < middle + 3; k++)
    for (let c = 0; c < 3; c++)
      most = Math.max(most, Math.abs((profile[k * 3 + c] ?? 0) - (profile[(k - 1) * 3 + c] ?? 0)));
  return most;
}

/**
 * Looks for a side in the reference, near where it would stand, at most `reach` pixels away; undefined where nothing is to be seen of it in
 * the app, and `alike` below `SAME_SIDE` where it is not there. `border`: device px of its border in the app, which may be of another width there,
 * by `apart` or more.
 */
export function readSide(
  views: { actual: PixelView; reference: PixelView },
  rect: Rect,
  side: Side,
  expected: { dx: number; dy: number },
  reach: number,
  border = 0,
  apart = 1,
): SideRead | undefined {
  const length = side === 'left' || side === 'right' ? rect.height : rect.width;
  const inset = Math.min(length * 0.25, 14);
  const actual = profileAcross(views.actual, rect, side, 0, 0, DEPTH, inset);
  if (stepOf(actual) < SEEN) return undefined;
  const upright = side === 'left' || side === 'right';
  const [by, slide] = upright
    ? [Math.round(expected.dx), Math.round(expected.dy)]
    : [Math.round(expected.dy), Math.round(expected.dx)];
  // One long profile holds all places that are tried.
  const long = profileAcross(views.reference, rect, side, by, slide, DEPTH + reach + 1, inset);
  const way = side === 'left' || side === 'top' ? 1 : -1;
  let at = (t: number) => steps(actual, long, reach + 1 + way * t);
  const search = () => {
    let best = { t: 0, alike: -2 };
    for (let t = -reach; t <= reach; t++) {
      const alike = at(t) - 0.002 * Math.abs(t);
      if (alike > best.alike) best = { t, alike };
    }
    return best;
  };
  let best = search();
  let other: number | undefined;
  if (border >= 1 && best.alike < SURE)
    for (const width of BORDERS) {
      if (Math.abs(width - border) < apart) continue;
      const drawn = withBorder(actual, border, width);
      const before = at;
      at = (t: number) => steps(drawn, long, reach + 1 + way * t);
      const here = search();
      if (here.alike >= SURE && here.alike > best.alike + CLEARLY) [best, other] = [here, width];
      else at = before;
    }
  const fine = peak(at(best.t - 1), at(best.t), at(best.t + 1));
  const start = (reach + 1 + way * best.t) * 3;
  const reference = long.slice(start, start + actual.length);
  return {
    by: by + best.t + fine,
    alike: best.alike,
    actual,
    reference,
    // None at all is one of the colour of what is beside it.
    ...(other ? { border: other } : {}),
  };
}

/** Correlation from which a side is what is looked for; widths that a border may have instead, device px; and how much more alike it must be. */
const SURE = 0.95;
const BORDERS = [0, 1, 2, 3, 4, 5, 6];
const CLEARLY = 0.05;

/** A profile as it would be with a border of another width: what is inside begins earlier or later. */
function withBorder(profile: Profile, from: number, to: number): Profile {
  const count = profile.length / 3;
  const middle = count / 2;
  const [now, then] = [Math.round(from), to];
  const changed = new Float32Array(profile.length);
  for (let k = 0; k < count; k++) {
    const inside = k - middle;
    const of =
      inside < 0 ? k : inside < then ? middle + Math.min(inside, now - 1) : Math.min(count - 1, k - then + now);
    for (let c = 0; c < 3; c++) changed[k * 3 + c] = profile[of * 3 + c] ?? 0;
  }
  return changed;
}

function peak(before: number, here: number, after: number): number {
  if (here > 0.999) return 0;
  const bend = before - 2 * here + after;
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / bend));
}

/** Correlation of the steps of two profiles, nearest to the edge counting most; recoloured sides are alike as long as they step at one place. */
function steps(actual: Profile, long: Profile, offset: number): number {
  let [ab, aa, bb] = [0, 0, 0];
  const count = actual.length / 3;
  for (let k = 1; k < count; k++) {
    const weight = Math.exp(-(((k - count / 2) / 3) ** 2));
    for (let c = 0; c < 3; c++) {
      const a = (actual[k * 3 + c] ?? 0) - (actual[(k - 1) * 3 + c] ?? 0);
      const b = (long[(k + offset) * 3 + c] ?? 0) - (long[(k + offset - 1) * 3 + c] ?? 0);
      ab += weight * a * b;
      aa += weight * a * a;
      bb += weight * b * b;
    }
  }
  return aa === 0 || bb < 4 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Largest corner that is looked at, device px. */
const MOST_RADIUS = 40;
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
  const side = Math.floor(Math.min(most, MOST_RADIUS, rect.width / 2, rect.height / 2));
  if (side < 3) return undefined;
  const [left, top] = [Math.round(rect.x), Math.round(rect.y)];
  const [end, bottom] = [Math.round(rect.x + rect.width) - 1, Math.round(rect.y + rect.height) - 1];
  const [cx, cy, sx, sy] = [right ? end : left, lower ? bottom : top, right ? -1 : 1, lower ? -1 : 1];
  const at = (x: number, y: number) => pixelAt(view, cx + sx * x, cy + sy * y);
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
  const side = Math.floor(Math.min(most, MOST_RADIUS, rect.width / 2, rect.height / 2));
  if (side < 3) return undefined;
  const [left, top] = [Math.round(rect.x), Math.round(rect.y)];
  const [end, bottom] = [Math.round(rect.x + rect.width) - 1, Math.round(rect.y + rect.height) - 1];
  const [cx, cy, sx, sy] = [right ? end : left, lower ? bottom : top, right ? -1 : 1, lower ? -1 : 1];
  const begin = (at: (along: number, out: number) => number | undefined) => {
    const line = at(side, 0);
    const outside = at(side, -1);
    if (line === undefined || outside === undefined) return undefined;
    const contrast = channelDistance(line, outside);
    if (contrast < least) return undefined;
    let start = side;
    while (start > 0 && channelDistance(at(start - 1, 0) ?? 0, line) <= contrast / 2) start--;
    // A circle of radius r reaches half a pixel deep r - sqrt(r - 1/4) from its corner.
    const root = 0.5 + Math.sqrt(start);
    return start === 0 ? 0 : root * root + 0.25;
  };
  const [row, column] = [
    begin((along, out) => pixelAt(view, cx + sx * along, cy + sy * out)),
    begin((along, out) => pixelAt(view, cx + sx * out, cy + sy * along)),
  ];
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

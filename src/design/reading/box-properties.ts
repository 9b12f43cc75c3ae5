import { colorDistance } from '../../compare/color-distance.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { channelDistance, type PixelView } from '../../image/pixels.js';
import { px } from '../css-values.js';
import type { ElementNode } from '../element-tree.js';
import { hex } from '../measured-properties.js';
import type { Pictured } from './cells.js';
import { radiusApart, radiusOf, STRAIGHT, straightOf } from './corners.js';
import { measured } from './finding.js';
import { type Profile, SAME_SIDE, SIDES, type Side, type SideRead, shadowApart } from './read-box.js';

/** Who drew the reference, and whether it was compressed or scaled down (`lossy`), compressed (`blurred`: its colours are), or scaled down. */
export interface Drawn {
  same: boolean;
  lossy: boolean;
  blurred: boolean;
  scaled: boolean;
}

/** A box that was found: where it is in the app and in the reference, device px, and its sides. */
interface BoxFound {
  rect: Rect;
  there: Rect;
  sides: Partial<Record<Side, SideRead>>;
  /** Sides that look otherwise in the reference, with what lies across them where they would stand. */
  unlike: Partial<Record<Side, SideRead>>;
}

/** CSS px by which a corner's radius differs at least, where pixels are as they were drawn and where they were compressed or scaled down; and by how much it may be larger. */
const OTHER_RADIUS = { clear: 1.6, lossy: 1.9 };
const MOST_LARGER = 16;
/** Share by which the amount of a border differs at least. */
const OTHER_BORDER = 0.12;
/** CIEDE2000 from which a ground is another one. */
const OTHER_GROUND = 3;
/** CSS px of the smallest box whose shadow is looked at. */
const LEAST_SHADOWED = 12;
/** Levels of a border, summed over its width, from which it stands out. */
const STANDS_OUT = 12;

/** Radius, border and shadow of a box, as far as they differ. */
export function boxProperties(node: ElementNode, pictured: Pictured, box: BoxFound, drawn: Drawn): RegionProperty[] {
  const { sides, unlike } = box;
  const width = otherWidth(node, sides, pictured.scale);
  const line = drawn.same
    ? [...width, ...borders(node, sides, pictured.scale)]
    : width.length > 0
      ? width
      : otherLine(node, { ...unlike, ...sides }, pictured.scale, drawn);
  // A wider border has another curve within its corners: of what is round it is not known then.
  const isWider = line.some(({ property }) => property.endsWith('-width'));
  return [...(isWider ? [] : radius(node, pictured, box, drawn)), ...line, ...shadow(node, pictured, box, drawn)];
}

function shadow({ element, seen }: ElementNode, { views }: Pictured, box: BoxFound, drawn: Drawn): RegionProperty[] {
  if (!seen || Math.min(seen.width, seen.height) < LEAST_SHADOWED) return [];
  const now = element.styles['box-shadow'];
  const then = shadowApart(views, box, now, drawn);
  return then === undefined ? [] : [measured('box-shadow', then, now ?? 'none')];
}

/** A border of another width, where two sides or all that are seen agree; of one that is as wide on all sides more than half of them. */
function otherWidth(node: ElementNode, sides: Partial<Record<Side, SideRead>>, scale: number): RegionProperty[] {
  const found = SIDES.flatMap((side) =>
    sides[side] && straightOf(node, side) >= STRAIGHT ? [{ side, border: sides[side].border }] : [],
  );
  const other = found.filter(({ border }) => border !== undefined);
  const [first] = other;
  const widths = new Set(SIDES.map((side) => node.element.styles[`border-${side}-width`] ?? '0px'));
  // Two of four that seem to have another one end in curves of another radius.
  const enough = widths.size === 1 ? found.length / 2 + 0.5 : Math.min(2, found.length);
  if (first?.border === undefined || other.length < enough) return [];
  const { side, border } = first;
  const now = Number.parseFloat(node.element.styles[`border-${side}-width`] ?? '0') || 0;
  const own = SIDES.filter((one) => Number.parseFloat(node.element.styles[`border-${one}-width`] ?? '0') > 0);
  const isOne = other.length === 1 && (found.length > 1 || own.length === 1);
  const name = isOne ? `border-${side}-width` : 'border-width';
  return [measured(name, px(Math.round((border / scale) * 10) / 10), px(now))];
}

const CORNERS = [
  [{ right: false, lower: false }, 'top-left'],
  [{ right: true, lower: false }, 'top-right'],
  [{ right: false, lower: true }, 'bottom-left'],
  [{ right: true, lower: true }, 'bottom-right'],
] as const;

function radius(
  node: ElementNode,
  { views, scale }: Pictured,
  { rect, there, sides }: BoxFound,
  { same, lossy }: Drawn,
): RegionProperty[] {
  // Where it begins and ends is known from sides, not from what it holds.
  const isElsewhere = Math.abs(there.x - rect.x) >= 1;
  if (isElsewhere && sides.left === undefined && sides.right === undefined) return [];
  const read: { now: number; by: number }[] = [];
  for (const [corner, name] of CORNERS) {
    // Of a box whose end was not found it is not known where its corner is, but at the end of the page.
    const [along, across] = [corner.right ? 'right' : 'left', corner.lower ? 'bottom' : 'top'] as const;
    const isKnown = (side: Side) =>
      sides[side] !== undefined || (isAtEnd(views.actual, rect, side) && isAtEnd(views.reference, there, side));
    if (!same && !(isKnown(along) && isKnown(across))) continue;
    const now = radiusOf(node, name);
    const by = radiusApart(views, rect, there, corner, now * scale, MOST_LARGER * scale);
    if (by !== undefined) read.push({ now, by: by / scale });
  }
  const limit = lossy ? OTHER_RADIUS.lossy : OTHER_RADIUS.clear;
  const wrong = read.filter(({ by }) => Math.abs(by) >= limit);
  // One corner may be hidden by something; two that agree are a radius.
  if (wrong.length < Math.max(2, read.length / 2) || wrong.some(({ by }) => by * (wrong[0]?.by ?? 0) < 0)) return [];
  const now = Math.max(...wrong.map((one) => one.now));
  // What stands behind one corner must not count: the middle one of those that differ is the radius.
  const expected = wrong.map((one) => one.now + one.by).sort((one, other) => one - other);
  const [low, high] = [expected[(expected.length - 1) >> 1] ?? 0, expected[expected.length >> 1] ?? 0];
  return [measured('border-radius', px(Math.max(0, Math.round((low + high) / 2))), px(Math.round(now)))];
}

/** Returns true when a side of a box is that of the picture. */
function isAtEnd({ width, height }: PixelView, rect: Rect, side: Side): boolean {
  const at = { left: rect.x, top: rect.y, right: width - rect.x - rect.width, bottom: height - rect.y - rect.height };
  return Math.abs(at[side]) < 0.5;
}

/** Amount of a line between what is outside and inside, per channel: the area by which a profile leaves the step from one to the other. */
function lineOf(
  profile: Profile,
  width: number,
): { amount: [number, number, number]; outside: number; inside: number } {
  const middle = profile.length / 6;
  const reach = Math.ceil(width) + 2;
  const at = (k: number, c: number) => profile[Math.max(0, Math.min(profile.length / 3 - 1, k)) * 3 + c] ?? 0;
  const amount: [number, number, number] = [0, 0, 0];
  let [outside, inside] = [0, 0];
  for (const c of [0, 1, 2] as const) {
    const [out, within] = [at(middle - 3, c), at(middle + reach, c)];
    for (let k = middle - 2; k < middle + reach; k++) amount[c] += at(k, c) - (k < middle ? out : within);
    outside |= Math.round(out) << (8 * c);
    inside |= Math.round(within) << (8 * c);
  }
  return { amount, outside: outside >>> 0, inside: inside >>> 0 };
}

function borders(node: ElementNode, sides: Partial<Record<Side, SideRead>>, scale: number): RegionProperty[] {
  const { styles } = node.element;
  const found: { side: Side; ratio: number; expected: number; actual: number; width: number }[] = [];
  let read = 0;
  for (const side of SIDES) {
    const width = (Number.parseFloat(styles[`border-${side}-width`] ?? '0') || 0) * scale;
    const one = sides[side];
    // A side that is all curve has no straight line to be read.
    if (!one || one.border !== undefined || width < 0.5 || width > 6 || straightOf(node, side) < 3) continue;
    read++;
    const [a, b] = [lineOf(one.actual, width), lineOf(one.reference, width)];
    const length = Math.hypot(...a.amount);
    // A line that hardly stands out tells nothing.
    if (length < STANDS_OUT) continue;
    // Between other colours the same line is another one; those are told.
    if (colorDistance(a.outside, b.outside) >= OTHER_GROUND || colorDistance(a.inside, b.inside) >= OTHER_GROUND)
      continue;
    const ratio = (a.amount[0] * b.amount[0] + a.amount[1] * b.amount[1] + a.amount[2] * b.amount[2]) / length ** 2;
    const off =
      Math.hypot(
        b.amount[0] - ratio * a.amount[0],
        b.amount[1] - ratio * a.amount[1],
        b.amount[2] - ratio * a.amount[2],
      ) / length;
    if (Math.abs(ratio - 1) < OTHER_BORDER && off < OTHER_BORDER) continue;
    const [expected, actual] = [colorOfLine(b, width), colorOfLine(a, width)];
    if (colorDistance(expected, actual) < 2.5) continue;
    found.push({ side, ratio, expected, actual, width });
  }
  const [first] = found;
  if (!first || found.length < read / 2) return [];
  const now = Math.round(first.width / scale);
  const name = (what: string) => (read > 1 ? `border-${what}` : `border-${first.side}-${what}`);
  return [
    measured(name('color'), hex(first.expected), hex(first.actual)),
    ...(first.ratio < 0.7 || first.ratio > 1.5
      ? [measured(name('width'), px(Math.max(0, Math.round(now * first.ratio))), px(now))]
      : []),
  ];
}

/** Pixels by which a side may stand off where it is compared; by which one that looks otherwise may. */
const OFF = { found: 0.6, unlike: 1.1 };
/** Levels, summed over its width, and CIEDE2000 by which a border differs at least; shares of its own amount, and of the step beside it. */
const LINE_APART = { levels: 6, color: 3, share: 0.08, step: 0 };
const BLURRED_LINE_APART = { levels: 45, color: 15, share: 0.4, step: 0.38 };

/**
 * A border of another width or colour, drawn by another renderer. What lies across a side differs by the border, and by a part of the step
 * from outside to inside where the side stands between two pixels: that part does not count.
 */
function otherLine(
  node: ElementNode,
  sides: Partial<Record<Side, SideRead>>,
  scale: number,
  { blurred, scaled }: Drawn,
): RegionProperty[] {
  const { styles } = node.element;
  const least = blurred ? BLURRED_LINE_APART : LINE_APART;
  const found: { side: Side; expected: number; actual: number; width: number; wider: number | undefined }[] = [];
  let read = 0;
  for (const side of SIDES) {
    const one = sides[side];
    const width = (Number.parseFloat(styles[`border-${side}-width`] ?? '0') || 0) * scale;
    if (!one || width < 0.5 || width > 6 || straightOf(node, side) < STRAIGHT) continue;
    const [a, b] = [lineOf(one.actual, width), lineOf(one.reference, width)];
    if (colorDistance(a.outside, b.outside) >= OTHER_GROUND || colorDistance(a.inside, b.inside) >= OTHER_GROUND)
      continue;
    read++;
    const step = ([0, 1, 2] as const).map((c) => ((a.inside >>> (8 * c)) & 255) - ((a.outside >>> (8 * c)) & 255));
    const apart = ([0, 1, 2] as const).map((c) => b.amount[c] - a.amount[c]);
    const square = step.reduce((sum, one) => sum + one * one, 0);
    const along = square === 0 ? 0 : apart.reduce((sum, one, c) => sum + one * (step[c] ?? 0), 0) / square;
    const most = one.alike < SAME_SIDE ? OFF.unlike : OFF.found;
    const off = Math.max(-most, Math.min(most, along));
    const left = apart.map((one, c) => one - off * (step[c] ?? 0)) as [number, number, number];
    const levels = Math.hypot(...left);
    const actual = colorOfLine(a, width);
    const amount = a.amount.map((one, c) => one + (left[c] ?? 0)) as [number, number, number];
    const expected = colorOfLine({ amount, inside: a.inside }, width);
    const own = Math.max(least.share * Math.hypot(...a.amount), least.step * Math.sqrt(square));
    if (levels < Math.max(least.levels, own)) continue;
    if (colorDistance(expected, actual) < least.color) continue;
    const peaks = peakOf(one.reference, width) / Math.max(1, peakOf(one.actual, width));
    found.push({ side, expected, actual, width, wider: widthOf(a.amount, amount, width, scaled ? undefined : peaks) });
  }
  const [first] = found;
  // Brought down from twice the size, or compressed, one side alone tells nothing.
  const enough = Math.max(scaled || blurred ? 2 : 1, 0.6 * read);
  if (!first || found.length < enough || (read > 1 && found.length < 2)) return [];
  const name = (what: string) => (read > 1 ? `border-${what}` : `border-${first.side}-${what}`);
  const color = measured(name('color'), hex(first.expected), hex(first.actual));
  const wide = found.filter(({ wider }) => wider !== undefined && wider === first.wider);
  if (first.wider === undefined || 2 * wide.length <= found.length) return [color];
  const width = measured(name('width'), px(first.wider / scale), px(Math.round((10 * first.width) / scale) / 10));
  // Brought down from twice the size, a line between two pixels is as faint as one of a lighter colour.
  return scaled ? [width, color] : [width];
}

/** Share by which the amount of a line may stray from that of one of another width, and by which its colour may. */
const OF_WIDTH = 0.2;
const OF_COLOR = 0.3;

/**
 * Device px of the border that has so much more or less of the same colour, in whole ones; undefined where it is its colour that differs.
 * `peaks`: of the reference and of the app, by which the strongest pixel of the line stands out, as a ratio; undefined where that tells nothing.
 */
function widthOf(
  now: readonly [number, number, number],
  then: readonly [number, number, number],
  width: number,
  peaks: number | undefined,
): number | undefined {
  const length = Math.hypot(...now);
  if (length === 0) return undefined;
  const ratio = now.reduce((sum, one, c) => sum + one * (then[c] ?? 0), 0) / length ** 2;
  const stray = Math.hypot(...now.map((one, c) => (then[c] ?? 0) - ratio * one)) / length;
  const wide = Math.round(width * ratio);
  if (wide < 1 || wide === Math.round(width) || Math.abs(width * ratio - wide) > OF_WIDTH * Math.max(1, wide))
    return undefined;
  if (stray > OF_COLOR * ratio) return undefined;
  return peaks === undefined || Math.abs(Math.log(peaks)) < Math.abs(Math.log(peaks / ratio)) ? wide : undefined;
}

/** Levels by which the strongest pixel of a line stands out of what is outside and inside. */
function peakOf(profile: Profile, width: number): number {
  const { outside, inside } = lineOf(profile, width);
  const middle = profile.length / 6;
  let most = 0;
  for (let k = middle - 2; k < middle + Math.ceil(width) + 2; k++) {
    let pixel = 0;
    for (const c of [0, 1, 2]) pixel |= Math.round(profile[k * 3 + c] ?? 0) << (8 * c);
    most = Math.max(most, Math.min(channelDistance(pixel >>> 0, outside), channelDistance(pixel >>> 0, inside)));
  }
  return most;
}

function colorOfLine({ amount, inside }: { amount: [number, number, number]; inside: number }, width: number): number {
  let color = 0;
  for (const c of [0, 1, 2] as const) {
    const level = ((inside >>> (8 * c)) & 255) + amount[c] / Math.max(1, width);
    color |= Math.max(0, Math.min(255, Math.round(level))) << (8 * c);
  }
  return color >>> 0;
}

import { colorDistance } from '../../compare/color-distance.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { channelDistance, dominantColor } from '../../image/pixels.js';
import { px } from '../css-values.js';
import { type ElementNode, paintsBox } from '../element-tree.js';
import { hex } from '../measured-properties.js';
import { type Edges, type Finding, measured, type Offset } from './finding.js';
import type { Pictured } from './judge-text.js';
import {
  computedRadius,
  type Profile,
  radiusAt,
  readSide,
  SAME_SIDE,
  SIDES,
  type Side,
  type SideRead,
  stepOf,
} from './read-box.js';

/** A painted box in the reference. */
export interface BoxRead {
  node: ElementNode;
  edges: Edges;
  /** Sides that are seen in the app and not there in the reference. */
  lost: Side[];
  seen: number;
  properties: RegionProperty[];
  /** Something steps about where a lost side would be. */
  isLineThere: boolean;
}

/** Device px about its place in which a side is looked for: first near, then as far as a box may be larger, where it must be surer. */
const NEAR = 5;
const FAR = 26;
const SURE_SIDE = 0.93;
/** Levels of a step, and of a corner, that compression leaves clear. */
const CLEAR = 60;
/** Device px of a side below which it is the end of a line. */
const SHORT = 6;
/** CSS px by which a corner's radius differs at least, and how far the reading may be off what is computed. */
const OTHER_RADIUS = 1.6;
const AS_COMPUTED = 1.5;
/** Share by which the amount of a border differs at least, and CIEDE2000 of its colour. */
const OTHER_BORDER = { same: 0.12, other: 0.5, lossy: 0.8 };
/** CIEDE2000 from which a ground is another one. */
const OTHER_GROUND = 3;
/** CSS px of a side that must be straight. */
const STRAIGHT = 12;
/** Levels of a border, summed over its width, from which it stands out. */
const STANDS_OUT = { same: 12, other: 30 };

/** Who drew the reference, and whether it was compressed. */
export interface Drawn {
  same: boolean;
  lossy: boolean;
}

const DRAWN = new Set(['img', 'svg', 'canvas', 'video', 'iframe', 'embed', 'object']);

/** Returns true when an element is judged as a box. */
export function isBox(node: ElementNode): boolean {
  const { seen, element } = node;
  return (
    seen !== undefined &&
    paintsBox(element) &&
    !DRAWN.has(element.tag) &&
    seen.width >= 6 &&
    seen.height >= 1 &&
    element.styles.opacity !== '0'
  );
}

/** Reads a box: its sides, corners and borders. `expected`: where it would stand. */
export function readBox(node: ElementNode, pictured: Pictured, expected: Offset, drawn: Drawn): BoxRead {
  const { views, scale } = pictured;
  const { x, y, width, height } = node.seen ?? node.element.rect;
  const rect = { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
  const edges: Edges = {};
  const lost: Side[] = [];
  const sides: Partial<Record<Side, SideRead>> = {};
  let seen = 0;
  let isLineThere = false;
  for (const side of SIDES) {
    if (!isDrawn(node, side)) continue;
    // The ends of a line are too short to be read.
    if ((side === 'left' || side === 'right' ? rect.height : rect.width) < SHORT) continue;
    let found: SideRead | undefined = readSide(views, rect, side, expected, NEAR);
    // One line is like another: drawn by another renderer it is not looked for far away.
    if (
      found &&
      found.alike < SAME_SIDE &&
      !drawn.lossy &&
      (drawn.same || Math.min(rect.width, rect.height) >= SHORT)
    ) {
      const far = readSide(views, rect, side, expected, FAR);
      const strength = far ? stepOf(far.reference) / stepOf(far.actual) : 0;
      if (far && far.alike >= SURE_SIDE && strength > 0.5 && strength < 2) found = far;
    }
    if (!found) continue;
    seen++;
    if (found.alike >= SAME_SIDE) {
      edges[side] = found.by;
      sides[side] = found;
      continue;
    }
    lost.push(side);
    isLineThere ||= stepOf(found.reference) >= 4;
  }
  const there = movedBy(rect, edges, expected);
  const properties = [
    ...radius(node, pictured, rect, there, drawn),
    ...borders(node, sides, scale, drawn),
    ...shadow(node, sides, drawn),
  ];
  return { node, edges, lost, seen, properties, isLineThere };
}

/** A side that is cut off is none of the element's. */
function isDrawn({ seen, element }: ElementNode, side: Side): boolean {
  if (!seen) return false;
  const { rect } = element;
  const at = {
    left: [seen.x, rect.x],
    top: [seen.y, rect.y],
    right: [seen.x + seen.width, rect.x + rect.width],
    bottom: [seen.y + seen.height, rect.y + rect.height],
  }[side];
  return Math.abs((at[0] ?? 0) - (at[1] ?? 0)) < 0.5;
}

/** A rectangle with its edges where they are in the reference. */
export function movedBy(rect: Rect, edges: Edges, expected: Offset): Rect {
  const left = rect.x + (edges.left ?? edges.right ?? expected.dx);
  const top = rect.y + (edges.top ?? edges.bottom ?? expected.dy);
  const right = rect.x + rect.width + (edges.right ?? edges.left ?? expected.dx);
  const bottom = rect.y + rect.height + (edges.bottom ?? edges.top ?? expected.dy);
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

function radius(
  node: ElementNode,
  { views, scale }: Pictured,
  rect: Rect,
  there: Rect,
  { same, lossy }: Drawn,
): RegionProperty[] {
  const computed = computedRadius(node) * scale;
  const most = computed + 16 * scale;
  const apart: number[] = [];
  for (const [right, lower] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    const least = lossy ? CLEAR : undefined;
    const actual = radiusAt(views.actual, rect, right, lower, most, least);
    const reference = radiusAt(views.reference, there, right, lower, most, least);
    // In the corner of a page there is nothing outside to tell a corner from.
    if (!same && (there.x < 2 || there.y < 2 || there.x + there.width > views.reference.width - 2)) continue;
    if (actual === undefined || reference === undefined) continue;
    const inner = Math.min(rect.width, rect.height, there.width, there.height) / 2;
    const [a, b] = [Math.min(actual, inner), Math.min(reference, inner)];
    if (Math.abs(a - Math.min(computed, inner)) <= AS_COMPUTED * scale || a < 1.5 * scale) apart.push(b - a);
  }
  const limit = same
    ? OTHER_RADIUS * scale
    : lossy
      ? Math.max(3 * scale, 0.25 * computed)
      : Math.max(1.9 * scale, 0.14 * computed);
  const wrong = apart.filter((one) => Math.abs(one) >= limit);
  // One corner may be hidden by something; two that agree are a radius.
  if (wrong.length < Math.max(2, apart.length / 2) || Math.max(...wrong) * Math.min(...wrong) < 0) return [];
  const by = wrong.reduce((sum, one) => sum + one, 0) / wrong.length / scale;
  const now = Math.round(computedRadius(node));
  return [measured('border-radius', px(Math.max(0, Math.round(now + by))), px(now))];
}

/** Levels of 255 that what lies outside of a side is darker or lighter by, on the mean, from which it has another shadow. */
const OTHER_SHADE = { same: 2, other: 7, lossy: 10 };

/** CSS px of the smallest box whose shadow is looked at. */
const LEAST_SHADOWED = 12;

/** A shadow: what lies 3 to 8 px outside of two sides differs, and goes over into the ground in one of the pictures. */
function shadow(
  { element, seen }: ElementNode,
  sides: Partial<Record<Side, SideRead>>,
  { same, lossy }: Drawn,
): RegionProperty[] {
  const limit = same ? OTHER_SHADE.same : lossy ? OTHER_SHADE.lossy : OTHER_SHADE.other;
  let [apart, read] = [0, 0];
  if (!seen || Math.min(seen.width, seen.height) < LEAST_SHADOWED) return [];
  for (const side of SIDES) {
    const one = sides[side];
    if (!one) continue;
    read++;
    let [off, near, far] = [0, 0, 0];
    for (let k = 0; k < 6; k++)
      for (let c = 0; c < 3; c++) {
        const by = (one.actual[k * 3 + c] ?? 0) - (one.reference[k * 3 + c] ?? 0);
        off += by / 18;
        if (k >= 4) near += by / 6;
        if (k < 2) far += by / 6;
      }
    // A ground of another colour is as far off everywhere; a shadow is strongest at the box.
    if (Math.abs(off) >= limit && Math.abs(near) > Math.abs(far) + limit / 4) apart++;
  }
  if (read < 2 || apart < 2) return [];
  const now = element.styles['box-shadow'];
  return [measured('box-shadow', now === undefined ? 'a shadow' : 'another shadow', now ?? 'none')];
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

function borders(
  node: ElementNode,
  sides: Partial<Record<Side, SideRead>>,
  scale: number,
  { same, lossy }: Drawn,
): RegionProperty[] {
  const { styles } = node.element;
  const found: { side: Side; ratio: number; expected: number; actual: number; width: number }[] = [];
  let read = 0;
  for (const side of SIDES) {
    const width = (Number.parseFloat(styles[`border-${side}-width`] ?? '0') || 0) * scale;
    const one = sides[side];
    const box = node.element.rect;
    // A side that is all curve has no straight line to be read.
    const straight = (side === 'left' || side === 'right' ? box.height : box.width) - 2 * computedRadius(node);
    if (!one || width < 0.5 || width > 6 || straight < (same ? 3 : STRAIGHT)) continue;
    read++;
    const [a, b] = [lineOf(one.actual, width), lineOf(one.reference, width)];
    const length = Math.hypot(...a.amount);
    // A line that hardly stands out tells nothing.
    if (length < (same ? STANDS_OUT.same : STANDS_OUT.other)) continue;
    // A soft edge leaves part of the step between outside and inside, which must not be taken for the line.
    if (!same && length < channelDistance(a.outside, a.inside)) continue;
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
    const limit = same ? OTHER_BORDER.same : lossy ? OTHER_BORDER.lossy : OTHER_BORDER.other;
    if (Math.abs(ratio - 1) < limit && off < limit) continue;
    const [expected, actual] = [colorOfLine(b, width), colorOfLine(a, width)];
    if (colorDistance(expected, actual) < (same ? 2.5 : 4)) continue;
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

function colorOfLine({ amount, inside }: { amount: [number, number, number]; inside: number }, width: number): number {
  let color = 0;
  for (const c of [0, 1, 2] as const) {
    const level = ((inside >>> (8 * c)) & 255) + amount[c] / Math.max(1, width);
    color |= Math.max(0, Math.min(255, Math.round(level))) << (8 * c);
  }
  return color >>> 0;
}

/** CIEDE2000 from which the reference shows no surface of a box at its place. */
const NOT_THERE = 6;

/** Returns true when the reference has another main colour where a box would stand: with nothing of its content there, neither is the box. */
export function isOtherSurface(
  { node }: BoxRead,
  views: Pictured['views'],
  { dx, dy }: Offset,
  scale: number,
): boolean {
  const { x, y, width, height } = node.seen ?? node.element.rect;
  const rect = { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
  const [a, b] = [
    dominantColor(views.actual, rect),
    dominantColor(views.reference, { ...rect, x: rect.x + dx, y: rect.y + dy }),
  ];
  return a !== undefined && (b === undefined || colorDistance(a.color, b.color) >= NOT_THERE);
}

/** What a box's own properties and its absence come to. */
export function boxFinding(
  { node, lost, seen, properties, isLineThere }: BoxRead,
  scale: number,
  isContentThere: boolean,
  isGone: boolean,
): Finding | undefined {
  const { x, y, width, height } = node.seen ?? node.element.rect;
  const rect = { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
  const isLine = Math.min(rect.width, rect.height) < 6 && seen === 2;
  if (isGone || ((isLine ? lost.length === 2 && !isLineThere : seen >= 3 && lost.length >= 3) && !isContentThere))
    return {
      node,
      relation: 'self',
      kind: 'added',
      severity: 'critical',
      properties: [measured('presence', 'missing', 'present')],
      rect,
      grew: { x: -rect.width, y: -rect.height },
    };
  if (properties.length === 0) return undefined;
  return {
    node,
    relation: 'self',
    kind: properties[0]?.property.endsWith('color') ? 'recolored' : 'unknown',
    severity: 'major',
    properties,
    rect,
  };
}

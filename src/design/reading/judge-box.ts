import { colorDistance } from '../../compare/color-distance.js';
import { grown, sharedArea } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { dominantColor } from '../../image/pixels.js';
import { type ElementNode, paintsBox } from '../element-tree.js';
import { boxProperties, type Drawn } from './box-properties.js';
import { type SidesRead, sidesOf } from './box-sides.js';
import { hasSurface, type Pictured } from './cells.js';
import { type Edges, extraFinding, type Finding, type Offset } from './finding.js';
import { deviceRect } from './name-cause.js';
import type { Offsets } from './offsets.js';
import type { Placed } from './place-parts.js';

/** A painted box in the reference. */
interface BoxRead extends Pick<SidesRead, 'edges' | 'lost' | 'seen' | 'isLineThere'> {
  node: ElementNode;
  properties: RegionProperty[];
}

const DRAWN = new Set(['img', 'svg', 'canvas', 'video', 'iframe', 'embed', 'object']);

/** Returns true when an element is judged as a box. */
function isBox(node: ElementNode): boolean {
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

/** Reads a box: its sides, corners and borders. `places`: where it would stand, the likeliest first. */
function readBox(node: ElementNode, pictured: Pictured, places: readonly Offset[], drawn: Drawn): BoxRead {
  const { scale } = pictured;
  const rect = deviceRect(node, scale);
  const { edges, lost, seen, isLineThere, sides, unlike, expected } = sidesOf(node, rect, pictured, places, drawn);
  const there = movedBy(rect, edges, expected);
  const properties = boxProperties(node, pictured, { rect, there, sides, unlike }, drawn);
  return { node, edges, lost, seen, properties, isLineThere };
}

/** A rectangle with its edges where they are in the reference. */
function movedBy(rect: Rect, edges: Edges, expected: Offset): Rect {
  const left = rect.x + (edges.left ?? edges.right ?? expected.dx);
  const top = rect.y + (edges.top ?? edges.bottom ?? expected.dy);
  const right = rect.x + rect.width + (edges.right ?? edges.left ?? expected.dx);
  const bottom = rect.y + rect.height + (edges.bottom ?? edges.top ?? expected.dy);
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** CIEDE2000 from which the reference shows no surface of a box at its place. */
const NOT_THERE = 6;

/** Returns true when the reference has another main colour where a box would stand: with nothing of its content there, neither is the box. */
function isOtherSurface({ node }: BoxRead, views: Pictured['views'], { dx, dy }: Offset, scale: number): boolean {
  const rect = deviceRect(node, scale);
  const [a, b] = [
    dominantColor(views.actual, rect),
    dominantColor(views.reference, { ...rect, x: rect.x + dx, y: rect.y + dy }),
  ];
  return a !== undefined && (b === undefined || colorDistance(a.color, b.color) >= NOT_THERE);
}

/** What a box's own properties and its absence come to. */
function boxFinding(
  { node, lost, seen, properties, isLineThere }: BoxRead,
  scale: number,
  isContentThere: boolean,
  isGone: boolean,
  isSurfaceThere: boolean,
): Finding | undefined {
  const rect = deviceRect(node, scale);
  const isLine = Math.min(rect.width, rect.height) < 6 && seen === 2;
  if (
    isGone ||
    ((isLine ? lost.length === 2 && !isLineThere : seen >= 3 && lost.length >= 3 && !isSurfaceThere) && !isContentThere)
  )
    return extraFinding(node, rect);
  if (properties.length === 0) return undefined;
  const border = properties.find(({ property }) => property === 'border-width');
  const thicker = border ? 2 * scale * (Number.parseFloat(border.expected) - Number.parseFloat(border.actual)) : 0;
  return {
    ...(thicker === 0 ? {} : { grew: { x: thicker, y: thicker } }),
    node,
    relation: 'self',
    kind: properties[0]?.property.endsWith('color') ? 'recolored' : 'unknown',
    severity: 'major',
    properties,
    rect,
  };
}

/** What is known when boxes are judged. */
interface AboutBoxes {
  placed: readonly Placed[];
  /** Learns from the sides of boxes where their surfaces are. */
  offsets: Offsets;
  /** What was found to differ in texts and pictures. */
  found: readonly Finding[];
  same: boolean;
  lossy: boolean;
  scaled: boolean;
}

/** The boxes of a page in the reference. */
interface BoxesJudged {
  findings: Finding[];
  edges: Map<ElementNode, Edges>;
  /** Their sides in the reference, as thin rectangles, device px. */
  sides: Rect[];
  /** Where the reference shows those of which most sides were found, device px. */
  there: Map<ElementNode, Rect>;
  /** Those that stand elsewhere in the reference, where they stand there, with what is about them. */
  arrived: Rect[];
}

/** Reads every box of a page in the reference and judges its place, its properties, and whether it is there at all. */
export function judgeBoxes(
  nodes: readonly ElementNode[],
  pictured: Pictured,
  { placed, offsets, found, same, lossy, scaled }: AboutBoxes,
): BoxesJudged {
  const { views, scale } = pictured;
  const read: BoxRead[] = [];
  for (const node of nodes) {
    if (!isBox(node)) continue;
    const box = readBox(node, pictured, offsets.likely(node), { same, lossy: lossy || scaled, blurred: lossy, scaled });
    offsets.learn(node, box.edges);
    read.push(box);
  }
  const findings = twins(read, offsets, scale).map(({ node }) => extraFinding(node, deviceRect(node, scale)));
  const isExtra = (node: ElementNode) =>
    [found, findings].some((all) => all.some((one) => one.node === node && one.kind === 'added'));
  for (const box of read) {
    const held = placed.filter(({ part }) => part.node.index >= box.node.index && part.node.index < box.node.end);
    const inside = held.some(({ place }) => place !== undefined);
    const alone = held.length > 0 && held.every(({ part }) => isExtra(part.node));
    const other = (alone || box.lost.length > 0) && isOtherSurface(box, views, offsets.near(box.node), scale);
    const finding = boxFinding(box, scale, inside, alone && other, hasSurface(box.node) && !other);
    if (finding) findings.push(finding);
  }
  const places = read.map((box) => {
    const { node, edges } = box;
    const at = deviceRect(node, scale);
    return { box, at, edges, there: movedBy(at, edges, offsets.near(node)) };
  });
  return {
    findings,
    edges: new Map(read.map(({ node, edges }) => [node, edges])),
    there: new Map(
      places.flatMap(({ box, there }) => (box.lost.length < 0.5 * box.seen ? [[box.node, there] as const] : [])),
    ),
    sides: places.flatMap(({ there, edges }) => rims(there, edges)),
    arrived: places.flatMap(({ at, there }) =>
      Math.abs(there.x - at.x) >= 1 || Math.abs(there.y - at.y) >= 1 ? [grown(there, 2)] : [],
    ),
  };
}

/** The four sides of a box in the reference, as thin rectangles; one that is covered in the app stands there, too. */
function rims({ x, y, width, height }: Rect, edges: Edges): Rect[] {
  if (Object.keys(edges).length === 0) return [];
  const thin = 4;
  return [
    { x: x - 2, y, width: thin, height },
    { x: x + width - 2, y, width: thin, height },
    { x, y: y - 2, width, height: thin },
    { x, y: y + height - 2, width, height: thin },
  ];
}

/** CSS px to which two places are one. */
const ONE_PLACE = 1.5;

/** Of boxes that were found at one place of the reference, and stand beside each other in the app, the later one. */
function twins(read: readonly BoxRead[], offsets: Offsets, scale: number): BoxRead[] {
  const there = read.map((box) => ({
    box,
    rect: movedBy(deviceRect(box.node, scale), box.edges, offsets.near(box.node)),
  }));
  const isOne = (a: Rect, b: Rect) =>
    (['x', 'y', 'width', 'height'] as const).every((side) => Math.abs(a[side] - b[side]) <= ONE_PLACE * scale);
  return there.flatMap(({ box, rect }, at) => {
    if (box.lost.length > 0 || box.seen < 3) return [];
    const twin = there
      .slice(Math.max(0, at - NEIGHBOURS), at)
      .some(
        (one) =>
          one.box.lost.length === 0 &&
          one.box.seen >= 3 &&
          isOne(one.rect, rect) &&
          sharedArea(deviceRect(one.box.node, scale), deviceRect(box.node, scale)) === 0,
      );
    return twin ? [box] : [];
  });
}

/** Boxes before one among which its twin is looked for. */
const NEIGHBOURS = 12;

import type { Rect } from '../../core/vocabulary/geometry.js';
import type { PixelView } from '../../image/pixels.js';
import { channelDistance, pixelAt } from '../../image/pixels.js';
import { lengthOf, px } from '../css-values.js';
import { type ElementNode, type ElementTree, isAncestor } from '../element-tree.js';
import { inFlow } from './ends.js';
import { type Finding, measured, type Offset } from './finding.js';
import { deviceRect } from './name-cause.js';
import { around } from './parts.js';
import type { Placed } from './place-parts.js';

/** What is known when the layout of containers is judged. */
export interface Laid {
  tree: ElementTree;
  placed: readonly Placed[];
  /** What the reference shows and the app does not, as it is told of what holds it. */
  lacking: readonly Finding[];
  /** What is known to differ. */
  findings: readonly Finding[];
  views: { actual: PixelView; reference: PixelView };
  offsetOf(node: ElementNode): Offset;
  scale: number;
  sameRenderer: boolean;
}

/**
 * Containers that lay out what they hold in another way than the reference shows: beside each other instead of one below the other, or wider
 * than there is room for. What such a thing does to all it holds is not told besides.
 */
export function reflowed(laid: Laid): Finding[] {
  const hulls = hullsOf(laid);
  const turned = laid.tree.nodes.flatMap((node) => turnedFinding(node, hulls, laid));
  const wide = laid.tree.nodes.flatMap((node) => tooWideFinding(node, laid));
  const all = [...turned, ...wide];
  return all.filter(({ node }) => !all.some((one) => isAncestor(one.node, node)));
}

/** Where the parts of an element are in both pictures, device px. */
interface Hulls {
  actual: Rect;
  reference: Rect;
}

/** Correlation from which a part surely is what it is taken for. */
const SURELY = 0.85;

/** For each element that holds parts that were surely found, around all of these. */
function hullsOf({ placed }: Laid): Map<ElementNode, Hulls> {
  const hulls = new Map<ElementNode, Hulls>();
  for (const { part, place } of placed) {
    if (!place || place.alike < SURELY || part.rect.width * part.rect.height < 60) continue;
    const there = { ...part.rect, x: part.rect.x + place.dx, y: part.rect.y + place.dy };
    for (let at: ElementNode | undefined = part.node; at; at = at.parent) {
      const known = hulls.get(at);
      hulls.set(at, {
        actual: around(known ? [known.actual, part.rect] : [part.rect]) ?? part.rect,
        reference: around(known ? [known.reference, there] : [there]) ?? there,
      });
    }
  }
  return hulls;
}

/** Share of the lower one of two things that stand beside each other. */
const BESIDE = 0.3;

const isBelow = (a: Rect, b: Rect) => a.y + a.height <= b.y + 1 && a.x < b.x + b.width && b.x < a.x + a.width;
const isBeside = (a: Rect, b: Rect) =>
  (a.x + a.width <= b.x + 1 || b.x + b.width <= a.x + 1) &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) >= BESIDE * Math.min(a.height, b.height);

/** A container whose things stand beside each other in one picture and one below the other in the other one. */
function turnedFinding(node: ElementNode, hulls: ReadonlyMap<ElementNode, Hulls>, { scale }: Laid): Finding[] {
  const held = node.children.filter((child) => inFlow(child) && hulls.has(child));
  let [toRow, toColumn, kept] = [0, 0, 0];
  for (const [at, child] of held.entries()) {
    const [a, b] = [hulls.get(child), hulls.get(held[at + 1] ?? child)];
    if (!a || !b || a === b) continue;
    if (isBelow(a.actual, b.actual) && isBeside(a.reference, b.reference)) toRow++;
    else if (isBeside(a.actual, b.actual) && isBelow(a.reference, b.reference)) toColumn++;
    else kept++;
  }
  if (toRow + toColumn === 0 || kept >= toRow + toColumn || (toRow > 0 && toColumn > 0)) return [];
  const hull = hulls.get(node);
  const longer = hull ? Math.abs(hull.reference.height - hull.actual.height) : 0;
  return [directionFinding(node, toRow > 0 ? 'row' : 'column', scale, longer)];
}

function directionFinding(node: ElementNode, expected: 'row' | 'column', scale: number, longer: number): Finding {
  const { styles } = node.element;
  const isFlex = styles.display?.includes('flex') ?? false;
  const now = isFlex ? (styles['flex-direction'] ?? 'row') : (styles.display ?? 'block');
  const wraps = styles['flex-wrap'] ?? 'nowrap';
  const rect = deviceRect(node, scale);
  const properties = isFlex
    ? now.startsWith(expected)
      ? [measured('flex-wrap', wraps === 'nowrap' ? 'wrap' : 'nowrap', wraps)]
      : [measured('flex-direction', expected, now)]
    : [measured('display', expected === 'row' ? 'flex' : 'block', now)];
  return {
    node,
    relation: 'self',
    kind: 'moved',
    severity: 'critical',
    properties,
    rect,
    // What follows stands lower or higher by as much, whatever the gaps are.
    grew: { x: rect.width, y: rect.height + longer },
    arranges: true,
  };
}

/** CSS px by which something must stick out of what holds it. */
const STICKS_OUT = 3;

/** An element that is wider than the room there is for it, where the reference shows that it is not. */
function tooWideFinding(node: ElementNode, laid: Laid): Finding[] {
  const { parent, seen, element } = node;
  const { scale } = laid;
  if (!parent || !seen || holdsBack(parent)) return [];
  const page = laid.tree.boxes.size;
  const room = inFlow(node) ? roomFor(node, parent) : { x: 0, y: 0, ...page };
  const { rect } = element;
  if (rect.width <= room.width + STICKS_OUT || rect.x + rect.width <= room.x + room.width + STICKS_OUT) return [];
  // What holds it sticks out itself: that is told.
  if (isScrolled(parent) || room.x + room.width > page.width + STICKS_OUT) return [];
  const inside = (one: ElementNode) => node.index <= one.index && one.index < node.end;
  const moved = laid.placed.some(
    ({ part, place }) => inside(part.node) && place !== undefined && place.alike >= SURELY && place.dx <= -1.5 * scale,
  );
  // What it holds has left the picture with it.
  const left = rect.x + rect.width > page.width + STICKS_OUT && laid.lacking.some(({ node: holder }) => inside(holder));
  // Lines are broken elsewhere where there is more room for them.
  const rebroken = laid.findings.some(
    ({ node: one, kind, properties }) => inside(one) && kind === 'text' && properties.some(isOtherText),
  );
  if (!moved && !left && !rebroken && !endsEarlier(node, room, laid)) return [];
  const width = Math.max(0, room.width);
  const name = (lengthOf(element.styles['min-width'] ?? '0px') ?? 0) > room.width ? 'min-width' : 'width';
  return [
    {
      node,
      relation: 'self',
      kind: 'resized',
      severity: 'critical',
      properties: [measured(name, px(width), px(rect.width))],
      rect: deviceRect(node, scale),
      grew: { x: (rect.width - width) * scale, y: rect.height * scale },
      arranges: true,
    },
  ];
}

const isOtherText = ({ property }: { property: string }) => property === 'text' || property === 'font-family';

/** The room that an element has in what holds it, CSS px; a negative margin makes it wider. */
function roomFor({ element: { styles: own } }: ElementNode, { element: { rect, styles } }: ElementNode): Rect {
  const length = (value: string | undefined) => lengthOf(value ?? '0px') ?? 0;
  const inset = (side: string) =>
    length(styles[`padding-${side}`]) + length(styles[`border-${side}-width`]) + length(own[`margin-${side}`]);
  return { ...rect, x: rect.x + inset('left'), width: rect.width - inset('left') - inset('right') };
}

/** A table makes itself as wide as it needs. */
function holdsBack({ element: { tag, styles } }: ElementNode): boolean {
  return tag === 'tr' || tag === 'tbody' || (styles.display?.includes('table') ?? false);
}

/** What scrolls may hold more than it shows. */
function isScrolled(node: ElementNode): boolean {
  for (let at: ElementNode | undefined = node; at?.parent; at = at.parent)
    if (/auto|scroll/.test(at.element.styles['overflow-x'] ?? '')) return true;
  return false;
}

/** Share of the rows of an element that the reference must show otherwise beyond its room. */
const OTHER_ROWS = 0.3;
/** Levels by which it does. */
const OTHER = { same: 6, other: 24 };

/** Returns true when the reference shows something else where an element goes on beyond its room. */
function endsEarlier(node: ElementNode, room: Rect, { views, offsetOf, scale, sameRenderer }: Laid): boolean {
  const { seen } = node;
  if (!seen) return false;
  const { dx, dy } = offsetOf(node);
  const at = Math.round((room.x + room.width + 2) * scale);
  if (at >= views.actual.width - 1 || at >= (seen.x + seen.width) * scale - 1) return false;
  const [from, to] = [Math.round(seen.y * scale) + 1, Math.round((seen.y + seen.height) * scale) - 1];
  let [rows, other] = [0, 0];
  let edge = 0;
  for (let y = from; y < to; y++) {
    const [a, b] = [pixelAt(views.actual, at, y), pixelAt(views.reference, at + Math.round(dx), y + Math.round(dy))];
    if (a === undefined || b === undefined) continue;
    rows++;
    if (channelDistance(a, b) < (sameRenderer ? OTHER.same : OTHER.other)) continue;
    other++;
    if (y < from + 2 || y >= to - 2) edge++;
  }
  return rows > 0 && (other >= OTHER_ROWS * rows || edge > 0);
}

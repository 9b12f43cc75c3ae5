import { divided } from '../core/rects.js';
import type { DomBoxes, DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region, RegionElement, RegionKind, RegionProperty, Shift } from '../core/vocabulary/pair.js';
import type { RawImage } from '../image/pixels.js';
import { movesThings, nameBoxCauses, separateCauses } from './box-causes.js';
import { cssValue, isWeak, lengthOf, px, withShorthands } from './css-values.js';
import { type ElementChange, elementChanges, type PropertyChange } from './element-changes.js';
import { matchElements } from './element-match.js';
import { type ElementNode, type ElementTree, elementTree } from './element-tree.js';
import { measureProperties } from './measured-properties.js';
import { type RatedElement, rateElements } from './region-candidates.js';
import { RegionCauses } from './region-causes.js';

/**
 * Moves margins from `own` to `derived` that take up what another change left or took: an automatic margin shrinks by what its element
 * or a sibling grows, by something that came or changed inside it. Without such a cause it is the other way round: a block shrinks by
 * what its margin grows. `movesThings` says which changes can be such a cause.
 */
export function separateAutoMargins(
  changes: readonly ElementChange[],
  ofActual: ReadonlyMap<ElementNode, ElementChange>,
  movesThings: (change: ElementChange) => boolean,
): void {
  const movers = changes.filter(movesThings);
  // From the inside out: a margin that turns out to follow moves nothing by itself.
  for (const change of [...changes].reverse()) {
    const margins = change.own.filter((one) => growthOf(one) !== undefined);
    if (margins.length === 0 || !change.actual) continue;
    const others = movers.filter((mover) => mover !== change && movesThings(mover));
    const follows = margins.filter((margin) => isTakenUp(margin, change, others, ofActual));
    if (follows.length === 0) continue;
    change.derived.push(...follows);
    change.own = change.own.filter((one) => !follows.includes(one));
  }
}

function isTakenUp(
  margin: PropertyChange,
  change: ElementChange,
  others: readonly ElementChange[],
  ofActual: ReadonlyMap<ElementNode, ElementChange>,
): boolean {
  const { actual } = change;
  const growth = growthOf(margin) ?? 0;
  const axis = /left|right/.test(margin.property) ? 'width' : 'height';
  for (const node of actual?.parent?.children ?? (actual ? [actual] : [])) {
    const by = ofActual.get(node)?.resized[axis] ?? 0;
    const opposite = by * growth < 0 && Math.abs(growth) <= Math.abs(by) + 1;
    if (opposite && others.some((mover) => grewInside(mover, node))) return true;
  }
  // A sibling that came or went: its whole size is what is taken up.
  return others.some((mover) => {
    const [was, is] = [mover.reference?.element.rect[axis] ?? 0, mover.actual?.element.rect[axis] ?? 0];
    const parent = mover.actual ? mover.actual.parent : mover.place;
    const lone = (mover.actual === undefined) !== (mover.reference === undefined);
    return lone && parent === actual?.parent && (is - was) * growth < 0 && Math.abs(growth) <= Math.abs(is - was) + 1;
  });
}

/** By how much a margin grew, CSS px; `undefined` for anything else. */
function growthOf({ property, expected, actual }: PropertyChange): number | undefined {
  const [from, to] = [lengthOf(expected), lengthOf(actual)];
  return property.startsWith('margin-') && from !== undefined && to !== undefined ? to - from : undefined;
}

/** Returns true when a change made an element grow: one in it, or its own unless that is only a margin, which is outside of it. */
function grewInside({ place, own }: ElementChange, node: ElementNode): boolean {
  if (!place || place.index < node.index || place.index >= node.end) return false;
  return place !== node || own.some((one) => growthOf(one) === undefined);
}

/** CSS px by which an element may begin before or after the end of a band and still be what was pushed by it. */
const NEAR = 2;

/** Share of an element that must lie in the columns (or rows) of the band. */
const INSIDE = 0.9;

/** The axis of the shift that a region is the band of: an inserted one is as thick as the shift, a removed one is a line. */
function bandAxis({ rect }: Region, shifts: readonly Shift[]): 'x' | 'y' | undefined {
  const thickness = { x: rect.width, y: rect.height };
  return shifts.find(({ axis, by }) => thickness[axis] === (by > 0 ? by : 1))?.axis;
}

/**
 * The element that begins where a band of empty space ends (CSS px), the largest of those that do: what one would say has another distance
 * to what is before it. Undefined when none begins there.
 */
function elementBehind(band: Rect, axis: 'x' | 'y', tree: ElementTree): ElementNode | undefined {
  const [start, extent, across, thick] =
    axis === 'y' ? (['y', 'height', 'x', 'width'] as const) : (['x', 'width', 'y', 'height'] as const);
  const end = band[start] + (band[extent] > 1 ? band[extent] : 0);
  let largest: ElementNode | undefined;
  for (const node of tree.nodes) {
    const { seen } = node;
    if (!seen || Math.abs(seen[start] - end) > NEAR) continue;
    const shared =
      Math.min(seen[across] + seen[thick], band[across] + band[thick]) - Math.max(seen[across], band[across]);
    if (shared < INSIDE * seen[thick]) continue;
    const size = (one: ElementNode | undefined) => (one?.seen ? one.seen.width * one.seen.height : 0);
    if (size(node) > size(largest)) largest = node;
  }
  return largest;
}

/**
 * The smallest element that holds others and goes on on both sides of the line at which a band is missing (CSS px): what held it. What
 * begins or ends at the line stood beside it. Undefined when nothing does.
 */
function elementAround(line: Rect, axis: 'x' | 'y', tree: ElementTree): ElementNode | undefined {
  const [start, extent, across, thick] =
    axis === 'y' ? (['y', 'height', 'x', 'width'] as const) : (['x', 'width', 'y', 'height'] as const);
  const at = line[start];
  const holds = ({ seen, children }: ElementNode) =>
    seen !== undefined &&
    children.length > 0 &&
    seen[start] < at - NEAR &&
    seen[start] + seen[extent] > at + NEAR &&
    seen[across] <= line[across] + NEAR &&
    seen[across] + seen[thick] >= line[across] + line[thick] - NEAR;
  const size = ({ seen }: ElementNode) => (seen?.width ?? 0) * (seen?.height ?? 0);
  // Of equal boxes the innermost.
  return tree.nodes
    .filter(holds)
    .reduce<ElementNode | undefined>((best, node) => (best && size(best) < size(node) ? best : node), undefined);
}

/** Kinds that pixels prove; they are not changed. */
const PROVEN: ReadonlySet<RegionKind> = new Set(['noise', 'recolored', 'moved']);

const TEXT =
  /^(text|font-.*|letter-spacing|word-spacing|text-(transform|indent|decoration.*)|white-space|text-overflow)$/;
const SIZE =
  /^(width|height|min-.*|max-.*|padding.*|border.*-width|line-height|flex-(basis|grow|shrink)|box-sizing|aspect-ratio)$/;
const PLACE =
  /^(order|x|y|top|right|bottom|left|position|margin.*|transform|translate|float|text-align|flex-direction|justify-.*|align-.*|(row-|column-)?gap)$/;
const COLOR =
  /^(color|background-color|background-image|border.*-color|opacity|filter|fill|stroke|outline-color|text-decoration-color|mix-blend-mode)$/;

/**
 * The kind of a region once the element and its first property are known: words and type are `text`, sizes `resized`, places `moved`,
 * colours `recolored`, and what only one side has `missing` or `added`. Pixels cannot tell the first two. What follows from a change
 * elsewhere has moved.
 */
export function kindOf(
  kind: RegionKind,
  relation: RegionElement['relation'],
  properties: readonly RegionProperty[],
): RegionKind {
  const [first] = properties;
  if (!first || PROVEN.has(kind)) return kind;
  if (relation === 'cause') return kind === 'unknown' ? 'moved' : kind;
  if (first.property === 'presence') return first.expected === 'missing' ? 'added' : 'missing';
  if (TEXT.test(first.property)) return 'text';
  if (kind !== 'unknown') return kind;
  if (SIZE.test(first.property)) return 'resized';
  if (PLACE.test(first.property)) return 'moved';
  return COLOR.test(first.property) ? 'recolored' : kind;
}

/** A compared pair with its boxes. Rectangles of regions and shifts are device pixels of the actual picture. */
export interface ExplainRequest {
  regions: readonly Region[];
  actualDom: DomBoxes;
  /** Of a reference that is an earlier screenshot. */
  referenceDom?: DomBoxes | undefined;
  /** Both pictures at the scale of the regions: what has no boxes to be compared with is measured in them. */
  pictures?: { reference: RawImage; actual: RawImage } | undefined;
  shifts?: readonly Shift[];
  /** Device pixels of the regions per CSS px; that of the boxes by default. */
  scale?: number;
}

/** Most properties that are listed per region; consequences do not help the person who fixes it. */
const MOST_PROPERTIES = 8;
/** Worst regions in which pixels are measured. */
const MOST_MEASURED = 10;

/**
 * Names the element behind each region, and the properties that differ. With boxes of both sides: elements are matched, causes told
 * from consequences, and each region gets the change that explains it best. With those of the actual picture alone: the smallest
 * element that explains it, and what can be measured of it in the pictures. Pixels decide what is a region; boxes only explain. Pure and deterministic.
 */
export function explainRegions(request: ExplainRequest): Region[] {
  const { regions, actualDom, referenceDom, pictures, shifts = [] } = request;
  if (regions.length === 0) return [];
  const scale = request.scale ?? actualDom.device_scale_factor;
  const tree = elementTree(actualDom);
  const causes = referenceDom && new RegionCauses(findCauses(elementTree(referenceDom), tree), shifts, scale);
  return regions.map((region, at) => {
    const rect = divided(region.rect, scale);
    const [rated] = causes?.rate(rect) ?? [];
    const cause = rated ?? (isBand(region, actualDom, scale) ? causes?.nearestTo(rect) : undefined);
    if (cause) {
      const { change, relation } = cause;
      const element = elementOf((change.actual ?? change.reference ?? tree.nodes[0])?.element, relation);
      return told(region, element, propertiesOf(change));
    }
    const [placed] = placedElements(region, rect, tree, shifts);
    if (!placed) return region;
    const { node, relation } = placed;
    const measure = relation === 'self' && !referenceDom && region.kind !== 'noise' && at < MOST_MEASURED;
    const measured = measure && pictures ? measureProperties(node, { ...pictures, shifts, scale }) : [];
    return told(region, elementOf(node.element, relation), measured);
  });
}

/** Elements by their boxes alone; of a band: what begins behind empty space, what goes on around something that is missing. */
function placedElements(region: Region, rect: Rect, tree: ElementTree, shifts: readonly Shift[]): RatedElement[] {
  const { kind } = region;
  const rated = rateElements(rect, kind, tree);
  const axis = bandAxis(region, shifts);
  if (axis === undefined) return rated;
  if (kind === 'missing') return before(elementAround(rect, axis, tree), 'container', rated);
  return kind === 'resized' ? before(elementBehind(rect, axis, tree), 'self', rated) : rated;
}

function before(
  node: ElementNode | undefined,
  relation: RatedElement['relation'],
  others: readonly RatedElement[],
): RatedElement[] {
  return [...(node ? [{ node, relation, score: 1 }] : []), ...others];
}

/** The changes between two pictures' elements, causes told from consequences. */
function findCauses(reference: ElementTree, actual: ElementTree): ElementChange[] {
  const { changes, ofActual } = elementChanges(matchElements(reference, actual));
  separateCauses(changes, ofActual);
  separateAutoMargins(changes, ofActual, movesThings);
  nameBoxCauses(changes, ofActual);
  return changes;
}

function told(region: Region, element: RegionElement, properties: RegionProperty[]): Region {
  return {
    ...region,
    kind: kindOf(region.kind, element.relation, properties),
    element,
    ...(properties.length === 0 ? {} : { properties }),
  };
}

/** An element as regions name it. */
export function elementOf(element: DomElement | undefined, relation: RegionElement['relation']): RegionElement {
  const { selector = '', role, name, test_id } = element ?? {};
  return {
    selector,
    ...(role === undefined ? {} : { role }),
    ...(name === undefined ? {} : { name }),
    ...(test_id === undefined ? {} : { test_id }),
    ...(relation === undefined ? {} : { relation }),
  };
}

/** Own changes first, then the size that follows, then what else follows. */
function propertiesOf(change: ElementChange): RegionProperty[] {
  const { own, derived, reference, actual } = change;
  const size: PropertyChange[] = [];
  if (reference && actual) {
    const [a, b] = [reference.element.rect, actual.element.rect];
    for (const axis of ['width', 'height'] as const)
      if (change.resized[axis] !== 0 && !own.some(({ property }) => property === axis))
        size.push({ property: axis, expected: px(a[axis]), actual: px(b[axis]) });
  }
  const ordered = [...own.filter((one) => !isWeak(one)), ...own.filter(isWeak), ...size, ...derived];
  const shown = ordered.map(
    ({ property, expected, actual }): RegionProperty => ({
      property,
      expected: cssValue(expected),
      actual: cssValue(actual),
      source: 'computed',
    }),
  );
  return withShorthands(shown).slice(0, MOST_PROPERTIES);
}

/** Share of the picture's width from which a region is a band across it. */
const BAND = 0.9;

function isBand({ rect, kind }: Region, { size }: DomBoxes, scale: number): boolean {
  return kind === 'resized' || rect.width >= BAND * size.width * scale || rect.height >= BAND * size.height * scale;
}

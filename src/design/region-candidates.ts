import { areaOf, grown, intersection, isNear, sharedArea } from '../core/rects.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionElement, RegionKind } from '../core/vocabulary/pair.js';
import { type ElementNode, type ElementTree, inkRects, isAncestor, isOpaque } from './element-tree.js';

/** An element as a possible explanation of a region, from its boxes alone. */
export interface RatedElement {
  node: ElementNode;
  relation: NonNullable<RegionElement['relation']>;
  score: number;
}

/** CSS px around a box that still are its own: a box that moved a little differs beside where it is now. */
const EDGE = 8;
/** Share of a region that an element must cover to be its explanation. */
const LEAST_COVER = 0.6;
/** Weight of a mere wrapper against an element that paints. */
const WRAPPER = 0.5;
/** Fit from which an element is what lost the missing part, not what holds the gap. */
const FITS = 0.5;

/**
 * Elements that may be behind a region (CSS px), best first: those that cover most of it and are not hidden below something opaque, by
 * how much of what they paint is in it. Of something missing only the container is left, unless an element fits it (it lost its text).
 */
export function rateElements(region: Rect, kind: RegionKind, tree: ElementTree): RatedElement[] {
  const cover = coveringElement(region, tree);
  const rated: RatedElement[] = [];
  for (const node of tree.nodes) {
    const { seen } = node;
    if (!seen || !isNear(region, seen, EDGE)) continue;
    const share = sharedArea(region, grown(seen, EDGE)) / Math.max(1, areaOf(region));
    if (share < LEAST_COVER || isHidden(node, cover)) continue;
    rated.push({ node, relation: 'self', score: share * share * fitOf(region, node) });
  }
  rated.sort((a, b) => b.score - a.score || b.node.index - a.node.index);
  return kind === 'missing' ? asContainers(region, rated) : rated;
}

function fitOf(region: Rect, node: ElementNode): number {
  const inks = inkRects(node);
  const fitting = (rect: Rect) => sharedArea(region, grown(rect, EDGE)) / Math.max(areaOf(rect), areaOf(region));
  const painted = Math.max(0, ...inks.map((rect) => Math.min(1, fitting(rect))));
  const box = node.seen ? Math.min(1, fitting(node.seen)) : 0;
  return Math.max(painted, WRAPPER * box);
}

/** Smallest first: what fits the gap is what lost its content, the others hold it. */
function asContainers(region: Rect, rated: readonly RatedElement[]): RatedElement[] {
  return rated
    .filter(({ node }) => node.seen && sharedArea(region, grown(node.seen, 1)) >= 0.9 * areaOf(region))
    .map((one): RatedElement => {
      const [fits] = inkRects(one.node).filter((rect) => likeness(rect, region) >= FITS);
      return fits ? one : { ...one, relation: 'container' };
    })
    .sort(
      (a, b) =>
        Number(a.relation === 'container') - Number(b.relation === 'container') ||
        areaOf(a.node.seen ?? region) - areaOf(b.node.seen ?? region) ||
        b.node.index - a.node.index,
    );
}

/** Intersection over union. */
function likeness(a: Rect, b: Rect): number {
  const shared = sharedArea(a, b);
  return shared / (areaOf(a) + areaOf(b) - shared);
}

/** The uppermost opaque element that covers all of a region. */
function coveringElement(region: Rect, tree: ElementTree): ElementNode | undefined {
  let top: ElementNode | undefined;
  for (const node of tree.nodes) {
    if (!node.seen || !isNear(region, node.seen, 0) || !isOpaque(node.element)) continue;
    const part = intersection(node.seen, region);
    if (!part || areaOf(part) < 0.95 * areaOf(region)) continue;
    if (!top || order(node) >= order(top)) top = node;
  }
  return top;
}

function isHidden(node: ElementNode, cover: ElementNode | undefined): boolean {
  return cover !== undefined && order(node) < order(cover) && node !== cover && !isAncestor(node, cover);
}

function order({ element }: ElementNode): number {
  return element.paint_order ?? 0;
}

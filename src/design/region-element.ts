import type { DomBoxes, DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region, RegionElement, RegionProperty, Shift } from '../core/vocabulary/pair.js';
import type { RawImage } from '../image/raw-image.js';
import { separateAutoMargins } from './auto-margins.js';
import { bandAxis, elementAround, elementBehind } from './below-band.js';
import { movesThings, nameBoxCauses } from './box-causes.js';
import { cssValue, px, withShorthands } from './css-values.js';
import { type ElementChange, elementChanges, type PropertyChange } from './element-changes.js';
import { matchElements } from './element-match.js';
import { type ElementNode, type ElementTree, elementTree } from './element-tree.js';
import { measureProperties } from './measured-properties.js';
import { isWeak } from './property-kinds.js';
import { divided } from './rects.js';
import { type RatedElement, rateElements } from './region-candidates.js';
import { RegionCauses } from './region-causes.js';
import { kindOf } from './region-kind.js';
import { separateCauses } from './separate-causes.js';

/** What is known of a compared pair. Rectangles of regions and shifts are device pixels of the actual picture. */
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

/** A region with the element behind it, and the next best explanations. */
export interface ExplainedRegion {
  region: Region;
  /** At most two. */
  alternatives: RegionElement[];
}

/** Properties that are listed per region; what follows from them is of no use to whoever mends it. */
const MOST_PROPERTIES = 8;
const ALTERNATIVES = 2;
/** Worst regions in which pixels are measured. */
const MOST_MEASURED = 10;

/** An element with what is said of it. */
interface Explanation {
  element: RegionElement;
  properties: RegionProperty[];
}

/**
 * Names the element behind each region, and the properties that differ. With boxes of both sides: elements are matched, causes told
 * from consequences, and each region gets the change that explains it best. With those of the actual picture alone: the smallest
 * element that explains it, and what can be measured of it in the pictures. Pixels decide what is a region; boxes only explain. Pure and deterministic.
 */
export function explainRegions(request: ExplainRequest): ExplainedRegion[] {
  const { regions, actualDom, referenceDom, pictures, shifts = [] } = request;
  if (regions.length === 0) return [];
  const scale = request.scale ?? actualDom.device_scale_factor;
  const tree = elementTree(actualDom);
  const causes = referenceDom && new RegionCauses(findCauses(elementTree(referenceDom), tree), shifts, scale);
  return regions.map((region, at) => {
    const rect = divided(region.rect, scale);
    const rated = causes?.rate(rect) ?? [];
    const nearest = rated.length === 0 && isBand(region, actualDom, scale) ? causes?.nearestTo(rect) : undefined;
    const explained = [...rated, ...(nearest ? [nearest] : [])].map(
      ({ change, relation }): Explanation => ({
        element: elementOf((change.actual ?? change.reference ?? tree.nodes[0])?.element, relation),
        properties: propertiesOf(change),
      }),
    );
    const enough = explained.length > ALTERNATIVES;
    const placed = enough ? [] : placedElements(region, rect, tree, shifts);
    const measure = pictures && !referenceDom && region.kind !== 'noise' && at < MOST_MEASURED;
    const measured = measure ? { ...pictures, shifts, scale } : undefined;
    const all = [
      ...explained,
      ...placed.map(
        ({ node, relation }, index): Explanation => ({
          element: elementOf(node.element, relation),
          properties: measured && index === 0 && relation === 'self' ? measureProperties(node, measured) : [],
        }),
      ),
    ];
    return toRegion(region, distinct(all).slice(0, 1 + ALTERNATIVES));
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
export function findCauses(reference: ElementTree, actual: ElementTree): ElementChange[] {
  const { changes, ofActual } = elementChanges(matchElements(reference, actual));
  separateCauses(changes, ofActual);
  separateAutoMargins(changes, ofActual, movesThings);
  nameBoxCauses(changes, ofActual);
  return changes;
}

function toRegion(region: Region, [best, ...others]: readonly Explanation[]): ExplainedRegion {
  if (!best) return { region, alternatives: [] };
  const { element, properties } = best;
  return {
    region: {
      ...region,
      kind: kindOf(region.kind, element.relation, properties),
      element,
      ...(properties.length === 0 ? {} : { properties }),
    },
    alternatives: others.map((other) => other.element),
  };
}

function distinct(all: readonly Explanation[]): Explanation[] {
  const seen = new Set<string>();
  return all.filter(({ element }) => {
    const fresh = !seen.has(element.selector);
    seen.add(element.selector);
    return fresh;
  });
}

function elementOf(element: DomElement | undefined, relation: RegionElement['relation']): RegionElement {
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

import { intersectionOverUnion } from '../../core/rects.js';
import type { DomBoxes, DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type {
  FigmaLayer,
  FigmaLayers,
  FrameFindings,
  LayerDeviation,
  Region,
  RegionElement,
  RegionProperty,
} from '../../core/vocabulary/pair.js';
import { deviation, layerProperties } from './layer-properties.js';
import { assign, type Candidate, chain, likeness, matchBoxes, plainText } from './match-boxes.js';

/** The element of each layer: indexes into `layers` → indexes into `elements`. */
type LayerMatches = ReadonlyMap<number, number>;

/** Below this two texts at one place are two texts. */
const MIN_LIKENESS = 0.35;
/** The browser keeps so many characters of an element's text. */
const TEXT_KEPT = 199;

/**
 * Matches the layers of a frame with the elements of a page: texts by their words, equal ones by order and place, changed ones by
 * likeness and place; boxes by the texts they hold, by geometry, and by their names against role, name and test id. One element may
 * be the counterpart of a box and of the text in it, as a button does. Both in CSS px of the picture. Pure and deterministic.
 */
function matchLayers(layers: readonly FigmaLayer[], boxes: DomBoxes): LayerMatches {
  const texts = matchTexts(layers, boxes.elements);
  return new Map([...texts, ...matchBoxes(layers, boxes.elements, texts)]);
}

function matchTexts(layers: readonly FigmaLayer[], elements: readonly DomElement[]): Map<number, number> {
  const wanted = layers.flatMap(({ type, text, rect }, at) =>
    type === 'TEXT' && text !== undefined && plainText(text) !== ''
      ? [{ at, text: plainText(text).slice(0, TEXT_KEPT), rect }]
      : [],
  );
  const there = elements.flatMap(({ text, rect, text_rect }, at) =>
    text === undefined
      ? []
      : [{ at, text: plainText(text.replace(/…$/, '')).slice(0, TEXT_KEPT), rect: text_rect ?? rect }],
  );
  const candidates: Candidate[] = [];
  for (const layer of wanted) {
    for (const element of there) {
      const near = closeness(layer.rect, element.rect);
      // An equal text counts wherever it went; a changed one only where the old one was.
      if (layer.text === element.text) candidates.push({ layer: layer.at, element: element.at, score: 2 + near });
      if (layer.text === element.text || near <= 0.5) continue;
      const alike = likeness(layer.text, element.text);
      if (alike >= MIN_LIKENESS || intersectionOverUnion(layer.rect, element.rect) > 0.5)
        candidates.push({ layer: layer.at, element: element.at, score: alike + near });
    }
  }
  return assign(candidates);
}

/** Returns 1 for the same centre, falling to 0 at 400 CSS px. */
function closeness(a: Rect, b: Rect): number {
  const dx = a.x + a.width / 2 - b.x - b.width / 2;
  const dy = a.y + a.height / 2 - b.y - b.height / 2;
  return Math.max(0, 1 - Math.hypot(dx, dy) / 400);
}

/** Largest differences of equal boxes, CSS px. Texts are as wide as their font makes them, so their width says nothing. */
const BOX_PX = 2;
const TEXT_PX = 3;

/**
 * Places and sizes that differ, by layer. A place is that within the box around it, so that a moved box is one finding and not one
 * for each thing in it; what only follows from the sibling before it (which grew, or moved) is no finding either.
 */
function layerPlaces(
  layers: readonly FigmaLayer[],
  elements: readonly DomElement[],
  matches: LayerMatches,
): Map<number, RegionProperty[]> {
  const found = new Map<number, RegionProperty[]>();
  const before = new Map<number | undefined, { x: number; y: number }>();
  const order = [...matches].sort(([a], [b]) => byPlace(layers[a], layers[b]));
  for (const [at, index] of order) {
    const layer = layers[at];
    const element = elements[index];
    if (at === 0 || !layer || !element) continue;
    const around = matchedAround(at, index, layers, elements, matches);
    const isText = layer.type === 'TEXT';
    // Where its letters are is not known: the element may be a wide block around them.
    if (isText && !element.text_rect) continue;
    const own = isText ? (element.text_rect ?? element.rect) : element.rect;
    const most = isText ? TEXT_PX : BOX_PX;
    const wanted = {
      x: around.element.x + layer.rect.x - around.layer.x,
      y: around.element.y + layer.rect.y - around.layer.y,
    };
    const off = isText ? textOffset(layer, wanted, own) : { x: own.x - wanted.x, y: own.y - wanted.y };
    const grown = isText ? { x: 0, y: 0 } : { x: own.width - layer.rect.width, y: own.height - layer.rect.height };
    const carried = before.get(layer.parent) ?? { x: 0, y: 0 };
    const list: RegionProperty[] = [];
    for (const axis of ['x', 'y'] as const) {
      if (Math.abs(off[axis]) > most && Math.abs(off[axis] - carried[axis]) > most)
        list.push(deviation(axis, px(wanted[axis]), px(wanted[axis] + off[axis]), `${most}px`, layer));
      const size = axis === 'x' ? 'width' : 'height';
      if (Math.abs(grown[axis]) > most)
        list.push(deviation(size, px(layer.rect[size]), px(own[size]), `${most}px`, layer));
    }
    before.set(layer.parent, { x: off.x + grown.x, y: off.y + grown.y });
    if (list.length > 0) found.set(at, list);
  }
  return found;
}

/** The nearest matched box around both, as a pair of corners. */
function matchedAround(
  at: number,
  index: number,
  layers: readonly FigmaLayer[],
  elements: readonly DomElement[],
  matches: LayerMatches,
): { layer: { x: number; y: number }; element: { x: number; y: number } } {
  const above = chain(elements, index);
  for (const one of chain(layers, layers[at]?.parent)) {
    const other = one === 0 ? undefined : matches.get(one);
    const [layer, element] = [layers[one], other === undefined ? undefined : elements[other]];
    if (layer && element && other !== undefined && above.includes(other))
      return { layer: layer.rect, element: element.rect };
  }
  return { layer: { x: 0, y: 0 }, element: { x: 0, y: 0 } };
}

/** Returns the offset of a text: of its middle line, and of the side it is aligned to. */
function textOffset(layer: FigmaLayer, wanted: { x: number; y: number }, own: Rect): { x: number; y: number } {
  const align = layer.styles['text-align'] ?? 'left';
  const share = align === 'center' ? 0.5 : align === 'right' ? 1 : 0;
  const x = own.x + own.width * share - (wanted.x + layer.rect.width * share);
  return { x, y: own.y + own.height / 2 - (wanted.y + layer.rect.height / 2) };
}

/** Reading order: down, then to the right. */
function byPlace(a: FigmaLayer | undefined, b: FigmaLayer | undefined): number {
  if (!a || !b) return 0;
  return a.rect.y - b.rect.y || a.rect.x - b.rect.x;
}

function px(value: number): string {
  return `${Math.round(value * 10) / 10}px`;
}

const SIDES = ['top', 'right', 'bottom', 'left'];
/** Shorthands of what is reported side by side. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['border-width', SIDES.map((side) => `border-${side}-width`)],
  ['border-color', SIDES.map((side) => `border-${side}-color`)],
  [
    'border-radius',
    ['top-left', 'top-right', 'bottom-right', 'bottom-left'].map((corner) => `border-${corner}-radius`),
  ],
  ['padding', SIDES.map((side) => `padding-${side}`)],
];

/** Four sides that differ alike as one property: they were one decision. */
function grouped(properties: readonly RegionProperty[]): RegionProperty[] {
  let list = [...properties];
  for (const [shorthand, longhands] of GROUPS) {
    const parts = list.filter(({ property }) => longhands.includes(property));
    const [first] = parts;
    const alike = parts.every(
      (one) => one.expected === first?.expected && one.actual === first.actual && one.token === first.token,
    );
    if (!first || parts.length !== longhands.length || !alike) continue;
    list = list.filter((one) => one === first || !parts.includes(one));
    list[list.indexOf(first)] = { ...first, property: shorthand };
  }
  return list;
}

/** Properties listed of one region; deviations and layers listed of one frame. */
const MOST_PROPERTIES = 8;
const MOST_DEVIATIONS = 100;
const MOST_UNMATCHED = 20;

/**
 * Returns the deviations of a page from its frame, by element and property, largest first, and the regions with the
 * properties of the element behind each. Rectangles of regions are device pixels. Pure and deterministic.
 */
export function explainFrame(
  frame: { name: string; layers: FigmaLayers },
  dom: DomBoxes,
  regions: readonly Region[],
): { regions: Region[]; findings: FrameFindings } {
  const { layers } = frame.layers;
  const matches = matchLayers(layers, dom);
  const places = layerPlaces(layers, dom.elements, matches);
  const deviations: (LayerDeviation & { rect: Rect })[] = [];
  for (const [at, index] of matches) {
    const layer = layers[at];
    const element = dom.elements[index];
    if (!layer || !element) continue;
    const style = layerProperties(
      { box: layer, around: listAround(layers, layer.parent) },
      { box: element, around: listAround(dom.elements, element.parent) },
    );
    const properties = grouped([...style, ...(places.get(at) ?? [])]);
    if (properties.length === 0) continue;
    const { id, name } = layer;
    deviations.push({ layer: { id, name }, element: told(element), properties, rect: element.rect });
  }
  deviations.sort((a, b) => b.properties.length - a.properties.length || a.rect.y - b.rect.y || a.rect.x - b.rect.x);
  const unmatched = layers.filter((layer, at) => !matches.has(at) && isSeen(layer));
  const { node_id } = frame.layers;
  return {
    regions: regions.map((region) => withProperties(region, deviations, dom.device_scale_factor)),
    findings: {
      node_id,
      frame: frame.name,
      layers: layers.length,
      matched: matches.size,
      unmatched: unmatched.slice(0, MOST_UNMATCHED).map(({ name, text }) => text?.slice(0, 80) ?? name),
      deviation_count: deviations.length,
      deviations: deviations.slice(0, MOST_DEVIATIONS).map(({ rect: _, ...deviation }) => deviation),
    },
  };
}

/** A region's element as the frame has it: the one named already, else the one whose box fits the region best. */
function withProperties(
  region: Region,
  deviations: readonly (LayerDeviation & { rect: Rect })[],
  scale: number,
): Region {
  const named = deviations.filter(({ element }) => element.selector === region.element?.selector);
  const rect = {
    x: region.rect.x / scale,
    y: region.rect.y / scale,
    width: region.rect.width / scale,
    height: region.rect.height / scale,
  };
  const fitting = region.element ? [] : deviations.filter((one) => intersectionOverUnion(one.rect, rect) > 0.3);
  const [best] = [...fitting].sort((a, b) => intersectionOverUnion(b.rect, rect) - intersectionOverUnion(a.rect, rect));
  const found = named.length > 0 ? named : best ? [best] : [];
  if (found.length === 0) return region;
  const own = found.flatMap(({ properties }) => properties);
  // What the design says is exact; what was measured from pixels stays for the properties that the design leaves open.
  const others = (region.properties ?? []).filter(({ property }) => !own.some((one) => one.property === property));
  const properties: RegionProperty[] = [...own, ...others].slice(0, MOST_PROPERTIES);
  return { ...region, ...(region.element ? {} : { element: found[0]?.element }), properties };
}

function told({ selector, role, name, test_id }: DomElement): RegionElement {
  return {
    selector,
    ...(role === undefined ? {} : { role }),
    ...(name === undefined ? {} : { name }),
    ...(test_id === undefined ? {} : { test_id }),
  };
}

function listAround<Box extends { parent?: number | undefined }>(
  list: readonly Box[],
  parent: number | undefined,
): Box[] {
  return chain(list, parent).flatMap((at) => list[at] ?? []);
}

/** Returns true when a layer is visible: groups and clear boxes exist only in the file. */
function isSeen({ type, styles }: FigmaLayer): boolean {
  const color = styles['background-color'];
  return type === 'TEXT' || (color !== undefined && !/^rgba\(.*, 0\)$/.test(color));
}

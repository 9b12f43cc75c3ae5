import type { DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { FigmaLayer } from '../../core/vocabulary/figma-layer.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { deviation } from './layer-properties.js';
import { chain } from './match-boxes.js';
import type { LayerMatches } from './match-layers.js';

/** Largest differences of equal boxes, CSS px. Texts are as wide as their font makes them, so their width says nothing. */
const BOX_PX = 2;
const TEXT_PX = 3;

/**
 * Places and sizes that differ, by layer. A place is that within the box around it, so that a moved box is one finding and not one
 * for each thing in it; what only follows from the sibling before it (which grew, or moved) is no finding either.
 */
export function layerPlaces(
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

/** How far a text is off: by its middle line, and by the side it is aligned to. */
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

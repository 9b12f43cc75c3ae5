import type { DomBoxes, DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { FigmaLayer, FigmaLayers } from '../../core/vocabulary/figma-layer.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type {
  FrameFindings,
  LayerDeviation,
  Region,
  RegionElement,
  RegionProperty,
} from '../../core/vocabulary/pair.js';
import { overlap } from './assignment.js';
import { layerPlaces } from './layer-places.js';
import { layerProperties } from './layer-properties.js';
import { chain } from './match-boxes.js';
import { matchLayers } from './match-layers.js';
import { grouped } from './property-groups.js';

/** Properties listed of one region; deviations and layers listed of one frame. */
const MOST_PROPERTIES = 8;
const MOST_DEVIATIONS = 100;
const MOST_UNMATCHED = 20;

/**
 * What a page deviates in from the frame it is to look like, by element and property, most first, and the regions with the
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
  const fitting = region.element ? [] : deviations.filter((one) => overlap(one.rect, rect) > 0.3);
  const [best] = [...fitting].sort((a, b) => overlap(b.rect, rect) - overlap(a.rect, rect));
  const found = named.length > 0 ? named : best ? [best] : [];
  if (found.length === 0) return region;
  const own = found.flatMap(({ properties }) => properties);
  // What the design says is exact; what was measured from pixels stays for the properties that it does not speak of.
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

/** Whether somebody would miss the layer: groups and clear boxes are only in the file. */
function isSeen({ type, styles }: FigmaLayer): boolean {
  const color = styles['background-color'];
  return type === 'TEXT' || (color !== undefined && !/^rgba\(.*, 0\)$/.test(color));
}

import type { DomBoxes, DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region, RegionElement } from '../core/vocabulary/pair.js';

/** Share of a region that an element must cover to be its explanation. */
const MIN_COVER = 0.6;

/**
 * The regions with the element behind each: of the elements that cover most of a region the one whose box fits it best
 * (intersection over union), the later in document order on a tie. Rectangles of regions are device pixels of the picture.
 */
export function nameElements(regions: readonly Region[], boxes: DomBoxes): Region[] {
  return regions.map((region) => {
    const element = elementBehind(region.rect, boxes);
    return element ? { ...region, element } : region;
  });
}

function elementBehind(rect: Rect, boxes: DomBoxes): RegionElement | undefined {
  const scale = boxes.device_scale_factor;
  const css = { x: rect.x / scale, y: rect.y / scale, width: rect.width / scale, height: rect.height / scale };
  const area = css.width * css.height;
  let best: { element: DomElement; fit: number } | undefined;
  for (const element of boxes.elements) {
    const shared = overlap(css, element.rect);
    if (area === 0 || shared / area < MIN_COVER) continue;
    const fit = shared / (area + element.rect.width * element.rect.height - shared);
    if (!best || fit >= best.fit) best = { element, fit };
  }
  if (!best) return undefined;
  const { selector, role, name, test_id } = best.element;
  return {
    selector,
    ...(role === undefined ? {} : { role }),
    ...(name === undefined ? {} : { name }),
    ...(test_id === undefined ? {} : { test_id }),
  };
}

function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Lines } from './line-place.js';

/** A rectangle that only one of the pictures has. */
export interface ExtraStrip {
  rect: Rect;
  side: 'reference' | 'actual';
}

/**
 * The parts of the bounding box of both pictures that only one of them has: at most one strip on the right and one below.
 * They do not overlap. A corner that neither picture has is in none.
 */
export function extraStrips(reference: Size, actual: Size): ExtraStrip[] {
  const width = Math.min(reference.width, actual.width);
  const height = Math.min(reference.height, actual.height);
  const strips: ExtraStrip[] = [];
  if (reference.width !== actual.width) {
    const side = reference.width > actual.width ? 'reference' : 'actual';
    const wider = side === 'reference' ? reference : actual;
    strips.push({ side, rect: { x: width, y: 0, width: wider.width - width, height: wider.height } });
  }
  if (reference.height !== actual.height) {
    const side = reference.height > actual.height ? 'reference' : 'actual';
    const taller = side === 'reference' ? reference : actual;
    strips.push({ side, rect: { x: 0, y: height, width, height: taller.height - height } });
  }
  return strips;
}

/** The parts of a strip on both sides of what was aligned: left and right of some columns, or above and below some rows. */
export function besideLines({ rect, side }: ExtraStrip, { axis, across }: Lines): ExtraStrip[] {
  const [start, extent] = axis === 'y' ? (['x', 'width'] as const) : (['y', 'height'] as const);
  const end = rect[start] + rect[extent];
  const before = { ...rect, [extent]: Math.min(end, across.from) - rect[start] };
  const after = {
    ...rect,
    [start]: Math.max(rect[start], across.to),
    [extent]: end - Math.max(rect[start], across.to),
  };
  return [before, after].filter((part) => part[extent] > 0).map((part) => ({ rect: part, side }));
}

/** The smallest size that holds both. */
export function boundingBox(a: Size, b: Size): Size {
  return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
}

import type { Rect, Size } from '../core/vocabulary/geometry.js';

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

/** The parts of a strip to the left and right of some columns. */
export function besideColumns({ rect, side }: ExtraStrip, columns: { from: number; to: number }): ExtraStrip[] {
  const end = rect.x + rect.width;
  const left = { ...rect, width: Math.min(end, columns.from) - rect.x };
  const right = { ...rect, x: Math.max(rect.x, columns.to), width: end - Math.max(rect.x, columns.to) };
  return [left, right].filter(({ width }) => width > 0).map((part) => ({ rect: part, side }));
}

/** The smallest size that holds both. */
export function boundingBox(a: Size, b: Size): Size {
  return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
}

import type { Rect } from '../../core/vocabulary/geometry.js';

/** A layer, an element that may stand for it, and how likely that is: more is more. */
export interface Candidate {
  layer: number;
  element: number;
  score: number;
}

/** One to one, best first; on a tie the first layer with the first element, so that order decides. */
export function assign(candidates: readonly Candidate[]): Map<number, number> {
  const chosen = new Map<number, number>();
  const taken = new Set<number>();
  const sorted = [...candidates].sort((a, b) => b.score - a.score || a.layer - b.layer || a.element - b.element);
  for (const { layer, element } of sorted) {
    if (chosen.has(layer) || taken.has(element)) continue;
    chosen.set(layer, element);
    taken.add(element);
  }
  return chosen;
}

/** Intersection over union, 0-1. */
export function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

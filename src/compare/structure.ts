import type { Rect } from '../core/vocabulary/geometry.js';
import { channelDistance } from './color-distance.js';
import { type PixelView, pixelAt } from './pixel-view.js';

/** Levels per channel from which two neighbours are an edge. */
const EDGE_LEVELS = 12;

/** Pixels of a region that are looked at. */
const SAMPLES = 2_048;

/** Share of all edges that both pictures must have in common. */
const COMMON_EDGES = 0.8;

/**
 * Whether both pictures have the same edges inside `rect` (one pixel of its surroundings included): then only colours differ.
 * Intersection over union of the places where a pixel differs from its right or lower neighbour.
 */
export function sameStructure(reference: PixelView, actual: PixelView, rect: Rect): boolean {
  const step = Math.max(1, Math.floor(Math.sqrt((rect.width * rect.height) / SAMPLES)));
  let common = 0;
  let either = 0;
  for (let y = rect.y - 1; y < rect.y + rect.height; y += rowStep(y, rect, step))
    for (let x = rect.x - 1; x < rect.x + rect.width; x += columnStep(x, rect, step)) {
      const a = edgesAt(reference, x, y);
      const b = edgesAt(actual, x, y);
      common += bits(a & b);
      either += bits(a | b);
    }
  return common >= COMMON_EDGES * either;
}

/** The first and last rows and columns are always looked at, whatever the step: borders lie there. */
function rowStep(y: number, rect: Rect, step: number): number {
  return y === rect.y - 1 ? 1 : Math.max(1, Math.min(step, rect.y + rect.height - 1 - y));
}

function columnStep(x: number, rect: Rect, step: number): number {
  return x === rect.x - 1 ? 1 : Math.max(1, Math.min(step, rect.x + rect.width - 1 - x));
}

/** Bit 0: edge to the right, bit 1: edge downwards. */
function edgesAt(view: PixelView, x: number, y: number): number {
  const here = pixelAt(view, x, y);
  if (here === undefined) return 0;
  const right = pixelAt(view, x + 1, y);
  const below = pixelAt(view, x, y + 1);
  return (
    (right !== undefined && channelDistance(here, right) > EDGE_LEVELS ? 1 : 0) |
    (below !== undefined && channelDistance(here, below) > EDGE_LEVELS ? 2 : 0)
  );
}

function bits(value: number): number {
  return (value & 1) + (value >> 1);
}

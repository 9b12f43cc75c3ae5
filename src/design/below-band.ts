import type { Rect } from '../core/vocabulary/geometry.js';
import type { Region, Shift } from '../core/vocabulary/pair.js';
import type { ElementNode, ElementTree } from './element-tree.js';

/** CSS px by which an element may begin before or after the end of a band and still be what was pushed by it. */
const NEAR = 2;

/** Share of an element that must lie in the columns (or rows) of the band. */
const INSIDE = 0.9;

/** The axis of the shift that a region is the band of: an inserted one is as thick as the shift, a removed one is a line. */
export function bandAxis({ rect }: Region, shifts: readonly Shift[]): 'x' | 'y' | undefined {
  const thickness = { x: rect.width, y: rect.height };
  return shifts.find(({ axis, by }) => thickness[axis] === (by > 0 ? by : 1))?.axis;
}

/**
 * The element that begins where a band of empty space ends (CSS px), the largest of those that do: what one would say has another distance
 * to what is before it. Undefined when none begins there.
 */
export function elementBehind(band: Rect, axis: 'x' | 'y', tree: ElementTree): ElementNode | undefined {
  const [start, extent, across, thick] =
    axis === 'y' ? (['y', 'height', 'x', 'width'] as const) : (['x', 'width', 'y', 'height'] as const);
  const end = band[start] + (band[extent] > 1 ? band[extent] : 0);
  let largest: ElementNode | undefined;
  for (const node of tree.nodes) {
    const { seen } = node;
    if (!seen || Math.abs(seen[start] - end) > NEAR) continue;
    const shared =
      Math.min(seen[across] + seen[thick], band[across] + band[thick]) - Math.max(seen[across], band[across]);
    if (shared < INSIDE * seen[thick]) continue;
    const size = (one: ElementNode | undefined) => (one?.seen ? one.seen.width * one.seen.height : 0);
    if (size(node) > size(largest)) largest = node;
  }
  return largest;
}

/**
 * The smallest element that holds others and goes on on both sides of the line at which a band is missing (CSS px): what held it. What
 * begins or ends at the line stood beside it. Undefined when nothing does.
 */
export function elementAround(line: Rect, axis: 'x' | 'y', tree: ElementTree): ElementNode | undefined {
  const [start, extent, across, thick] =
    axis === 'y' ? (['y', 'height', 'x', 'width'] as const) : (['x', 'width', 'y', 'height'] as const);
  const at = line[start];
  const holds = ({ seen, children }: ElementNode) =>
    seen !== undefined &&
    children.length > 0 &&
    seen[start] < at - NEAR &&
    seen[start] + seen[extent] > at + NEAR &&
    seen[across] <= line[across] + NEAR &&
    seen[across] + seen[thick] >= line[across] + line[thick] - NEAR;
  const size = ({ seen }: ElementNode) => (seen?.width ?? 0) * (seen?.height ?? 0);
  // Of equal boxes the innermost.
  return tree.nodes
    .filter(holds)
    .reduce<ElementNode | undefined>((best, node) => (best && size(best) < size(node) ? best : node), undefined);
}

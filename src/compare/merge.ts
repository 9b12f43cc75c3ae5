import type { Rect } from '../core/vocabulary/geometry.js';
import { absorb, type Component, type Connected } from './connect.js';

/** A component larger than this share of the picture swallows nothing: a frame round the whole page is a finding of its own. */
const LARGEST_CONTAINER = 0.5;

/** More components than this are not merged (a noisy page): the test is quadratic, and nesting says nothing there. */
const MOST_COMPONENTS = 2_000;

/**
 * Merges components that lie inside a ring of another one: a card whose border and text both changed is one finding.
 * A component is inside when the other surrounds it, with differences to its left, right, above and below; an L-shaped one
 * (sidebar and header) contains by its rectangle, but surrounds nothing. `pixels`: size of the picture.
 */
export function mergeNested(connected: Connected, pixels: number): Component[] {
  const { components } = connected;
  if (components.length < 2 || components.length > MOST_COMPONENTS) return components;
  const bySize = components
    .map((component, index) => ({ component: { ...component }, index, into: undefined as Component | undefined }))
    .sort((a, b) => rectArea(b.component.rect) - rectArea(a.component.rect));
  for (const [rank, inner] of bySize.entries()) {
    const outer = bySize
      .slice(0, rank)
      .find(
        (candidate) =>
          rectArea(candidate.component.rect) <= LARGEST_CONTAINER * pixels &&
          contains(candidate.component.rect, inner.component.rect) &&
          surrounds(connected, candidate.index + 1, candidate.component.rect, inner.component.rect),
      );
    if (!outer) continue;
    const target = outer.into ?? outer.component;
    absorb(target, inner.component);
    inner.into = target;
  }
  return bySize.filter((entry) => entry.into === undefined).map((entry) => entry.component);
}

function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Looks along the row and the column through the middle of the inner rectangle for cells of the outer component. */
function surrounds({ cell, columns, labels }: Connected, label: number, outer: Rect, inner: Rect): boolean {
  const row = Math.floor((inner.y + inner.height / 2) / cell);
  const column = Math.floor((inner.x + inner.width / 2) / cell);
  const inRow = (from: number, to: number) => some(from, to, (x) => labels[row * columns + x] === label);
  const inColumn = (from: number, to: number) => some(from, to, (y) => labels[y * columns + column] === label);
  const [left, top] = [Math.floor(outer.x / cell), Math.floor(outer.y / cell)];
  const right = Math.floor((outer.x + outer.width - 1) / cell);
  const bottom = Math.floor((outer.y + outer.height - 1) / cell);
  return inRow(left, column) && inRow(column, right) && inColumn(top, row) && inColumn(row, bottom);
}

function some(from: number, to: number, test: (value: number) => boolean): boolean {
  for (let value = from; value <= to; value++) if (test(value)) return true;
  return false;
}

function rectArea(rect: Rect): number {
  return rect.width * rect.height;
}

import type { Rect } from '../core/vocabulary/geometry.js';
import { absorb } from './connect.js';
import type { Classified } from './merge-moved.js';

/** CSS px: the largest corner radius whose corners stay apart as differences. */
const LARGEST = 28;

/** CSS px by which corners of one box may be out of line or differ in size. */
const SLACK = 3;

/** CSS px by which corners may differ in size: a shadow or a neighbour hides part of one. */
const SIZE_SLACK = 6;

/**
 * Merges the small differences in the four corners of one box, whose radius changed. Dots that happen to lie in a row are excluded: corners are four, of about the same size.
 */
export function mergeCorners(parts: readonly Classified[], deviceScale: number): Classified[] {
  const [largest, slack] = [LARGEST * deviceScale, SLACK * deviceScale];
  const small = parts.filter(
    ({ component: { rect }, nature }) =>
      Math.max(rect.width, rect.height) <= largest && nature.kind !== 'moved' && nature.kind !== 'text',
  );
  const used = new Set<Classified>();
  const boxes: Classified[] = [];
  // From the upper left on, so that the first corner of each box is that one.
  for (const first of small.sort(
    (one, other) => one.component.rect.y - other.component.rect.y || one.component.rect.x - other.component.rect.x,
  )) {
    if (used.has(first)) continue;
    const a = first.component.rect;
    const alike = small
      .filter((one) => one !== first && !used.has(one) && sameSize(a, one.component.rect, SIZE_SLACK * deviceScale))
      // The nearest first: a row of cards has as many corners in line.
      .sort((one, other) => distance(a, one.component.rect) - distance(a, other.component.rect));
    const right = alike.find(
      ({ component: { rect } }) => Math.abs(bottomOf(rect) - bottomOf(a)) <= slack && rect.x > a.x + a.width,
    );
    const below = alike.find(({ component: { rect } }) => Math.abs(rect.x - a.x) <= slack && rect.y > a.y + a.height);
    const across =
      right &&
      below &&
      alike.find(
        ({ component: { rect } }) =>
          Math.abs(rightOf(rect) - rightOf(right.component.rect)) <= slack &&
          Math.abs(bottomOf(rect) - bottomOf(below.component.rect)) <= slack,
      );
    if (!right || !below || !across) continue;
    const corners = [first, right, below, across];
    for (const corner of corners) used.add(corner);
    boxes.push(union(corners));
  }
  return boxes.length === 0 ? [...parts] : [...boxes, ...parts.filter((part) => !used.has(part))];
}

/** Corners of one box say nothing about its colour or whether it is there: `unknown`. */
function union(corners: readonly Classified[]): Classified {
  const component = { rect: { x: 0, y: 0, width: 0, height: 0 }, area: 0 };
  for (const corner of corners) absorb(component, corner.component);
  const deltaE =
    corners.reduce((sum, corner) => sum + corner.nature.deltaE * corner.component.area, 0) / component.area;
  return { component, nature: { kind: 'unknown', deltaE } };
}

function sameSize(a: Rect, b: Rect, slack: number): boolean {
  return Math.abs(a.width - b.width) <= slack && Math.abs(a.height - b.height) <= slack;
}

function distance(a: Rect, b: Rect): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function rightOf(rect: Rect): number {
  return rect.x + rect.width;
}

function bottomOf(rect: Rect): number {
  return rect.y + rect.height;
}

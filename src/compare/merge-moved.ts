import type { Rect } from '../core/vocabulary/geometry.js';
import type { Point } from '../image/pixels.js';
import type { Nature } from './classify.js';
import { absorb, type Component } from './connect.js';

/** A component and what it is. */
export interface Classified {
  component: Component;
  nature: Nature;
}

/** Parts that moved alike belong to one element when they are this near, CSS px: text, icon and border of a card. */
const NEARBY = 48;

/** CSS px by which opposite ends of one box may be out of line. */
const FACING = 2;

/**
 * Merges parts that moved by the same shift and lie near each other: a card that moved is one finding, not one per word in it.
 * A part that several shifts explain (a plain border) takes the one that explains most other parts.
 */
export function mergeMoved(parts: readonly Classified[], deviceScale: number): Classified[] {
  const shifts = commonShifts(parts);
  const merged: Classified[] = [];
  for (const { component, nature } of parts) {
    const { move } = nature;
    let whole: Classified = { component: { ...component }, nature };
    if (move) {
      const shift = shifts.find(move.explains) ?? move.shift;
      whole.nature = { ...nature, move: { ...move, shift } };
      // What grows may reach another one, which the next round finds.
      for (
        let at = indexOfPartner(merged, whole, deviceScale);
        at !== -1;
        at = indexOfPartner(merged, whole, deviceScale)
      )
        whole = union(merged.splice(at, 1)[0] ?? whole, whole);
    }
    merged.push(whole);
  }
  return merged;
}

/** The shifts there are, by how many parts each explains, most first. */
function commonShifts(parts: readonly Classified[]): Point[] {
  const moves = parts.flatMap(({ nature }) => nature.move ?? []);
  const shifts = new Map(moves.map(({ shift }) => [`${shift.x},${shift.y}`, shift]));
  return [...shifts.values()]
    .map((shift) => ({ shift, votes: moves.filter((move) => move.explains(shift)).length }))
    .sort((a, b) => b.votes - a.votes)
    .map(({ shift }) => shift);
}

function indexOfPartner(parts: readonly Classified[], { component, nature }: Classified, deviceScale: number): number {
  const shift = nature.move?.shift;
  return parts.findIndex(
    (other) =>
      other.nature.move?.shift.x === shift?.x &&
      other.nature.move?.shift.y === shift?.y &&
      (gap(other.component.rect, component.rect) <= NEARBY * deviceScale ||
        facing(other.component.rect, component.rect, FACING * deviceScale)),
  );
}

function union(a: Classified, b: Classified): Classified {
  const component = { ...a.component };
  absorb(component, b.component);
  const deltaE = (a.nature.deltaE * a.component.area + b.nature.deltaE * b.component.area) / component.area;
  const edges = [a, b].filter(({ nature }) => nature.kind === 'resized').length;
  // One edge that moved is another size; two opposite ones that moved alike, the whole box.
  const kind = edges === 1 ? 'resized' : 'moved';
  return { component, nature: { ...a.nature, kind, deltaE } };
}

/** Returns true when two parts are opposite ends of one box: as tall at the same height, or as wide at the same place. */
function facing(a: Rect, b: Rect, slack: number): boolean {
  const near = (one: number, other: number) => Math.abs(one - other) <= slack;
  return (near(a.y, b.y) && near(a.height, b.height)) || (near(a.x, b.x) && near(a.width, b.width));
}

/** Pixels between two rectangles, the larger of both directions; 0 when they touch or overlap. */
function gap(a: Rect, b: Rect): number {
  return Math.max(0, b.x - (a.x + a.width), a.x - (b.x + b.width), b.y - (a.y + a.height), a.y - (b.y + b.height));
}

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
    boxes.push(unionOfCorners(corners));
  }
  return boxes.length === 0 ? [...parts] : [...boxes, ...parts.filter((part) => !used.has(part))];
}

/** Corners of one box say nothing about its colour or whether it is there: `unknown`. */
function unionOfCorners(corners: readonly Classified[]): Classified {
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

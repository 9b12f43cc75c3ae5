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

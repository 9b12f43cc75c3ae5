import type { Rect } from '../core/vocabulary/geometry.js';
import { absorb } from './connect.js';
import { LONGEST_MOVE } from './find-move.js';
import type { Classified } from './merge-moved.js';
import type { Point } from './pixel-view.js';

/** CSS px by which the two ends of a box may differ, its rounded corners included. */
const SLACK = 3;

/**
 * Merges what a moved box of one colour leaves: a strip that is lost at one end and one that is gained at the other, with what moved between
 * them. By itself neither says more than that something is missing or was added.
 */
export function mergeStrips(parts: readonly Classified[], deviceScale: number): Classified[] {
  const left = [...parts];
  const boxes: Classified[] = [];
  for (const lost of parts.filter(({ nature }) => nature.lost === true)) {
    if (!left.includes(lost)) continue;
    for (const gained of left.filter(({ nature }) => nature.lost === false)) {
      const shift = shiftOf(lost, gained, SLACK * deviceScale);
      if (!shift) continue;
      boxes.push(boxOf(lost, gained, shift));
      for (const strip of [lost, gained]) left.splice(left.indexOf(strip), 1);
      break;
    }
  }
  return [...boxes, ...left];
}

/** The shortest shift along the line between both strips that explains both; undefined where they are not two ends of one box. */
function shiftOf(lost: Classified, gained: Classified, slack: number): Point | undefined {
  const [a, b] = [lost.component.rect, gained.component.rect];
  const near = (one: number, other: number) => Math.abs(one - other) <= slack;
  const along =
    near(a.y, b.y) && near(a.height, b.height) ? 'x' : near(a.x, b.x) && near(a.width, b.width) ? 'y' : undefined;
  if (!along) return undefined;
  const towards = Math.sign(b[along] - a[along]);
  const longest = Math.min(LONGEST_MOVE, extent(a, along), extent(b, along));
  for (let by = 1; by <= longest; by++) {
    const shift = along === 'x' ? { x: towards * by, y: 0 } : { x: 0, y: towards * by };
    if (lost.nature.follows?.(shift) && gained.nature.follows?.(shift)) return shift;
  }
  return undefined;
}

function boxOf(lost: Classified, gained: Classified, shift: Point): Classified {
  const component = { ...lost.component };
  absorb(component, gained.component);
  const weighed = lost.nature.deltaE * lost.component.area + gained.nature.deltaE * gained.component.area;
  const explains = (other: Point) => other.x === shift.x && other.y === shift.y;
  return { component, nature: { kind: 'moved', deltaE: weighed / component.area, move: { shift, explains } } };
}

function extent(rect: Rect, along: 'x' | 'y'): number {
  return along === 'x' ? rect.width : rect.height;
}

import type { Rect } from '../../core/vocabulary/geometry.js';
import type { ElementNode } from '../element-tree.js';
import type { Drawn } from './box-properties.js';
import type { Pictured } from './cells.js';
import { STRAIGHT, straightOf } from './corners.js';
import type { Edges, Offset } from './finding.js';
import { acrossAt, readSide, SAME_SIDE, SIDES, type Side, type SideRead, stepOf } from './read-box.js';

/** Device px about its place in which a side is looked for: first near, then as far as a box may be larger, where it must be surer. */
const NEAR = 5;
const FAR = 26;
const SURE_SIDE = 0.93;
/** Levels of a step that compression blurs. */
const FAINT = 12;
/** Device px of a side below which it is the end of a line. */
const SHORT = 6;

/** Sides of a box in the reference, looked for where it would stand. */
export interface SidesRead {
  edges: Edges;
  /** Sides that are seen in the app and not there in the reference. */
  lost: Side[];
  seen: number;
  /** Something steps about where a lost side would be. */
  isLineThere: boolean;
  sides: Partial<Record<Side, SideRead>>;
  unlike: Partial<Record<Side, SideRead>>;
  expected: Offset;
}

/**
 * The sides of a box in the reference, and how far off they stand. `expected`: where it would stand, the likeliest first. Nothing where
 * no side is seen.
 */
export function sidesOf(
  node: ElementNode,
  rect: Rect,
  pictured: Pictured,
  expected: readonly Offset[],
  drawn: Drawn,
): SidesRead {
  let read: SidesRead | undefined;
  let isLineThere = false;
  for (const place of expected) {
    const here = readSides(node, rect, pictured, place, drawn);
    if (!read || isBetter(here, read)) read = here;
    isLineThere ||= here.isLineThere;
    // Most boxes are where they would stand, and as large.
    if (isWhole(read, drawn) && isRigid(read)) break;
  }
  // A faint line between two pixels is like nothing, wherever it is looked for.
  if (read && !drawn.same && drawn.lossy) read.isLineThere = isLineThere;
  if (read) findFar(read, node, rect, pictured, expected, drawn);
  return read ?? NO_SIDES;
}

/** A side that is not where the rest of its box is stands where what follows the box does: with more or less in it. */
function findFar(
  read: SidesRead,
  node: ElementNode,
  rect: Rect,
  { views }: Pictured,
  places: readonly Offset[],
  drawn: Drawn,
) {
  if (!drawn.same || read.lost.length > 1 || read.seen < 3) return;
  for (const side of [...read.lost])
    for (const place of places) {
      const along = side === 'left' || side === 'right' ? place.dx - read.expected.dx : place.dy - read.expected.dy;
      if (Math.abs(along) <= FAR || !isDrawn(node, side)) continue;
      const found = readSide(views, rect, side, place, NEAR);
      if (!found || found.alike < SURE_SIDE) continue;
      read.edges[side] = found.by;
      read.sides[side] = found;
      read.lost = read.lost.filter((one) => one !== side);
      break;
    }
}

/** Returns true when enough sides of a box were found; another renderer leaves all of them at one place. */
function isWhole({ seen, lost }: SidesRead, { same }: Drawn): boolean {
  return seen === 0 || (same ? lost.length < 0.5 * seen : lost.length === 0);
}

/** Device px to which two sides of a box stand as far off. */
const AS_FAR = 1;

/** Returns true when the sides of a box that were found leave it as large as it is in the app. */
function isRigid({ edges: { left, right, top, bottom } }: SidesRead): boolean {
  const far = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? 0 : Math.abs(a - b);
  return far(left, right) < AS_FAR && far(top, bottom) < AS_FAR;
}

/** Of two places of a box the one where fewer sides are lost; of those the one whose sides look more like it. */
function isBetter(one: SidesRead, than: SidesRead): boolean {
  if (one.lost.length !== than.lost.length) return one.lost.length < than.lost.length;
  const alike = ({ sides }: SidesRead) => SIDES.reduce((sum, side) => sum + (sides[side]?.alike ?? 0), 0);
  return isRigid(one) && !isRigid(than) && alike(one) > alike(than) - NEARLY;
}

/** How much less alike the sides of a box may be, in all, where it is as large as in the app. */
const NEARLY = 0.1;

const NO_SIDES: SidesRead = {
  edges: {},
  lost: [],
  seen: 0,
  isLineThere: false,
  sides: {},
  unlike: {},
  expected: { dx: 0, dy: 0 },
};

function readSides(
  node: ElementNode,
  rect: Rect,
  { views, scale }: Pictured,
  expected: Offset,
  drawn: Drawn,
): SidesRead {
  const read: SidesRead = { edges: {}, lost: [], seen: 0, isLineThere: false, sides: {}, unlike: {}, expected };
  for (const side of SIDES) {
    if (!isDrawn(node, side)) continue;
    // The ends of a line are too short to be read.
    if ((side === 'left' || side === 'right' ? rect.height : rect.width) < SHORT) continue;
    // A side that is all curve has no straight line to read a border by.
    const width = straightOf(node, side) < STRAIGHT ? '0' : node.element.styles[`border-${side}-width`];
    const border = (Number.parseFloat(width ?? '0') || 0) * scale;
    // A line is all border; brought down from twice the size, one may be a pixel wider.
    const isLine = Math.min(rect.width, rect.height) < SHORT;
    let found: SideRead | undefined = readSide(
      views,
      rect,
      side,
      expected,
      NEAR,
      isLine ? 0 : border,
      drawn.scaled ? 2 : 1,
    );
    // One line is like another: drawn by another renderer it is not looked for far away.
    if (
      found &&
      found.alike < SAME_SIDE &&
      !drawn.lossy &&
      (drawn.same || Math.min(rect.width, rect.height) >= SHORT)
    ) {
      const far = readSide(views, rect, side, expected, FAR);
      const strength = far ? stepOf(far.reference) / stepOf(far.actual) : 0;
      if (far && far.alike >= SURE_SIDE && strength > 0.5 && strength < 2) found = far;
    }
    // Compression leaves little of a faint step.
    if (!found || (drawn.lossy && stepOf(found.actual) < FAINT)) continue;
    read.seen++;
    if (found.alike >= SAME_SIDE) {
      read.edges[side] = found.by;
      read.sides[side] = found;
      continue;
    }
    read.lost.push(side);
    read.unlike[side] = { ...found, reference: acrossAt(views.reference, rect, side, expected) };
    read.isLineThere ||= stepOf(found.reference) >= 4;
  }
  for (const ends of OPPOSITE) readThinner(read, ends);
  return read;
}

const OPPOSITE = [
  ['left', 'right'],
  ['top', 'bottom'],
] as const;

/** Where both ends of a box seem to stand off as a border of one other width makes them, the box stands where it should, with that border. */
function readThinner({ edges, sides }: SidesRead, [low, high]: (typeof OPPOSITE)[number]): void {
  const [a, b] = [sides[low], sides[high]];
  if (!a?.instead || !b?.instead || a.instead.border !== b.instead.border || a.by * b.by >= 0) return;
  for (const [side, { instead, ...one }] of [[low, a] as const, [high, b] as const]) {
    if (!instead) continue;
    edges[side] = instead.by;
    sides[side] = { ...one, ...instead };
  }
}

/** A side that is cut off is none of the element's. */
function isDrawn({ seen, element }: ElementNode, side: Side): boolean {
  if (!seen) return false;
  const { rect } = element;
  const at = {
    left: [seen.x, rect.x],
    top: [seen.y, rect.y],
    right: [seen.x + seen.width, rect.x + rect.width],
    bottom: [seen.y + seen.height, rect.y + rect.height],
  }[side];
  return Math.abs((at[0] ?? 0) - (at[1] ?? 0)) < 0.5;
}

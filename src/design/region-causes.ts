import { areaOf, grown, isNear, sharedArea, unionOf } from '../core/rects.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionElement, Shift } from '../core/vocabulary/pair.js';
import { movesThings } from './box-causes.js';
import type { ElementChange } from './element-changes.js';
import { type ElementNode, inkRects } from './element-tree.js';

/** A change as a possible explanation of a region. */
interface RatedCause {
  change: ElementChange;
  relation: NonNullable<RegionElement['relation']>;
  score: number;
}

/** Share of a region that must be in an element's own boxes for the element to be where the difference is. */
const IN_PLACE = 0.5;
/** Share of an element's paint from which a region holds all of it: where one side alone has it, the region shows that it came or went. */
const WHOLE = 0.9;
/** CSS px around a box that still are its own: anti-aliased edges, overhanging letters. */
const EDGE = 2;
/** Weight of a cause elsewhere: a change in place explains a region better. */
const ELSEWHERE = 0.6;

/** A change with where it shows, CSS px of the actual picture. */
interface Placed {
  change: ElementChange;
  /** Its boxes before and after, as one. */
  box: Rect | undefined;
  /** The part of them that it paints. */
  ink: Rect | undefined;
  moves: boolean;
}

/**
 * Rates changes as explanations of regions. In place: by the share of the region in the element's boxes before and after, and how
 * much of what it paints differs. Elsewhere: where something in the region was moved or resized, the change that is nearest to it in the tree.
 */
export class RegionCauses {
  readonly #placed: Placed[];
  readonly #displaced: Placed[];
  readonly #movers: Placed[];
  readonly #nearest = new Map<ElementChange, Placed | undefined>();

  constructor(changes: readonly ElementChange[], shifts: readonly Shift[], scale: number) {
    const all = changes.map((change) => place(change, shifts, scale));
    this.#placed = all.filter(({ change }) => change.own.length > 0);
    this.#movers = this.#placed.filter(({ moves }) => moves);
    this.#displaced = all.filter(
      ({ change: { moved, resized } }) => moved.x !== 0 || moved.y !== 0 || resized.width !== 0 || resized.height !== 0,
    );
  }

  /** Returns true when anything at all was found to have changed. */
  get empty(): boolean {
    return this.#placed.length === 0;
  }

  /** Explanations of a region (CSS px), best first. */
  rate(region: Rect): RatedCause[] {
    const rated = new Map<ElementChange, RatedCause>();
    for (const placed of this.#placed) {
      const { cover, fit } = overlap(region, placed);
      if (cover === 0) continue;
      const relation = cover >= IN_PLACE || (oneSided(placed.change) && fit >= WHOLE) ? 'self' : 'cause';
      rated.set(placed.change, { change: placed.change, relation, score: cover * (1 + 0.5 * fit) });
    }
    const votes = new Map<Placed, number>();
    let all = 0;
    for (const displaced of this.#displaced) {
      const { cover, fit } = overlap(region, displaced);
      if (cover === 0) continue;
      const mover = this.#nearestMover(displaced.change);
      const vote = cover * (0.2 + fit);
      all += vote;
      if (mover) votes.set(mover, (votes.get(mover) ?? 0) + vote);
    }
    for (const [{ change }, vote] of votes) {
      const known = rated.get(change);
      const score = (known?.score ?? 0) + (ELSEWHERE * vote) / all;
      rated.set(change, { change, relation: known?.relation ?? 'cause', score });
    }
    return [...rated.values()].sort((a, b) => b.score - a.score);
  }

  /** The change that moves things and is nearest to a rectangle, for an empty band that holds no element. */
  nearestTo(region: Rect): RatedCause | undefined {
    let best: { placed: Placed; gap: number } | undefined;
    for (const placed of this.#movers) {
      if (!placed.box) continue;
      const gap = gapBetween(placed.box, region);
      if (!best || gap < best.gap) best = { placed, gap };
    }
    return best && { change: best.placed.change, relation: 'cause', score: 0.1 };
  }

  #nearestMover(change: ElementChange): Placed | undefined {
    if (this.#nearest.has(change)) return this.#nearest.get(change);
    let best: { placed: Placed; depth: number; gap: number } | undefined;
    const box = change.actual?.element.rect;
    for (const placed of this.#movers) {
      const depth = commonDepth(placed.change.place, change.place);
      const gap = box && placed.box ? gapBetween(placed.box, box) : 0;
      if (!best || depth > best.depth || (depth === best.depth && gap < best.gap)) best = { placed, depth, gap };
    }
    this.#nearest.set(change, best?.placed);
    return best?.placed;
  }
}

function place(change: ElementChange, shifts: readonly Shift[], scale: number): Placed {
  const boxes: Rect[] = [];
  const inks: Rect[] = [];
  const { actual, reference, own } = change;
  if (actual?.seen) boxes.push(actual.seen);
  if (actual) inks.push(...inkRects(actual));
  if (reference?.seen) boxes.push(toActualPlace(reference.seen, shifts, scale));
  if (reference) inks.push(...inkRects(reference).map((rect) => toActualPlace(rect, shifts, scale)));
  const beyond = own.some(({ property }) => /shadow|outline|filter/.test(property)) ? paintedBeyond(change) : 0;
  const box = unite(boxes);
  return {
    change,
    box: box && grown(box, beyond),
    ink: unite(inks),
    moves: movesThings(change),
  };
}

/** Returns how far shadows and outlines reach beyond the box, CSS px: the largest sum of the lengths of one shadow. */
function paintedBeyond({ actual, reference }: ElementChange): number {
  const values = [actual, reference].flatMap((node) =>
    ['box-shadow', 'text-shadow', 'filter', 'outline-width'].flatMap((name) => node?.element.styles[name] ?? []),
  );
  const sums = values.flatMap((value) =>
    value
      .split(/,(?![^(]*\))/)
      .map((part) => sum([...part.matchAll(/(-?[\d.]+)px/g)].map(([, length]) => Math.abs(Number(length))))),
  );
  return Math.min(60, Math.max(0, ...sums));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function unite(rects: readonly Rect[]): Rect | undefined {
  return rects.length === 0 ? undefined : rects.reduce(unionOf);
}

/** Returns true for an element that only one of the pictures has. */
function oneSided({ reference, actual }: ElementChange): boolean {
  return reference === undefined || actual === undefined;
}

const APART = { cover: 0, fit: 0 };

function overlap(region: Rect, { box, ink }: Placed): { cover: number; fit: number } {
  if (!box || !isNear(region, box, EDGE)) return APART;
  const cover = Math.min(1, sharedArea(region, grown(box, EDGE)) / Math.max(1, areaOf(region)));
  const painted = ink ?? box;
  return { cover, fit: Math.min(1, sharedArea(region, grown(painted, EDGE)) / Math.max(1, areaOf(painted))) };
}

/** Depth of the deepest element that holds both; -1 when nothing does. */
function commonDepth(a: ElementNode | undefined, b: ElementNode | undefined): number {
  if (!a || !b) return -1;
  for (let node: ElementNode | undefined = a; node; node = node.parent)
    if (node.index <= b.index && b.index < node.end) return node.depth;
  return -1;
}

function gapBetween(a: Rect, b: Rect): number {
  const x = Math.max(0, b.x - (a.x + a.width), a.x - (b.x + b.width));
  const y = Math.max(0, b.y - (a.y + a.height), a.y - (b.y + b.height));
  return Math.hypot(x, y);
}

/**
 * Returns the place in the actual picture of a rectangle of the reference, bands inserted and removed; what was in a removed band shrinks
 * to the line where it is missing. CSS px; shifts are device px, `scale` of which make one.
 */
export function toActualPlace(rect: Rect, shifts: readonly Shift[], scale: number): Rect {
  const held = shifts.filter((shift) => holdsFor(shift, rect, scale));
  const [left, right] = [rect.x, rect.x + rect.width].map((at) => mapped(at, 'x', held, scale));
  const [top, bottom] = [rect.y, rect.y + rect.height].map((at) => mapped(at, 'y', held, scale));
  return { x: left ?? 0, y: top ?? 0, width: (right ?? 0) - (left ?? 0), height: (bottom ?? 0) - (top ?? 0) };
}

function mapped(at: number, axis: 'x' | 'y', shifts: readonly Shift[], scale: number): number {
  let to = at;
  for (const shift of shifts) {
    const from = shift.at / scale;
    if (shift.axis !== axis || from > at) continue;
    to += shift.by >= 0 ? shift.by / scale : -Math.min(-shift.by / scale, at - from);
  }
  return to;
}

/** Returns true when the middle of a rectangle lies in the columns or rows that were shifted. */
function holdsFor({ axis, across }: Shift, { x, y, width, height }: Rect, scale: number): boolean {
  const middle = (axis === 'y' ? x + width / 2 : y + height / 2) * scale;
  return across === undefined || (across.from <= middle && middle < across.to);
}

const A_BIT = 1e-6;

/** Returns the place in the reference of a rectangle of the actual picture; both device px. What is in an inserted band was where it begins. */
export function toReferencePlace(rect: Rect, all: readonly Shift[]): Rect {
  const shifts = all.filter((shift) => holdsFor(shift, rect, 1));
  const back = (at: number, axis: 'x' | 'y') => {
    let by = 0;
    for (const shift of shifts) {
      // `at` is of the reference: where the shift begins in the actual picture is behind all that came before it.
      const from = shift.at + by;
      if (shift.axis !== axis || from > at) continue;
      by += shift.by >= 0 ? Math.min(shift.by, at - from) : shift.by;
    }
    return at - by;
  };
  const [x, y] = [back(rect.x, 'x'), back(rect.y, 'y')];
  // An end that lies where a band is missing belongs to what is before it.
  const end = (at: number, axis: 'x' | 'y') => back(at - A_BIT, axis) + A_BIT;
  return { x, y, width: end(rect.x + rect.width, 'x') - x, height: end(rect.y + rect.height, 'y') - y };
}

import { sharedArea } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { type ElementNode, isAncestor, isOpaque } from '../element-tree.js';
import type { Pictured, Searched } from './cells.js';
import { deviceRect } from './name-cause.js';
import type { Part } from './parts.js';
import { bestPlace, COARSE, correlation, finePlace, type Patch, type Place, type Plane } from './planes.js';

/** A part with its place in the reference; none when nothing there looks like it. */
export interface Placed {
  part: Part;
  place: Place | undefined;
  /** Where it would stand if it moved as what is before it. */
  expected: { dx: number; dy: number };
}

/** Correlation from which a part is what is looked for, without looking further; and from which it is found at all. */
const SURE = 0.93;
export const FOUND = 0.72;
/** Pixels about an expected place that are looked at first. */
const NEAR = { x: 3, y: 3 };
/** Pixels of a patch that are looked at when it is searched. */
const SAMPLES = 3_000;
/** Device px that a part may have moved, when everything is searched: down and up, and to the sides. */
const FAR = { x: 320, y: 900 };
/** Places of the coarse search that are looked at closely. */
const CANDIDATES = 6;
/** Searches of the whole neighbourhood that one comparison may cost. */
const MOST_FAR = 120;
const MOST_ALONG = 160;
/** Searches of the whole picture for what is nowhere in that; samples of a patch, in squares, that each place costs. */
const MOST_WIDE = 10;
const WIDE_SAMPLES = 40;
/** How much less alike a far place may be held than a near one, per pixel. */
const FAR_COST = 0.00015;
/** Correlation below which a part is looked for along each axis; device px of its height up to which, and how far. */
const UNSURE = 0.88;
const SMALL_PART = 28;
const ALONG = 64;
/** Pixels of a patch that are looked at when it is looked for along an axis. */
const FEW_SAMPLES = 400;
/** Share of a place that two parts may have in common. */
const SHARED = 0.5;

/**
 * Looks for every part of the app's picture in the reference: first where the parts before it say, then in all that may have been moved.
 * One place belongs to one part, the one that is more alike. `covered`: parts that lie under something and are not looked for.
 */
export function placeParts(
  all: readonly Part[],
  nodes: readonly ElementNode[],
  { planes: { actual, reference }, scale }: Pictured,
): { placed: Placed[]; covered: Part[] } {
  const covered = coveredParts(all, nodes, scale);
  const parts = all.filter((part) => !covered.has(part));
  let [far, along, wide] = [0, 0, 0];
  let last = { dx: 0, dy: 0 };
  const known: { dx: number; dy: number }[] = [];
  const placed = parts.map((part): Placed => {
    const patch: Patch = { plane: actual.plane, ...withRim(part.rect, actual.plane) };
    const step = Math.max(1, Math.floor(Math.sqrt((patch.width * patch.height) / SAMPLES)));
    const expected = last;
    let best: Place | undefined;
    for (const near of distinct([last, ...known.slice(-4).reverse(), { dx: 0, dy: 0 }])) {
      const place = nearPlace(patch, reference.plane, near, step);
      if (!best || place.alike > best.alike) best = place;
      if (best.alike >= SURE) break;
    }
    if (best && best.alike < UNSURE && along < MOST_ALONG && part.rect.height <= SMALL_PART && hasShape(part)) {
      along++;
      const other = alongPlace(patch, reference.plane, last);
      if (cost(other, last) > cost(best, last) + 0.02) best = other;
    }
    if (best && best.alike < SURE && far < MOST_FAR && hasShape(part)) {
      far++;
      const other = farPlace(patch, actual.squares, reference, last, step);
      if (other && cost(other, last) > cost(best, last) + 0.02) best = other;
      // What is laid out otherwise may be anywhere.
      if (best.alike < FOUND && wide < MOST_WIDE) {
        wide++;
        const there = farPlace(patch, actual.squares, reference, { dx: 0, dy: 0 }, step, true);
        if (there && there.alike >= SURE) best = there;
      }
    }
    if (!best || best.alike < FOUND) return { part, place: undefined, expected };
    const offset = { dx: best.dx, dy: best.dy };
    if (best.alike >= 0.85 && part.rect.width * part.rect.height >= 60) {
      if (offset.dx !== last.dx || offset.dy !== last.dy) known.push(last);
      last = offset;
    }
    return { part, place: best.alike > 0.999 ? best : finePlace(patch, reference.plane, best), expected };
  });
  return { placed: withoutTwins(placed), covered: [...covered] };
}

function withRim({ x, y, width, height }: Rect, { width: w, height: h }: Plane): Rect {
  const [left, top] = [Math.max(0, x - 2), Math.max(0, y - 2)];
  return { x: left, y: top, width: Math.min(w, x + width + 2) - left, height: Math.min(h, y + height + 2) - top };
}

function distinct(offsets: readonly { dx: number; dy: number }[]): { dx: number; dy: number }[] {
  return offsets.filter((one, at) => offsets.findIndex(({ dx, dy }) => dx === one.dx && dy === one.dy) === at);
}

/** The place near an offset; where it stands exactly there, nothing is searched. */
function nearPlace(patch: Patch, other: Plane, near: { dx: number; dy: number }, step: number): Place {
  if (isEqualPatch(patch, other, near)) return { ...near, alike: 1 };
  const alike = Math.abs(correlation(patch, other, patch.x + near.dx, patch.y + near.dy, step));
  if (alike > 0.999) return { ...near, alike };
  return bestPlace(patch, other, near, NEAR, step);
}

/** Returns true when a patch is equal to its place, and shows something: most of a page is where it was. */
function isEqualPatch(
  { plane, x, y, width, height }: Patch,
  other: Plane,
  { dx, dy }: { dx: number; dy: number },
): boolean {
  const [left, top] = [x + dx, y + dy];
  if (!Number.isInteger(left) || !Number.isInteger(top)) return false;
  if (left < 0 || top < 0 || left + width > other.width || top + height > other.height) return false;
  let [low, high] = [255, 0];
  for (let row = 0; row < height; row++) {
    const [from, to] = [(y + row) * plane.width + x, (top + row) * other.width + left];
    for (let column = 0; column < width; column++) {
      const level = plane.data[from + column] ?? 0;
      if (level !== other.data[to + column]) return false;
      if (level < low) low = level;
      if (level > high) high = level;
    }
  }
  return high - low >= 8;
}

/** Small dots and lines are alike everywhere. */
function hasShape({ rect }: Part): boolean {
  return rect.width >= 2 * COARSE && rect.height >= 1.5 * COARSE && rect.width * rect.height >= 100;
}

function cost(place: Place, near: { dx: number; dy: number }): number {
  return place.alike - FAR_COST * Math.hypot(place.dx - near.dx, place.dy - near.dy);
}

/**
 * The best place of something small that moved along one axis, as most things do. Squares of 4 x 4 pixels blur letters of 8 px, so that it is
 * looked for pixel by pixel.
 */
function alongPlace(patch: Patch, other: Plane, near: { dx: number; dy: number }): Place {
  const step = Math.max(1, Math.floor(Math.sqrt((patch.width * patch.height) / FEW_SAMPLES)));
  // Beyond the ends of the picture there is nothing.
  const [up, below] = [
    Math.min(ALONG, patch.y + near.dy),
    Math.min(ALONG, other.height - patch.y - patch.height - near.dy),
  ];
  const reach = Math.max(0, Math.floor((up + below) / 2));
  const middle = { dx: near.dx, dy: near.dy + Math.round((below - up) / 2) };
  const down = bestPlace(patch, other, middle, { x: 1, y: reach }, step);
  const aside = bestPlace(patch, other, near, { x: ALONG, y: 1 }, step);
  return bestPlace(patch, other, down.alike >= aside.alike ? down : aside, { x: 1, y: 1 });
}

/** The best place within `FAR`, searched in squares of 4 x 4 pixels and then closely. */
function farPlace(
  patch: Patch,
  squares: Plane,
  reference: Searched,
  near: { dx: number; dy: number },
  step: number,
  everywhere = false,
): Place | undefined {
  const small: Patch = {
    plane: squares,
    x: Math.floor(patch.x / COARSE),
    y: Math.floor(patch.y / COARSE),
    width: Math.max(2, Math.round(patch.width / COARSE)),
    height: Math.max(2, Math.round(patch.height / COARSE)),
  };
  small.width = Math.min(small.width, squares.width - small.x);
  small.height = Math.min(small.height, squares.height - small.y);
  const thin = Math.max(1, Math.floor(Math.sqrt((small.width * small.height) / (everywhere ? WIDE_SAMPLES : 120))));
  const [cx, cy] = [Math.round(near.dx / COARSE), Math.round(near.dy / COARSE)];
  const [rx, ry] = [everywhere ? reference.squares.width : Math.round(FAR.x / COARSE), Math.round(FAR.y / COARSE)];
  const found: Place[] = [];
  for (let dy = -ry; dy <= ry; dy++) {
    const y = small.y + cy + dy;
    if (y < 0 || y + small.height > reference.squares.height) continue;
    // What moved far down or up has hardly moved to the side, and the other way round.
    const wide = everywhere || Math.abs(dy) <= 24 ? rx : 6;
    for (let dx = -wide; dx <= wide; dx++) {
      const x = small.x + cx + dx;
      if (x < 0 || x + small.width > reference.squares.width) continue;
      const alike = Math.abs(correlation(small, reference.squares, x, y, thin));
      if (alike < 0.4 || (found.length >= CANDIDATES && alike <= (found.at(-1)?.alike ?? 0))) continue;
      const place = { dx: (cx + dx) * COARSE, dy: (cy + dy) * COARSE, alike };
      const beside = found.findIndex(
        (one) => Math.abs(one.dx - place.dx) <= COARSE && Math.abs(one.dy - place.dy) <= COARSE,
      );
      if (beside >= 0) {
        if ((found[beside]?.alike ?? 1) < alike) found[beside] = place;
      } else found.push(place);
      found.sort((a, b) => b.alike - a.alike);
      found.length = Math.min(found.length, CANDIDATES);
    }
  }
  let best: Place | undefined;
  for (const one of found) {
    const place = bestPlace(patch, reference.plane, one, { x: COARSE, y: COARSE }, step);
    if (!best || cost(place, near) > cost(best, near)) best = place;
  }
  return best;
}

/** Of parts that were found at one place, and do not lie upon each other in the app, the most alike stays. */
function withoutTwins(placed: readonly Placed[]): Placed[] {
  const byAlike = [...placed]
    .filter(({ place }) => place)
    .sort((a, b) => (b.place?.alike ?? 0) - (a.place?.alike ?? 0));
  const taken: { rect: Rect; one: Placed }[] = [];
  const lost = new Set<Placed>();
  const cells = new Map<number, { rect: Rect; one: Placed }[]>();
  for (const one of byAlike) {
    const { rect } = one.part;
    const there = { ...rect, x: rect.x + Math.round(one.place?.dx ?? 0), y: rect.y + Math.round(one.place?.dy ?? 0) };
    const rows = [Math.floor(there.y / 64), Math.floor((there.y + there.height) / 64)];
    const twin = rows.some((row) =>
      (cells.get(row) ?? []).some(
        ({ rect: other, one: first }) =>
          sharedArea(there, other) > SHARED * Math.min(there.width * there.height, other.width * other.height) &&
          sharedArea(rect, first.part.rect) === 0,
      ),
    );
    if (twin) {
      lost.add(one);
      continue;
    }
    const entry = { rect: there, one };
    taken.push(entry);
    for (let row = rows[0] ?? 0; row <= (rows[1] ?? 0); row++) cells.set(row, [...(cells.get(row) ?? []), entry]);
  }
  return placed.map((one) => (lost.has(one) ? { ...one, place: undefined } : one));
}

/** Share of a part over which something else is painted from which it is not to be read: a text sooner than an icon with a badge. */
const COVERED = { text: 0.2, picture: 0.6 };

/** Parts that lie under something that is painted later. */
function coveredParts(parts: readonly Part[], nodes: readonly ElementNode[], scale: number): Set<Part> {
  const order = ({ element: { paint_order: order } }: ElementNode) => order ?? Number.NEGATIVE_INFINITY;
  const over = nodes.flatMap((node) =>
    node.seen && node.parent && isOpaque(node.element) ? [{ node, rect: deviceRect(node, scale) }] : [],
  );
  return new Set(
    parts.filter((part) => {
      const { node, kind } = part;
      const rect = wholeOf(part, scale);
      return over.some(
        (top) =>
          order(top.node) > order(node) &&
          sharedArea(top.rect, rect) >= COVERED[kind] * rect.width * rect.height &&
          top.node !== node &&
          !isAncestor(top.node, node) &&
          !isAncestor(node, top.node),
      );
    }),
  );
}

/** Em up to which a text is one line. */
const ONE_LINE = 1.9;

/** Of a line that lies partly under something only the rest is ink: its box tells where all of it is. */
function wholeOf({ node: { element }, rect, em, kind }: Part, scale: number): Rect {
  const { text_rect: text } = element;
  if (kind !== 'text' || !text || text.height * scale > ONE_LINE * em) return rect;
  return { x: text.x * scale, y: text.y * scale, width: text.width * scale, height: text.height * scale };
}

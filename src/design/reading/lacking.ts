import { grown, sharedArea } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { drawnRect, type PixelView, surroundingColor } from '../../image/pixels.js';
import { type ElementNode, type ElementTree, isAncestor, paintsBox } from '../element-tree.js';
import { ACTIVE, type Pictured, type Piece, piecesOf } from './cells.js';
import { type Finding, measured, type Offset, shifted } from './finding.js';
import { deviceRect } from './name-cause.js';
import { type Offsets, usualOf } from './offsets.js';
import type { Part } from './parts.js';
import type { Placed } from './place-parts.js';
import { COARSE } from './planes.js';

/** What is known when it is told what the app lacks. */
export interface Lacking {
  tree: ElementTree;
  pictured: Pictured;
  placed: readonly Placed[];
  offsets: Offsets;
  /** Places in the reference, device px, that the app's parts are found at. */
  explained: readonly Rect[];
  /** Parts that something else covers in the app. */
  covered: readonly Part[];
  /** Where the reference shows the boxes that were found there, device px. */
  boxes: ReadonlyMap<ElementNode, Rect>;
  /** What is known to differ. */
  findings: readonly Finding[];
  same: boolean;
  lossy: boolean;
}

/** Pieces of the reference that nothing of the app accounts for, as what the app lacks. */
export function lackingFindings(facts: Lacking): Finding[] {
  const { pictured, placed, offsets, same } = facts;
  const { scale } = pictured;
  const { actual, reference } = pictured.views;
  const covered = facts.covered.map(({ rect, node }) => shifted(rect, offsets.near(node)));
  return unexplained(facts).flatMap((piece) => {
    if (!counts(piece, same, scale)) return [];
    const { rect } = tight(piece, reference);
    if (isRest(rect, scale, same) || covered.some((one) => sharedArea(one, rect) > 0)) return [];
    const by = usualNear(placed, piece.rect);
    // What follows something larger has left the picture at its lower end.
    if (by.dy < -0.5 && rect.y < actual.height && rect.y + rect.height - by.dy > actual.height) return [];
    if (!same && rect.y - by.dy > (1 - END) * actual.height - 4) return [];
    return missingFinding(rect, facts, by);
  });
}

/** Share of the height by which roundings of lines make a page longer with another renderer. */
const END = 0.005;

/** A speck is something only where it is strong. */
function counts({ cells, contrast, rect }: Piece, same: boolean, scale: number): boolean {
  const large = Math.max(rect.width, rect.height) >= 8 * scale;
  return same
    ? cells >= 2 || contrast >= 24
    : (cells >= 3 && large && contrast >= 24) || (cells >= 2 && contrast >= 48);
}

/** The end of a line, or the rim of something that is accounted for. */
function isRest({ width, height }: Rect, scale: number, same: boolean): boolean {
  const [thin, long] = same ? [1.5, 5] : [3, 8];
  return Math.min(width, height) <= thin * scale && Math.max(width, height) <= long * scale;
}

/** Device px above and below a place in which parts tell by how much it moved. */
const NEAR_PARTS = 220;

/** By how much most of what was found about a place of the reference stands elsewhere there. */
function usualNear(placed: readonly Placed[], { y, height }: Rect): Offset {
  const counts = new Map<string, { offset: Offset; count: number }>();
  for (const { part, place } of placed) {
    if (!place || Math.abs(part.rect.y + place.dy - y) > NEAR_PARTS + height) continue;
    const offset = { dx: Math.round(place.dx), dy: Math.round(place.dy) };
    const known = counts.get(`${offset.dx} ${offset.dy}`) ?? { offset, count: 0 };
    known.count++;
    counts.set(`${offset.dx} ${offset.dy}`, known);
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.offset ?? { dx: 0, dy: 0 };
}

/** A piece without the empty rest of its squares. */
function tight(piece: Piece, view: PixelView): Piece {
  const ground = surroundingColor(view, piece.rect);
  const drawn = ground === undefined ? undefined : drawnRect(view, piece.rect, ground, 8);
  return drawn ? { ...piece, rect: drawn } : piece;
}

/** Something that the app lacks: named by the smallest element about its place. */
function missingFinding(rect: Rect, facts: Lacking, { dx, dy }: Offset): Finding[] {
  const {
    tree: { nodes },
    findings,
    placed,
    boxes,
    pictured: { scale },
  } = facts;
  let holder: ElementNode | undefined;
  const here = { ...rect, x: rect.x - dx, y: rect.y - dy };
  const area = (one: ElementNode | undefined) =>
    one?.seen ? one.seen.width * one.seen.height : Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const box = node.seen && deviceRect(node, scale);
    if (!box || isOnlyText(node, here, scale)) continue;
    const { x, y, width, height } = grown(box, 4);
    const inside = here.x >= x && here.y >= y && here.x + here.width <= x + width && here.y + here.height <= y + height;
    if (inside && area(node) <= area(holder)) holder = node;
  }
  const known = { placed, boxes, scale };
  holder = restOf(rect, known) ?? (holder && heldThere(holder, rect, known)) ?? nodes[0];
  // What stands where a text is drawn differently is that text.
  const about = ({ x, y, width, height }: Rect) => ({ x: x - 8, y: y - 4, width: width + 16, height: height + 8 });
  const isRedrawn = findings.some(
    (one) => one.kind === 'text' && sharedArea(about(one.rect), here) > 0.5 * here.width * here.height,
  );
  if (!holder || isRedrawn) return [];
  const properties = [measured('presence', 'present', 'missing')];
  return [
    { node: holder, relation: 'container', kind: 'missing', severity: 'critical', properties, rect: here, there: rect },
  ];
}

/** Correlation from which a part surely stands elsewhere, and device px from there. */
const SURELY = 0.85;
const ELSEWHERE = 4;

/** Levels from which something stands out of a picture. */
const IN_PICTURE = 72;
/** What the reference shows and nothing of the app accounts for. */
function unexplained({ tree, pictured, placed, offsets, explained, same, lossy }: Lacking): Piece[] {
  const { actual, reference, owner } = pictured.squared;
  const localOf = localOffsets(placed);
  const limit = same ? ACTIVE.same : ACTIVE.other;
  const known = new Uint8Array(reference.columns * reference.rows);
  const mark = (left: number, top: number, right: number, bottom: number) => {
    for (let row = Math.max(0, top); row <= Math.min(reference.rows - 1, bottom); row++)
      known.fill(
        1,
        row * reference.columns + Math.max(0, left),
        row * reference.columns + Math.min(reference.columns - 1, right) + 1,
      );
  };
  // Compression leaves something in all of a block (8 x 8, ITU-T T.81) in which something is.
  const rim = lossy ? 9 : 3;
  for (const { x, y, width, height } of explained)
    mark(
      Math.floor((x - rim) / COARSE),
      Math.floor((y - rim) / COARSE),
      Math.floor((x + width + rim - 1) / COARSE),
      Math.floor((y + height + rim - 1) / COARSE),
    );
  // What the app shows half as strongly accounts for it, too; what stands elsewhere in the reference does so there.
  const left = new Uint8Array(actual.columns * actual.rows);
  for (const { x, y, width, height } of elsewhereOf(placed))
    for (
      let row = Math.max(0, Math.floor(y / COARSE));
      row < Math.min(actual.rows, Math.ceil((y + height) / COARSE));
      row++
    )
      left.fill(
        1,
        row * actual.columns + Math.max(0, Math.floor(x / COARSE)),
        row * actual.columns + Math.max(0, Math.min(actual.columns, Math.ceil((x + width) / COARSE))),
      );
  for (let row = 0; row < actual.rows; row++) {
    const local = localOf(row * COARSE);
    for (let column = 0; column < actual.columns; column++) {
      const at = row * actual.columns + column;
      if ((actual.activity[at] ?? 0) < limit / 2 || left[at] === 1) continue;
      const by = lossy ? 2 : 1;
      const own = offsets.at(owner[at] ?? -1);
      for (const { dx, dy } of own.dx === local.dx && own.dy === local.dy ? [own] : [own, local]) {
        const [x, y] = [Math.round(column + dx / COARSE), Math.round(row + dy / COARSE)];
        mark(x - by, y - by, x + by, y + by);
      }
    }
  }
  const least = new Uint8Array(known.length).fill(limit);
  if (!same)
    for (const { x, y, width, height } of pictorialOf(tree.nodes, offsets, pictured.scale))
      for (
        let row = Math.max(0, Math.floor(y / COARSE));
        row < Math.min(reference.rows, Math.ceil((y + height) / COARSE));
        row++
      )
        least.fill(
          IN_PICTURE,
          row * reference.columns + Math.max(0, Math.floor(x / COARSE)),
          row * reference.columns + Math.min(reference.columns, Math.ceil((x + width) / COARSE)),
        );
  const rest = new Uint8Array(known.length);
  for (let at = 0; at < known.length; at++)
    if (known[at] === 0 && (reference.activity[at] ?? 0) >= (least[at] ?? limit)) rest[at] = 1;
  return piecesOf(rest, reference, 2);
}

/** Device px of a band of the page, and how far parts above and below it tell where it is. */
const BAND = 64;

/** By how much most of what is at a height of the app's picture stands elsewhere in the reference. */
function localOffsets(placed: readonly Placed[]): (y: number) => Offset {
  const bands: Offset[][] = [];
  for (const { part, place } of placed) {
    if (!place || place.alike < SURELY) continue;
    const band = Math.floor((part.rect.y + part.rect.height / 2) / BAND);
    for (const near of [band - 1, band, band + 1]) bands[near] = [...(bands[near] ?? []), place];
  }
  const usual = bands.map((band) => usualOf(band));
  return (y) => usual[Math.floor(y / BAND)] ?? { dx: 0, dy: 0 };
}

/** Rectangles of the app that were found somewhere else in the reference. */
function elsewhereOf(placed: readonly Placed[]): Rect[] {
  return placed.flatMap(({ part, place }) =>
    place && place.alike >= SURELY && Math.hypot(place.dx, place.dy) >= ELSEWHERE ? [part.rect] : [],
  );
}

/** Where the reference shows the pictures of the page, of which two renderers scale the details differently. */
function pictorialOf(nodes: readonly ElementNode[], offsets: Offsets, scale: number): Rect[] {
  return nodes.flatMap((node) => {
    const { element, seen } = node;
    const shows = element.styles['background-image']?.includes('url(') || DRAWN.has(element.tag);
    if (!seen || !shows) return [];
    const { dx, dy } = offsets.near(node);
    const rect = deviceRect(node, scale);
    return [{ ...rect, x: rect.x + dx - 4, y: rect.y + dy - 4, width: rect.width + 8, height: rect.height + 8 }];
  });
}

const DRAWN = new Set(['img', 'canvas', 'video', 'iframe', 'embed', 'object']);

/** What is known of where the reference shows things, device px there. */
interface Known {
  placed: readonly Placed[];
  /** Boxes that were found. */
  boxes: ReadonlyMap<ElementNode, Rect>;
  scale: number;
}

/**
 * Returns true when an element is a text and can hold nothing else. One in a box of its own can, beside its letters: a button that lacks
 * its icon. `here`: the place of what is missing in the app's picture, device px.
 */
function isOnlyText({ children, element }: ElementNode, here: Rect, scale: number): boolean {
  if (children.length > 0 || element.text === undefined) return false;
  const { text_rect: text } = element;
  if (!text || !paintsBox(element)) return true;
  // Something as large as its box is not in it: a field below its label.
  const box = deviceRect({ element, seen: element.rect }, scale);
  const ends = [
    here.x - box.x,
    here.y - box.y,
    box.x + box.width - here.x - here.width,
    box.y + box.height - here.y - here.height,
  ];
  if (Math.min(...ends) < RIM) return true;
  const { x, y, width, height } = text;
  const letters = { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
  return sharedArea(letters, here) > 0.5 * here.width * here.height;
}

/** Device px between the rim of a box and what it holds. */
const RIM = 2;

/** Device px to which an end of a piece is that of a box, between the two, and of the least piece. */
const ONE_END = 2;
const BESIDE = 10;
const LEAST = 4;
/** Share of a box, along the axis that it is larger along, that its rest may have. */
const REST = 0.75;

/** The box that a piece is the rest of: it stands beside it and is as high or as wide as that box is in the reference. */
function restOf(piece: Rect, { boxes }: Known): ElementNode | undefined {
  for (const [node, box] of boxes) if (isRestAlong(piece, box, 'x') || isRestAlong(piece, box, 'y')) return node;
  return undefined;
}

function isRestAlong(piece: Rect, box: Rect, axis: 'x' | 'y'): boolean {
  const [along, long, across, wide] =
    axis === 'x' ? (['x', 'width', 'y', 'height'] as const) : (['y', 'height', 'x', 'width'] as const);
  const ends = Math.abs(piece[across] - box[across]) + Math.abs(piece[across] + piece[wide] - box[across] - box[wide]);
  const gap = Math.max(piece[along] - box[along] - box[long], box[along] - piece[along] - piece[long]);
  // What is as large as the box is another one beside it.
  return ends <= 2 * ONE_END && gap >= -1 && gap <= BESIDE && piece[long] >= LEAST && piece[long] <= REST * box[long];
}

/** Device px about something in which a piece still lies in it; and share of the piece. */
const ABOUT = 4;
const IN_IT = 0.5;
/** Share of the height of a box that the one thing in it has. */
const FILLS = 0.5;

/**
 * What held a piece, seen from where its place is in the reference: what stands wholly below it there never held it, but something about
 * that did, down to the one thing in it that holds several. `holder`: what stands at its place in the app.
 */
function heldThere(holder: ElementNode, piece: Rect, { boxes, placed, scale }: Known): ElementNode {
  const own = boxes.get(holder) ?? movedRect(holder, placed, scale);
  const holds = (one: Rect | undefined) =>
    one !== undefined && sharedArea(grown(one, ABOUT), piece) >= IN_IT * piece.width * piece.height;
  const box = boxAbout(piece, boxes);
  // A box that is smaller in the app for what it lacks.
  if (box && box !== holder && !isAncestor(box, holder) && !holds(boxes.get(holder))) return box;
  if (own === undefined || holds(own) || (!boxes.has(holder) && piece.y + piece.height > own.y + ABOUT)) return holder;
  let above = holder.parent;
  while (above && !holds(boxes.get(above))) above = above.parent;
  // It stood before all of that.
  if (!above) return topOf(holder);
  const least = FILLS * (boxes.get(above)?.height ?? 0);
  for (let at = above; ; ) {
    const [only, ...others]: ElementNode[] = at.children.filter(({ seen }) => seen !== undefined);
    if (!only || others.length > 0 || boxes.has(only) || only.children.length === 0) return at;
    if (only.element.rect.height * scale < least) return at;
    at = only;
  }
}

/** What holds the whole of a page: its body. */
function topOf(node: ElementNode): ElementNode {
  let at = node;
  while (at.parent?.parent) at = at.parent;
  return at;
}

/** Share of a piece that lies in a box that holds it, and device px about that. */
const WHOLLY = 0.95;
const RIM_OF = 1;

/** The smallest box of the reference that a piece lies in. */
function boxAbout(piece: Rect, boxes: ReadonlyMap<ElementNode, Rect>): ElementNode | undefined {
  let best: { node: ElementNode; area: number } | undefined;
  for (const [node, rect] of boxes) {
    const area = rect.width * rect.height;
    if (sharedArea(grown(rect, RIM_OF), piece) < WHOLLY * piece.width * piece.height) continue;
    if (!best || area < best.area) best = { node, area };
  }
  return best?.node;
}

/** Where an element is with what it holds: most of that moved as the first part of it that was found. */
function movedRect(node: ElementNode, placed: readonly Placed[], scale: number): Rect | undefined {
  const first = placed.find(({ part, place }) => place && part.node.index >= node.index && part.node.index < node.end);
  if (!first?.place) return undefined;
  const { x, y, width, height } = deviceRect(node, scale);
  return { x: x + first.place.dx, y: y + first.place.dy, width, height };
}

import { grown, sharedArea } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { type ElementNode, paintsBox } from '../element-tree.js';
import { deviceRect } from './name-cause.js';
import type { Placed } from './place-parts.js';

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
export function isOnlyText({ children, element }: ElementNode, here: Rect, scale: number): boolean {
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

/** The box that a piece is the rest of: it stands beside it and is as high or as wide as that box is in the reference. */
export function restOf(piece: Rect, { boxes }: Known): ElementNode | undefined {
  for (const [node, box] of boxes) if (isRestAlong(piece, box, 'x') || isRestAlong(piece, box, 'y')) return node;
  return undefined;
}

function isRestAlong(piece: Rect, box: Rect, axis: 'x' | 'y'): boolean {
  const [along, long, across, wide] =
    axis === 'x' ? (['x', 'width', 'y', 'height'] as const) : (['y', 'height', 'x', 'width'] as const);
  const ends = Math.abs(piece[across] - box[across]) + Math.abs(piece[across] + piece[wide] - box[across] - box[wide]);
  const gap = Math.max(piece[along] - box[along] - box[long], box[along] - piece[along] - piece[long]);
  return ends <= 2 * ONE_END && gap >= -1 && gap <= BESIDE && piece[long] >= LEAST;
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
export function heldThere(holder: ElementNode, piece: Rect, { boxes, placed, scale }: Known): ElementNode {
  const own = boxes.get(holder) ?? movedRect(holder, placed, scale);
  const holds = (one: Rect | undefined) =>
    one !== undefined && sharedArea(grown(one, ABOUT), piece) >= IN_IT * piece.width * piece.height;
  if (boxes.has(holder) || own === undefined || holds(own) || piece.y + piece.height > own.y + ABOUT) return holder;
  let above = holder.parent;
  while (above && !holds(boxes.get(above))) above = above.parent;
  if (!above) return holder;
  const least = FILLS * (boxes.get(above)?.height ?? 0);
  for (let at = above; ; ) {
    const [only, ...others]: ElementNode[] = at.children.filter(({ seen }) => seen !== undefined);
    if (!only || others.length > 0 || boxes.has(only) || only.children.length === 0) return at;
    if (only.element.rect.height * scale < least) return at;
    at = only;
  }
}

/** Where an element is with what it holds: most of that moved as the first part of it that was found. */
function movedRect(node: ElementNode, placed: readonly Placed[], scale: number): Rect | undefined {
  const first = placed.find(({ part, place }) => place && part.node.index >= node.index && part.node.index < node.end);
  if (!first?.place) return undefined;
  const { x, y, width, height } = deviceRect(node, scale);
  return { x: x + first.place.dx, y: y + first.place.dy, width, height };
}

import { grown, sharedArea } from '../../core/rects.js';
import type { Rect, Size } from '../../core/vocabulary/geometry.js';
import { drawnRect, type PixelView, surroundingColor } from '../../image/pixels.js';
import type { ElementNode } from '../element-tree.js';
import { type Finding, measured, type Offset } from './finding.js';
import { deviceRect } from './name-cause.js';
import type { Placed } from './place-parts.js';
import type { Piece } from './residue.js';

/** What is known when pieces of the reference that nothing accounts for are told. */
export interface Lacking {
  nodes: readonly ElementNode[];
  placed: readonly Placed[];
  findings: readonly Finding[];
  /** Places in the reference of what something else covers in the app, device px. */
  covered: readonly Rect[];
  view: PixelView;
  /** Device px of the app's picture. */
  size: Size;
  scale: number;
  same: boolean;
}

/** Pieces of the reference that nothing accounts for, as what the app lacks. */
export function lackingFindings(pieces: readonly Piece[], facts: Lacking): Finding[] {
  return pieces.flatMap((piece) => {
    if (!counts(piece, facts.same, facts.scale)) return [];
    const { rect } = tight(piece, facts.view);
    if (isRest(rect, facts.scale, facts.same) || facts.covered.some((one) => sharedArea(one, rect) > 0)) return [];
    const by = usualNear(facts.placed, piece.rect);
    // What follows something larger has left the picture at its lower end.
    if (by.dy < -0.5 && rect.y < facts.size.height && rect.y + rect.height - by.dy > facts.size.height) return [];
    if (!facts.same && rect.y - by.dy > (1 - END) * facts.size.height - 4) return [];
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
function missingFinding(rect: Rect, { nodes, findings, scale }: Lacking, { dx, dy }: Offset): Finding[] {
  let holder: ElementNode | undefined;
  const here = { ...rect, x: rect.x - dx, y: rect.y - dy };
  const area = (one: ElementNode | undefined) =>
    one?.seen ? one.seen.width * one.seen.height : Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const box = node.seen && deviceRect(node, scale);
    if (!box || (node.children.length === 0 && node.element.text !== undefined)) continue;
    const { x, y, width, height } = grown(box, 4);
    const inside = here.x >= x && here.y >= y && here.x + here.width <= x + width && here.y + here.height <= y + height;
    if (inside && area(node) <= area(holder)) holder = node;
  }
  holder ??= nodes[0];
  // What stands where a text is drawn differently is that text.
  const about = ({ x, y, width, height }: Rect) => ({ x: x - 8, y: y - 4, width: width + 16, height: height + 8 });
  const isText = findings.some(
    (one) => one.kind === 'text' && sharedArea(about(one.rect), here) > 0.5 * here.width * here.height,
  );
  if (!holder || isText) return [];
  const properties = [measured('presence', 'present', 'missing')];
  return [{ node: holder, relation: 'container', kind: 'missing', severity: 'critical', properties, rect: here }];
}

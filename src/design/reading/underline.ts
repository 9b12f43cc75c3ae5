import { channelDistance, type PixelView } from '../../image/pixels.js';
import { groundAt, inkLines, type Part } from './parts.js';
import type { Placed } from './place-parts.js';
import { bestPlace, finePlace, type Plane } from './planes.js';

/** Share of a row that is ink where a line is drawn under a text; levels of ink; and the part of a line's height above which none is. */
const LINE = 0.7;
const INK = 24;
const LETTERS = 0.55;
/** Device px about its place in which what is above the line is looked for. */
const NEAR = { x: 2, y: 3 };
/** Least height of what is left of a line of text, device px. */
const LEAST = 5;

/**
 * An underlined line of text as what is above its line: each renderer draws that of its own thickness and at its own height, and it makes one
 * word of all. Undefined where the line is not seen, or nothing is left.
 */
export function withoutUnderline(
  { part, place, expected }: Placed,
  view: PixelView,
  planes: { actual: Plane; reference: Plane },
): Placed | undefined {
  if (part.kind !== 'text' || !isUnderlined(part)) return undefined;
  const height = heightAbove(part, view);
  if (height === undefined || height < LEAST) return undefined;
  const [line, ...others] = inkLines(view, { ...part.rect, height }, part.ground, part.em);
  if (!line || others.length > 0) return undefined;
  const letters: Part = { ...part, rect: line.rect, words: line.words };
  const patch = { plane: planes.actual, ...line.rect };
  const from = place ?? expected;
  const near = { dx: Math.round(from.dx), dy: Math.round(from.dy) };
  const found = bestPlace(patch, planes.reference, near, NEAR);
  return { part: letters, place: finePlace(patch, planes.reference, found), expected };
}

/** Links are underlined by what they lie in, too. */
export function isUnderlined({ node }: Pick<Part, 'node'>): boolean {
  for (let at: Part['node'] | undefined = node, up = 0; at && up < 3; at = at.parent, up++)
    if (at.element.styles['text-decoration-line']?.includes('underline')) return true;
  return false;
}

/** Device px of a line of text that lie above the line under it. */
function heightAbove({ rect, ground }: Part, view: PixelView): number | undefined {
  for (let row = Math.floor(LETTERS * rect.height); row < rect.height; row++) {
    const plain = groundAt(ground, row, rect.height);
    let ink = 0;
    for (let x = rect.x; x < rect.x + rect.width; x++)
      if (channelDistance(view.pixels[(rect.y + row) * view.stride + x] ?? 0, plain) >= INK) ink++;
    if (ink >= LINE * rect.width) return row - 1;
  }
  return undefined;
}

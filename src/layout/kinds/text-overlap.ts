import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, bottom, overlap, px } from '../boxes.js';
import { type FindKind, type Found, quoted, Worst } from '../found.js';
import { isPositioned, isTold } from '../intent.js';
import {
  blockOf,
  coversOf,
  isControl,
  isInked,
  isPainted,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
} from '../page-model.js';

/** Least that two texts share to be in each other's way, CSS px, and as part of the height of the smaller one. */
const LEAST = 3;
const TOUCHES = 0.25;
const SURE = 0.3;
/** A text so much larger than the other may be a backdrop, when it is faint. */
const BACKDROP = 2.5;

/** Text over other text, and controls over controls, where both are seen. */
export const textOverlap: FindKind = (model) => [...texts(model), ...controls(model)];

function texts(model: PageModel): Found[] {
  const worst = new Worst();
  const lines = model.lines
    .filter((line) => line.shown && isInked(line) && isTold(line.owner))
    .sort((a, b) => a.core.y - b.core.y);
  for (const [at, a] of lines.entries())
    for (let next = at + 1; next < lines.length; next++) {
      const b = lines[next];
      if (!b || b.core.y > bottom(a.core)) break;
      const [under, over] = a.owner.el.paint <= b.owner.el.paint ? [a, b] : [b, a];
      const both = collision(model, under, over);
      if (!both) continue;
      const share = a.owner === b.owner ? 1 : both.height / Math.min(a.core.height, b.core.height);
      const sure = share >= SURE && both.width > LEAST && !isBackdrop(a, b) && !isTurned(a.owner) && !isTurned(b.owner);
      worst.keep(`${under.owner.index}/${over.owner.index}`, {
        kind: 'text_overlap',
        certainty: sure ? 'certain' : 'likely',
        element: over.owner,
        ...(under.owner === over.owner ? {} : { other: under.owner }),
        rect: both,
        by_px: Math.round(both.width),
        what: `${quoted(over.text)} lies over ${quoted(under.text)}`,
        claim: { shows: 'ink', rect: both },
      });
    }
  return worst.all();
}

/** Returns the area that two lines share where both are visible; none for lines that belong together. */
function collision(model: PageModel, under: Line, over: Line): Rect | undefined {
  if (!under.shown || !over.shown) return undefined;
  if (under.owner === over.owner) return tooTight(under, over);
  const cores = overlap(under.core, over.core);
  const both = cores && overlap(cores, under.shown) && overlap(cores, over.shown) ? cores : undefined;
  if (!both || both.width < LEAST || both.height < LEAST) return undefined;
  if (both.height < Math.min(under.core.height, over.core.height) * TOUCHES) return undefined;
  // Lines of one paragraph that is set tightly; a shadow or glow made of the same text.
  if (blockOf(under.owner) === blockOf(over.owner) || under.text.trim() === over.text.trim()) return undefined;
  // Labels of a drawing are placed by what draws it.
  if (isDrawnText(under.owner) && isDrawnText(over.owner)) return undefined;
  if (isHidden(model, under.owner, both) || isHidden(model, over.owner, both)) return undefined;
  return hasGround(under, over, both) ? undefined : both;
}

/** Lines of one text that are set so tightly that their letters meet: less than this share of the font's height apart. */
const TIGHT = 0.6;

function tooTight(a: Line, b: Line): Rect | undefined {
  const font = px(a.owner.el.styles['font-size'] ?? '16px');
  const apart = Math.abs(a.rect.y - b.rect.y);
  if (apart <= LEAST || apart >= font * TIGHT || Math.abs(a.rect.height - b.rect.height) > 1) return undefined;
  return overlap(a.core, b.core) && overlap(a.rect, b.rect);
}

function isHidden(model: PageModel, placed: Placed, rect: Rect): boolean {
  return coversOf(model, placed, rect).some(({ shown }) => shown && area(overlap(shown, rect)) >= area(rect) * 0.95);
}

/** The upper text comes with a ground that hides the lower one: then one covers the other. */
function hasGround(under: Line, over: Line, both: Rect): boolean {
  for (let at: Placed | undefined = over.owner; at && !isWithin(under.owner, at); at = at.parent)
    if (
      alpha(at.el.styles['background-color']) > 0.95 &&
      at.shown &&
      area(overlap(at.shown, both)) >= area(both) * 0.8 &&
      at.el.paint > under.owner.el.paint
    )
      return true;
  return false;
}

const isDrawnText = ({ el }: Placed): boolean => el.tag === 'text' || el.tag === 'tspan' || el.tag === 'textpath';

function isBackdrop(a: Line, b: Line): boolean {
  const [small, large] = a.core.height < b.core.height ? [a, b] : [b, a];
  if (large.core.height < BACKDROP * small.core.height) return false;
  const { el, opacity } = large.owner;
  return opacity < 0.5 || alpha(el.styles.color) < 0.5 || el.attributes['aria-hidden'] === 'true';
}

/** In a plane turned out of the page: its box is not where it is drawn. */
function isTurned(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent)
    if (at.el.styles.transform?.startsWith('matrix3d')) return true;
  return false;
}

function controls(model: PageModel): Found[] {
  const found: Found[] = [];
  const all = model.all.filter(
    (one) => one.shown && one.el.rect.width > 8 && isVisible(one) && isControl(one) && isPainted(one) && isTold(one),
  );
  for (const [at, a] of all.entries())
    for (const b of all.slice(at + 1)) {
      const both = a.shown && b.shown && overlap(a.shown, b.shown);
      if (!both || both.width <= LEAST || both.height <= LEAST || isWithin(a, b) || isWithin(b, a)) continue;
      const share = area(both) / Math.min(area(a.shown), area(b.shown));
      if (share < 0.1 || share > 0.9 || isPositioned(a) || isPositioned(b)) continue;
      found.push({
        kind: 'text_overlap',
        certainty: 'likely',
        element: b,
        other: a,
        rect: both,
        by_px: Math.round(Math.min(both.width, both.height)),
        what: `lies over another control by ${Math.round(both.width)} x ${Math.round(both.height)} px`,
      });
    }
  return found;
}

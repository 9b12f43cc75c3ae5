import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, bottom, px, right } from '../boxes.js';
import { type AtWidth, type FindKind, type Found, type FoundAcross, quoted, runs, Worst } from '../found.js';
import {
  coversOf,
  isInStrip,
  isMoved,
  isPopup,
  isPositioned,
  isStack,
  isTold,
  isTransformed,
  isTurned,
  isUnderLayer,
} from '../intent.js';
import { wordsAt } from '../look.js';
import {
  blockOf,
  borderedSides,
  isControl,
  isInked,
  isInline,
  isPainted,
  isVisible,
  isWithin,
  type PageModel,
  type Placed,
} from '../page-model.js';

/** What is not seen as sticking out, and what surely is, CSS px. */
const SLACK = 2.5;
const SURE = 4;
/** Share of a line's height that sticks out when it is seen. */
const OUT = 0.25;
const SIDES = ['right', 'left', 'bottom', 'top'] as const;
type Side = (typeof SIDES)[number];

/** Content that sticks out of the painted box that holds it, although nothing was placed there on purpose. */
export const protrudes: FindKind = (model) => {
  const worst = new Worst();
  const onNeighbour = (owner: Placed, rect: Rect) => {
    for (const found of crossing(owner, rect, model)) worst.keep(`${owner.index} ${found.kind}`, found);
  };
  const look = (item: Placed, rect: Rect, isText: boolean) => {
    const out = brokenOut(item, rect, isText);
    if (!out && isText) onNeighbour(item, rect);
    if (!out || isInStrip(item, model, out.box)) return;
    const by = Math.round(out.by);
    worst.keep(`${out.box.index}/${out.side}`, {
      kind: 'protrudes',
      certainty: out.by >= SURE ? 'certain' : 'likely',
      element: item,
      other: out.box,
      rect,
      by_px: by,
      what: `sticks out ${by} px at the ${out.side} of the box that holds it`,
      claim: isText ? { shows: 'ink', rect, words: wordsAt(model, rect, [item]) } : { shows: 'ink', rect },
    });
  };
  for (const line of model.lines) {
    // Words that an indent pushes out of their box stand where it puts them: the state of a switch.
    const isPushed = px(line.owner.el.styles['text-indent']) < -1;
    const rect =
      line.shown && !isPushed && isInked(line) && isTold(line.owner) ? intersection(line.core, line.shown) : undefined;
    if (rect) look(line.owner, rect, true);
  }
  for (const item of model.all) if (item.shown && (isSolid(item) || hasFallenOut(item))) look(item, item.shown, false);
  return worst.all();
};

/** Part of a text that lies on each side of the edge of another box, and width from which it is one, CSS px. */
const ACROSS = 6;
const WORDS = 24;

/** A text that runs out of its own box, or out of the card it was put on, over the edge of a painted box beside that, or under it: the picture tells. */
function crossing(owner: Placed, rect: Rect, model: PageModel): Found[] {
  if (rect.width < WORDS || isTurned(owner) || isTable(owner)) return [];
  const block = blockOf(owner);
  const own = block.el.rect;
  const isLong = right(rect) > right(own) + ACROSS || rect.x < own.x - ACROSS;
  const card = isLong && !isMoved(owner) ? undefined : cardOf(owner);
  if (!card && (!isLong || isMoved(owner))) return [];
  if (card && right(rect) <= right(card.el.rect) + ACROSS && rect.x >= card.el.rect.x - ACROSS) return [];
  const other = model.all.find((one) => {
    const both = one.shown && intersection(one.shown, rect);
    if (!both || both.width < ACROSS || rect.width - both.width < ACROSS || both.height < rect.height * 0.9)
      return false;
    if (one.fixed !== owner.fixed || one.sticky || isInline(one) || isControl(one) || isTable(one) || !isVisible(one))
      return false;
    if (isWithin(owner, one) || isWithin(one, card ?? block) || !hasEdge(one) || isTurned(one)) return false;
    return card === undefined || (one.parent === card.parent && one.el.tag === card.el.tag);
  });
  const both = other && intersection(other.el.rect, rect);
  if (!both || hasGround(owner, other) || isInStrip(owner, model, card ?? block) || isPopup(owner)) return [];
  if (coversOf(model, owner, both).length > 0) return [];
  const by = Math.round(both.width);
  const said = { certainty: 'certain' as const, element: owner, other, rect, by_px: by };
  // Its border is none of the words.
  const inner = { ...both, x: both.x + 2, width: both.width - 4 };
  const before = { ...rect, width: both.x - rect.x };
  const rest = before.width >= ACROSS ? before : { ...rect, x: right(both), width: right(rect) - right(both) };
  const [ink] = wordsAt(model, rest, [owner]).inks;
  return [
    {
      ...{ ...said, kind: 'protrudes', what: `runs ${by} px over the edge of the box beside it` },
      claim: { shows: 'ink', rect: inner, words: wordsAt(model, inner, [owner]) },
    },
    // Boxes of a row or a grid are painted one after the other, whole.
    ...(ink
      ? [
          {
            ...{ ...said, kind: 'covered' as const, what: `has ${by} px of its words under the box beside it` },
            claim: { shows: 'gone' as const, rect: inner, words: { ...wordsAt(model, rest, [owner]), rest } },
          },
        ]
      : []),
  ];
}

/** The painted box that something was placed in by its style. */
function cardOf(owner: Placed): Placed | undefined {
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    if (at.el.styles.position !== 'absolute') continue;
    const { holder } = at;
    return holder && hasEdge(holder) && holder.el.tag !== 'body' && holder.el.tag !== 'html' ? holder : undefined;
  }
  return undefined;
}

function hasGround(owner: Placed, other: Placed): boolean {
  for (let at: Placed | undefined = owner; at && !isWithin(other, at); at = at.parent)
    if (alpha(at.el.styles['background-color']) > 0.5 && right(at.el.rect) > other.el.rect.x + ACROSS) return true;
  return false;
}

/** Cells of a table write into the next one, where that is empty, on purpose. */
function isTable(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent)
    if (/^(?:td|th|tr|table|svg)$/.test(at.el.tag) || (at.el.styles.display ?? '').startsWith('table')) return true;
  return false;
}

/** A control with a box, or a picture of some size. */
function isSolid(item: Placed): boolean {
  if (!isVisible(item) || !isTold(item)) return false;
  return (isControl(item) && isPainted(item) && !isInline(item)) || (item.el.tag === 'img' && item.el.rect.width > 8);
}

/** A ground with words that lies below the box that holds it, as floats do which nothing clears. */
function hasFallenOut(item: Placed): boolean {
  const { rect, styles } = item.el;
  const box = item.parent?.el.rect;
  if (!box || !isVisible(item) || !isTold(item) || isInline(item) || alpha(styles['background-color']) < 0.9)
    return false;
  return styles.float !== undefined && bottom(rect) - bottom(box) >= rect.height * 0.5;
}

/** The nearest painted box that was to hold it and does not. */
function brokenOut(item: Placed, rect: Rect, isText: boolean): { box: Placed; side: Side; by: number } | undefined {
  for (let at: Placed | undefined = item; at; at = at.parent) {
    const { tag, rect: box } = at.el;
    if (tag === 'body' || tag === 'html') return undefined;
    // A cell may be of several rows: what holds its words is the cell.
    const isRow = tag === 'tr' || at.el.styles.display === 'table-row';
    if ((at !== item || isText) && !isInline(at) && !isRow && hasEdge(at)) {
      const out = {
        right: right(rect) - right(box),
        left: box.x - rect.x,
        bottom: bottom(rect) - bottom(box),
        top: box.y - rect.y,
      };
      const side = SIDES.reduce((worst, one) => (out[one] > out[worst] ? one : worst));
      const isSeen = !isText || side === 'left' || side === 'right' || out[side] >= rect.height * OUT;
      if (out[side] > SLACK)
        return isSeen && box.width >= 3 && box.height >= 3 ? { box: at, side, by: out[side] } : undefined;
      // It is held; what holds that box in turn is asked of the box itself.
      if (alpha(at.el.styles['background-color']) > 0.9) return undefined;
    }
    if (isPositioned(at) || isPulled(at)) return undefined;
  }
  return undefined;
}

function isPulled({ el: { styles } }: Placed): boolean {
  return SIDES.some((side) => px(styles[`margin-${side}`]) < -1);
}

/** Returns true when one sees where it ends: a line all around, or a ground unlike the one behind it. */
function hasEdge(box: Placed): boolean {
  if (!isPainted(box)) return false;
  if (borderedSides(box) === 4) return true;
  const { styles } = box.el;
  const own = styles['background-color'];
  if (alpha(own) <= 0.05) return (styles['background-image'] ?? '').includes('gradient');
  for (let at = box.parent; at; at = at.parent) {
    if (at.el.styles['background-image'] !== undefined) return true;
    const behind = at.el.styles['background-color'];
    if (alpha(behind) > 0.5) return behind !== own;
  }
  return own !== 'rgb(255, 255, 255)';
}

/** Least that two things share when they are in each other's way, and what of each lies outside the other, CSS px. */
const SHARED = 6;
const OUTSIDE = 6;
/** Share of the window's width from which a picture is a ground for texts, and from which it is one for everything. */
const GROUND = 0.5;
const WHOLE = 0.95;
/** Pictures and controls that are looked at of one page; a page of more is a wall of them. */
const MOST = 300;

interface Meeting {
  element: Placed;
  other: Placed;
  both: Rect;
  what: string;
}

/**
 * Texts and pictures that run into a picture or a control in some windows and stand clear of it in wider ones: a menu that reaches the
 * logo, two pictures of a row. What lies on a picture everywhere is put there, and so is what lies in it whole.
 */
export function meets(widths: readonly AtWidth[]): FoundAcross[] {
  const found = new Map<string, { meeting: Meeting; widths: number[] }>();
  for (const { width, model } of widths)
    for (const meeting of meetingsOf(model)) {
      const key = `${meeting.element.el.selector}\n${meeting.other.el.selector}`;
      const known = found.get(key) ?? { meeting, widths: [] };
      found.set(key, known);
      if (known.widths.at(-1) !== width) known.widths.push(width);
    }
  if (found.size === 0) return [];
  const sampled = widths.map(({ width }) => width);
  const places = widths.map(({ width, model }) => ({ width, at: placesOf(model) }));
  return [...found.values()].flatMap(({ meeting, widths: met }) => {
    const { element, other, both, what } = meeting;
    const narrowest = Math.min(...met);
    const clear = places.some(({ width, at }) => {
      const [a, b] = [at.get(element.el.selector), at.get(other.el.selector)];
      return width > narrowest && a !== undefined && b !== undefined && intersection(a, b) === undefined;
    });
    if (!clear) return [];
    return runs(met, sampled).map((run) => ({
      kind: 'text_overlap' as const,
      certainty: 'likely' as const,
      widths: run,
      element,
      other,
      by_px: Math.round(Math.min(both.width, both.height)),
      what,
    }));
  });
}

function placesOf(model: PageModel): Map<string, Rect> {
  return new Map(model.all.flatMap(({ el, shown }) => (shown ? [[el.selector, shown] as const] : [])));
}

function meetingsOf(model: PageModel): Meeting[] {
  const solids = model.all.filter((one) => isStanding(one, model));
  if (solids.length > MOST) return [];
  const out: Meeting[] = [];
  for (const line of model.lines) {
    const { owner, core, shown } = line;
    if (!shown || !isInked(line) || !isTold(owner) || isPopup(owner)) continue;
    const seen = intersection(core, shown);
    for (const solid of seen ? solids : []) {
      const both = seen && sharedBy(seen, solid);
      if (
        !both ||
        solid.el.rect.width > model.width * GROUND ||
        !standApart(owner, solid) ||
        bringsGround(owner, solid)
      )
        continue;
      if (area(both) > area(seen) * 0.95 || isHidden(model, owner, both)) continue;
      out.push({ element: owner, other: solid, both, what: `${quoted(line.text)} runs into ${nameOf(solid)}` });
    }
  }
  for (const [at, a] of solids.entries())
    for (const b of solids.slice(at + 1)) {
      if (a.el.tag !== 'img' && b.el.tag !== 'img') continue;
      const both = a.shown && sharedBy(a.shown, b);
      if (!both || !standApart(a, b) || area(both) > Math.min(area(a.shown), area(b.shown)) * 0.9) continue;
      out.push({ element: b, other: a, both, what: `runs into ${nameOf(a)}` });
    }
  return out;
}

const nameOf = ({ el }: Placed): string => (el.tag === 'img' ? 'a picture' : 'a control');

/** A picture, or a control with a ground, of some size and narrower than the window. */
function isStanding(one: Placed, { width }: PageModel): boolean {
  const { el, shown } = one;
  if (!shown || shown.width > width * WHOLE || Math.min(shown.width, shown.height) < 2 * SHARED) return false;
  if (!isVisible(one) || one.opacity < 0.5 || !isTold(one) || isPopup(one) || isTransformed(one)) return false;
  return el.tag === 'img' ? el.natural !== undefined : isControl(one) && isPainted(one);
}

/** What both share, where a part of the text or picture is seen beside the other. */
function sharedBy(rect: Rect, { shown }: Placed): Rect | undefined {
  const both = shown && intersection(rect, shown);
  if (!shown || !both || both.width < SHARED || both.height < Math.min(SHARED, rect.height * 0.5)) return undefined;
  const beside = Math.max(
    ...[shown.x - rect.x, right(rect) - right(shown)],
    ...[shown.y - rect.y, bottom(rect) - bottom(shown)],
  );
  return beside >= OUTSIDE ? both : undefined;
}

/** Neither is part of the other, of one stack of layers with it, or stays in the window while the other goes. */
function standApart(a: Placed, b: Placed): boolean {
  if (isWithin(a, b) || isWithin(b, a) || a.fixed || b.fixed || a.sticky || b.sticky || isStack(a, b)) return false;
  return !isUnderLayer(a, b) && !isUnderLayer(b, a);
}

function bringsGround(owner: Placed, other: Placed): boolean {
  for (let at: Placed | undefined = owner; at && !isWithin(other, at); at = at.parent)
    if (alpha(at.el.styles['background-color']) > 0.5) return true;
  return false;
}

function isHidden(model: PageModel, placed: Placed, rect: Rect): boolean {
  return coversOf(model, placed, rect).some(({ shown }) => shown && area(intersection(shown, rect)) > area(rect) * 0.9);
}

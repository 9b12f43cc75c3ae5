import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { area, bottom, px, radius, right } from '../boxes.js';
import { type FindKind, type Found, Worst } from '../found.js';
import { coversOf, isInStrip, isMoved, isTold } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  isControl,
  isDrawn,
  isInked,
  isPainted,
  isVisible,
  isWithin,
  leftEdge,
  type PageModel,
  type Placed,
} from '../page-model.js';

/** What rounding and the overhang of letters come to, CSS px. */
const SLACK = 2;
/** Least that is surely noticed, CSS px: of texts, of boxes with something in them, of plain grounds. */
const SURE_TEXT = 3;
const SURE_BOX = 4;
const SURE_GROUND = 8;
/** Part of a text before the window's edge in which its letters are to be seen, CSS px: about two of them, since one may be a space. */
const EDGE = 20;

/** Share of what lies in the window that something hides when nobody sees the rest either. */
const HIDES = 0.95;

/** What lies beyond an edge of the window, and by how much. */
interface Out {
  item: Placed;
  rect: Rect;
  by: number;
  side: 'left' | 'right';
  sure: boolean;
  text: boolean;
  /** Whose words they are, where they are told of something else: the listing that a coloured word is part of. */
  owner?: Placed;
  /** Boxes alone tell it: what is out there is in no picture. */
  unseen?: true;
}

/**
 * Content beyond the window's sides: to the right (written from the right: to the left), where the page scrolls sideways for it; cut through by an edge, where nothing
 * scrolls. What lies wholly outside a page that does not scroll there waits on purpose. One finding for each box that causes it.
 */
export const outsideViewport: FindKind = (model) => {
  const worst = new Worst();
  const scrolls = !model.cutsX && model.page.content.width > model.width + 1;
  for (const out of [...textsOut(model, scrolls), ...boxesOut(model, scrolls), ...columnsOut(model, scrolls)])
    if (!isBeneath(out, model)) worst.keep(`${causeOf(out, model).index}`, toFound(out, model));
  if (worst.all().length === 0 && scrolls) return emptyScroll(model);
  return worst.all();
};

/** What of it lies in the window is hidden by something: a slide that waits beneath another one. */
function isBeneath({ item, rect }: Out, model: PageModel): boolean {
  const inside = intersection(rect, { ...rect, x: 0, width: model.width });
  if (!inside) return false;
  return coversOf(model, item, inside).some(
    ({ shown, fixed }) => !fixed && shown && area(intersection(shown, inside)) >= area(inside) * HIDES,
  );
}

function textsOut(model: PageModel, scrolls: boolean): Out[] {
  return model.lines.flatMap((line): Out[] => {
    const { owner, shown, icon } = line;
    // Most lie inside.
    if (!shown || (shown.x >= -SLACK && right(shown) <= model.width + SLACK)) return [];
    if (shown.y < 0 || !isTold(owner) || (!isInked(line) && !icon)) return [];
    const base = { item: listingOf(owner) ?? owner, owner, rect: shown, text: true };
    const [over, under] = [right(shown) - model.width, -shown.x];
    const cut = (inside: boolean) => inside && !isInStrip(owner, model);
    const reached = scrolls && !owner.fixed;
    if (over > SLACK && ((reached && !model.rtl) || cut(shown.x < model.width - SLACK)))
      return [{ ...base, by: over, side: 'right', sure: over > SURE_TEXT && !icon }];
    if (under > SLACK && ((reached && model.rtl) || cut(right(shown) > SLACK)))
      return [{ ...base, by: under, side: 'left', sure: under > SURE_TEXT && !icon }];
    return [];
  });
}

/** The listing of code that something is part of: that it is too wide is one fault, whichever of its words are out. */
function listingOf(owner: Placed): Placed | undefined {
  let at: Placed | undefined = owner;
  while (at && at.el.tag !== 'pre') at = at.parent;
  return at?.shown && isVisible(at) ? at : undefined;
}

function boxesOut(model: PageModel, scrolls: boolean): Out[] {
  return model.all.flatMap((item): Out[] => {
    const { shown, el } = item;
    if (!shown || (shown.x >= -SLACK && right(shown) <= model.width + SLACK)) return [];
    if (!isVisible(item) || !isTold(item) || el.tag === 'html' || el.tag === 'body') return [];
    const base = { item, rect: shown, text: false };
    const ground = isPainted(item);
    if (!ground && !isDrawn(item)) return [];
    const control = ground && isControl(item);
    const [over, under] = [right(shown) - model.width, -shown.x];
    const beyond = model.rtl ? under : over;
    if (beyond > SLACK && scrolls && !item.fixed) {
      const least = control || isDrawn(item) ? SURE_BOX : SURE_GROUND;
      const side = model.rtl ? 'left' : 'right';
      return beyond >= least || control || isDrawn(item)
        ? [{ ...base, by: beyond, side, sure: beyond >= least && shown.height >= SURE_BOX }]
        : [];
    }
    if (!control) return [];
    if (over > SLACK && shown.x < model.width - SURE_BOX && !slides(item, model))
      return [{ ...base, by: over, side: 'right', sure: over >= SURE_BOX && !isBand(item, model, 'right', over) }];
    if (under > SLACK && right(shown) > SLACK && !slides(item, model))
      return [{ ...base, by: under, side: 'left', sure: under >= SURE_BOX && !isBand(item, model, 'left', under) }];
    return [];
  });
}

/** Tables of which whole columns lie beyond the edge of a window that does not scroll to them. */
function columnsOut(model: PageModel, scrolls: boolean): Out[] {
  if (scrolls || model.rtl) return [];
  const lost = new Map<Placed, Out>();
  for (const line of model.lines) {
    const { owner, shown } = line;
    if (!shown || shown.x < model.width || !isInked(line) || !isTold(owner) || owner.fixed) continue;
    let item: Placed | undefined = owner;
    while (item && item.el.tag !== 'table') item = item.parent;
    const rect = item?.shown;
    if (!item || !rect || lost.has(item) || rect.x >= model.width - EDGE || rect.width <= EDGE) continue;
    if (isMoved(owner) || isInStrip(item, model)) continue;
    lost.set(item, { item, rect, by: right(rect) - model.width, side: 'right', sure: true, text: false, unseen: true });
  }
  return [...lost.values()];
}

/** It is part of a strip; a field whose button lies beyond the edge is none, unless something moves it. */
function slides(item: Placed, model: PageModel): boolean {
  const { tag, attributes } = item.el;
  const isField = tag === 'textarea' || (tag === 'input' && !PRESSED.test(attributes.type ?? 'text'));
  return isInStrip(item, model) && (!isField || isMoved(item));
}

const PRESSED = /^(?:submit|button|reset|image|checkbox|radio|hidden)$/;

/**
 * A plain ground that runs off the edge on purpose, behind words that are all there: no border is cut, and no round corner of which a part
 * is still in the window.
 */
function isBand(item: Placed, model: PageModel, side: 'left' | 'right', by: number): boolean {
  const { styles, rect } = item.el;
  const isEdged = ['top', 'right', 'bottom', 'left'].some((edge) => px(styles[`border-${edge}-width`]) > 0);
  const isRound = ['top', 'bottom'].some((edge) => radius(styles[`border-${edge}-${side}-radius`], rect) > by);
  const lines = model.lines.filter(({ owner }) => owner === item || isWithin(owner, item));
  const isSeen = lines.every(({ rect }) => rect.x >= SLACK && right(rect) <= model.width - SLACK);
  return !isEdged && !isRound && lines.length > 0 && isSeen;
}

/** The highest box on the way up that sticks out as well: the one to mend. */
function causeOf({ item, side }: Out, { width }: PageModel): Placed {
  const isOut = ({ el: { rect } }: Placed) => (side === 'right' ? right(rect) > width + 1 : rect.x < -1);
  let cause = item;
  for (let at = item.holder; at && at.el.tag !== 'body' && at.el.tag !== 'html' && isOut(at); at = at.holder)
    cause = at;
  return cause;
}

function toFound(out: Out, model: PageModel): Found {
  const { item, rect, side, sure, text } = out;
  const by = Math.round(out.by);
  const cause = causeOf(out, model);
  // What lies left of a page that does not scroll there is in no picture.
  const left = leftEdge(model.page) < 0 ? { x: rect.x, width: -rect.x } : { x: 0, width: right(rect) };
  const outside = {
    ...{ y: rect.y, height: rect.height },
    ...(side === 'right' ? { x: model.width, width: right(rect) - model.width } : left),
  };
  // Of words that the window's edge cuts, the picture has those before it.
  const start = side === 'right' ? Math.max(rect.x, model.width - EDGE) : outside.x;
  const end = side === 'left' ? Math.min(right(rect), right(outside) + EDGE) : right(outside);
  const letters = { ...outside, x: start, width: end - start };
  return {
    kind: 'outside_viewport',
    certainty: sure ? 'certain' : 'likely',
    // Of a table that the window cuts, now a word and now a column: it is one fault.
    ...(cause.el.tag === 'table' && model.cutsX
      ? { element: cause }
      : { element: item, ...(cause === item ? {} : { other: cause }) }),
    rect,
    by_px: by,
    what: `sticks out ${by} px at the ${side} of the window`,
    ...(out.unseen
      ? {}
      : {
          claim: {
            shows: 'ink' as const,
            ...(text
              ? { rect: letters, words: wordsAt(model, letters, [out.owner ?? item]) }
              : // Its own edge belongs to the claim: a plain ground is seen by where it ends.
                {
                  rect: {
                    ...{ x: outside.x - 4, y: outside.y - 4 },
                    ...{ width: outside.width + 8, height: outside.height + 8 },
                  },
                }),
          },
        }),
  };
}

/** Nothing is seen out there, but the page scrolls for it: the widest box that makes it do so. */
function emptyScroll(model: PageModel): Found[] {
  const { content } = model.page;
  const reaching = model.all.filter(
    ({ shown, fixed, el }) =>
      shown &&
      !fixed &&
      el.tag !== 'html' &&
      el.tag !== 'body' &&
      (model.rtl ? shown.x <= model.width - content.width + 1 : right(shown) >= content.width - 1) &&
      bottom(shown) > 0,
  );
  const element = reaching[0];
  if (!element) return [];
  const by = content.width - model.width;
  return [
    {
      kind: 'outside_viewport',
      certainty: 'likely',
      element,
      rect: element.el.rect,
      by_px: by,
      what: `makes the page scroll ${by} px sideways to where nothing is`,
    },
  ];
}

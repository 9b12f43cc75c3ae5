import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { area, bottom, px, radius, right } from '../boxes.js';
import { type FindKind, type Found, Worst } from '../found.js';
import { coversOf, isInStrip, isMoved, isPositioned, isTold, scrollsByScript } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  cutsAxis,
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
import { rangeOf } from './out-of-reach.js';
import { isOrnament } from './unreadable.js';

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
    if (shown.y < 0 || !isTold(owner) || (!isInked(line) && !icon) || isOrnament(line)) return [];
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

/** Least side of a control that counts, and share of the window that a box spans which cuts as the page does. */
const LEAST = 8;
const WHOLE = 0.8;
/** Like controls in a row from which those beyond the edge may be the end of a strip that is dragged. */
const STRIP = 2;
/** Height of what waits beside the window, by that of the window, and a margin that sends it there, by its width. */
const PANEL = 0.4;
const SENT = 0.3;

/** A control beyond a side of the window that nothing scrolls to, in a row that goes on there. */
interface Beside {
  control: Placed;
  row: Placed;
  side: 'left' | 'right';
  by: number;
  isSure: boolean;
}

/**
 * Controls that lie wholly beyond a side of the window (or of a box as wide, which cuts) with the end of a row that is too wide for it: no
 * scrolling reaches them. What was put there by itself, begins right at the edge or goes on with its like waits there on purpose.
 */
export const beyondSides: FindKind = (model) => {
  const rows = new Map<string, Beside[]>();
  for (const one of model.rtl ? [] : model.all.flatMap((control) => besideAt(control, model))) {
    const key = `${one.row.index} ${one.side}`;
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  return [...rows.values()].flatMap((all): Found[] => {
    // The farthest is out wherever one of them is.
    const [farthest, ...rest] = all.toSorted((a, b) => b.by - a.by);
    if (!farthest) return [];
    const { control, row, side, by, isSure } = farthest;
    return [
      {
        kind: 'unreachable',
        certainty: isSure ? 'certain' : 'likely',
        element: control,
        other: row,
        rect: control.el.rect,
        by_px: Math.round(by),
        what: `lies ${Math.round(by)} px beyond the ${side} of the window${rest.length > 0 ? `, with ${rest.length} more` : ''}: no scrolling reaches it`,
        repair: 'Let its row fit the window: flex-wrap: wrap or a smaller width on it, or overflow-x: auto around it.',
      },
    ];
  });
};

function besideAt(control: Placed, model: PageModel): Beside[] {
  const { clip, shown, fixed } = control;
  const { rect } = control.el;
  const inside = rect.x < Math.min(clip.right, model.width) - 1 && right(rect) > Math.max(clip.left, 0) + 1;
  if (inside || fixed || !isControl(control) || !isVisible(control) || !isTold(control)) return [];
  if (rect.width < LEAST || rect.height < LEAST) return [];
  const cutter =
    clip.byX && cutsAxis(clip.byX, 'x') && clip.byX.el.rect.width >= model.width * WHOLE ? clip.byX : undefined;
  if (!shown && !cutter) return [];
  const [start, end] = shown || !cutter ? [0, model.width] : [clip.left, clip.right];
  const side = rect.x >= end - 1 ? 'right' : right(rect) <= start + 1 ? 'left' : undefined;
  if (!side || (shown && rangeOf(control, rect.x + rect.width / 2, 'x', model))) return [];
  const isOut = ({ el }: Placed) => (side === 'right' ? el.rect.x >= end - 1 : right(el.rect) <= start + 1);
  let top = control;
  while (top.parent && isOut(top.parent)) top = top.parent;
  const row = top.parent;
  if (!row || isSent(control, top, model)) return [];
  const edge = side === 'right' ? end : start;
  // What begins right at the edge waits there, with what goes on from it.
  if (row.children.some((one) => isOut(one) && isVisible(one) && isParked(one, side, edge, model))) return [];
  for (let at: Placed | undefined = row; at; at = at.parent) if (isSet(at) || scrollsByScript(at)) return [];
  const others = row.children.filter((one) => one !== top && isVisible(one) && one.shown && !isOut(one));
  const goesOn = side === 'right' ? right(row.el.rect) > end + SLACK : row.el.rect.x < start - SLACK;
  if (!goesOn && !row.el.lines && !others.some((one) => isBeside(one, top))) return [];
  for (let at: Placed = top; at.parent && at !== cutter; at = at.parent)
    if (!isControl(at) && at.el.tag !== 'li' && likeBeside(at) > 0) return [];
  const by = side === 'right' ? right(rect) - end : start - rect.x;
  return [{ control, row, side, by, isSure: likeBeside(top) < STRIP }];
}

/** How many of its kind stand in one row with it: cards or slides of a strip, tabs. */
function likeBeside(placed: Placed): number {
  const { tag, attributes, rect } = placed.el;
  const isLike = ({ el }: Placed) =>
    el.tag === tag && (el.attributes.class === attributes.class || Math.abs(el.rect.width - rect.width) <= SLACK);
  return (placed.parent?.children ?? []).filter(
    (one) => one !== placed && isVisible(one) && isLike(one) && isBeside(one, placed),
  ).length;
}

const isBeside = ({ el: a }: Placed, { el: b }: Placed): boolean =>
  a.rect.y < bottom(b.rect) && bottom(a.rect) > b.rect.y;

/** Set to be moved by its style, be it by nothing now. */
const isSet = ({ el: { styles } }: Placed): boolean =>
  styles.transform !== undefined || styles.translate !== undefined || styles['animation-name'] !== undefined;

/** Put where it is by itself, not by the row before it. */
function isSent(control: Placed, top: Placed, { width }: PageModel): boolean {
  for (let at: Placed | undefined = control; at && at !== top.parent; at = at.parent) {
    const { styles } = at.el;
    if (isPositioned(at) || isSet(at)) return true;
    if (px(styles['margin-left']) < 0 || px(styles['margin-left']) > width * SENT) return true;
  }
  return false;
}

/** A part of the page that waits right beside it, or is as high as a drawer. */
function isParked(top: Placed, side: 'left' | 'right', edge: number, { height }: PageModel): boolean {
  const { rect } = top.el;
  const begins = side === 'right' ? rect.x : right(rect);
  return Math.abs(begins - edge) <= 1 || (!isControl(top) && rect.height > height * PANEL);
}

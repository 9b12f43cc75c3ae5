import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { area, bottom, px, right } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { isInStrip, isMoved, isOfBar, isPopup, isPositioned, isTold, isVeil, layerOf, passingOver } from '../intent.js';
import {
  cutsAxis,
  isControl,
  isDrawn,
  isInked,
  isInline,
  isPainted,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
} from '../page-model.js';
import { cutPage } from './shut-away.js';

/** What no scrolling brings to where it is seen and pressed: parts of a dialog beyond the window, words behind a bar, a page under a forgotten layer. */
export const outOfReach: FindKind = (model) => [...beyondWindow(model), ...behindBars(model), ...underLayers(model)];

type Axis = 'x' | 'y';
const SIZE = { x: 'width', y: 'height' } as const;
/** Where something may come to lie by scrolling, CSS px of the window. */
type Range = readonly [from: number, to: number];

const scrollsPage = ({ all }: PageModel, axis: Axis): boolean =>
  !all.some(({ el, parent }) => (el.tag === 'html' || el.tag === 'body') && !parent?.parent && cuts(el.styles, axis));
const cuts = (styles: Record<string, string>, axis: Axis): boolean =>
  /^(?:hidden|clip)$/.test(styles[`overflow-${axis}`] ?? '');

/** Where a place of an element (CSS px of the window) may be brought within the boxes that scroll around it and the window; nothing where it stays out of one of them. */
export function rangeOf(placed: Placed, place: number, axis: Axis, model: PageModel): Range | undefined {
  let range: Range = [place, place];
  for (let at = placed.holder; at; at = at.holder) {
    const { scroll, styles, rect, tag } = at.el;
    if (tag === 'html' || tag === 'body' || tag === 'iframe') break;
    if (!scroll || !/^(?:auto|scroll)$/.test(styles[`overflow-${axis}`] ?? '')) continue;
    const size = SIZE[axis];
    const most = Math.max(0, scroll.content[size] - scroll.seen[size]);
    // Written from the right it counts below zero.
    const now = Math.abs(scroll.at?.[axis] ?? 0);
    const within = overlapOf([range[0] - (most - now), range[1] + now], [rect[axis], rect[axis] + rect[size]]);
    if (!within) return undefined;
    range = within;
  }
  const { width, height, page } = model;
  const scrolls = scrollsPage(model, axis);
  const window = axis === 'x' ? width : height;
  const beyond = placed.fixed || !scrolls ? 0 : Math.max(0, page.content[SIZE[axis]] - window);
  // Of a page that is too wide a telephone shows more at once, and lays out for that what stays in the window.
  const wider = placed.fixed && scrollsPage(model, 'x') ? Math.max(1, page.content.width / width) : 1;
  return overlapOf([range[0] - beyond, range[1]], [0, window * wider]);
}

function overlapOf([a, b]: Range, [c, d]: Range): Range | undefined {
  const [from, to] = [Math.max(a, c), Math.min(b, d)];
  return from <= to ? [from, to] : undefined;
}

/** Share of a panel that is in the window, or of the window that it fills, from which it is open and not waiting at an edge. */
const OPEN = 0.5;
/** What rounding comes to, CSS px. */
const SLACK = 2;
/** Least side of a control that counts, CSS px. */
const LEAST = 8;

interface Lost {
  item: Placed;
  panel: Placed;
  edge: 'top' | 'bottom' | 'left' | 'right';
  rect: Rect;
  by: number;
}

/** Controls and words of an open panel that lie beyond the window's edge, where no scrolling brings them in. */
function beyondWindow(model: PageModel): Found[] {
  const lost = new Map<string, Lost[]>();
  for (const one of [...controlsOut(model), ...wordsOut(model)]) {
    const key = `${one.panel.index} ${one.edge}`;
    lost.set(key, [...(lost.get(key) ?? []), one]);
  }
  return [...lost.values()].flatMap((all): Found[] => {
    const [first] = all.toSorted((a, b) => rank(b) - rank(a));
    if (!first) return [];
    const { item, panel, edge, rect, by } = first;
    const rest = new Set(all.map((one) => one.item)).size - 1;
    return [
      {
        kind: 'unreachable',
        certainty: 'certain',
        element: item,
        ...(panel === item ? {} : { other: panel }),
        rect,
        by_px: Math.round(by),
        what: `lies ${Math.round(by)} px beyond the ${edge} of the window${rest > 0 ? `, with ${rest} more` : ''}: no scrolling reaches it`,
        repair:
          'Let the panel fit the window and scroll by itself: max-height: 100dvh and overflow-y: auto on it, or let it scroll with the page (position: absolute).',
      },
    ];
  });
}

/** A control is missed first, then a heading. */
const rank = ({ item }: Lost): number => (isControl(item) ? 2 : isHeading(item) ? 1 : 0);

function isHeading(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent)
    if (/^h[1-6]$/.test(at.el.tag) || at.el.attributes.role === 'heading') return true;
  return false;
}

function controlsOut(model: PageModel): Lost[] {
  return model.all.flatMap((item) => {
    const { rect } = item.el;
    if (!isControl(item) || !isVisible(item) || rect.width < LEAST || rect.height < LEAST) return [];
    return isTold(item) && (item.shown || isScrolledOut(item)) ? lostAt(item, rect, model) : [];
  });
}

function wordsOut(model: PageModel): Lost[] {
  return model.lines.flatMap((line) =>
    isInked(line) && isTold(line.owner) && (line.shown || isScrolledOut(line.owner))
      ? lostAt(line.owner, line.core, model)
      : [],
  );
}

/** What scrolls around it does not show it now. */
const isScrolledOut = ({ clip: { byY } }: Placed): boolean => byY !== undefined && !cutsAxis(byY, 'y');

function lostAt(item: Placed, rect: Rect, model: PageModel): Lost[] {
  const middles = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
  // Most lie in the window, or where the page scrolls to.
  const inside = middles.y >= 0 && (middles.y <= model.height || !item.fixed) && middles.x >= 0;
  if (inside && middles.x <= model.width && scrollsPage(model, 'y') && !item.fixed) return [];
  for (const axis of ['y', 'x'] as const) {
    if ((axis === 'x' && !item.fixed) || rangeOf(item, middles[axis], axis, model)) continue;
    const panel = panelOf(item, model) ?? (axis === 'y' && !item.fixed ? cutPage(item, model) : undefined);
    if (!panel || (axis === 'x' && isInStrip(item, model, panel))) return [];
    const window = axis === 'x' ? model.width : model.height;
    const atEnd = middles[axis] > window / 2;
    if (!isOpen(panel, axis, model) || slidIn(panel, axis, atEnd, model)) return [];
    const edges = axis === 'x' ? (['left', 'right'] as const) : (['top', 'bottom'] as const);
    const [start, end] = [rect[axis], rect[axis] + rect[SIZE[axis]]];
    return [{ item, panel, edge: edges[atEnd ? 1 : 0], rect, by: atEnd ? end - window : -start }];
  }
  return [];
}

/** The painted box that shows it as its content, up to what is fixed; nothing where it was put by itself beside all of them. */
function panelOf(item: Placed, { height }: PageModel): Placed | undefined {
  for (let at: Placed | undefined = item; at; at = at.parent) {
    const { tag, rect, styles } = at.el;
    if (tag === 'html' || tag === 'body') return undefined;
    const isFixed = styles.position === 'fixed';
    if (at !== item && !isInline(at) && !isControl(at) && (isFixed || (isPainted(at) && rect.height > height * 0.1)))
      return area(intersection(rect, item.el.rect)) >= area(item.el.rect) * OPEN || !isMoved(item, at) ? at : undefined;
    if (isFixed) return undefined;
  }
  return undefined;
}

/** Seen for the most part, or filling most of the window. */
function isOpen({ el: { rect } }: Placed, axis: Axis, { width, height }: PageModel): boolean {
  const seen = intersection(rect, { x: 0, y: 0, width, height });
  if (!seen) return false;
  const size = SIZE[axis];
  return seen[size] >= rect[size] * OPEN || seen[size] >= { width, height }[size] * OPEN;
}

/** Moved by its style from a place in the window towards this edge, as a sheet that is pulled up is; what is moved by half of itself is set in the middle. */
function slidIn(panel: Placed, axis: Axis, atEnd: boolean, { width, height }: PageModel): boolean {
  const size = SIZE[axis];
  for (let at: Placed | undefined = panel; at; at = at.parent) {
    const { rect, styles } = at.el;
    const matrix =
      /^matrix\(([^)]*)\)/
        .exec(styles.transform ?? '')?.[1]
        ?.split(',')
        .map(Number) ?? [];
    const along = (matrix[axis === 'x' ? 4 : 5] ?? 0) + px(styles.translate?.split(' ')[axis === 'x' ? 0 : 1]);
    const isCentred = Math.abs(Math.abs(along) - rect[size] / 2) <= SLACK;
    const was = rect[axis] - along;
    const isSlid = atEnd
      ? along > SLACK && was + rect[size] <= { width, height }[size] + SLACK
      : along < -SLACK && was >= -SLACK;
    if ((isSlid && !isCentred) || (styles['animation-name'] !== undefined && along !== 0 && !isCentred)) return true;
    if (styles.position === 'fixed') return false;
  }
  return false;
}

/** Share of a line that is hidden when nobody reads it, and when a part of it is. */
const HIDDEN = 0.92;
const CUT = 0.3;

/** Words that lie whole behind a bar which stays in the window, wherever the page is scrolled to. */
function behindBars(model: PageModel): Found[] {
  const bars = model.painters.filter(
    (bar) => isTold(bar) && bar.parent && !isOfBar(bar.parent, model) && isOfBar(bar, model),
  );
  if (bars.length === 0) return [];
  const told = new Map<Placed, { line: Line; share: number; bar: Placed; more: number }>();
  for (const line of model.lines) {
    const { owner, core, shown } = line;
    if (!isInked(line) || !isTold(owner) || owner.fixed || owner.lowered !== undefined || isPlacedApart(owner))
      continue;
    // Of a control a press tells it.
    if (owner.el.press || !(shown ? area(intersection(core, shown)) >= area(core) * HIDDEN : isScrolledOut(owner)))
      continue;
    for (const bar of bars) {
      const own = bar.el.rect;
      if (owner.el.paint > bar.el.paint || isWithin(owner, bar) || isWithin(bar, owner)) continue;
      if (core.x < own.x - SLACK || right(core) > right(own) + SLACK) continue;
      const share = hiddenShare(line, bar, model);
      // What a bar at the top hides in part is told by what the picture shows.
      if (share < (own.y > model.height / 2 ? CUT : HIDDEN)) continue;
      if (isPopup(bar) || passingOver(bar, owner) || isVeil(bar, model)) continue;
      const known = told.get(bar);
      const better = !known || (isHeading(owner) && !isHeading(known.line.owner));
      const more = (known?.more ?? -1) + 1;
      told.set(bar, better ? { line, share, bar, more } : { ...known, more });
    }
  }
  return [...told.values()].map(({ line, share, bar, more }) => ({
    kind: 'covered',
    certainty: 'certain',
    element: line.owner,
    other: bar,
    rect: line.rect,
    by_px: Math.round(line.core.height * share),
    what: `${quoted(line.text)}${more > 0 ? `, with ${more} more,` : ''} is hidden: ${share > HIDDEN ? 'all' : `${Math.round(share * 100)} %`} of it lies behind a bar, wherever the page is scrolled to`,
    repair:
      'Give the page room for the bar: padding-top on it for one at the top, padding-bottom for one at the foot, of the height of the bar.',
  }));
}

/** It, or what it lies in, was put where it is: it may wait there. */
function isPlacedApart(owner: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent)
    if (at.el.styles.position === 'absolute' || (isPositioned(at) && at.el.styles.position === undefined)) return true;
  return false;
}

/** The least of a line that a bar, or the window's edge, hides at any place that scrolling brings it to, 0-1. */
function hiddenShare({ owner, core }: Line, bar: Placed, model: PageModel): number {
  const range = rangeOf(owner, core.y + core.height / 2, 'y', model);
  if (!range) return 0;
  const half = core.height / 2;
  const [top, low] = [bar.el.rect.y, bottom(bar.el.rect)];
  const free = [
    [half, top - half],
    [low + half, model.height - half],
  ] as const;
  if (free.some((one) => one[0] <= one[1] && overlapOf(range, one))) return 0;
  const hiddenAt = (middle: number) => {
    const [from, to] = [Math.max(middle - half, 0), Math.min(middle + half, model.height)];
    const under = Math.max(0, Math.min(to, low) - Math.max(from, top));
    return 1 - Math.max(0, to - from - under) / core.height;
  };
  return Math.min(hiddenAt(range[0]), hiddenAt(range[1]));
}

/** Sides of something that floats over all else by itself, at most: a button to the top, a chat. CSS px. */
const FLOATING = 120;

/** A layer over the whole window that takes every press, while nothing lies in it or on it: what it belonged to is gone. */
function underLayers(model: PageModel): Found[] {
  const pressed = model.all.filter(
    (one) => one.el.press && one.shown && isVisible(one) && isTold(one) && one.el.attributes.disabled === undefined,
  );
  const layers = new Map<Placed, Placed[]>();
  for (const control of pressed) {
    const { by, reached } = control.el.press ?? {};
    const hit = by === undefined ? undefined : model.all[by];
    const layer = hit && reached?.every((one) => !one) ? layerOf(hit, model) : undefined;
    if (layer && !isWithin(control, layer)) layers.set(layer, [...(layers.get(layer) ?? []), control]);
  }
  return [...layers].flatMap(([layer, controls]): Found[] => {
    const free = pressed.filter((one) => one.el.press?.reached[0] && !isSmall(one));
    if (free.length > 0 || holdsAnything(layer, layer, model)) return [];
    const above = model.all.filter(
      (one) => one.el.paint > layer.el.paint && !isWithin(one, layer) && !isWithin(layer, one) && isThere(one, model),
    );
    if (above.some((one) => !isSmall(one))) return [];
    return [
      {
        kind: 'covered',
        certainty: above.length === 0 ? 'certain' : 'likely',
        element: layer,
        rect: intersection(layer.el.rect, { x: 0, y: 0, width: model.width, height: model.height }) ?? layer.el.rect,
        what: `lies over the whole window and takes every press (${controls.length === 1 ? '1 control' : `${controls.length} controls`}), with nothing in it or on it`,
        repair:
          'Take the layer out with what it was for, or show that; one that is only to dim the page wants pointer-events: none.',
      },
    ];
  });
}

/** Something that stays at a corner of the window. */
const isSmall = (one: Placed): boolean => {
  for (let at: Placed | undefined = one; at; at = at.parent)
    if (at.el.styles.position === 'fixed') return at.el.rect.width <= FLOATING && at.el.rect.height <= FLOATING;
  return false;
};

/** Something to see or press in the window. */
function isThere(one: Placed, { width, height, lines }: PageModel): boolean {
  const { el, shown } = one;
  if (!shown || !isVisible(one) || !intersection(shown, { x: 0, y: 0, width, height })) return false;
  return isControl(one) || isDrawn(one) || isPainted(one) || lines.some(({ owner }) => owner === one) || writes(el);
}

const writes = ({ pseudo = [] }: Placed['el']): boolean =>
  pseudo.some(
    ({ lines, styles, rect }) =>
      lines !== undefined ||
      (rect.width > 0 &&
        Object.keys(styles).some((name) => /^(?:background-image|animation-name|border-top-style)$/.test(name))),
  );

/** Something in a layer besides its own ground: a dialog, a sign that it waits, words. */
function holdsAnything(box: Placed, layer: Placed, model: PageModel): boolean {
  const { styles } = box.el;
  if (isDrawn(box) || styles['animation-name'] !== undefined || writes(box.el)) return true;
  if ((styles['background-image'] ?? '').includes('url(') || model.lines.some(({ owner }) => owner === box))
    return true;
  return box.children.some((one) => {
    if (!isVisible(one)) return false;
    const isGround = one.el.rect.width >= layer.el.rect.width * 0.9 && one.el.rect.height >= layer.el.rect.height * 0.9;
    return (!isGround && (isPainted(one) || isControl(one))) || holdsAnything(one, layer, model);
  });
}

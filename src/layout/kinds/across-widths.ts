import { area, bottom, px, right } from '../boxes.js';
import { type AtWidth, type FoundAcross, runs } from '../found.js';
import { hasButton, isMoved, isPositioned, isTold, scrollsByScript, sends } from '../intent.js';
import {
  cutsAxis,
  isControl,
  isInline,
  isPainted,
  isVisible,
  isWithin,
  type PageModel,
  type Placed,
} from '../page-model.js';
import { meets } from './protrudes.js';

/** Finds the faults that show only beside other widths, given by ascending width. */
export function examineAcross(widths: readonly AtWidth[]): FoundAcross[] {
  return [...unreachable(widths), ...wrapped(widths), ...smallRange(widths), ...meets(widths)];
}

/** A box lower than this is closed, not too low: CSS px. */
const OPEN_HEIGHT = 16;
const OPEN_WIDTH = 32;
/** Area from which something counts as shown, CSS px². */
const SHOWN = 30;

/**
 * Controls that fell out of a box that cuts off what does not fit, so that no scrolling reaches them: they are shown in other windows,
 * and no switch takes their place here, as one does where a menu is folded up. The button that sends a form is missed in all windows.
 */
function unreachable(widths: readonly AtWidth[]): FoundAcross[] {
  const shown = widths.map(({ model }) => shownSelectors(model));
  const moving = movingSelectors(widths);
  const groups = new Map<
    string,
    { element: Placed; by: Placed; widths: number[]; lost: Set<string>; isSure: boolean }
  >();
  for (const [at, { width, model }] of widths.entries())
    for (const { control, by, isList, beside } of fallenOut(model)) {
      const { selector } = control.el;
      const elsewhere = shown.filter((there) => there.has(selector));
      if (elsewhere.length === 0 && !sends(control, by) && !isLostForGood(control, by, moving)) continue;
      const isSwitch = ({ el }: Placed) =>
        shown[at]?.has(el.selector) && elsewhere.every((there) => !there.has(el.selector));
      if (
        elsewhere.length > 0 &&
        model.all.some((one) => one !== by && isWithin(one, by.parent ?? by) && isSwitch(one))
      )
        continue;
      // What goes on beside its box may be drawn along, unless a narrower window shows it.
      const isNarrower = shown.slice(0, at).some((there) => there.has(selector));
      const isSure = beside ? isNarrower : !isList && (elsewhere.length > 0 || !hasButton(by, model));
      const group = groups.get(by.el.selector) ?? { element: control, by, widths: [], lost: new Set(), isSure };
      groups.set(by.el.selector, group);
      if (group.widths.at(-1) !== width) group.widths.push(width);
      group.lost.add(selector);
    }
  const sampled = widths.map(({ width }) => width);
  return [...groups.values()].flatMap(({ element, by, widths: found, lost, isSure }) =>
    runs(found, sampled).map((run) => ({
      kind: 'unreachable' as const,
      // A list that goes on below its box is often scrolled by a script, which nothing here tells; a button beside it may unfold it.
      certainty: isSure ? ('certain' as const) : ('likely' as const),
      widths: run,
      element,
      other: by,
      what: `is cut off whole${lost.size > 1 ? `, with ${lost.size - 1} more` : ''}: no scrolling reaches it`,
    })),
  );
}

/** A button or field that no window shows, in a box which nothing opens: no part of it moves or grows, and it shows no slide after another. */
function isLostForGood(control: Placed, by: Placed, moving: ReadonlySet<string>): boolean {
  if (control.el.tag === 'a' && !isPainted(control)) return false;
  if (isMoved(control, by) || scrollsByScript(by)) return false;
  const { rect } = by.el;
  for (let at: Placed | undefined = control; at && at !== by.parent; at = at.parent) {
    const { rect: own } = at.el;
    const isSlide = at !== by && own.y >= bottom(rect) - 1 && own.height >= rect.height * SLIDE;
    if (isSlide || (at !== control && moving.has(at.el.selector))) return false;
  }
  return true;
}

/** What changes by and by: while windows of other widths are laid out transitions are off, so that only a photographed one tells. */
function movingSelectors(widths: readonly AtWidth[]): Set<string> {
  const moves = ({ el }: Placed) => px(el.styles['transition-duration']) > 0;
  return new Set(widths.flatMap(({ model }) => model.all.filter(moves).map(({ el }) => el.selector)));
}

/** Height of a slide, by that of the box that shows one of several. */
const SLIDE = 0.8;

function shownSelectors(model: PageModel): Set<string> {
  return new Set(model.all.filter((one) => isVisible(one) && area(one.shown) > SHOWN).map(({ el }) => el.selector));
}

/** Controls one below the other that make a list. */
const LISTED = 3;

interface Fallen {
  control: Placed;
  by: Placed;
  /** It goes on with those of its kind that the box shows. */
  isList: boolean;
  /** It lies at the end of the box, not below it. */
  beside: boolean;
}

/** Links and buttons of a menu that lie wholly behind the end of the box that cuts them, which nothing scrolls. */
function goneBeside(model: PageModel): Fallen[] {
  return model.all.flatMap((control) => {
    const by = control.clip.byX;
    if (!by || control.shown || !isControl(control) || !isVisible(control) || !isTold(control)) return [];
    const { rect } = by.el;
    const { rect: own } = control.el;
    if (!cutsAxis(by, 'x') || rect.height < OPEN_HEIGHT || rect.width < OPEN_WIDTH || own.width < 4) return [];
    if (own.x < right(rect) - 1 || own.y < rect.y - 1 || bottom(own) > bottom(rect) + 1) return [];
    if (!isOfMenu(control) || isMoved(control, by) || scrollsByScript(by) || hasButton(by, model)) return [];
    return [{ control, by, isList: false, beside: true }];
  });
}

function isOfMenu(control: Placed): boolean {
  for (let at: Placed | undefined = control; at; at = at.parent) {
    const { tag, attributes } = at.el;
    if (tag === 'nav' || /^(?:navigation|menubar|tablist|toolbar)$/.test(attributes.role ?? '')) return true;
    if (at !== control && tag === 'li' && at.parent?.el.tag === 'ul') return true;
  }
  return false;
}

/** Controls in the flow that lie wholly below the box that cuts them. */
function fallenOut(model: PageModel): Fallen[] {
  const below = model.all.flatMap((control): Fallen[] => {
    const by = control.clip.byY;
    if (!by || control.shown || !isControl(control) || !isVisible(control) || !isTold(control)) return [];
    const { rect } = by.el;
    if (!cutsAxis(by, 'y') || rect.height < OPEN_HEIGHT || rect.width < OPEN_WIDTH) return [];
    const { rect: own } = control.el;
    if (own.width < 4 || own.y < bottom(rect) - 1 || own.x < rect.x - 2 || own.x > right(rect)) return [];
    for (let at: Placed | undefined = control; at && at !== by; at = at.parent) if (isPositioned(at)) return [];
    const above = model.all.filter(
      ({ el, shown }) =>
        shown &&
        el.tag === control.el.tag &&
        el.rect.x < right(own) &&
        right(el.rect) > own.x &&
        bottom(el.rect) <= own.y,
    );
    return [{ control, by, isList: above.filter((one) => isWithin(one, by)).length >= LISTED, beside: false }];
  });
  return [...below, ...goneBeside(model)];
}

/** Items of lists, menus and rows of buttons, which may be set in a line of text. */
const ITEMS = new Set(['li', 'a', 'button', 'span', 'dd', 'label']);
/** Parts of a text or a table: that they come below each other says nothing. */
const TEXTS = /^(?:p|h[1-6]|t[rdh]|tbody|thead|br|hr|option|dt|source)$/;
/** Share of the window from which an item is a section of the page, and of what holds it from which it fills a row on purpose. */
const SECTION = 0.6;
const FILLS = 0.9;

interface Rows {
  parent: Placed;
  items: Placed[];
  /** Items in each row, from the top. */
  counts: number[];
}

/** Something that wrapped to a line of its own behind one row of its like, or of its parts, that it stands in in a wider window. */
function wrapped(widths: readonly AtWidth[]): FoundAcross[] {
  const groups = new Map<string, { width: number; rows: Rows }[]>();
  for (const { width, model } of widths)
    for (const rows of rowsOf(model)) {
      const key = `${rows.items.length} ${rows.parent.el.selector}`;
      groups.set(key, [...(groups.get(key) ?? []), { width, rows }]);
    }
  return [...groups.values()].flatMap((group) => {
    const alone = group.filter(({ width, rows }) => {
      const wider = group.find((one) => one.width > width && one.rows.counts.length === 1);
      return wider !== undefined && lastIsAlone(rows, width, wider.rows);
    });
    const [first] = alone;
    const element = first?.rows.items.at(-1);
    if (!first || !element) return [];
    const count = first.rows.items.length;
    return runs(
      alone.map(({ width }) => width),
      group.map(({ width }) => width),
    ).map((run) => ({
      kind: 'wrapped' as const,
      certainty: 'likely' as const,
      widths: run,
      element,
      other: first.rows.parent,
      what: `is the only one of ${count} that wraps to a line of its own`,
    }));
  });
}

function rowsOf(model: PageModel): Rows[] {
  return model.all.flatMap((parent): Rows[] => {
    if (parent.el.lines || parent.el.tag === 'p' || parent.children.length < 2) return [];
    const items = parent.children.filter((one) => isVisible(one) && one.shown && !isOutOfFlow(one));
    if (items.length < 2 || items.some((one) => TEXTS.test(one.el.tag) || isWords(one))) return [];
    const rows: Placed[][] = [];
    for (const item of items.toSorted((a, b) => a.el.rect.y - b.el.rect.y)) {
      const last = rows.at(-1);
      const { rect } = item.el;
      const above = Math.max(...(last ?? []).map(({ el }) => Math.min(bottom(el.rect), el.rect.y + rect.height)));
      if (last && rect.y < above - 1) last.push(item);
      else rows.push([item]);
    }
    return [{ parent, items, counts: rows.map((row) => row.length) }];
  });
}

/** Words in a line of text, as those of code that is coloured: that they go on in the next line is what a text does. */
function isWords(item: Placed): boolean {
  return isInline(item) && item.el.tag !== 'li' && item.el.tag !== 'label' && !isControl(item) && !isPainted(item);
}

/** Part of a page that was to stand beside another: a menu, a bar, a form. A hint, a field or a button goes below what it belongs to. */
function isPart(item: Placed): boolean {
  const pressed = ({ children }: Placed): number =>
    children.reduce((sum, one) => sum + (isControl(one) ? 1 : pressed(one)), 0);
  return !isControl(item) && pressed(item) > 1;
}

function isOutOfFlow({ el: { styles } }: Placed): boolean {
  return styles.position !== undefined && styles.position !== 'relative';
}

function lastIsAlone({ counts, items, parent }: Rows, width: number, whole: Rows): boolean {
  const [first = 0, last] = counts;
  const item = items.at(-1);
  const before = whole.items.at(-1);
  if (!item || !before || counts.length !== 2 || last !== 1) return false;
  if (items.some(({ el }) => el.rect.y > item.el.rect.y)) return false;
  if (items.length === 2 && !isPart(item)) return false;
  const alike = items.every(({ el }) => el.tag === item.el.tag);
  if (alike && first >= 2 && ITEMS.has(item.el.tag)) return item.el.rect.width <= width * SECTION;
  // Other things wrap when nothing else changed: a style sheet that stacks them changes how they are set, or how wide.
  const set = ({ el: { styles } }: Placed) =>
    ['display', 'float', 'position', 'flex-direction', 'grid-column-start'].map((name) => styles[name]).join(' ');
  if (set(parent) !== set(whole.parent) || items.some((one, at) => set(one) !== set(whole.items[at] ?? one)))
    return false;
  if (items.some((one) => isInline(one))) return false;
  const { width: own } = item.el.rect;
  return own <= parent.el.rect.width * FILLS && own <= before.el.rect.width + 1;
}

/** Widths that a layout holds for when nobody meant it to, CSS px: two breakpoints that were to be one. */
const SHORT_RANGE = 10;
/** What a style sheet switches. */
const SWITCHED = ['display', 'position', 'float', 'flex-direction', 'flex-wrap'];
/** Spaces that jump by more than a pixel of window explains, CSS px. */
const SPACES = ['margin-top', 'margin-left', 'padding-top', 'padding-left', 'font-size'];
const JUMP = 2;
/** Share of the window that an element is wider or narrower by when it takes another number of columns. */
const COLUMN = 0.15;

/** A layout that holds for a few px only, since at one width two breakpoints are passed and at another only one of them. */
function smallRange(widths: readonly AtWidth[]): FoundAcross[] {
  const switches = widths.slice(1).flatMap((here, at) => {
    const before = widths[at];
    if (!before || here.width - before.width !== 1) return [];
    const elements = switched(before.model, here.model);
    return elements.length > 0 ? [{ width: here.width, elements }] : [];
  });
  return switches.flatMap((first, at): FoundAcross[] => {
    const next = switches[at + 1];
    const [element] = next?.elements ?? [];
    const held = (next?.width ?? 0) - first.width;
    if (!element || held < 1 || held > SHORT_RANGE) return [];
    return [
      {
        kind: 'small_range',
        certainty: 'likely',
        widths: widths.map(({ width }) => width).filter((width) => width >= first.width && width < first.width + held),
        element,
        by_px: held,
        what: `is laid out in a way of its own for ${held} px of width only, between two breakpoints`,
      },
    ];
  });
}

/** Elements that are set otherwise one pixel further, that come and that go. */
function switched(before: PageModel, after: PageModel): Placed[] {
  const known = new Map(before.all.map((placed) => [placed.el.selector, placed]));
  const left = new Set(after.all.map(({ el }) => el.selector));
  const gone = before.all.filter((placed) => isSeen(placed) && !left.has(placed.el.selector));
  const changed = after.all.filter((placed) => {
    const other = known.get(placed.el.selector);
    if (!other) return isSeen(placed);
    const wider = Math.abs(placed.el.rect.width - other.el.rect.width);
    const [a, b] = [placed.el.styles, other.el.styles];
    return (
      isSeen(placed) !== isSeen(other) ||
      SWITCHED.some((name) => a[name] !== b[name]) ||
      (isSeen(placed) && wider > after.width * COLUMN) ||
      (isSeen(placed) && SPACES.some((name) => Math.abs(px(a[name]) - px(b[name])) > JUMP))
    );
  });
  return [...changed, ...gone];
}

const isSeen = (placed: Placed): boolean => isVisible(placed) && placed.shown !== undefined;

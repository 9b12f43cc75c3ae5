import { area, bottom, px, right } from '../boxes.js';
import { type AtWidth, type FoundAcross, runs } from '../found.js';
import { isPositioned, isTold } from '../intent.js';
import { cutsAxis, isControl, isVisible, isWithin, type PageModel, type Placed } from '../page-model.js';

/** Finds the faults that show only beside other widths, given by ascending width. */
export function examineAcross(widths: readonly AtWidth[]): FoundAcross[] {
  return [...unreachable(widths), ...wrapped(widths), ...smallRange(widths)];
}

/** A box lower than this is closed, not too low: CSS px. */
const OPEN_HEIGHT = 16;
const OPEN_WIDTH = 32;
/** Area from which something counts as shown, CSS px². */
const SHOWN = 30;

/**
 * Controls that fell out of a box that cuts off what does not fit, so that no scrolling reaches them: they are shown in other windows,
 * and no switch takes their place here, as one does where a menu is folded up.
 */
function unreachable(widths: readonly AtWidth[]): FoundAcross[] {
  const shown = widths.map(({ model }) => shownSelectors(model));
  const groups = new Map<string, { element: Placed; by: Placed; widths: number[]; lost: Set<string> }>();
  for (const [at, { width, model }] of widths.entries())
    for (const { control, by } of fallenOut(model)) {
      const { selector } = control.el;
      const elsewhere = shown.filter((there) => there.has(selector));
      if (elsewhere.length === 0) continue;
      const isSwitch = ({ el }: Placed) =>
        shown[at]?.has(el.selector) && elsewhere.every((there) => !there.has(el.selector));
      if (model.all.some((one) => one !== by && isWithin(one, by.parent ?? by) && isSwitch(one))) continue;
      const group = groups.get(by.el.selector) ?? { element: control, by, widths: [], lost: new Set() };
      groups.set(by.el.selector, group);
      if (group.widths.at(-1) !== width) group.widths.push(width);
      group.lost.add(selector);
    }
  const sampled = widths.map(({ width }) => width);
  return [...groups.values()].flatMap(({ element, by, widths: found, lost }) =>
    runs(found, sampled).map((run) => ({
      kind: 'unreachable' as const,
      certainty: 'certain' as const,
      widths: run,
      element,
      other: by,
      what: `is cut off whole${lost.size > 1 ? `, with ${lost.size - 1} more` : ''}: no scrolling reaches it`,
    })),
  );
}

function shownSelectors(model: PageModel): Set<string> {
  return new Set(model.all.filter((one) => isVisible(one) && area(one.shown) > SHOWN).map(({ el }) => el.selector));
}

/** Controls in the flow that lie wholly below the box that cuts them. */
function fallenOut(model: PageModel): { control: Placed; by: Placed }[] {
  return model.all.flatMap((control) => {
    const by = control.clip.byY;
    if (!by || control.shown || !isControl(control) || !isVisible(control) || !isTold(control)) return [];
    const { rect } = by.el;
    if (!cutsAxis(by, 'y') || rect.height < OPEN_HEIGHT || rect.width < OPEN_WIDTH) return [];
    const { rect: own } = control.el;
    if (own.width < 4 || own.y < bottom(rect) - 1 || own.x < rect.x - 2 || own.x > right(rect)) return [];
    for (let at: Placed | undefined = control; at && at !== by; at = at.parent) if (isPositioned(at)) return [];
    return [{ control, by }];
  });
}

/** Items of lists, menus and rows of buttons. Sections that stack and cards that keep their column are laid out so. */
const ITEMS = new Set(['li', 'a', 'button', 'span', 'dd', 'label']);
/** Share of the window from which an item is a section of the page. */
const SECTION = 0.6;

interface Rows {
  parent: Placed;
  items: Placed[];
  /** Items in each row, from the top. */
  counts: number[];
}

/** A row of like things of which the last one alone wrapped to a line of its own, although all are one row in a wider window. */
function wrapped(widths: readonly AtWidth[]): FoundAcross[] {
  const groups = new Map<string, { width: number; rows: Rows }[]>();
  for (const { width, model } of widths)
    for (const rows of rowsOf(model)) {
      const key = `${rows.items.length} ${rows.parent.el.selector}`;
      groups.set(key, [...(groups.get(key) ?? []), { width, rows }]);
    }
  return [...groups.values()].flatMap((group) => {
    const whole = group.filter(({ rows }) => rows.counts.length === 1).map(({ width }) => width);
    const alone = group.filter(({ width, rows }) => lastIsAlone(rows, width) && whole.some((wider) => wider > width));
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
    if (parent.el.lines || parent.children.length < 3) return [];
    const items = parent.children.filter((one) => isVisible(one) && one.shown && !isOutOfFlow(one));
    const tag = items[0]?.el.tag ?? '';
    if (items.length < 3 || !ITEMS.has(tag) || items.some(({ el }) => el.tag !== tag)) return [];
    const rows: Placed[][] = [];
    for (const item of items) {
      const last = rows.at(-1);
      const before = last?.at(-1)?.el.rect;
      const { rect } = item.el;
      if (last && before && rect.y < bottom(before) - 1 && rect.x >= right(before) - 2) last.push(item);
      else rows.push([item]);
    }
    return [{ parent, items, counts: rows.map((row) => row.length) }];
  });
}

function isOutOfFlow({ el: { styles } }: Placed): boolean {
  return styles.position !== undefined && styles.position !== 'relative';
}

function lastIsAlone({ counts, items }: Rows, width: number): boolean {
  const [first = 0, last] = counts;
  return counts.length === 2 && last === 1 && first >= 2 && (items.at(-1)?.el.rect.width ?? 0) <= width * SECTION;
}

/** Widths that a layout holds for when nobody meant it to, CSS px: two breakpoints that were to be one. */
const SHORT_RANGE = 10;
/** What a style sheet switches. */
const SWITCHED = ['display', 'position', 'float', 'flex-direction', 'flex-wrap'];
/** Spaces that jump by more than a pixel of window explains, CSS px. */
const SPACES = ['margin-top', 'margin-left', 'padding-top', 'padding-left', 'font-size'];
const JUMP = 2;

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

/** Elements that are set otherwise one pixel further. */
function switched(before: PageModel, after: PageModel): Placed[] {
  const known = new Map(before.all.map((placed) => [placed.el.selector, placed]));
  return after.all.filter((placed) => {
    const other = known.get(placed.el.selector);
    if (!other) return true;
    const [a, b] = [placed.el.styles, other.el.styles];
    return (
      isSeen(placed) !== isSeen(other) ||
      SWITCHED.some((name) => a[name] !== b[name]) ||
      (isSeen(placed) && SPACES.some((name) => Math.abs(px(a[name]) - px(b[name])) > JUMP))
    );
  });
}

const isSeen = (placed: Placed): boolean => isVisible(placed) && placed.shown !== undefined;

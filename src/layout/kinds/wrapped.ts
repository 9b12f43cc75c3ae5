import { bottom, right } from '../boxes.js';
import { type AtWidth, type FoundAcross, runs } from '../found.js';
import { isVisible, type PageModel, type Placed } from '../page-model.js';

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
export function wrapped(widths: readonly AtWidth[]): FoundAcross[] {
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

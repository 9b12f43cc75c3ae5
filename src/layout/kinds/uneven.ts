import { right } from '../boxes.js';
import type { FindKind, Found } from '../found.js';
import { isTold } from '../intent.js';
import { isControl, isPainted, isVisible, type PageModel, type Placed } from '../page-model.js';

/** Equal up to rounding, and surely another size, CSS px. */
const EQUAL = 1;
const OTHER = 6;
/** Like things from which on a single one stands out. */
const LEAST = 3;

/** A row of like things, set to one size, of which one is of another: it lies at the same height, with the same tag and classes. */
export const uneven: FindKind = (model) =>
  model.all.flatMap((parent): Found[] => {
    if (parent.children.length < LEAST) return [];
    return rowsOf(parent, model).flatMap((row) => oddOne(row) ?? []);
  });

function rowsOf(parent: Placed, { width }: PageModel): Placed[][] {
  const rows: Placed[][] = [];
  for (const one of parent.children) {
    const { rect, tag, styles, attributes } = one.el;
    if (!one.shown || !isVisible(one) || !isTold(one) || !(isPainted(one) || isControl(one) || tag === 'img')) continue;
    if (
      styles.position === 'absolute' ||
      styles.position === 'fixed' ||
      rect.width > width * 0.6 ||
      tag === 'td' ||
      tag === 'th'
    )
      continue;
    const row = rows.at(-1);
    const before = row?.at(-1);
    const alike = before?.el.tag === tag && before.el.attributes.class === attributes.class;
    const beside = before && Math.abs(before.el.rect.y - rect.y) <= EQUAL && rect.x >= right(before.el.rect) - EQUAL;
    if (row && alike && beside) row.push(one);
    else rows.push([one]);
  }
  return rows.filter((row) => row.length >= LEAST);
}

function oddOne(row: readonly Placed[]): Found | undefined {
  for (const side of ['height', 'width'] as const) {
    const sizes = row.map(({ el }) => el.rect[side]).sort((a, b) => a - b);
    const common = sizes[Math.floor(sizes.length / 2)] ?? 0;
    const others = row.filter(({ el }) => Math.abs(el.rect[side] - common) > EQUAL);
    const [odd] = others;
    if (others.length !== 1 || !odd) continue;
    // The last column takes what rounding, or a row that is not full, leaves.
    if (side === 'width' && odd === row.at(-1)) continue;
    const by = Math.abs(odd.el.rect[side] - common);
    if (by < OTHER) continue;
    return {
      kind: 'uneven',
      certainty: 'likely',
      element: odd,
      rect: odd.el.rect,
      by_px: Math.round(by),
      what: `is ${Math.round(odd.el.rect[side])} px in ${side}, the other ${row.length - 1} of its row are ${Math.round(common)} px`,
    };
  }
  return undefined;
}

import { area, bottom } from '../boxes.js';
import type { FindKind, Found } from '../found.js';
import { isTold, isVeil } from '../intent.js';
import { isInked, isPainted, isVisible, isWithin, type PageModel } from '../page-model.js';

/** Least of a box's contents that is missed on paper, CSS px, and share of the page's text from which it is surely missed. */
const LOST = 24;
const MUCH = 0.25;
/** Height of a sheet between its margins, CSS px: A4. */
export const SHEET = 1047;

/** What only paper lacks: it does not scroll, and what is fixed is printed on every sheet. */
export const onPaper: FindKind = (model) => [...unscrolled(model), ...repeated(model)];

function unscrolled(model: PageModel): Found[] {
  const inked = model.lines.filter((line) => isInked(line) && isTold(line.owner) && isVisible(line.owner));
  return model.all.flatMap((box): Found[] => {
    const { scroll, styles, rect } = box.el;
    if (!scroll || styles['overflow-y'] === undefined || !box.shown || !isVisible(box)) return [];
    const lost = scroll.content.height - scroll.seen.height;
    if (lost < LOST || rect.height < LOST || rect.width < LOST) return [];
    if (
      model.all.some(
        (other) => other !== box && other.el.scroll && isWithin(box, other) && other.el.styles['overflow-y'],
      )
    )
      return [];
    const cut = inked.filter(({ owner, rect: line }) => isWithin(owner, box) && line.y >= bottom(rect) - 1).length;
    if (cut === 0) return [];
    return [
      {
        kind: 'not_printed',
        certainty: cut / inked.length >= MUCH ? 'certain' : 'likely',
        element: box,
        rect,
        by_px: Math.round(lost),
        what: `is cut off on paper, which does not scroll: ${Math.round(lost)} px with ${cut} lines of text are missing`,
      },
    ];
  });
}

function repeated(model: PageModel): Found[] {
  if (model.page.content.height <= SHEET) return [];
  return model.all.flatMap((placed): Found[] => {
    const { rect, styles } = placed.el;
    if (styles.position !== 'fixed' || !placed.shown || !isVisible(placed) || !isPainted(placed)) return [];
    if (isVeil(placed, model) || area(rect) < LOST * LOST) return [];
    return [
      {
        kind: 'covered',
        certainty: 'likely',
        element: placed,
        rect,
        what: 'is fixed, so that it is printed on every sheet, over what stands there',
      },
    ];
  });
}

import { px } from '../boxes.js';
import type { AtWidth, FoundAcross } from '../found.js';
import { isVisible, type PageModel, type Placed } from '../page-model.js';

/** Widths that a layout holds for when nobody meant it to, CSS px: two breakpoints that were to be one. */
const MOST = 10;
/** What a style sheet switches. */
const SWITCHED = ['display', 'position', 'float', 'flex-direction', 'flex-wrap'];
/** Spaces that jump by more than a pixel of window explains, CSS px. */
const SPACES = ['margin-top', 'margin-left', 'padding-top', 'padding-left', 'font-size'];
const JUMP = 2;

/** A layout that holds for a few px only, since at one width two breakpoints are passed and at another only one of them. */
export function smallRange(widths: readonly AtWidth[]): FoundAcross[] {
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
    if (!element || held < 1 || held > MOST) return [];
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

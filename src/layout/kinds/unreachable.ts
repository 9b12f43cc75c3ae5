import { area, bottom, right } from '../boxes.js';
import { type AtWidth, type FoundAcross, runs } from '../found.js';
import { isPositioned, isTold } from '../intent.js';
import { cutsAxis, isControl, isVisible, isWithin, type PageModel, type Placed } from '../page-model.js';

/** A box lower than this is closed, not too low: CSS px. */
const OPEN_HEIGHT = 16;
const OPEN_WIDTH = 32;
/** Area from which something counts as shown, CSS px². */
const SHOWN = 30;

/**
 * Controls that fell out of a box that cuts off what does not fit, so that no scrolling reaches them: they are shown in other windows,
 * and no switch takes their place here, as one does where a menu is folded up.
 */
export function unreachable(widths: readonly AtWidth[]): FoundAcross[] {
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

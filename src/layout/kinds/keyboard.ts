import type { FindKind, Found } from '../found.js';
import { isTold } from '../intent.js';
import { isVisible, type PageModel, type Placed } from '../page-model.js';

/** What a walk by Tab showed: a trap, controls that it cannot come to, and stops at which nothing in the window shows the focus. */
export const keyboard: FindKind = (model) => {
  const { walk } = model.page;
  if (!walk) return [];
  const trap = walk.trap === undefined ? undefined : model.all[walk.trap];
  return [
    ...(trap ? [trapAt(trap)] : []),
    ...model.all.flatMap((placed) => missed(placed, model) ?? unseen(placed) ?? []),
  ];
};

function trapAt(element: Placed): Found {
  return {
    kind: 'focus_trap',
    certainty: 'certain',
    element,
    rect: element.el.rect,
    what: 'keeps the focus: Tab does not lead on from here',
  };
}

function missed(placed: Placed, { page: { walk } }: PageModel): Found | undefined {
  const { focus, rect } = placed.el;
  if (!focus?.expected || focus.reached || !placed.shown || !isVisible(placed) || !isTold(placed)) return undefined;
  const base = { kind: 'not_tabbable' as const, element: placed, rect };
  if (!focus.focusable) return { ...base, certainty: 'certain', what: 'is a control that Tab cannot come to' };
  if (focus.taken_out)
    return { ...base, certainty: 'likely', what: 'is taken out of the order of Tab by its tabindex' };
  // Behind a trap, or beyond the last press, nobody knows.
  if (!walk?.complete || walk.trap !== undefined) return undefined;
  return { ...base, certainty: 'certain', what: 'is passed over by Tab' };
}

function unseen(placed: Placed): Found | undefined {
  const { focus, rect } = placed.el;
  if (!focus?.reached || focus.changed !== 0 || !isTold(placed)) return undefined;
  const shown = placed.shown !== undefined && isVisible(placed) && rect.x + rect.width > 0;
  return {
    kind: 'no_focus',
    certainty: shown ? 'certain' : 'likely',
    element: placed,
    // One rule takes the sign of the focus from all links, or all buttons.
    cause: placed.el.tag,
    rect,
    what: shown
      ? 'shows nothing when it has the focus: no pixel of the window changes'
      : 'has the focus and is not to be seen',
  };
}

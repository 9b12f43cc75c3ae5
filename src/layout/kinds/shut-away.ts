import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, bottom, px, right } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { isMoved, isPopup, isPositioned, isTold, isVeil, sends } from '../intent.js';
import {
  cutsAxis,
  isControl,
  isDrawn,
  isInked,
  isPainted,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
} from '../page-model.js';

/**
 * Controls and words in a box that is shut though nothing opens it, buttons that were put beside the page by themselves, and windows on parts
 * of which none is there to be seen.
 */
export const shutAway: FindKind = (model) => [
  ...inShutBoxes(model),
  ...shutWords(model).filter(({ element }) => !inShutBoxes(model).some(({ other }) => other === element)),
  ...putBeside(model),
  ...emptyWindows(model),
];

/** Least side of a control that counts, and of a box that is one (what catches keys for an editor lies in less), and height of one that is shut, CSS px. */
const LEAST = 8;
const SHUT = 1;

function inShutBoxes(model: PageModel): Found[] {
  const shut = new Map<Placed, Placed[]>();
  for (const control of model.all) {
    const { rect } = control.el;
    const box = control.clip.byY;
    if (!box || control.shown || !isControl(control) || !isVisible(control) || !isTold(control)) continue;
    if (box.el.rect.height > SHUT || box.el.rect.width < LEAST || !cutsAxis(box, 'y')) continue;
    if (rect.width >= LEAST && rect.height >= LEAST) shut.set(box, [...(shut.get(box) ?? []), control]);
  }
  return [...shut].flatMap(([box, controls]): Found[] => {
    const [first] = controls.toSorted((a, b) => Number(isSender(b)) - Number(isSender(a)));
    if (!first || !isVisibleBox(box) || model.all.some((one) => opens(one, box))) {
      // The form around it is there to be sent by it, and by nothing else.
      const sender = controls.find((one) => isSender(one) && isOnlySender(one, box, model));
      return sender && isVisibleBox(box) ? [lost(sender, box, 'likely')] : [];
    }
    const moves = px(box.el.styles['transition-duration']) > 0 || box.el.styles['animation-name'] !== undefined;
    return [lost(first, box, moves ? 'likely' : 'certain')];
  });
}

/** Letters from which words are a text that somebody misses. */
const TEXT = 20;

/** Text in a box of no width or height, in the flow of a page on which nothing opens it. */
function shutWords(model: PageModel): Found[] {
  const shut = new Map<Placed, Line[]>();
  for (const line of model.lines) {
    const box = [line.owner.clip.byX, line.owner.clip.byY].find(
      (one) =>
        one &&
        Math.min(one.el.rect.width, one.el.rect.height) <= SHUT &&
        Math.max(one.el.rect.width, one.el.rect.height) >= LEAST,
    );
    if (box && !line.shown && line.inked && isTold(line.owner)) shut.set(box, [...(shut.get(box) ?? []), line]);
  }
  return [...shut].flatMap(([box, lines]): Found[] => {
    const { styles, rect, tag } = box.el;
    const [first] = lines;
    if (!first || lines.map(({ text }) => text).join('').length < TEXT || !isVisibleBox(box) || isPositioned(box))
      return [];
    if (px(styles['transition-duration']) > 0 || styles['animation-name'] !== undefined || tag === 'summary') return [];
    if (isPopup(box) || model.all.some((one) => opens(one, box))) return [];
    const side = rect.width <= SHUT ? 'width' : 'height';
    return [
      {
        kind: 'unreachable',
        certainty: 'certain',
        element: box,
        rect: { ...rect, width: Math.max(1, rect.width), height: Math.max(1, rect.height) },
        what: `has no ${side}, and cuts off ${quoted(first.text)}${lines.length > 1 ? ` and ${lines.length - 1} more lines` : ''}: nothing on the page opens it`,
        repair: `Let it have its ${side} (${side}: auto, min-width: 0 and flex: 1 in a row), or give it a button that opens it.`,
      },
    ];
  });
}

/** Sides of a box from which an empty one is a hole in the page, CSS px, and share of it in its middle that is looked at. */
const HOLE = { width: 160, height: 80 };
const MIDDLE = 0.6;

/** Boxes with several parts (slides, panels of tabs) of which each lies beyond the edge, has no box or is not drawn: they show a hole. */
function emptyWindows(model: PageModel): Found[] {
  const holes: { box: Placed; why: string; isSure: boolean }[] = [];
  for (const box of model.all) {
    const { rect, tag, styles, folded = 0 } = box.el;
    if (rect.width < HOLE.width || rect.height < HOLE.height || tag === 'html' || tag === 'body' || box.fixed) continue;
    if (!isVisible(box) || !isTold(box) || !box.shown || styles.position === 'absolute') continue;
    const parts = partsOf(box);
    const away = parts.filter((part) => isAway(part, box));
    const faint = parts.filter((part) => part.opacity <= 0.1);
    const why =
      away.length > 1 ? 'lie beyond its edge' : folded > 1 ? 'have no box' : faint.length > 1 ? 'have no opacity' : '';
    if (why === '' || isAnimated(box) || showsAnything(box, model)) continue;
    const hasControl = model.all.some((one) => isControl(one) && one.shown && isVisible(one) && isWithin(one, box));
    holes.push({ box, why, isSure: away.length > 1 || hasControl || isBelowTabs(box) });
  }
  return holes
    .filter(({ box }) => !holes.some((one) => one.box !== box && isWithin(one.box, box)))
    .map(({ box, why, isSure }) => {
      const { x, y, width, height } = box.shown ?? box.el.rect;
      const [wide, high] = [width * MIDDLE, height * MIDDLE];
      return {
        kind: 'unreachable',
        certainty: isSure ? 'certain' : 'likely',
        element: box,
        rect: box.shown ?? box.el.rect,
        what: `shows nothing of what it holds: all of its parts ${why}`,
        repair: 'Show one of its parts from the start: the first slide, the panel of the chosen tab.',
        claim: {
          shows: 'plain',
          rect: { x: x + (width - wide) / 2, y: y + (height - high) / 2, width: wide, height: high },
        },
        asked: true,
      };
    });
}

/** What stands in a box side by side, or in the one strip that it holds, and says something. */
function partsOf(box: Placed): Placed[] {
  const own = box.children.filter(({ el }) => !/^(?:button|a)$/.test(el.tag));
  const [only] = own;
  return (own.length === 1 && only ? only.children : own).filter(saysSomething);
}

const saysSomething = (one: Placed): boolean =>
  one.el.lines !== undefined || one.el.natural !== undefined || one.children.some(saysSomething);

/** It lies whole beyond an edge of the box, which cuts it off. */
function isAway(part: Placed, box: Placed): boolean {
  const { rect } = box.el;
  const at = part.el.rect;
  const beside = at.x >= right(rect) - 1 || right(at) <= rect.x + 1;
  const below = at.y >= bottom(rect) - 1 || bottom(at) <= rect.y + 1;
  return (beside && cutsAxis(box, 'x')) || (below && cutsAxis(box, 'y'));
}

const isAnimated = (box: Placed): boolean =>
  box.el.styles['animation-name'] !== undefined || box.children.some(isAnimated);

/** Anything in it that is seen, but what turns its pages. */
function showsAnything(box: Placed, model: PageModel): boolean {
  const isIn = (one: Placed, shown: Rect | undefined) =>
    shown !== undefined && one !== box && isWithin(one, box) && intersection(shown, box.el.rect) !== undefined;
  const isOfControl = (one: Placed) => {
    for (let at: Placed | undefined = one; at && at !== box; at = at.parent) if (isControl(at)) return true;
    return false;
  };
  const shows = (one: Placed) => (isDrawn(one) && !isOfControl(one)) || /^(?:input|select|textarea)$/.test(one.el.tag);
  return (
    model.lines.some(
      ({ owner, shown }) => (owner === box || isIn(owner, shown)) && owner.opacity > 0.1 && !isOfControl(owner),
    ) || model.all.some((one) => isIn(one, one.shown) && isVisible(one) && shows(one))
  );
}

/** A row of tabs right above it. */
const isBelowTabs = ({ parent, el }: Placed): boolean =>
  (parent?.children ?? []).some((one) => one.el.attributes.role === 'tablist' && bottom(one.el.rect) <= el.rect.y + 1);

/** A field that a script keeps for itself, beside what it draws in its place: no larger than its edges, and nothing of it is drawn. */
export function isKept(control: Placed): boolean {
  const { tag, rect, lines, pseudo, natural, attributes, styles } = control.el;
  const isNative = /^(?:checkbox|radio)$/.test(attributes.type ?? '') && styles.appearance !== undefined;
  if (!/^(?:input|select|textarea|button)$/.test(tag) || isNative || lines || pseudo || natural) return false;
  return Math.max(rect.width, rect.height) < LEAST && !isPainted(control) && control.children.length === 0;
}

const lost = (control: Placed, box: Placed, certainty: Found['certainty']): Found => ({
  kind: 'unreachable',
  certainty,
  element: control,
  other: box,
  rect: control.el.rect,
  what: 'lies in a box of no height, which cuts off what is in it: nothing on the page opens it',
  repair: 'Let the box grow with what is in it (height: auto), or give it a button that opens it.',
});

/** A box of no height is seen by nobody, but what hides it otherwise hides it on purpose. */
const isVisibleBox = ({ el, opacity, inert }: Placed): boolean =>
  el.styles.visibility === undefined && opacity > 0.5 && !inert && el.attributes['aria-hidden'] !== 'true';

/** Anything to press or choose outside of a box, which may open it. */
function opens(one: Placed, box: Placed): boolean {
  if (!one.shown || !isControl(one) || !isVisible(one) || isWithin(one, box)) return false;
  const { tag, attributes } = one.el;
  // A link to another page opens that.
  return tag !== 'a' || (attributes.href ?? '#').startsWith('#');
}

const isSender = ({ el: { tag, attributes } }: Placed): boolean =>
  (tag === 'button' || tag === 'input') && /^(?:submit|)$/.test(attributes.type ?? (tag === 'button' ? '' : 'text'));

function isOnlySender(control: Placed, box: Placed, model: PageModel): boolean {
  let form: Placed | undefined = control;
  while (form && form.el.tag !== 'form') form = form.parent;
  const around = form;
  if (!around || isWithin(around, box) || !sends(control, around)) return false;
  return !model.all.some((one) => one.shown && isWithin(one, around) && isPressable(one) && !isWithin(one, box));
}

const isPressable = ({ el }: Placed): boolean =>
  el.tag === 'button' || el.tag === 'summary' || el.attributes.role === 'button' || el.tag === 'a';

/** Words of what brings keyboards past a menu, which waits beside the page until it has the focus. */
export const SKIPS = /^\s*(?:skip|jump|go to)\b/i;

/** Buttons that lie wholly left of the page, or above it, by their own position or margin, while what holds them is there. */
function putBeside(model: PageModel): Found[] {
  return model.rtl
    ? []
    : model.all.flatMap((control): Found[] => {
        const { el, parent, shown, fixed } = control;
        const { rect, styles } = el;
        const side = right(rect) <= 0 ? 'left' : bottom(rect) <= 0 ? 'top' : undefined;
        if (!side || !parent || !shown || fixed || !(el.tag === 'button' || isSender(control))) return [];
        if (!isVisible(control) || !isTold(control) || rect.width < LEAST || rect.height < LEAST) return [];
        const { x, y } = parent.el.rect;
        if (
          right(parent.el.rect) <= 0 ||
          bottom(parent.el.rect) <= 0 ||
          x > model.width ||
          y > model.page.content.height
        )
          return [];
        const isSet =
          styles.transform !== undefined || styles.translate !== undefined || px(styles['transition-duration']) > 0;
        const words = el.name ?? el.lines?.map(({ text }) => text).join('') ?? '';
        if (isSet || styles['animation-name'] !== undefined || SKIPS.test(words) || words.trim() === '') return [];
        const by = Math.round(side === 'left' ? -rect.x : -rect.y);
        return [
          {
            kind: 'unreachable',
            certainty: 'likely',
            element: control,
            rect,
            by_px: by,
            what: `lies ${by} px beyond the ${side} of the page by its own position: no scrolling reaches it`,
            repair: 'Put it where it is seen: take the negative offset or margin out.',
          },
        ];
      });
}

/** What rounding comes to, and the most that lies between two lines of one text, CSS px. */
const SLACK = 2;
const GAP = 64;
/** Share of the window's height from which something that ends with the window is a screen of its own. */
const SCREEN = 0.4;

/**
 * The body of a page that does not scroll, where the window's edge goes through what flows, or between two lines of it: no page of slides,
 * and none behind a dialog.
 */
export function cutPage(item: Placed, model: PageModel): Placed | undefined {
  const { all, lines, height } = model;
  if (isMoved(item) || item.el.rect.y < height) return undefined;
  const isAside = (one: Placed) =>
    one.el.styles.position === 'fixed' && isVisible(one) && (isPopup(one) || isVeil(one, model));
  const flows = lines.filter((line) => isInked(line) && !line.owner.fixed);
  const isCut = ({ owner, core }: Line) => core.y < height - SLACK && bottom(core) > height + SLACK && !isMoved(owner);
  if (all.some(isAside) || !(flows.some(isCut) || goesOn(flows, height))) return undefined;
  return all.find(({ el }) => el.tag === 'body');
}

/** The window's edge lies between two lines that are close, and is the edge of nothing that holds them. */
function goesOn(lines: readonly Line[], height: number): boolean {
  let [above, below]: (Line | undefined)[] = [];
  for (const line of lines) {
    if (bottom(line.core) <= height + SLACK && (!above || bottom(line.core) > bottom(above.core))) above = line;
    if (line.core.y >= height - SLACK && (!below || line.core.y < below.core.y)) below = line;
  }
  if (!above || !below || below.core.y - bottom(above.core) > GAP) return false;
  if (isMoved(above.owner) || isMoved(below.owner)) return false;
  if (above.owner === below.owner) return true;
  const isEdge = (placed: Placed, other: Placed): boolean => {
    for (let at: Placed | undefined = placed; at && !isWithin(other, at); at = at.parent) {
      const { rect } = at.el;
      const isAtEdge = Math.abs(rect.y - height) <= SLACK || Math.abs(bottom(rect) - height) <= SLACK;
      // A paragraph may end there by chance, a screen of its own does not.
      if (rect.height >= height * (isAtEdge ? SCREEN : 1 - SCREEN / 4)) return true;
    }
    return false;
  };
  return !isEdge(above.owner, below.owner) && !isEdge(below.owner, above.owner);
}

/** Share of a box that something lies over when it dims all of it. */
const ALL = 0.85;
/** Opacity of a ground that dims: what lies beneath is seen, and seen not to be there for now. */
const DIM = { least: 0.15, most: 0.97 };
const BUSY = /(?:^|[\s_-])(?:spin(?:ner)?|load(?:er|ing)?|progress|busy)(?:$|[\s_-])/i;

/**
 * What a layer over a part of the page says of that part, where it lies over all of the box it was put in: that it waits (`busy`: the layer
 * shows a sign or words, or something goes round in it), or that it is dimmed for now; undefined where `over` is part of no such layer.
 */
export function dims(over: Placed, under: Placed): 'busy' | 'dimmed' | undefined {
  for (let at: Placed | undefined = over; at && !isWithin(under, at); at = at.parent) {
    const { position } = at.el.styles;
    const { holder } = at;
    if ((position !== 'absolute' && position !== 'fixed') || !holder || !isWithin(under, holder)) continue;
    if (holder.el.tag === 'body' || holder.el.tag === 'html') continue;
    const share = area(intersection(at.el.rect, holder.el.rect)) / Math.max(1, area(holder.el.rect));
    if (share < ALL) continue;
    const ground = alpha(at.el.styles['background-color']) * at.opacity;
    const isDim = ground >= DIM.least && ground <= DIM.most;
    if (goesRound(at)) return 'busy';
    if (isDim) return showsSign(at) ? 'busy' : 'dimmed';
  }
  return undefined;
}

/** It, or something in it, moves without end, or is called what shows that something is awaited. */
function goesRound(box: Placed): boolean {
  const { attributes, pseudo = [] } = box.el;
  if (pseudo.some((one) => one.styles['animation-name'] !== undefined)) return true;
  if (attributes.role === 'progressbar' || BUSY.test(attributes.class ?? '')) return true;
  return box.children.some((one) => one.el.styles['animation-name'] !== undefined || goesRound(one));
}

function showsSign(box: Placed): boolean {
  return box.children.some(
    (one) =>
      isVisible(one) && (isDrawn(one) || one.el.lines !== undefined || one.el.pseudo !== undefined || showsSign(one)),
  );
}

import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, bottom, px, rgb, right } from '../boxes.js';
import type { FindKind, Found } from '../found.js';
import { coversOf, isPositioned, isTold } from '../intent.js';
import {
  borderedSides,
  inkOf,
  isControl,
  isDrawn,
  isInline,
  isPainted,
  isVisible,
  isWithin,
  type PageModel,
  type Placed,
} from '../page-model.js';
import { isDecorative } from './unreadable.js';

/** Controls that show nothing of what they are: without their icon, without anything in them, or with nothing drawn at all. */
export const blank: FindKind = (model) => {
  const said = spokenFor(model);
  const controls = model.all.flatMap((control) => {
    const { shown, el, opacity } = control;
    if (!shown || said.has(control) || !isControl(control) || !isVisible(control) || !isTold(control)) return [];
    if (opacity < 0.5 || isDecorative(control) || area(shown) < area(el.rect) * 0.9) return [];
    const inside = isPressed(control) ? model.all.filter((one) => one !== control && isWithin(one, control)) : [];
    const found = withoutIcon(control, inside, model) ?? empty(control, inside, model) ?? undrawn(control, model);
    return found ? [found] : [];
  });
  const labels = unseenChoices(model);
  const isToldBy = ({ element }: Found) => labels.some((one) => one.element.el.labels?.element === element.index);
  return [...controls.filter((one) => !isToldBy(one)), ...labels, ...faded(model)];
};

/** What holds words. */
function spokenFor(model: PageModel): Set<Placed> {
  const said = new Set<Placed>();
  for (const { icon, text, owner } of [...model.lines, ...model.generated])
    if (!icon && /\S/.test(text)) for (let at = owner.of ?? owner; at.parent; at = at.parent) said.add(at);
  return said;
}

const isPressed = ({ el }: Placed): boolean => el.tag === 'button' || el.tag === 'a' || el.attributes.role === 'button';

/** The inside of a control's edge. */
function innerOf({ el: { rect, styles } }: Placed): Rect {
  const edge = Math.max(4, px(styles['border-top-width']) + 2);
  return { x: rect.x + edge, y: rect.y + edge, width: rect.width - 2 * edge, height: rect.height - 2 * edge };
}

/** Sides of a control that an icon alone stands for, CSS px, and least side of what is to draw it. */
const ICON_CONTROL = { least: 12, most: 120 };
const ICON = 8;

/** A button or link of which an icon is all there is to see, where none is drawn: an empty drawing, a font or a file that is not there. */
function withoutIcon(control: Placed, inside: readonly Placed[], model: PageModel): Found | undefined {
  const { rect } = control.el;
  if (!isPressed(control) || Math.min(rect.width, rect.height) < ICON_CONTROL.least) return undefined;
  if (Math.max(rect.width, rect.height) > ICON_CONTROL.most) return undefined;
  if (inside.some((one) => one.el.natural || (isDrawn(one) && !/^(?:svg|img)$/.test(one.el.tag)))) return undefined;
  const icon = [...inside, control].find(isToDraw);
  if (!icon || isClear(icon, inside) || isOverMissing(control, model)) return undefined;
  if (coversOf(model, control, rect).length > 0) return undefined;
  // Of letters without a width the control has the place.
  const fits = icon !== control && Math.min(icon.el.rect.width, icon.el.rect.height) >= ICON;
  // A shape in the colour of its ground is there.
  const isShape = icon.el.tag === 'svg' && icon.children.some((one) => area(one.el.rect) > 0);
  return {
    kind: 'vanishes',
    certainty: isShape || isOneOfMany(control) ? 'likely' : 'certain',
    element: control,
    rect,
    what: 'shows nothing: its icon is all that it has, and none is drawn',
    repair:
      'Serve the font, file or sprite of its icon at the address and by the name it is asked for, or give it words.',
    claim: { shows: 'plain', rect: fits ? icon.el.rect : innerOf(control) },
    asked: true,
  };
}

/** Painted with a colour that is clear: it comes with a choice, or with whoever points there. */
function isClear(icon: Placed, inside: readonly Placed[]): boolean {
  const isGone = (color: string | undefined) => color !== undefined && color !== 'none' && alpha(color) < 0.05;
  if (isGone(inkOf(icon))) return true;
  const shapes = inside.filter((one) => one !== icon && isWithin(one, icon) && one.el.tag !== 'g');
  const isSeen = (color: string | undefined) => color !== undefined && color !== 'none' && !isGone(color);
  return (
    shapes.some(({ el }) => isGone(el.styles.fill) || isGone(el.styles.stroke)) &&
    !shapes.some(({ el }) => isSeen(el.styles.fill ?? 'rgb(0, 0, 0)') || isSeen(el.styles.stroke))
  );
}

/** Put on a picture that did not come: its colour was made for that. */
function isOverMissing(control: Placed, model: PageModel): boolean {
  let put: Placed | undefined = control;
  while (put && !(put.el.styles.position === 'absolute')) put = put.parent;
  const { holder } = put ?? {};
  return (
    holder !== undefined &&
    model.all.some((one) => one.el.tag === 'img' && one.el.natural === undefined && isWithin(one, holder))
  );
}

/** Least side of a control that has room for something, and height of one at most, CSS px. */
const ROOM = 24;
const TALL = 80;

/** A button with a ground or a frame that has nothing at all in it. */
function empty(control: Placed, inside: readonly Placed[], model: PageModel): Found | undefined {
  const { el } = control;
  const { rect, attributes } = el;
  if (el.tag !== 'button' && attributes.role !== 'button') return undefined;
  if (Math.min(rect.width, rect.height) < ROOM || rect.height > TALL || attributes.disabled !== undefined)
    return undefined;
  const shows = (styles: Record<string, string>) => styles['background-image'] !== undefined;
  if (!isFramed(control) || shows(el.styles) || (el.pseudo ?? []).length > 0 || isInline(control)) return undefined;
  if (inside.some((one) => isDrawn(one) || isPainted(one) || shows(one.el.styles) || one.el.pseudo)) return undefined;
  if (hasLike(control) || coversOf(model, control, rect).length > 0) return undefined;
  if (model.lines.some(({ owner, core }) => !isWithin(owner, control) && intersection(core, rect))) return undefined;
  return {
    kind: 'vanishes',
    certainty: 'likely',
    element: control,
    rect,
    what: 'shows nothing: there is nothing in it',
    repair: 'Give it words, or the icon that it is to have.',
    claim: { shows: 'plain', rect: innerOf(control) },
    asked: true,
  };
}

/** It is seen where it is: by a line around it, or by a ground unlike the one behind it. */
function isFramed(control: Placed): boolean {
  const { styles } = control.el;
  if (borderedSides(control) >= 3 || styles['box-shadow'] !== undefined) return true;
  const own = rgb(styles['background-color']);
  if (!own || alpha(styles['background-color']) < 0.5) return false;
  let at = control.parent;
  while (at && alpha(at.el.styles['background-color']) < 0.5) at = at.parent;
  const behind = rgb(at?.el.styles['background-color']) ?? [255, 255, 255];
  return own.some((value, channel) => Math.abs(value - (behind[channel] ?? 0)) > 8);
}

/** A field that takes words, by its type; and boxes to tick. */
const TYPED = /^(?:text|search|email|url|tel|password|)$/;
const TICKED = /^(?:checkbox|radio)$/;
/** How far a box reaches beyond the field that it draws, CSS px. */
const AROUND = 48;

/** A box to tick, or a field, of which nothing is drawn. */
function undrawn(control: Placed, model: PageModel): Found | undefined {
  const { tag, rect, styles, attributes, field, pseudo } = control.el;
  const isTicked = tag === 'input' && TICKED.test(attributes.type ?? '');
  const isField = tag === 'textarea' || (tag === 'input' && TYPED.test(attributes.type ?? ''));
  if ((!isTicked && !isField) || field || pseudo || Math.min(rect.width, rect.height) < ICON) return undefined;
  if (isFramed(control) || styles['background-image'] !== undefined || styles['outline-style'] !== undefined)
    return undefined;
  if ((isTicked && styles.appearance !== undefined) || isPositioned(control) || attributes.disabled !== undefined)
    return undefined;
  // What draws it lies around it or beside it.
  const near = { x: rect.x - AROUND, y: rect.y - 12, width: rect.width + 2 * AROUND, height: rect.height + 24 };
  const draws = (one: Placed) =>
    one !== control &&
    one.shown !== undefined &&
    isVisible(one) &&
    right(one.el.rect) <= right(near) + (isTicked ? 0 : rect.width) &&
    one.el.rect.y >= near.y &&
    bottom(one.el.rect) <= bottom(near) &&
    intersection(one.el.rect, near) !== undefined &&
    (isDrawn(one) || isPainted(one) || one.el.styles['box-shadow'] !== undefined || one.el.pseudo !== undefined);
  if (model.all.some(draws) || coversOf(model, control, rect).length > 0) return undefined;
  return {
    kind: 'vanishes',
    certainty: isTicked ? 'certain' : 'likely',
    element: control,
    rect,
    what: `is not drawn: nobody sees where ${isTicked ? 'the box is' : 'to write'}`,
    repair: isTicked
      ? 'Draw the box: leave appearance as it is, or give it a border and a mark where it is ticked.'
      : 'Give it a border, a line below it, or a ground of its own.',
    claim: { shows: 'plain', rect: { x: rect.x - 2, y: rect.y - 2, width: rect.width + 4, height: rect.height + 4 } },
    asked: true,
  };
}

/** Like controls from which their boxes may be all that there is to see: days of a map of heat, seats. */
const MANY = 4;

/** A box that is seen itself, in a row or a table of boxes like it. */
function isOneOfMany(control: Placed): boolean {
  const { tag, attributes, rect } = control.el;
  const isLike = ({ el }: Placed) =>
    el.tag === tag && el.attributes.class === attributes.class && Math.abs(el.rect.width - rect.width) <= 1;
  return isPainted(control) && (control.parent?.children ?? []).filter(isLike).length >= MANY;
}

/** Something like it stands beside it in another colour, or many are there: what is chosen is the colour, or the place. */
function hasLike(control: Placed): boolean {
  const { tag, rect, styles } = control.el;
  const isLike = ({ el }: Placed) =>
    el.tag === tag && Math.abs(el.rect.width - rect.width) <= 1 && Math.abs(el.rect.height - rect.height) <= 1;
  const others = (control.parent?.children ?? []).filter((one) => one !== control && isLike(one));
  return (
    others.length >= MANY - 1 || others.some(({ el }) => el.styles['background-color'] !== styles['background-color'])
  );
}

/** Something that is to draw an icon and is not hidden: a drawing, a picture that did not load, a letter of an icon font, a ground of a picture. */
function isToDraw({ el, opacity }: Placed): boolean {
  const { tag, styles, pseudo = [], lines, attributes } = el;
  if (styles.visibility !== undefined || opacity < 0.5) return false;
  if (tag === 'svg' || tag === 'img' || tag === 'i' || lines !== undefined) return true;
  const isPicture = (one: Record<string, string>) => (one['background-image'] ?? '').includes('url(');
  if (isPicture(styles) || pseudo.some((one) => one.text !== '' || isPicture(one.styles))) return true;
  return /(?:^|[\s_-])icons?(?:$|[\s_-])/.test(attributes.class ?? '');
}

/** A box to tick, or a list, as its label says. */
const CHOICES: Readonly<Record<string, string>> = { checkbox: 'box to tick', radio: 'box to choose', select: 'list' };
/** Room below a label in which its list lies, CSS px, and boxes around a label that may be drawn for it. */
const BELOW = 64;
const BOXES = 3;

/** Labels of which nobody sees what they are of: neither the box to tick or list itself, nor anything drawn in its place. */
function unseenChoices(model: PageModel): Found[] {
  return model.all.flatMap((label): Found[] => {
    const { labels, rect } = label.el;
    if (!labels || !label.shown || !isVisible(label) || !isTold(label) || isDecorative(label)) return [];
    const control = labels.element === undefined ? undefined : model.all[labels.element];
    if (control && isSeen(control, model)) return [];
    if (!model.lines.some(({ owner, inked }) => inked && isWithin(owner, label))) return [];
    // A list lies in its label, or below it.
    const isBelow = labels.type === 'select' && !(control && isWithin(control, label));
    const near = {
      x: rect.x - AROUND,
      y: rect.y - 4,
      width: rect.width + 2 * AROUND,
      height: rect.height + (isBelow ? BELOW : 8),
    };
    if (changesWithChoice(label, model) || isBoxed(label, model) || drawsNear(near, label, model)) return [];
    let form: Placed | undefined = label;
    while (form && form.el.tag !== 'form') form = form.parent;
    // What a box opens or closes hangs on boxes that nobody sees: a menu, an answer, a tab.
    const opens = label.el.folded ?? label.parent?.el.folded ?? label.parent?.parent?.el.folded;
    const isField = ({ el }: Placed) => FIELD.test(el.tag) && el.attributes.type !== 'hidden';
    const around = form;
    const isOfForm =
      around &&
      model.all.some((one) => one !== control && one.shown && isField(one) && isVisible(one) && isWithin(one, around));
    if (!isOfForm) return [];
    return [
      {
        kind: 'vanishes',
        certainty: opens ? 'likely' : 'certain',
        element: label,
        rect: label.shown,
        cause: `boxes of labels: ${labels.type}`,
        what: `shows no ${CHOICES[labels.type] ?? 'control'}: the one it is of is not drawn, and nothing is in its place`,
        repair: 'Let the browser draw it, or draw one beside the label (a border, and a mark where it is chosen).',
      },
    ];
  });
}

const FIELD = /^(?:input|select|textarea|button)$/;

/** Something of it is drawn on the page. */
function isSeen(control: Placed, { width }: PageModel): boolean {
  const { el, shown } = control;
  if (!shown || !isVisible(control) || Math.min(shown.width, shown.height) < ICON) return false;
  if (right(el.rect) <= 0 || bottom(el.rect) <= 0 || el.rect.x >= width) return false;
  const { styles, field, pseudo } = el;
  const own = styles.appearance ?? styles['background-image'] ?? styles['outline-style'] ?? field ?? pseudo;
  return own !== undefined || isFramed(control);
}

/** Of several of one kind one looks otherwise: which is chosen is seen by the labels themselves. */
function changesWithChoice({ el, parent }: Placed, model: PageModel): boolean {
  const row = parent?.parent ?? parent;
  if (!row || el.labels?.type === 'select') return false;
  const looks = model.all
    .filter((one) => one.el.labels?.type === el.labels?.type && isWithin(one, row))
    .map(({ el: { styles } }) =>
      ['color', 'background-color', 'box-shadow', 'opacity', 'border-bottom-color', 'font-size', 'transform']
        .map((name) => styles[name])
        .join(),
    );
  return new Set(looks).size > 1;
}

/** A box around the label, and nothing else, is painted: a card or a chip to choose. */
function isBoxed(label: Placed, model: PageModel): boolean {
  let at: Placed | undefined = label;
  for (let up = 0; at && up <= BOXES && at.el.tag !== 'form' && at.el.tag !== 'body'; up++, at = at.parent) {
    const box: Placed = at;
    if (model.lines.some(({ owner, inked }) => inked && isWithin(owner, box) && !isWithin(owner, label))) return false;
    if (isPainted(box) || box.el.styles['box-shadow'] !== undefined) return true;
  }
  return false;
}

/** Something is drawn there that may stand for the box or list: a shape, a ground, a sign. */
function drawsNear(near: Rect, label: Placed, model: PageModel): boolean {
  const isThere = ({ shown }: Placed) => shown !== undefined && intersection(shown, near) !== undefined;
  const draws = (one: Placed) =>
    isThere(one) &&
    isVisible(one) &&
    !isWithin(label, one) &&
    (isDrawn(one) ||
      isPainted(one) ||
      one.el.styles['box-shadow'] !== undefined ||
      one.el.pseudo !== undefined ||
      one.el.styles.appearance !== undefined);
  const isSign = ({ rect, text, icon, inked }: PageModel['lines'][number]) =>
    intersection(rect, near) !== undefined && (icon || (!inked && /\S/.test(text)));
  return label.el.pseudo !== undefined || model.all.some(draws) || [...model.lines, ...model.generated].some(isSign);
}

/** Parts that show what they hold to whoever points there. */
const POINTED = /^(?:td|tr|li|figure|a|button|label)$/;

/** A control in the flow of the page with no opacity of its own, which keeps its room. */
function faded(model: PageModel): Found[] {
  return model.all.flatMap((control): Found[] => {
    const { el, parent, shown } = control;
    const { rect, styles, attributes, tag } = el;
    if (Number(styles.opacity ?? 1) > 0.1 || !parent || parent.opacity < 0.5 || !FIELD.test(tag) || !shown) return [];
    if (isPositioned(control) || styles.visibility !== undefined || !isTold(control) || isDecorative(control))
      return [];
    if (attributes.disabled !== undefined || attributes.type === 'file' || Math.min(rect.width, rect.height) < ICON)
      return [];
    for (let at: Placed | undefined = control; at; at = at.parent) {
      if (px(at.el.styles['transition-duration']) > 0 || at.el.styles['animation-name'] !== undefined) return [];
      if (at !== control && (POINTED.test(at.el.tag) || isPositioned(at))) return [];
    }
    return [
      {
        kind: 'vanishes',
        certainty: tag === 'button' || tag === 'select' ? 'certain' : 'likely',
        element: control,
        rect,
        what: 'is not drawn: it keeps its room, and has no opacity',
        repair: 'Take opacity: 0 out, or draw what is to stand for it at its place.',
        claim: { shows: 'plain', rect },
        asked: true,
      },
    ];
  });
}

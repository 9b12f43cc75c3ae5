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
  return model.all.flatMap((control) => {
    const { shown, el, opacity } = control;
    if (!shown || said.has(control) || !isControl(control) || !isVisible(control) || !isTold(control)) return [];
    if (opacity < 0.5 || isDecorative(control) || area(shown) < area(el.rect) * 0.9) return [];
    const inside = isPressed(control) ? model.all.filter((one) => one !== control && isWithin(one, control)) : [];
    const found = withoutIcon(control, inside, model) ?? empty(control, inside, model) ?? undrawn(control, model);
    return found ? [found] : [];
  });
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

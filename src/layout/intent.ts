import { intersection } from '../core/rects.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { alpha, area, bottom, px, radius, right } from './boxes.js';
import { isControl, isVisible, isWithin, type PageModel, type Placed } from './page-model.js';

const IDENTITY = 'matrix(1, 0, 0, 1, 0, 0)';
/** Share of the window that a veil spans at least, by width and height. */
const VEIL_WIDTH = 0.8;
const VEIL_HEIGHT = 0.7;

/** Returns true when people are to use it at all: what is `inert` waits behind a dialog or in a closed drawer. */
export const isTold = ({ inert }: Placed): boolean => !inert;

/** Moved by its style, whatever the flow would give it. */
export function isTransformed({ el: { styles } }: Placed): boolean {
  return (styles.transform !== undefined && styles.transform !== IDENTITY) || styles.translate !== undefined;
}

/**
 * How one style turns what lies in it, as computed by a browser: not at all; along its sides (by a right angle in the page's plane, or slanted to
 * the side), so that its words still fill the box; or askew: by another angle, out of the plane, bent. A plane that is only moved towards the eye
 * is not turned.
 */
function turnOf({ el: { tag, styles } }: Placed): 'none' | 'along' | 'askew' {
  if (tag === 'textpath') return 'askew';
  const { transform = '', rotate = '' } = styles;
  const [name, listed] = /^(matrix(?:3d)?)\(([^)]*)\)/.exec(transform)?.slice(1) ?? [];
  const values = listed?.split(',').map(Number) ?? [];
  const [a = 1, b = 0, c = 0] = values;
  // Columns of four: all but the scale of each axis and the way that it was moved is nothing in a plane that was not turned.
  const isFlat =
    name !== 'matrix3d' || values.every((value, at) => at > 11 || (at % 5 === 0 ? value > 0 : Math.abs(value) < 1e-6));
  const degrees = Number(/^(-?[\d.e-]+)deg$/.exec(rotate)?.[1] ?? (rotate === '' ? 0 : Number.NaN));
  const quarter = Math.abs(degrees % 180);
  if (!isFlat || Number.isNaN(degrees) || (Math.abs(a) > 0.01 && Math.abs(b) > 0.01)) return 'askew';
  if (quarter > 0.5 && quarter < 179.5) return Math.abs(quarter - 90) < 0.5 ? 'along' : 'askew';
  return Math.abs(a) > 0.01 && (name === 'matrix3d' || Math.abs(c) <= 0.01) ? 'none' : 'along';
}

/** Turned askew: its box is larger than what is drawn in it, and that others reach into it says nothing. */
export function isTurned(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent) if (turnOf(at) === 'askew') return true;
  return false;
}

/** Turned in any way, also along its sides: width and height of its box are not its own. */
export function isTurnedAtAll(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent) if (turnOf(at) !== 'none') return true;
  return false;
}

/** Taken out of the flow, offset or moved: it lies where somebody put it. */
export function isPositioned(placed: Placed): boolean {
  const { styles } = placed.el;
  if (styles.position === 'relative')
    return isTransformed(placed) || ['top', 'right', 'bottom', 'left'].some((side) => px(styles[side]) !== 0);
  return styles.position !== undefined || isTransformed(placed);
}

/**
 * Part of a strip that is wider than the box that cuts it (a carousel, a marquee, tabs that are dragged): it scrolls, or is moved, or
 * goes on beyond the edge by things that lie wholly outside. What is cut at the edge of a strip is cut on purpose. `cutter`: the box that
 * cuts; what lies around it has no part in that. Without it the window cuts.
 */
export function isInStrip(placed: Placed, { width }: PageModel, cutter?: Placed): boolean {
  if (placed.el.styles['animation-name'] !== undefined) return true;
  for (let at: Placed | undefined = placed; at; at = at.parent) if (at.el.tag === 'marquee') return true;
  for (let at = placed; at.parent && at !== cutter; at = at.parent) {
    if (isTransformed(at) || at.el.styles['animation-name'] !== undefined) return true;
    const box = at.parent;
    const { tag, scroll, styles, rect } = box.el;
    if (box === cutter && scrollsByScript(box)) return true;
    const scrolls = styles['overflow-x'] === 'auto' || styles['overflow-x'] === 'scroll';
    if (scrolls && scroll && scroll.content.width > scroll.seen.width + 1) return true;
    // Columns of a table go on beyond its edge as its rows do: that is no strip.
    if (tag === 'body' || isOfTable(at)) continue;
    const start = Math.max(rect.x, placed.clip.left, 0);
    const end = Math.min(right(rect), placed.clip.right, width);
    const sameRow = ({ el }: Placed) => Math.abs(el.rect.y - at.el.rect.y) < Math.max(8, at.el.rect.height / 2);
    const outside = ({ el }: Placed) => el.rect.x >= end - 1 || right(el.rect) <= start + 1;
    if (box.children.some((one) => one !== at && one.el.rect.width > 4 && outside(one) && sameRow(one))) return true;
  }
  return false;
}

/** Rows with the same columns from which on they make a table. */
const ROWS = 3;

/** A cell or a row of a table, by what it is, what it says it is, or how it lies among its like. */
function isOfTable(placed: Placed): boolean {
  const { tag, styles, attributes } = placed.el;
  if (tag === 'td' || tag === 'th' || tag === 'tr' || (styles.display ?? '').startsWith('table-')) return true;
  if (/^(?:row|gridcell|cell|columnheader|rowheader)$/.test(attributes.role ?? '')) return true;
  const row = placed.parent;
  const columnsOf = ({ children }: Placed) => children.map(({ el }) => Math.round(el.rect.x)).join(' ');
  if (!row?.parent || row.children.length < 2) return false;
  const columns = columnsOf(row);
  return row.parent.children.filter((one) => columnsOf(one) === columns).length >= ROWS;
}

const SCROLLS = /(?:^|[\s_-])(?:scroll(?:bar)?|rail|thumb)/i;

/**
 * A box that a script scrolls: it holds a scroll bar of its own making, or shows the same part of as wide a content as a box beside it
 * that scrolls (the head of a table whose body does).
 */
export function scrollsByScript({ el, children, parent }: Placed): boolean {
  const isBar = (one: Placed) => one.el.styles.position === 'absolute' && SCROLLS.test(one.el.attributes.class ?? '');
  if (children.some(isBar)) return true;
  const wide = el.scroll?.content.width ?? 0;
  const along = (one: Placed): boolean => {
    const { styles, scroll, rect } = one.el;
    const scrolls = styles['overflow-x'] === 'auto' || styles['overflow-x'] === 'scroll';
    return scrolls && Math.abs(rect.x - el.rect.x) < 2 && Math.abs((scroll?.content.width ?? 0) - wide) <= 20;
  };
  return wide > 0 && (parent?.children ?? []).some((one) => one.el !== el && (along(one) || one.children.some(along)));
}

/** Returns true when what a box cuts off at an edge fades out there: by a mask, or a gradient that lies over it. */
export function fadesOut(box: Placed, edge: 'bottom' | 'left' | 'right' = 'bottom'): boolean {
  if (box.el.styles['mask-image'] !== undefined) return true;
  const own = box.el.rect;
  const covers = {
    bottom: (rect: Rect) => bottom(rect) >= bottom(own) - 4 && rect.y < bottom(own),
    right: (rect: Rect) => right(rect) >= right(own) - 4 && rect.x < right(own),
    left: (rect: Rect) => rect.x <= own.x + 4 && right(rect) > own.x,
  }[edge];
  const fades = (rect: Rect, styles: Record<string, string>) =>
    (styles['background-image'] ?? '').includes('gradient') && covers(rect);
  return (
    (box.el.pseudo ?? []).some(({ rect, styles }) => fades(rect, styles)) ||
    box.children.some(({ el }) => el.styles.position === 'absolute' && fades(el.rect, el.styles))
  );
}

/** Lies over most of the window and stays there: a dialog's veil, a cookie wall. What is behind it is not there to be used now. */
export const isVeil = (placed: Placed, model: PageModel): boolean => layerOf(placed, model) !== undefined;

/** The layer over most of the window that something is, or is part of. */
export function layerOf(placed: Placed, model: PageModel): Placed | undefined {
  for (let at: Placed | undefined = placed; at; at = at.parent) {
    const { rect } = at.el;
    if (at.fixed && rect.width > model.width * VEIL_WIDTH && rect.height > model.height * VEIL_HEIGHT) return at;
    // Of a modal dialog the backdrop lies over all of the page, and a press there meets the dialog.
    if (at.fixed && at.el.tag === 'dialog') return at;
  }
  return undefined;
}

/** A veil lies between both, as behind a drawer: what is under it is not there to be used now. */
export function isBehindVeil(under: Placed, over: Placed, { all, width, height }: PageModel): boolean {
  return all.some(({ el: { rect, styles, paint }, fixed, opacity }) => {
    if (!fixed || paint <= under.el.paint || paint >= over.el.paint || opacity <= 0.1) return false;
    const isWhole = rect.width > width * VEIL_WIDTH && rect.height > height * VEIL_HEIGHT;
    return isWhole && styles.visibility === undefined && alpha(styles['background-color']) > 0.05;
  });
}

/** Sides of a bar by those of the window: it spans most of its width, and little of its height. */
const BAR_WIDTH = 0.5;
const BAR_HEIGHT = 0.4;

/** Part of a bar that stays at its place of the window, whatever is scrolled. */
export function isOfBar(placed: Placed, { width, height }: PageModel): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent) {
    const { rect } = at.el;
    const isLow = rect.width >= width * BAR_WIDTH && rect.height <= height * BAR_HEIGHT && rect.height > 2;
    if (isLow && (at.fixed || (at.sticky && rect.y <= 1 && !isInScroller(at)))) return true;
  }
  return false;
}

function isInScroller({ holder }: Placed): boolean {
  for (let at = holder; at; at = at.holder) {
    const { tag, styles } = at.el;
    if (tag === 'html' || tag === 'body') return false;
    if (/^(?:auto|scroll)$/.test(styles['overflow-y'] ?? '')) return true;
  }
  return false;
}

const POPUP_ROLES = new Set(['menu', 'listbox', 'tooltip', 'dialog', 'alertdialog', 'alert', 'status']);
const POPUP_CLASS =
  /(?:^|[\s_-])(?:show|shown|open|opened|dropdown|popover|popup|tooltip|modal|dialog|toast|p?notify|notification|noty|growl|snackbar|autocomplete|suggestions?)(?:$|[\s_-])/i;

/** Opened over the page for a while: a menu, a tooltip, a message. People see that it floats, and close it. */
export function isPopup(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent) {
    const { attributes, styles } = at.el;
    if (styles.position !== 'absolute' && styles.position !== 'fixed') continue;
    if (
      at.el.tag === 'dialog' ||
      attributes.popover !== undefined ||
      POPUP_ROLES.has(attributes.role ?? '') ||
      POPUP_CLASS.test(attributes.class ?? '')
    )
      return true;
  }
  return false;
}

/** Parts of one stack that are pulled over each other on purpose: faces of a group, cards of a hand, crumbs of a path. */
export function isStack(a: Placed, b: Placed): boolean {
  const [one, other] = siblingsOf(a, b);
  if (!one || !other || one === other || one.el.tag !== other.el.tag) return false;
  return [one, other].some(isPulled) && areAlike(one, other);
}

const areAlike = ({ el: a }: Placed, { el: b }: Placed): boolean =>
  Math.abs(a.rect.width - b.rect.width) <= ALIKE && Math.abs(a.rect.height - b.rect.height) <= ALIKE;

const isPulled = ({ el: { styles } }: Placed): boolean =>
  ['margin-left', 'margin-right', 'margin-top', 'margin-bottom'].some((name) => px(styles[name]) < -1);

/** Sides of a face at most, CSS px, and how much one may differ from the other. */
const FACE = 96;
const SQUARE = 1.25;

/** Small squares or circles of one size in a row, each a little over the one before: faces of a group, with letters or pictures. */
export function areFaces(a: Placed, b: Placed): boolean {
  const [one, other] = siblingsOf(a, b);
  if (!one || !other || one === other || one.el.tag !== other.el.tag) return false;
  const [first, second] = [faceOf(a, one), faceOf(b, other)];
  if (!first || !second || !areAlike(first.face, second.face)) return false;
  const { width, height, x, y } = first.face.el.rect;
  const { x: besideX, y: besideY } = second.face.el.rect;
  const isSmall = Math.max(width, height) <= FACE && Math.max(width / height, height / width) <= SQUARE;
  const inLine = Math.abs(y - besideY) <= ALIKE || Math.abs(x - besideX) <= ALIKE;
  const isRound = (one: Placed) => radius(one.el.styles['border-top-left-radius'], one.el.rect) >= width * 0.4;
  return isSmall && inLine && (first.pulled || second.pulled || (isRound(first.face) && isRound(second.face)));
}

/** The painted box around something, up to a box that holds it, and whether something on the way up is pulled over what is beside it. */
function faceOf(placed: Placed, top: Placed): { face: Placed; pulled: boolean } | undefined {
  let face: Placed | undefined;
  let pulled = false;
  for (let at: Placed | undefined = placed; at; at = at.parent) {
    const { styles, tag } = at.el;
    const isGround = alpha(styles['background-color']) > 0.05 || styles['background-image'] !== undefined;
    if (!face && (isGround || tag === 'img')) face = at;
    pulled ||= isPulled(at);
    if (at === top) break;
  }
  return face && { face, pulled };
}

/** Difference of the sizes of like things, CSS px. */
const ALIKE = 2;

/** The children of one box that two elements lie in. */
function siblingsOf(a: Placed, b: Placed): [Placed | undefined, Placed | undefined] {
  let box = a.parent;
  while (box && !isWithin(b, box)) box = box.parent;
  const childWith = (inner: Placed) => box?.children.find((child) => isWithin(inner, child));
  return [childWith(a), childWith(b)];
}

/** Words and names of what takes a notice away. */
const CLOSES =
  /^(?:[\u00d7\u2715\u2716x]$|close|dismiss|hide|accept|agree|allow|got it|ok(?:ay)?$|no,? thanks|not now|reject|decline)/i;
const CLOSER = /(?:^|[\s_-])(?:close|closer|dismiss|hide|accept|agree|consent)(?:$|[\s_-])/i;

/** The notice that it is part of, which stays in the window until people take it away, since it holds the control for that; none for what lies in it. */
export function passingOver(placed: Placed, under: Placed): Placed | undefined {
  let notice: Placed | undefined;
  for (let at: Placed | undefined = placed; at; at = at.parent) if (at.el.styles.position === 'fixed') notice = at;
  return notice && !isWithin(under, notice) && holdsCloser(notice) ? notice : undefined;
}

function holdsCloser({ children }: Placed): boolean {
  return children.some((one) => {
    const { name = '', lines = [], attributes } = one.el;
    const words = name || lines.map(({ text }) => text).join(' ');
    return (isControl(one) && (CLOSES.test(words.trim()) || CLOSER.test(attributes.class ?? ''))) || holdsCloser(one);
  });
}

/** Both lie in layers of one stack, of which the upper hides the lower whole: slides, the sides of a card that turns. */
export function isUnderLayer(lower: Placed, upper: Placed): boolean {
  for (let at: Placed | undefined = lower; at && !isWithin(upper, at); at = at.parent) {
    const { position } = at.el.styles;
    if (!at.shown || (position !== 'absolute' && position !== 'fixed')) continue;
    let layer: Placed | undefined = upper;
    while (layer && layer.parent !== at.parent) layer = layer.parent;
    if (layer && area(intersection(at.shown, layer.el.rect)) >= area(at.shown) * 0.95) return true;
  }
  return false;
}

/** Something in an element that its flow makes no room for. */
function isPutOn(one: Placed, owner: Placed): boolean {
  for (let at: Placed | undefined = one; at && at !== owner; at = at.parent)
    if (at.el.styles.position === 'absolute') return true;
  return false;
}

/** The opaque boxes painted over this element at this place; its own contents and what holds it are none. */
export function coversOf(model: PageModel, placed: Placed, rect: Rect): Placed[] {
  return model.painters.filter(
    (one) =>
      one.el.paint > placed.el.paint &&
      one.shown !== undefined &&
      intersection(one.shown, rect) !== undefined &&
      // What a style writes over an element covers its own words too, and so does a badge that was put on it.
      (one.of === placed || !isWithin(one, placed) || isPutOn(one, placed)) &&
      !isWithin(placed, one),
  );
}

/** The button that sends a form, cut off by a box that shows fields of it: no window is wide enough, and nobody meant that. */
export function sends(control: Placed, by: Placed): boolean {
  const { tag, attributes } = control.el;
  const { type } = attributes;
  if (!(tag === 'button' ? type === undefined || type === 'submit' : tag === 'input' && type === 'submit'))
    return false;
  let form: Placed | undefined = control;
  while (form && form.el.tag !== 'form') form = form.parent;
  return form !== undefined && hasField(form, by);
}

/** A button beside the box, which may unfold it. */
export function hasButton(by: Placed, model: PageModel): boolean {
  const isButton = ({ el }: Placed) => el.tag === 'button' || el.tag === 'summary' || el.attributes.role === 'button';
  return model.all.some(
    (one) => isButton(one) && one.shown && isVisible(one) && isWithin(one, by.parent ?? by) && !isWithin(one, by),
  );
}

function hasField(box: Placed, by: Placed): boolean {
  return box.children.some((one) => {
    const isField = FIELDS.has(one.el.tag) && !PRESSED.test(one.el.attributes.type ?? '');
    return (isField && one.shown !== undefined && isVisible(one) && isWithin(one, by)) || hasField(one, by);
  });
}

const FIELDS = new Set(['input', 'select', 'textarea']);
const PRESSED = /^(?:submit|button|reset|image|hidden)$/;

/** Set to be moved on the way up to a box (to the page), be it by nothing now: a script slides it, and what is cut off comes into view. */
export function isMoved(placed: Placed, box?: Placed): boolean {
  for (let at: Placed | undefined = placed; at && at !== box; at = at.parent)
    if (at.el.styles.transform !== undefined || at.el.styles['animation-name'] !== undefined || isPositioned(at))
      return true;
  return false;
}

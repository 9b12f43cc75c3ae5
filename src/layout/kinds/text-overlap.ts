import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, bottom, px, radiusOf } from '../boxes.js';
import { type FindKind, type Found, quoted, Worst } from '../found.js';
import { coversOf, isPopup, isPositioned, isStack, isTold, isTurned } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  blockOf,
  isControl,
  isDrawnText,
  isInked,
  isPainted,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
  wordsIn,
} from '../page-model.js';
import { dims } from './shut-away.js';
import { isOrnament, standsOut } from './unreadable.js';

/** Least that two texts share to be in each other's way, CSS px, and as part of the height of the smaller one. */
const LEAST = 3;
const TOUCHES = 0.25;
const SURE = 0.3;
/** The same where the picture has to show that no row between both is free of letters, and the width of the place that is looked at, CSS px. */
const MEETS = 1.4;
const PLACE = 12;
/** A text so much larger than the other may be a backdrop, when it is faint. */
const BACKDROP = 2.5;
/** Radius of a blur behind which nobody reads, CSS px. */
const GLASS = 4;
const MARK = 1.6;

/** Text over other text, and controls over controls, where both are seen. */
export const textOverlap: FindKind = (model) => [
  ...texts(model),
  ...acrossFields(model),
  ...onTyped(model),
  ...controls(model),
];

function texts(model: PageModel): Found[] {
  const worst = new Worst();
  const lines = [...model.lines, ...model.generated]
    .filter((line) => line.shown && isInked(line) && isTold(line.owner) && !isOrnament(line) && !isDimmed(line))
    .sort((a, b) => a.core.y - b.core.y);
  for (const [at, a] of lines.entries())
    for (let next = at + 1; next < lines.length; next++) {
      const b = lines[next];
      if (!b || b.core.y > bottom(a.core)) break;
      const [under, over] = a.owner.el.paint <= b.owner.el.paint ? [a, b] : [b, a];
      const both = collision(model, under, over);
      if (!both) continue;
      if (both.height < Math.max(LEAST, Math.min(a.core.height, b.core.height) * TOUCHES) && a.owner !== b.owner) {
        const found = touching(model, under, over, both);
        if (found) worst.keep(`${under.owner.index}/${over.owner.index}`, found);
        continue;
      }
      const share = a.owner === b.owner ? 1 : both.height / Math.min(a.core.height, b.core.height);
      const plain = !isBackdrop(a, b) && !floatsOver(over.owner, under.owner);
      const sure = share >= SURE && both.width > LEAST && plain;
      worst.keep(`${under.owner.index}/${over.owner.index}`, {
        kind: 'text_overlap',
        certainty: sure ? 'certain' : 'likely',
        ...concerned(under.owner, over.owner),
        ...causeIn(under.owner, over.owner),
        rect: both,
        by_px: Math.round(both.width),
        what: `${quoted(over.text)} lies over ${quoted(under.text)}`,
        claim: { shows: 'ink', rect: both, words: wordsAt(model, both, [under.owner, over.owner]) },
      });
    }
  return worst.all();
}

/** Lines of two blocks of which one begins before the other ends: by their boxes it may be a pixel or none, so that the picture has to show it. */
function touching(model: PageModel, under: Line, over: Line, both: Rect): Found | undefined {
  if (both.width < PLACE || isBackdrop(under, over)) return undefined;
  if (isDrawnText(under.owner) || isDrawnText(over.owner) || floatsOver(over.owner, under.owner)) return undefined;
  const middle = ({ core }: Line) => core.y + core.height / 2;
  const [from, to] = [middle(under), middle(over)].sort((a, b) => a - b);
  const between = { ...both, y: from ?? both.y, height: (to ?? both.y) - (from ?? both.y) };
  return {
    kind: 'text_overlap',
    certainty: 'certain',
    ...concerned(under.owner, over.owner),
    rect: both,
    by_px: Math.round(both.height),
    what: `${quoted(over.text)} runs ${Math.round(both.height)} px into the letters of ${quoted(under.text)}`,
    claim: { shows: 'touch', rect: between, words: wordsAt(model, between, [under.owner, over.owner]) },
  };
}

/** The words of one drawing are set by one program: that they are too close is one fault. */
function causeIn(under: Placed, over: Placed): Pick<Found, 'cause'> {
  if (!isDrawnText(under) || !isDrawnText(over)) return {};
  let drawing: Placed | undefined = over;
  while (drawing && drawing.el.tag !== 'svg') drawing = drawing.parent;
  return drawing && isWithin(under, drawing) ? { cause: `words of ${drawing.el.selector}` } : {};
}

/** The element that is told, and the other: a pseudo-element goes by the element that has it. */
function concerned(under: Placed, over: Placed): Pick<Found, 'element' | 'other'> {
  const element = over.of ?? over;
  if (under === element) return over === under ? { element } : { element, other: over };
  return { element, other: under };
}

/** Returns the area that two lines share where both are visible; none for lines that belong together. */
function collision(model: PageModel, under: Line, over: Line): Rect | undefined {
  if (!under.shown || !over.shown) return undefined;
  if (under.owner === over.owner) return tooTight(under, over);
  const place = intersection(under.core, over.core);
  const cores = place && intersection(inkAt(under, place), inkAt(over, place));
  const both = cores && intersection(cores, under.shown) && intersection(cores, over.shown) ? cores : undefined;
  if (!both || both.width < LEAST || both.height < MEETS) return undefined;
  // Lines of one paragraph that is set tightly; a shadow or glow made of the same text.
  if (paragraphOf(under.owner) === paragraphOf(over.owner) || under.text.trim() === over.text.trim()) return undefined;
  if (isDrawnText(under.owner) && isDrawnText(over.owner) && isBetween(model, under.owner, over.owner, both))
    return undefined;
  if (isTurned(under.owner) || isTurned(over.owner)) return undefined;
  if (isHidden(model, under.owner, both) || isHidden(model, over.owner, both)) return undefined;
  if (dims(over.owner, under.owner) === 'busy') return undefined;
  return hasGround(under, over, both) ? undefined : both;
}

/** Letters without anything above the height of an x, and the share of the capitals' height that is free above them. */
const LOW = /^[acegmnopqrsuvwxyz.,:;\s]+$/;
const ABOVE_X = 0.28;
/** Share of a letter by which letters of other widths shift the next ones. */
const NEXT = 0.3;

/** Where the ink of a line reaches at this place of it: the version beside the last letter of a title stands above an e. */
export function inkAt({ core, text }: Line, { x, width }: Rect): Rect {
  const each = core.width / Math.max(1, text.length);
  const from = Math.max(0, Math.floor((x - core.x) / each - NEXT));
  const said = text.slice(from, Math.ceil((x + width - core.x) / each + NEXT));
  if (!LOW.test(said)) return core;
  const free = core.height * ABOVE_X;
  return { ...core, y: core.y + free, height: core.height - free };
}

/** What sets the lines of a text: the block around it, in a drawing its text element. */
function paragraphOf(owner: Placed): Placed {
  if (!isDrawnText(owner)) return blockOf(owner);
  let text = owner;
  while (text.el.tag !== 'text' && text.parent) text = text.parent;
  return text;
}

/** In a drawing what comes later is painted over what came before: a filled shape there is the ground of a hint or a label. */
function isBetween(model: PageModel, under: Placed, over: Placed, rect: Rect): boolean {
  const [first, last] = under.index < over.index ? [under, over] : [over, under];
  return model.all.slice(first.index + 1, last.index).some(({ el, opacity }) => {
    if (!SHAPES.has(el.tag) || area(intersection(el.rect, rect)) < area(rect) * 0.8) return false;
    const fill = el.styles.fill ?? 'rgb(0, 0, 0)';
    return opacity > 0.5 && fill !== 'none' && alpha(fill) * Number(el.styles['fill-opacity'] ?? 1) > 0.5;
  });
}

const SHAPES = new Set(['rect', 'path', 'circle', 'ellipse', 'polygon', 'image', 'use', 'foreignobject']);

/** Lines of one text that are set so tightly that their letters meet: less than this share of the font's height apart. */
const TIGHT = 0.6;

function tooTight(a: Line, b: Line): Rect | undefined {
  const font = px(a.owner.el.styles['font-size'] ?? '16px');
  const apart = Math.abs(a.rect.y - b.rect.y);
  if (apart <= LEAST || apart >= font * TIGHT || Math.abs(a.rect.height - b.rect.height) > 1) return undefined;
  return intersection(a.core, b.core) && intersection(a.rect, b.rect);
}

function isHidden(model: PageModel, placed: Placed, rect: Rect): boolean {
  return coversOf(model, placed, rect).some(
    ({ shown }) => shown && area(intersection(shown, rect)) >= area(rect) * 0.95,
  );
}

/** The upper text comes with a ground that hides the lower one: then one covers the other. */
function hasGround(under: Line, over: Line, both: Rect): boolean {
  for (let at: Placed | undefined = over.owner; at && !isWithin(under.owner, at); at = at.parent)
    if (
      (alpha(at.el.styles['background-color']) > 0.95 || isGlass(at)) &&
      at.shown &&
      area(intersection(at.shown, both)) >= area(both) * 0.8 &&
      at.el.paint > under.owner.el.paint
    )
      return true;
  return false;
}

/** Of what lies behind it nothing is left but colours. */
const isGlass = ({ el: { styles } }: Placed): boolean =>
  radiusOf(styles['backdrop-filter']) >= GLASS && alpha(styles['background-color']) > 0.3;

/** Words of which a blur leaves no letters. */
function isDimmed({ owner }: Line): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent) if (radiusOf(at.el.styles.filter) >= GLASS) return true;
  return false;
}

function isBackdrop(a: Line, b: Line): boolean {
  const [small, large] = a.core.height < b.core.height ? [a, b] : [b, a];
  // A number or a mark that styles draw large lies there as a decoration.
  if (large.owner.of && large.core.height >= MARK * small.core.height) return true;
  if (large.core.height < BACKDROP * small.core.height) return false;
  const { el, opacity } = large.owner;
  if (opacity < 0.5 || alpha(el.styles.color) < 0.5) return true;
  // The mark says what the page means; whether it is one shows.
  return el.attributes['aria-hidden'] === 'true' && !standsOut(large);
}

/** A notice or a menu with a ground of its own, which others are seen through, over the page: people see that it floats, and close it. */
const floatsOver = (over: Placed, under: Placed): boolean =>
  isPopup(over) && !isPopup(under) && isGrounded(over, under);

const OPENED = new Set(['menu', 'listbox', 'tooltip']);

/** Part of a menu, a list of choices or a hint that stands open over a text, by what it says it is or the switch beside it says: it is closed again. */
export function isOpenOver(over: Placed, under: Placed): boolean {
  for (let at: Placed | undefined = over; at && !isWithin(under, at); at = at.parent) {
    const { el, parent, children } = at;
    if (el.styles.position !== 'absolute' && el.styles.position !== 'fixed') continue;
    if (el.attributes.popover !== undefined || parent?.el.tag === 'details') return true;
    if ([at, ...children].some((one) => OPENED.has(one.el.attributes.role ?? ''))) return true;
    if (parent?.children.some((one) => one.el.attributes['aria-expanded'] === 'true')) return true;
  }
  return false;
}

const FIELDS = new Set(['input', 'select', 'textarea']);
const NO_TEXT = /^(?:checkbox|radio|range|color|image|file|hidden|submit|button|reset)$/;
/** Part of a text that lies on each side of a field's edge, CSS px. */
const ACROSS = 6;

/** Texts that run over the edge of a field: a label that stands in one whole, or on its edge with a ground, is put there. */
function acrossFields(model: PageModel): Found[] {
  const fields = model.all.filter(
    (one) =>
      FIELDS.has(one.el.tag) &&
      !NO_TEXT.test(one.el.attributes.type ?? '') &&
      one.shown &&
      isVisible(one) &&
      isPainted(one) &&
      isTold(one),
  );
  if (fields.length === 0) return [];
  const worst = new Worst();
  for (const line of model.lines) {
    const { owner, core, shown } = line;
    if (!shown || !isInked(line) || !isTold(owner)) continue;
    for (const field of fields) {
      const box = field.el.rect;
      const both = intersection(intersection(core, shown) ?? core, box);
      if (!both || both.height < core.height * 0.5 || both.width < ACROSS || core.width - both.width < ACROSS) continue;
      if (owner.el.paint < field.el.paint || isWithin(owner, field) || owner.fixed !== field.fixed) continue;
      if (owner.sticky || isTurned(owner) || isGrounded(owner, field) || isHidden(model, owner, both)) continue;
      worst.keep(`${owner.index}/${field.index}`, {
        kind: 'text_overlap',
        certainty: 'certain',
        element: owner,
        other: field,
        rect: both,
        by_px: Math.round(both.width),
        what: `${quoted(line.text)} runs ${Math.round(both.width)} px into a field`,
        claim: { shows: 'ink', rect: both, words: wordsAt(model, both, [owner]) },
      });
    }
  }
  return worst.all();
}

/** Words that lie over what was typed into a field, or chosen in it: a label that was to float away from it. */
function onTyped(model: PageModel): Found[] {
  const fields = model.all.flatMap((field) => {
    const rect = field.shown && isVisible(field) && isTold(field) ? wordsIn(field) : undefined;
    const { kind } = field.el.field ?? {};
    return rect && kind !== undefined && kind !== 'caption' ? [{ field, rect, isHint: kind === 'placeholder' }] : [];
  });
  if (fields.length === 0) return [];
  const worst = new Worst();
  for (const line of model.lines) {
    const { owner, core, shown } = line;
    if (!shown || !isInked(line) || !isTold(owner)) continue;
    for (const { field, rect, isHint } of fields) {
      const both = intersection(intersection(core, shown) ?? core, rect);
      if (!both || both.width < ACROSS || both.height < Math.min(core.height, rect.height) * 0.5) continue;
      if (isWithin(owner, field) || owner.fixed !== field.fixed || owner.sticky || isTurned(owner)) continue;
      const hides = (one: Placed) => alpha(one.el.styles['background-color']) > 0.5;
      if (owner.el.paint < field.el.paint ? hides(field) : isGrounded(owner, field)) continue;
      if (isHidden(model, owner, both) || floatsOver(owner, field)) continue;
      worst.keep(`${owner.index}/${field.index}`, {
        kind: 'text_overlap',
        // A hint goes with the first letter.
        certainty: isHint ? 'likely' : 'certain',
        element: owner,
        other: field,
        rect: both,
        by_px: Math.round(both.width),
        what: `${quoted(line.text)} lies over ${isHint ? 'the hint' : 'what is written'} in a field`,
        claim: { shows: 'ink', rect: both, words: wordsAt(model, both, [owner]) },
        repair:
          'Move the label up as soon as the field has a value (:not(:placeholder-shown), or a class), also for one that it begins with.',
      });
    }
  }
  return worst.all();
}

/** It brings a ground of its own, by itself or by what it lies in apart from the other. */
function isGrounded(owner: Placed, other: Placed): boolean {
  for (let at: Placed | undefined = owner; at && !isWithin(other, at); at = at.parent)
    if (alpha(at.el.styles['background-color']) > 0.5 || at.el.styles['background-image'] !== undefined) return true;
  return false;
}

function controls(model: PageModel): Found[] {
  const found: Found[] = [];
  const all = model.all.filter(
    (one) => one.shown && one.el.rect.width > 8 && isVisible(one) && isControl(one) && isPainted(one) && isTold(one),
  );
  for (const [at, a] of all.entries())
    for (const b of all.slice(at + 1)) {
      const both = a.shown && b.shown && intersection(a.shown, b.shown);
      if (!both || both.width <= LEAST || both.height <= LEAST || isWithin(a, b) || isWithin(b, a)) continue;
      const share = area(both) / Math.min(area(a.shown), area(b.shown));
      if (share < 0.1 || share > 0.9 || isPositioned(a) || isPositioned(b) || isStack(a, b)) continue;
      found.push({
        kind: 'text_overlap',
        certainty: 'likely',
        element: b,
        other: a,
        rect: both,
        by_px: Math.round(Math.min(both.width, both.height)),
        what: `lies over another control by ${Math.round(both.width)} x ${Math.round(both.height)} px`,
      });
    }
  return found;
}

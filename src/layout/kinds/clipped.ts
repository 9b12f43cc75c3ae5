import type { Rect } from '../../core/vocabulary/geometry.js';
import { area, bottom, px, right } from '../boxes.js';
import { isInCalendar } from '../calendar.js';
import { type FindKind, type Found, quoted, Worst } from '../found.js';
import { fadesOut, hasButton, isInStrip, isMoved, isPositioned, isTold, scrollsByScript, sends } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  clipInside,
  cutsAxis,
  isControl,
  isDrawnText,
  isInked,
  isInline,
  isPainted,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
} from '../page-model.js';
import { isOrnament } from './unreadable.js';

/** Text hidden behind dots, CSS px: less is the dots themselves. */
const DOTS = 8;

/** Texts of which dots stand for a part: by design, and worth knowing, since the rest may be what people need. */
export const ellipsis: FindKind = (model) => {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line): Found[] => {
    const { owner, rect } = line;
    const clip = isInline(owner) ? owner.clip : clipInside(owner);
    const box = clip.byX;
    if (!box || seen.has(box) || box.el.styles['text-overflow'] === undefined || area(box.el.rect) <= 4) return [];
    const hidden = right(rect) - clip.right;
    if (hidden < DOTS || rect.x >= clip.right || !isInked(line) || !isVisible(owner) || !isTold(owner)) return [];
    seen.add(box);
    return [
      {
        kind: 'ellipsis',
        certainty: 'listed',
        element: owner,
        rect: box.el.rect,
        by_px: Math.round(hidden),
        what: `${quoted(line.text)} ends in dots: ${Math.round(hidden)} px of it are hidden`,
      },
    ];
  });
};

/** What rounding and the overhang of letters come to, and what is surely seen, CSS px. */
const SLACK = 2;
const SURE = 3;
/** Part of a text at the edge that cuts it in which its letters are to be seen: about two of them, since one may be a space. */
const EDGE = 20;
/** Share of the font's size that may be empty beside its letters, and where they are to be seen when no more than that is cut, CSS px. */
const BEARING = 0.12;
const TOUCHES = 1;
/** Share of a line's height that is missing when it is cut through. */
const CUT = 0.2;

/** Text, or a control, of which a box cuts off a part without a sign that there is more. */
export const clipped: FindKind = (model) => {
  const worst = new Worst();
  // What styles write is cut like any other text; where it was put by itself it is an ornament.
  for (const line of [...model.lines, ...model.generated.filter(({ owner }) => !isPositioned(owner))]) {
    if (!isInked(line) || !isTold(line.owner) || isOrnament(line)) continue;
    for (const found of [cutAtSide(model, line), cutThrough(model, line)])
      if (found) worst.keep(`${found.element.index}/${found.other?.index}`, found);
  }
  for (const found of [...cutControls(model), ...cutFields(model)])
    worst.keep(`${found.element.index}/${found.other?.index}`, found);
  const told = worst.all();
  // Of a table that the same box cuts through a word, that is told.
  const isSaid = (table: Found) =>
    told.some(({ element, other, certainty }) => {
      return certainty === 'certain' && other === table.other && isWithin(element, table.element);
    });
  return [...told, ...lostColumns(model).filter((table) => !isSaid(table))];
};

const clipOf = (owner: Placed) => (isInline(owner) ? owner.clip : clipInside(owner));

function cutAtSide(model: PageModel, line: Line): Found | undefined {
  const { owner, rect, core, text } = line;
  const clip = clipOf(owner);
  const by = clip.byX;
  if (!by || !cutsAxis(by, 'x') || area(by.el.rect) <= 4) return undefined;
  const [over, under] = [right(rect) - clip.right, clip.left - rect.x];
  const out = Math.max(over, under);
  const seen = rect.x < clip.right - SLACK && right(rect) > clip.left + SLACK;
  if (out <= SLACK || !seen || core.y >= clip.bottom || bottom(core) <= clip.top) return undefined;
  if (endsInDots(owner, by) || isInStrip(owner, model, by) || isReplaced(owner)) return undefined;
  if (fadesOut(by, over > under ? 'right' : 'left') || isLabelOfPicture(owner, by)) return undefined;
  const isNarrow = out < px(owner.el.styles['font-size'] ?? '16px') * BEARING;
  const width = isNarrow ? TOUCHES : EDGE;
  const edge = {
    ...{ x: over > under ? Math.max(rect.x, clip.right - width) : clip.left },
    ...{ y: rect.y, width, height: rect.height },
  };
  // Less than the empty side of a letter may be all that is missing, though its ink begins at the edge.
  const isMeant = isEdited(owner) || goesOn(owner, by, over > under ? 'right' : 'left') || isInCalendar(line, model);
  const isSure = out >= SURE && !isNarrow && !isMeant;
  return {
    kind: 'clipped',
    certainty: isSure ? 'certain' : 'likely',
    element: owner.of ?? owner,
    other: by,
    rect,
    by_px: Math.round(out),
    what: `${quoted(text)} is cut off: ${Math.round(out)} px are missing at the ${over > under ? 'right' : 'left'}`,
    claim: { shows: 'ink', rect: edge, words: wordsAt(model, edge, [owner]) },
  };
}

function cutThrough(model: PageModel, line: Line): Found | undefined {
  const { owner, rect, core, text } = line;
  const clip = clipOf(owner);
  const by = clip.byY;
  if (!by || !cutsAxis(by, 'y') || by.el.rect.height <= SLACK) return undefined;
  if (right(rect) <= clip.left || rect.x >= clip.right) return undefined;
  const [above, below] = [clip.top - core.y, bottom(core) - clip.bottom];
  // What stands in the middle of too low a box is cut at both edges.
  const cut = Math.max(above, 0) + Math.max(below, 0);
  if (cut < SLACK || cut < core.height * CUT || core.height - cut < 1.5) return undefined;
  if (isInStrip(owner, model, by) || fadesOut(by) || isClamped(owner) || isLabelOfPicture(owner, by)) return undefined;
  if (scrollsIn(owner, core, by)) return undefined;
  const [top, low] = [Math.max(core.y, clip.top), Math.min(bottom(core), clip.bottom)];
  const left = { x: rect.x, y: top, width: rect.width, height: low - top };
  const isBelowCaret = isEdited(owner) && rect.y > by.el.rect.y + rect.height / 2;
  const isMeant = isBelowCaret || goesOn(owner, by, above > below ? 'top' : 'bottom') || isInCalendar(line, model);
  return {
    kind: 'clipped',
    certainty: isMeant ? 'likely' : 'certain',
    element: owner.of ?? owner,
    other: by,
    rect,
    by_px: Math.round(cut),
    what: `${quoted(text)} is cut through: ${Math.round(cut)} px are missing at the ${above > below ? 'top' : 'bottom'}`,
    claim: { shows: 'ink', rect: left, words: wordsAt(model, left, [owner]) },
  };
}

/** A box in the one that cuts scrolls its lines up and down, and brings this one clear of the edge: an editor that hides its scroll bar beneath it. */
function scrollsIn(owner: Placed, core: Rect, by: Placed): boolean {
  const { top, bottom: low } = clipOf(owner);
  for (let at = owner.parent; at && at !== by; at = at.parent) {
    const { scroll, styles } = at.el;
    if (!scroll || !/^(?:auto|scroll)$/.test(styles['overflow-y'] ?? '')) continue;
    const up = scroll.at?.y ?? 0;
    const down = scroll.content.height - scroll.seen.height - up;
    if (bottom(core) - low <= down && top - core.y <= up) return true;
  }
  return false;
}

const PICTURES = new Set(['img', 'image', 'graphics-document', 'graphics-object', 'graphics-symbol']);

/** A label in a picture that is drawn by elements, of which a box shows a part: the words of a map end where the map does. */
function isLabelOfPicture(owner: Placed, by: Placed): boolean {
  for (let at: Placed | undefined = by; at; at = at.parent)
    if (PICTURES.has(at.el.attributes.role ?? '')) return isDrawnText(owner) || isMoved(owner, by);
  return false;
}

/** Words of a drawing that goes on itself beyond the edge that cuts them: a part of it may be all that is to be seen. */
function goesOn(owner: Placed, by: Placed, edge: 'left' | 'right' | 'top' | 'bottom'): boolean {
  if (!isDrawnText(owner)) return false;
  for (let at: Placed | undefined = owner; at && at !== by; at = at.parent) {
    const { rect } = at.el;
    const { left, right: end, top, bottom: low } = at.clip;
    const out = { left: left - rect.x, right: right(rect) - end, top: top - rect.y, bottom: bottom(rect) - low };
    if (at.el.tag === 'svg' && out[edge] > SLACK) return true;
  }
  return false;
}

/** Text that people write and that goes along with their caret, like that of a field. */
function isEdited(owner: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    const { contenteditable } = at.el.attributes;
    if (contenteditable !== undefined) return contenteditable !== 'false';
  }
  return false;
}

/** Room for words under which a field shows none on purpose: an arrow alone, a flag. CSS px. */
const LEAST_ROOM = 16;

/** Fields and buttons that cut off what they say: what is chosen, what is to be pressed, the hint, what was typed. */
function cutFields(model: PageModel): Found[] {
  return model.all.flatMap((element): Found[] => {
    const { el, shown } = element;
    const { field } = el;
    if (!field || !shown || !isVisible(element) || !isTold(element)) return [];
    const { wants, room, high, tall, rows } = field;
    if (!rows && room < LEAST_ROOM) return [];
    // The dots of a file's field are of its name, not of its button.
    const dots = el.styles['text-overflow'] !== undefined && el.attributes.type !== 'file';
    const [long, low] = [wants - room > SLACK && !dots, high - tall];
    const through = low >= SLACK && low >= high * CUT;
    if (!long && !through) return [];
    const by = Math.round(through ? low : wants - room);
    const said = field.text === undefined ? UNSAID[field.kind] : quoted(field.text);
    // Fields show a part of what was typed in, and the caret goes through the rest; a hint goes with the first letter.
    const passes = field.kind === 'value' || field.kind === 'placeholder';
    const sure = through || (!passes && wants - room >= SURE);
    const inner = right(el.rect) - el.rect.x - field.start;
    const seen = { ...el.rect, x: el.rect.x + field.start, width: rows ? inner : Math.min(room, inner) };
    return [
      {
        kind: 'clipped',
        certainty: sure ? 'certain' : field.kind === 'value' ? 'listed' : 'likely',
        element,
        rect: el.rect,
        by_px: by,
        what: through
          ? `${said} is cut through: its letters are ${by} px higher than the field`
          : `${said} is cut off: ${by} px are missing${rows ? ' at the bottom' : ''}`,
        // A hint has a colour of its own, which is not kept.
        claim: { shows: 'ink', rect: seen, words: wordsAt(model, seen, field.kind === 'placeholder' ? [] : [element]) },
      },
    ];
  });
}

/** What is said of words that are not kept. */
const UNSAID = {
  ...{ value: 'what was typed in', placeholder: 'its hint', choice: 'what is chosen' },
  ...{ caption: 'its caption', figures: 'the date or number in it' },
};

/** Controls that a box cuts through. */
function cutControls(model: PageModel): Found[] {
  return model.all.flatMap((control): Found[] => {
    const { el, shown, clip } = control;
    if (!shown || !isControl(control) || !isPainted(control) || !isVisible(control) || !isTold(control)) return [];
    const [outX, outY] = [el.rect.width - shown.width, el.rect.height - shown.height];
    const by = outX > SURE ? clip.byX : outY > SURE ? clip.byY : undefined;
    const lost = 1 - area(shown) / area(el.rect);
    if (!by || lost < 0.1 || lost > 0.97 || !cutsAxis(by, outX > SURE ? 'x' : 'y')) return [];
    if (isInStrip(control, model, by) || fadesOut(by)) return [];
    const isSure = lost >= LOST && isCutByMistake(control, by, outX > SURE ? 'x' : 'y', model);
    return [
      {
        kind: 'clipped',
        certainty: isSure ? 'certain' : 'likely',
        element: control,
        other: by,
        rect: el.rect,
        by_px: Math.round(Math.max(outX, outY)),
        what: `is cut off: ${Math.round(lost * 100)} % of it is missing`,
      },
    ];
  });
}

/** Share of a control that is missing when one sees it, and height of a box that is open, CSS px. */
const LOST = 0.15;
const OPEN = 48;
/** What is typed in; other fields are cut on purpose, to hide what the browser draws in them. */
const TYPED = /^(?:text|email|password|search|tel|url)$/;

/**
 * A field for words whose end a box cuts off; below it, one of them, or the button that sends their form, where nothing beside the box
 * unfolds it. What was put there by itself, or slides, may be meant so.
 */
function isCutByMistake(control: Placed, by: Placed, axis: 'x' | 'y', model: PageModel): boolean {
  const { tag, attributes } = control.el;
  const isField = tag === 'textarea' || (tag === 'input' && TYPED.test(attributes.type ?? 'text'));
  if (isMoved(control, by) || scrollsByScript(by)) return false;
  if (axis === 'x') return isField;
  return (isField || sends(control, by)) && by.el.rect.height >= OPEN && !hasButton(by, model);
}

/** Tables of which a box without a way to scroll hides whole columns. */
function lostColumns(model: PageModel): Found[] {
  const lost = new Set<Placed>();
  for (const line of model.lines) {
    const clip = clipOf(line.owner);
    if (line.shown || !clip.byX || !cutsAxis(clip.byX, 'x') || line.rect.x < clip.right || !isInked(line)) continue;
    let table: Placed | undefined = line.owner;
    while (table && table !== clip.byX && table.el.tag !== 'table') table = table.parent;
    if (table?.el.tag === 'table' && table.shown && !isInStrip(line.owner, model, clip.byX)) lost.add(table);
  }
  return [...lost].flatMap((element): Found[] => {
    const by = element.clip.byX;
    if (!by || !isTold(element) || fadesOut(by, 'right')) return [];
    const out = Math.round(right(element.el.rect) - element.clip.right);
    return [
      {
        kind: 'clipped',
        certainty: isOneOfSeveral(element, by) || isMoved(element, by) ? 'likely' : 'certain',
        element,
        other: by,
        rect: element.shown ?? element.el.rect,
        by_px: out,
        what: `is cut off: ${out} px of it, with whole columns, are missing at the right`,
      },
    ];
  });
}

/** A script may draw one table by several: those columns that stay, the head, the rest. */
function isOneOfSeveral(table: Placed, by: Placed): boolean {
  const others = ({ children }: Placed): boolean =>
    children.some((one) => one !== table && (one.el.tag === 'table' || others(one)));
  return isPositioned(by) || scrollsByScript(by) || others(by.parent ?? by) || others(by.parent?.parent ?? by);
}

/** An ellipsis stands where the text ends. */
function endsInDots(owner: Placed, by: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    if (at.el.styles['text-overflow'] !== undefined) return true;
    if (at === by) break;
  }
  return false;
}

function isClamped(owner: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent)
    if (at.el.styles['-webkit-line-clamp'] !== undefined) return true;
  return false;
}

/** The text of a logo whose picture is its ground: pushed out of sight on purpose. */
function isReplaced(owner: Placed): boolean {
  for (let at: Placed | undefined = owner, up = 0; at && up < 3; at = at.parent, up++)
    if (
      Math.abs(px(at.el.styles['text-indent'])) > 50 ||
      (at === owner && at.el.styles['background-image']?.startsWith('url'))
    )
      return true;
  return false;
}

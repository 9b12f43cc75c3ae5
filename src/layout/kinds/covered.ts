import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { area, bottom, cornerOf, isBesideCurve, middleOf, rgb, right } from '../boxes.js';
import { type FindKind, type Found, quoted, Worst } from '../found.js';
import {
  areFaces,
  coversOf,
  isBehindVeil,
  isOfBar,
  isPopup,
  isPositioned,
  isStack,
  isTold,
  isTurned,
  isUnderLayer,
  isVeil,
  passingOver,
  scrollsByScript,
} from '../intent.js';
import { wordsAt } from '../look.js';
import {
  inkOf,
  isControl,
  isDrawnText,
  isInked,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
  wordsIn,
} from '../page-model.js';
import { dims, isKept } from './shut-away.js';
import { inkAt, isOpenOver } from './text-overlap.js';

/** Share of a text's height that is hidden: less is no harm, more is hidden whole, which is how layers lie. */
const PART = 0.08;
const WHOLE = 0.92;
/** Width of about two letters, by the height of capitals. */
const LETTERS = 1.5;
/** Sides of a button that floats over the page, at most, CSS px. */
const FLOATING = 120;

/** Controls that a press does not reach, and texts that something else hides in part. */
export const covered: FindKind = (model) => [
  ...underThePage(unpressable(model), model),
  ...hiddenTexts(model),
  ...hiddenInFields(model),
];

function unpressable(model: PageModel): Found[] {
  return model.all.flatMap((control): Found[] => {
    const { el, shown } = control;
    if (!el.press || !shown || !isVisible(control) || !isTold(control) || isKept(control)) return [];
    if (el.attributes.disabled !== undefined || el.styles['pointer-events'] === 'none') return [];
    // What is cut off or outside cannot be pressed either: other kinds say so.
    if (area(shown) < area(el.rect) * 0.5 || right(el.rect) > model.width || el.rect.x < 0) return [];
    const tried = el.press.reached.filter((_, at) => at === 0 || !isBesideCurve(el, cornerOf(el.rect, at)));
    const missed = el.press.reached.filter((reached) => !reached).length;
    const by = el.press.by === undefined ? undefined : model.all[el.press.by];
    if (!by || missed < 3 || tried.filter((reached) => !reached).length < Math.min(3, tried.length)) return [];
    if (isWithin(by, control)) return [];
    // What holds it covers it by a pseudo-element, unless a press there is a press on it.
    if (isWithin(control, by) && (isControl(by) || !overlays(by, shown))) return [];
    if (isVeil(by, model) || isBehindVeil(control, by, model)) return [];
    // No layer of a stack waits beneath a bar, unless it was put under all else.
    if (isUnderLayer(control, by) && (control.lowered !== undefined || !isOfBar(by, model))) return [];
    if (isStack(control, by) || scrollsAway(control, shown, by)) return [];
    const [middle, notice] = [el.press.reached[0] === false, passingOver(by, control)];
    const dimmed = dims(by, control);
    if (dimmed === 'busy') return [];
    const isSet = isMeant(control, by) || isPopup(by) || isOpenOver(by, control) || dimmed !== undefined;
    const sure = middle && !isSet && !notice && !isUnderPanel(control, by, model);
    return [
      {
        kind: 'covered',
        certainty: sure ? 'certain' : 'likely',
        element: control,
        other: by,
        rect: shown,
        by_px: Math.round(Math.min(shown.width, shown.height)),
        ...(notice ? { cause: `under ${notice.el.selector}` } : {}),
        what: `is covered: a press at its ${middle ? 'middle' : 'corners'} does not reach it`,
      },
    ];
  });
}

/** Share of the window's height that a panel at its side has, and of its width at most. */
const PANEL_HEIGHT = 0.9;
const PANEL_WIDTH = 0.6;

/** A control that a panel at the side of the window hides whole: the button that opens a drawer waits beneath it while it is open. */
function isUnderPanel({ el: { rect } }: Placed, by: Placed, { width, height }: PageModel): boolean {
  for (let at: Placed | undefined = by; at; at = at.parent) {
    const own = at.el.rect;
    const isPanel = own.height >= height * PANEL_HEIGHT && own.width <= width * PANEL_WIDTH && isPositioned(at);
    if (isPanel && area(intersection(own, rect)) >= area(rect) * PANEL_HIDES) return true;
  }
  return false;
}

/** Share of a control under a panel from which it is hidden whole. */
const PANEL_HIDES = 0.99;

/** Controls of a layer from which on it waits beneath what lies over all of it, to be uncovered: a drawer that the page slides away from. */
const LAYER = 3;

/** The same with the controls of a layer that no press reaches anywhere told as one, and as likely at most. */
function underThePage(found: Found[], model: PageModel): Found[] {
  const layers = new Map<Placed, boolean>();
  const waits = (layer: Placed) => {
    const its = model.all.filter((one) => one.el.press && one.shown && isVisible(one) && isWithin(one, layer));
    return its.length >= LAYER && its.every((one) => isLost(one, layer, model));
  };
  return found.map((one) => {
    for (let at: Placed | undefined = one.element; at; at = at.parent) {
      if (at.el.styles.position !== 'absolute' && at.el.styles.position !== 'fixed') continue;
      if (one.other && isWithin(one.other, at)) break;
      const isUnder = layers.get(at) ?? waits(at);
      layers.set(at, isUnder);
      if (isUnder) return { ...one, certainty: 'likely' as const, cause: `beneath the page: ${at.el.selector}` };
    }
    return one;
  });
}

/** No press reaches it, or none its middle, for the page itself, which leaves a strip of the layer to be seen: its icons. */
function isLost({ el: { press } }: Placed, layer: Placed, { all }: PageModel): boolean {
  if (!press || press.reached.every((reached) => !reached)) return true;
  const by = press.by === undefined ? undefined : all[press.by];
  if (press.reached[0] !== false || !by || isWithin(by, layer)) return false;
  for (let at: Placed | undefined = by; at; at = at.parent)
    if (at.fixed || at.sticky || at.el.styles.position === 'absolute') return false;
  return true;
}

/** A pseudo-element of the box is placed over this part of it. */
function overlays({ el }: Placed, part: Rect): boolean {
  return (el.pseudo ?? []).some(({ rect, styles }) => {
    const placed = styles.position === 'absolute' || styles.position === 'fixed';
    return placed && area(intersection(rect, part)) >= area(part) * 0.5;
  });
}

/**
 * A press goes to the same place, or to something that is there for presses: the label of the control, a small button that floats over
 * the end of a page, a canvas or map.
 */
function isMeant({ el }: Placed, by: Placed): boolean {
  if (isControl(by) && by.el.attributes.href !== undefined && by.el.attributes.href === el.attributes.href) return true;
  for (let at: Placed | undefined = by; at; at = at.parent) if (at.el.tag === 'label') return true;
  if (by.fixed && by.el.rect.width <= FLOATING && by.el.rect.height <= FLOATING) return true;
  return by.el.tag === 'canvas' || by.children.some(({ el: { tag } }) => tag === 'canvas');
}

function hiddenTexts(model: PageModel): Found[] {
  const worst = new Worst();
  for (const line of model.lines) {
    if (!line.shown || !isInked(line) || !isTold(line.owner)) continue;
    const core = seenOf(model, line.core, line.shown);
    if (!core) continue;
    for (const picture of picturesOver(model, line, core)) {
      const found = hiddenByPicture(model, line, core, picture);
      if (found) worst.keep(`${line.owner.index}/${picture.index}`, found);
    }
    const covers = coversOf(model, line.owner, core);
    // What something hides whole waits beneath it, whatever else lies over a part: a slide of a pile.
    if (covers.some(({ shown, fixed }) => !fixed && shown && area(intersection(shown, core)) > area(core) * WHOLE))
      continue;
    for (const cover of covers) {
      const part = cover.shown && intersection(cover.shown, core);
      if (!part || part.width < 3 || part.height < 2) continue;
      const share = area(part) / area(core);
      // Some letters of a long line are a word that nobody reads.
      const isLong = part.width >= core.height * LETTERS;
      const isWord = part.height >= core.height * 0.5 && isLong;
      const cut = isLong && share < PART && !isWord ? cutAt(line, part) : undefined;
      if (
        (share < PART && !isWord && !cut) ||
        (share > WHOLE && !cover.fixed) ||
        isBesideCurve(cover.el, middleOf(part))
      )
        continue;
      if (!stays(line, cover) || isVeil(cover, model) || isUnderLayer(line.owner, cover)) continue;
      if (isBehindVeil(line.owner, cover, model) || areFaces(line.owner, cover) || isOpenOver(cover, line.owner))
        continue;
      const rest = cut ?? largestBeside(part, core) ?? core;
      worst.keep(`${line.owner.index}/${cover.index}`, {
        kind: 'covered',
        certainty:
          share <= WHOLE &&
          !isPopup(cover) &&
          !passingOver(cover, line.owner) &&
          !isBadge(line, cover) &&
          !isSmallerThanBox(cover)
            ? 'certain'
            : 'likely',
        element: line.owner,
        other: cover,
        rect: part,
        by_px: Math.round(Math.min(part.width, part.height)),
        what: `${quoted(line.text)} is hidden: ${Math.round(share * 100)} % of it lies under something else`,
        claim: { shows: 'ink', rect: rest, words: wordsAt(model, rest, [line.owner]) },
      });
    }
  }
  return worst.all();
}

/** Least of a letter's height that is missing when one sees it, and that is left of it, CSS px. */
const MISSING = 3;
const LEFT = 2;

/** The first rows of what is left of letters of which something hides the top or the foot; nothing where it hides no ink. */
function cutAt(line: Line, part: Rect): Rect | undefined {
  const ink = inkAt(line, part);
  const hidden = intersection(ink, part);
  if (!hidden || hidden.height < MISSING || ink.height - hidden.height < LEFT) return undefined;
  const isTop = part.y <= line.core.y + 1;
  return { ...hidden, y: isTop ? bottom(hidden) : hidden.y - LEFT, height: LEFT };
}

/** What of a line there is to see: nothing beyond the sides of a window that does not scroll there. */
function seenOf({ page, width, cutsX }: PageModel, core: Rect, shown: Rect): Rect | undefined {
  const part = intersection(core, shown);
  if (!part || (page.content.width > width + 1 && !cutsX)) return part;
  return intersection(part, { ...part, x: 0, width });
}

/** Words that a field shows, under something with a ground that lies over its end: a button in it. */
function hiddenInFields(model: PageModel): Found[] {
  return model.all.flatMap((field): Found[] => {
    const { el, shown } = field;
    const said = el.field;
    if (!said || said.rows || !shown || !isVisible(field) || !isTold(field)) return [];
    if (said.kind !== 'value' && said.kind !== 'placeholder') return [];
    const box = wordsIn(field);
    const words = box && intersection(box, shown);
    if (!words) return [];
    return coversOf(model, field, words).flatMap((cover): Found[] => {
      const part = cover.shown && intersection(cover.shown, words);
      if (!part || part.width < WORD || part.height < words.height * 0.5 || area(part) > area(words) * WHOLE) return [];
      if (cover.fixed !== field.fixed || cover.sticky || isVeil(cover, model) || isUnderLayer(field, cover)) return [];
      const rest = largestBeside(part, words) ?? words;
      const what = said.kind === 'value' ? 'what was typed in' : 'its hint';
      return [
        {
          kind: 'covered',
          // A hint goes with the first letter.
          certainty: said.kind === 'value' && !isPopup(cover) && !passingOver(cover, field) ? 'certain' : 'likely',
          element: field,
          other: cover,
          rect: part,
          by_px: Math.round(part.width),
          what: `hides ${Math.round(part.width)} px of ${what}: they lie under something else`,
          claim: { shows: 'ink', rect: rest, words: wordsAt(model, rest, said.kind === 'value' ? [field] : []) },
        },
      ];
    });
  });
}

/** Its box is larger than what it paints: a ribbon across a corner, a shape cut out of a ground. */
const isSmallerThanBox = (cover: Placed): boolean => isTurned(cover) || cover.el.styles['clip-path'] !== undefined;

/** Words of a drawing under something small that was put on the drawing whole: a badge on a picture of a product. */
function isBadge({ owner }: Line, cover: Placed): boolean {
  if (!isDrawnText(owner) || !isPositioned(cover)) return false;
  let drawing: Placed | undefined = owner;
  while (drawing && drawing.el.tag !== 'svg') drawing = drawing.parent;
  const shown = cover.shown && drawing && intersection(cover.shown, drawing.el.rect);
  return drawing !== undefined && area(shown) >= area(cover.shown) * 0.8 && area(shown) <= area(drawing.el.rect) * 0.3;
}

/** What is left of a line beside what covers a part of it: the largest piece. */
function largestBeside(part: Rect, core: Rect): Rect | undefined {
  const pieces = [
    { ...core, width: part.x - core.x },
    { ...core, x: right(part), width: right(core) - right(part) },
    { ...core, height: part.y - core.y },
    { ...core, y: bottom(part), height: bottom(core) - bottom(part) },
  ];
  const [largest] = pieces.filter(({ width, height }) => width > 1 && height > 1).sort((a, b) => area(b) - area(a));
  return largest;
}

/** Least of a line that a picture hides, CSS px: the space between two words is less. */
const WORD = 10;

/** Pictures painted over a text, of which only the pixels tell whether they hide it: those that may be clear in part. */
function picturesOver(model: PageModel, { owner }: Line, core: Rect): Placed[] {
  return model.pictures.filter(
    (one) =>
      one.el.paint > owner.el.paint &&
      one.shown !== undefined &&
      intersection(one.shown, core) !== undefined &&
      !isWithin(one, owner) &&
      !isWithin(owner, one),
  );
}

function hiddenByPicture(model: PageModel, line: Line, core: Rect, picture: Placed): Found | undefined {
  const [part, ink] = [picture.shown && intersection(picture.shown, core), rgb(inkOf(line.owner))];
  if (!part || !ink || part.width < WORD || part.height < core.height * 0.5) return undefined;
  const share = area(part) / area(core);
  const [before, after] = [part.x - core.x, right(core) - right(part)];
  if (share < PART || share > WHOLE || Math.max(before, after) < WORD) return undefined;
  if (!stays(line, picture) || isVeil(picture, model) || isUnderLayer(line.owner, picture)) return undefined;
  const rest = before > after ? { ...core, width: before } : { ...core, x: right(part), width: after };
  return {
    kind: 'covered',
    certainty: isPopup(picture) ? 'likely' : 'certain',
    element: line.owner,
    other: picture,
    rect: part,
    by_px: Math.round(part.width),
    what: `${quoted(line.text)} is hidden: ${Math.round(share * 100)} % of it lies under a picture`,
    claim: { shows: 'gone', rect: part, words: { ...wordsAt(model, rest, [line.owner]), inks: [ink], rest } },
  };
}

/**
 * Returns true when scrolling does not free the text: what is fixed at the top of the window hides the top of the page for good, and what
 * lies over the start of a box that scrolls, apart from its contents, the start of them.
 */
function stays({ core, owner }: Pick<Line, 'core' | 'owner'>, cover: Placed): boolean {
  if (cover.sticky || scrollsAway(owner, core, cover)) return false;
  return !cover.fixed || (cover.el.rect.y <= 1 && core.y < bottom(cover.el.rect));
}

/** The text lies in a box whose scrolling brings it out from under what is drawn over the end of that box: columns and bars that stay. */
function scrollsAway(owner: Placed, core: Rect, cover: Placed): boolean {
  const { shown } = cover;
  const out = (
    axis: 'x' | 'y',
    size: 'width' | 'height',
    { el: { scroll, rect, styles } }: Placed,
    byScript: boolean,
  ) =>
    scroll !== undefined &&
    shown !== undefined &&
    (byScript || /^(?:auto|scroll)$/.test(styles[`overflow-${axis}`] ?? '')) &&
    scroll.content[size] - scroll.seen[size] >= core[axis] + core[size] - shown[axis] &&
    shown[axis] - rect[axis] >= core[size];
  for (let at = owner.parent; at && !isWithin(cover, at); at = at.parent)
    if (out('x', 'width', at, scrollsByScript(at)) || out('y', 'height', at, false)) return true;
  return false;
}

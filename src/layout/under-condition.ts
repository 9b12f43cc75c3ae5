import type { Rect } from '../core/vocabulary/geometry.js';
import type { Certainty, LayoutCondition, LayoutKind } from '../core/vocabulary/layout.js';
import { area, bottom } from './boxes.js';
import { type Examined, examinePage } from './examine.js';
import type { FindKind, Found } from './found.js';
import { isTold, isVeil } from './intent.js';
import { judgeScreen, type Laid, type ScreenFinding } from './judge-screen.js';
import { faint } from './kinds/unreadable.js';
import { look, type Pixels } from './look.js';
import {
  isControl,
  isDrawn,
  isInked,
  isPainted,
  isVisible,
  isWithin,
  modelOf,
  type PageModel,
  type Placed,
} from './page-model.js';

/** What may need more width than the window has: WCAG 1.4.10 excepts it. */
const WIDE = new Set(['table', 'td', 'th', 'pre', 'code', 'canvas', 'svg', 'img', 'video', 'iframe']);

/** Faults that take a text or a control away from people, whatever the condition. */
const LOSSES: readonly LayoutKind[] = ['text_overlap', 'covered', 'clipped'];
/**
 * What is a fault under each condition, and how sure: the rest of what is found there is no fault of it. Larger or wider text may stick
 * out or let the page scroll (WCAG 1.4.4, 1.4.12: no loss of content), and paper is shrunk to what is too wide.
 */
const JUDGED: Readonly<Record<LayoutCondition, { certain: readonly LayoutKind[]; likely: readonly LayoutKind[] }>> = {
  text_200: { certain: LOSSES, likely: ['protrudes', 'outside_viewport'] },
  text_spacing: { certain: LOSSES, likely: ['protrudes', 'outside_viewport'] },
  reflow: { certain: [...LOSSES, 'outside_viewport'], likely: ['protrudes', 'crowded'] },
  forced_colors: { certain: [...LOSSES, 'outside_viewport', 'unreadable', 'vanishes'], likely: ['protrudes'] },
  dark: { certain: [...LOSSES, 'outside_viewport', 'unreadable', 'vanishes'], likely: ['protrudes'] },
  reduced_motion: { certain: [...LOSSES, 'outside_viewport'], likely: ['protrudes', 'moves'] },
  rtl: { certain: [...LOSSES, 'outside_viewport'], likely: ['protrudes'] },
  long_text: { certain: [...LOSSES, 'outside_viewport', 'protrudes'], likely: [] },
  print: { certain: ['text_overlap', 'clipped', 'not_printed'], likely: ['covered', 'outside_viewport', 'protrudes'] },
  keyboard: { certain: ['focus_trap', 'not_tabbable', 'no_focus'], likely: [] },
};

/**
 * Judges how a screen lies under a condition: the same faults, as far as they are faults there, and what only this condition shows. What
 * `plain`, the same screen without it, has as well is left out.
 */
export function judgeUnder(
  condition: LayoutCondition,
  laid: readonly Laid[],
  plain: { laid: readonly Laid[]; findings: readonly ScreenFinding[] },
): ScreenFinding[] {
  const findings = judgeScreen(laid, (one) => examineUnder(condition, one, plain.laid));
  return (
    findings
      .filter((finding) => !plain.findings.some((known) => isSame(known, finding)))
      // Browsers draw colours of their own: what no picture bears out is not so.
      .filter(({ kind, certainty }) => kind !== 'unreadable' || certainty === 'certain')
      .map((finding) => ({ ...finding, condition }))
  );
}

function examineUnder(condition: LayoutCondition, one: Laid, plain: readonly Laid[]): Examined {
  const { certain, likely } = JUDGED[condition];
  const examined = condition === 'keyboard' ? modelOnly(one) : examinePage(one.page);
  const all = [...examined.found, ...onlyUnder(condition, one, examined.model, plain)];
  // What may be meant so is told once of a kind: it is one reason to look.
  const found = all.flatMap((fault): Found[] => {
    if (!certain.includes(fault.kind) && !likely.includes(fault.kind)) return [];
    // Nobody presses a button on paper.
    if (condition === 'print' && fault.kind === 'covered' && fault.element.el.press && !fault.claim) return [];
    const graded: Certainty = certain.includes(fault.kind) ? fault.certainty : 'likely';
    const certainty = isExcepted(condition, fault) ? 'likely' : graded;
    return [{ ...fault, certainty, ...(certainty === 'likely' ? { cause: fault.kind } : {}) }];
  });
  return { ...examined, found };
}

function modelOnly({ page }: Laid): Examined {
  const model = modelOf(page);
  return { width: model.width, model, found: [] };
}

function isExcepted(condition: LayoutCondition, { kind, element }: Found): boolean {
  if (kind !== 'outside_viewport') return false;
  if (condition === 'rtl') return false;
  for (let at: Placed | undefined = element; at; at = at.parent) if (WIDE.has(at.el.tag)) return condition === 'reflow';
  return false;
}

/** Kinds by which the same fault shows: at another width, or size of text, one of them takes the place of another. */
const FAMILIES: readonly (readonly LayoutKind[])[] = [
  ['outside_viewport', 'protrudes', 'clipped', 'unreachable'],
  ['text_overlap', 'covered'],
];

/** Returns true when a finding is of the same element, and of the same kind of fault, as one that is there anyway. */
function isSame(known: ScreenFinding, finding: ScreenFinding): boolean {
  const family = FAMILIES.find((kinds) => kinds.includes(known.kind)) ?? [known.kind];
  if (!family.includes(finding.kind)) return false;
  const { selector } = finding.element;
  if (known.element.selector === selector || known.siblings.includes(selector)) return true;
  return known.other !== undefined && known.other.selector === finding.other?.selector && known.kind === finding.kind;
}

/** Finds what shows under a condition only: what is gone with the colours, cut off on paper, out of reach of the keyboard. `plain` is the same screen without it. */
function onlyUnder(condition: LayoutCondition, one: Laid, model: PageModel, plain: readonly Laid[]): Found[] {
  switch (condition) {
    case 'dark':
    case 'forced_colors':
      return otherColours(one, model, plain);
    case 'print':
      return onPaper(model);
    case 'keyboard':
      return keyboard(model);
    case 'reduced_motion':
      return model.all.flatMap((element): Found[] => {
        const { moves, rect } = element.el;
        return moves === undefined || !element.shown || !isVisible(element)
          ? []
          : [{ kind: 'moves', certainty: 'likely', element, rect, what: moves }];
      });
    case 'reflow':
      return crowded(model);
    default:
      return [];
  }
}

/** What is gone with the colours: texts that cannot be read and things that are not to be seen, which both are in the plain picture. */
function otherColours({ pictures, page }: Laid, model: PageModel, plain: readonly Laid[]): Found[] {
  const same = plain.find((one) => one.page.window.width === page.window.width && one.pictures.length > 0);
  const before = same && modelOf(same.page);
  const readable = new Set(before ? faint(before).map(({ element }) => element.el.selector) : []);
  const texts = faint(model).filter(({ element }) => !readable.has(element.el.selector));
  const [pixels, plainPixels] = [pictures[0], same?.pictures[0]];
  if (!before || !pixels || !plainPixels) return texts;
  return [...texts, ...vanishes({ model: before, pixels: plainPixels }, { model, pixels })];
}

/** Sides of what is looked at: specks and whole sections tell nothing. CSS px. */
const SPECK = 8;
const WHOLE_SECTION = 400;
/** What is taken in around it, so that its own edge counts. */
const AROUND = 3;

/** A page as it was photographed. */
interface Seen {
  model: PageModel;
  pixels: Pixels;
}

/**
 * Controls, and pictures and icons, that the plain picture shows and this one does not: nothing but one colour is where they are. Both
 * pictures are of the same width; what lies elsewhere in one of them is left alone where its size differs.
 */
function vanishes(plain: Seen, here: Seen): Found[] {
  const before = new Map(plain.model.all.map((placed) => [placed.el.selector, placed]));
  const gone: { placed: Placed; rect: Rect }[] = [];
  for (const placed of here.model.all) {
    const was = before.get(placed.el.selector);
    if (!was || !isLookedAt(placed) || !isLookedAt(was) || !placed.shown || !was.shown) continue;
    if (Math.abs(area(placed.shown) - area(was.shown)) > area(was.shown) * 0.2) continue;
    if (!inPicture(was.shown, plain.pixels) || !inPicture(placed.shown, here.pixels)) continue;
    if (look({ shows: 'ink', rect: around(was.shown) }, plain.pixels) !== true) continue;
    if (look({ shows: 'plain', rect: around(placed.shown) }, here.pixels) !== true) continue;
    gone.push({ placed, rect: placed.shown });
  }
  // A control that is gone with its icon is told once.
  return gone
    .filter(({ placed }) => !gone.some((one) => one.placed !== placed && isWithin(placed, one.placed)))
    .map(({ placed, rect }) => ({
      kind: 'vanishes',
      certainty: 'certain',
      element: placed,
      rect,
      what: 'is not to be seen here: what was drawn at its place is gone',
    }));
}

function isLookedAt(placed: Placed): boolean {
  const { width, height } = placed.el.rect;
  if (!isControl(placed) && !isDrawn(placed)) return false;
  if (width < SPECK || height < SPECK || width > WHOLE_SECTION || height > WHOLE_SECTION) return false;
  return isVisible(placed) && isTold(placed) && placed.opacity > 0.5;
}

const around = ({ x, y, width, height }: Rect): Rect => ({
  ...{ x: x - AROUND, y: y - AROUND },
  ...{ width: width + 2 * AROUND, height: height + 2 * AROUND },
});

function inPicture({ x, y, width, height }: Rect, { origin, scale, ...size }: Pixels): boolean {
  const [right, bottom] = [origin.x + size.width / scale, origin.y + size.height / scale];
  return x >= origin.x && y >= origin.y && x + width <= right && y + height <= bottom;
}

/** Least of a box's contents that is missed on paper, CSS px, and share of the page's text from which it is surely missed. */
const LOST = 24;
const MUCH = 0.25;
/** Height of a sheet between its margins, CSS px: A4. */
const SHEET = 1047;

/** What only paper lacks: it does not scroll, and what is fixed is printed on every sheet. */
const onPaper: FindKind = (model) => [...unscrolled(model), ...repeated(model)];

function unscrolled(model: PageModel): Found[] {
  const inked = model.lines.filter((line) => isInked(line) && isTold(line.owner) && isVisible(line.owner));
  return model.all.flatMap((box): Found[] => {
    const { scroll, styles, rect } = box.el;
    if (!scroll || styles['overflow-y'] === undefined || !box.shown || !isVisible(box)) return [];
    const lost = scroll.content.height - scroll.seen.height;
    if (lost < LOST || rect.height < LOST || rect.width < LOST) return [];
    if (
      model.all.some(
        (other) => other !== box && other.el.scroll && isWithin(box, other) && other.el.styles['overflow-y'],
      )
    )
      return [];
    const cut = inked.filter(({ owner, rect: line }) => isWithin(owner, box) && line.y >= bottom(rect) - 1).length;
    if (cut === 0) return [];
    return [
      {
        kind: 'not_printed',
        certainty: cut / inked.length >= MUCH ? 'certain' : 'likely',
        element: box,
        rect,
        by_px: Math.round(lost),
        what: `is cut off on paper, which does not scroll: ${Math.round(lost)} px with ${cut} lines of text are missing`,
      },
    ];
  });
}

function repeated(model: PageModel): Found[] {
  if (model.page.content.height <= SHEET) return [];
  return model.all.flatMap((placed): Found[] => {
    const { rect, styles } = placed.el;
    if (styles.position !== 'fixed' || !placed.shown || !isVisible(placed) || !isPainted(placed)) return [];
    if (isVeil(placed, model) || area(rect) < LOST * LOST) return [];
    return [
      {
        kind: 'covered',
        certainty: 'likely',
        element: placed,
        rect,
        what: 'is fixed, so that it is printed on every sheet, over what stands there',
      },
    ];
  });
}

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

/** Share of a low window that what is fixed may take. */
const CROWDED = 0.6;

/** Bars that stay at the top or bottom of a low window and leave little of it. */
function crowded(model: PageModel): Found[] {
  const bars = model.all.filter(
    (one) =>
      (one.el.styles.position === 'fixed' || one.el.styles.position === 'sticky') &&
      one.shown !== undefined &&
      one.shown.width >= model.width * 0.8 &&
      one.shown.y < model.height &&
      isVisible(one) &&
      isPainted(one) &&
      isTold(one) &&
      !isVeil(one, model),
  );
  const rows = new Set<number>();
  for (const { shown } of bars)
    if (shown)
      for (let y = Math.max(0, Math.floor(shown.y)); y < Math.min(model.height, bottom(shown)); y++) rows.add(y);
  const [element] = bars;
  if (!element || rows.size < model.height * CROWDED) return [];
  return [
    {
      kind: 'crowded',
      certainty: 'likely',
      element,
      rect: element.el.rect,
      by_px: rows.size,
      what: `and what else stays in the window take ${rows.size} of its ${model.height} px`,
    },
  ];
}

import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { TextLine } from '../../core/vocabulary/laid-out-page.js';
import { alpha, area, contrast, planeOf, px, radiusOf, rgb } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { isOfBar, isPopup, isTold, isVeil } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  inkOf,
  isControl,
  isDrawnText,
  isInked,
  isPainted,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
} from '../page-model.js';
import { groundOf, HARDLY, isDecorative } from './unreadable.js';

/** Letters that are drawn, and that nobody reads: on each other, too small, mirrored, or blurred. */
export const illegible: FindKind = (model) => [
  ...misshapen(model),
  ...mirrored(model),
  ...blurred(model),
  ...shadows(model),
];

/** Letters that make a text of it, and the height below which nobody reads them, CSS px: of a text of some length it may be meant so a little above. */
const LETTERS = 4;
const TINY = 7;
const SMALL = 8;
const LONG = 20;
const SCALED = 7;
/** Space between letters, and width of each with it, by the font's size: from which they lie on each other, and from which they touch. */
const PULLED = { least: -0.2, each: 0.2 };
const TOUCHING = { least: -0.12, each: 0.4 };
/** Space added between words, by the font's size, from which the next begins on the last: a space is a quarter. */
const ON_WORDS = -0.45;
/** Width of a line around letters, by the font's size, from which what is open in them is filled. */
const FILLED = 0.3;
/** How much less letters are scaled one way than the other from which nobody knows them. */
const SQUEEZED = 0.35;

/** Text whose letters or words lie on each other, are filled up or squeezed, or are too small for anyone. */
function misshapen(model: PageModel): Found[] {
  return model.all.flatMap((owner): Found[] => {
    const { styles, lines } = owner.el;
    const line = lines?.find(({ text }) => (text.match(/\p{L}/gu)?.length ?? 0) >= LETTERS);
    if (!line || !isVisible(owner) || !owner.shown || !isTold(owner) || isDrawnText(owner) || isDecorative(owner))
      return [];
    const { rect, text } = line;
    const font = px(styles['font-size'] ?? '16px');
    const isInk = alpha(inkOf(owner)) > 0.5 && owner.opacity > 0.5;
    if (!isInk || font < 1 || isHiddenByItself(owner, rect)) return [];
    const said = { kind: 'unreadable' as const, element: owner, rect };
    // Letters that are pulled back over each other fill no box.
    const place = { ...rect, x: rect.x - font, width: Math.max(rect.width, 1) + 2 * font };
    const claim = { shows: 'ink' as const, rect: place, words: wordsAt(model, place, [owner]) };
    const fault = shapeOf(owner, line, font);
    if (fault) return [{ ...said, claim, ...fault, what: `${quoted(text)} ${fault.what}` }];
    if (rect.width < 2) return [];
    // What is scaled down whole may be the picture of something: a slide in an overview.
    const isScaled = rect.height < font * 0.6;
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (isScaled ? rect.height >= SCALED || rect.height < 1 : font >= (letters >= LONG ? SMALL : TINY)) return [];
    if (isScaled && isMiniature(owner, model)) return [];
    const high = Math.round((isScaled ? rect.height : font) * 10) / 10;
    return [
      {
        ...{ ...said, certainty: isScaled || font >= TINY ? 'likely' : 'certain' },
        claim: { shows: 'ink', rect, words: wordsAt(model, rect, [owner]) },
        ...{ cause: isScaled ? 'scaled down' : 'too small', what: `${quoted(text)} is drawn ${high} px high` },
        repair: 'Set it in 12 px or more; what is only for screen readers is hidden whole.',
      },
    ];
  });
}

/** What is wrong with the letters of a line, whatever their size. */
function shapeOf(
  owner: Placed,
  { rect, text }: TextLine,
  font: number,
): { certainty: 'certain' | 'likely'; what: string; repair: string } | undefined {
  const { styles } = owner.el;
  const each = rect.width / text.trim().length;
  const [apart, words] = [px(styles['letter-spacing']), px(styles['word-spacing'])];
  const isOn = ({ least, each: most }: typeof PULLED) => apart < font * least && each < font * most;
  if (isOn(PULLED) || isOn(TOUCHING))
    return {
      certainty: isOn(PULLED) ? 'certain' : 'likely',
      what: `has its letters on each other: ${Math.round(each * 10) / 10} px for each`,
      repair: 'Set letter-spacing back: below -0.1em letters touch.',
    };
  if (words < font * ON_WORDS && /\p{L}\s+\p{L}/u.test(text))
    return {
      certainty: 'certain',
      what: `has its words on each other: word-spacing is ${Math.round(words)} px`,
      repair: 'Set word-spacing back: a space is about 0.25em wide.',
    };
  const stroke = px(styles['-webkit-text-stroke-width']);
  if (stroke >= font * FILLED && styles['paint-order'] === undefined)
    return {
      certainty: 'certain',
      what: `is filled up by a line of ${stroke} px around letters of ${Math.round(font)} px`,
      repair: 'Draw a thinner line, or draw it behind the letters: paint-order: stroke fill.',
    };
  const [a, b, c, d] = planeOf(owner);
  const [wide, high] = [Math.hypot(a, b), Math.hypot(c, d)];
  if (rect.width < 2 || Math.min(wide, high) >= Math.max(wide, high) * SQUEEZED) return undefined;
  return {
    // Out of the plane cards turn, and flow past.
    certainty: styles.transform?.startsWith('matrix3d') || isSpatial(owner) ? 'likely' : 'certain',
    what: `is squeezed or slanted: its letters have ${Math.round((Math.min(wide, high) / Math.max(wide, high)) * 100)} % of their ${wide < high ? 'width' : 'height'}`,
    repair: 'Scale both ways alike, or set a smaller font.',
  };
}

/** Scaled down with more than itself: the picture of a page, while most of this one is of its size. */
function isMiniature(owner: Placed, model: PageModel): boolean {
  let box: Placed | undefined = owner;
  while (box && box.el.styles.transform === undefined && box.el.styles.scale === undefined) box = box.parent;
  if (!box) return false;
  const top = box;
  const inside = model.lines.filter((line) => isWithin(line.owner, top));
  return new Set(inside.map((line) => line.owner)).size > 1 && inside.length < model.lines.length * MOST;
}

/** Texts for screen readers are cut to nothing, or stand in the colour of their ground. */
const isHiddenByItself = (owner: Placed, rect: Rect): boolean => {
  const ground = groundOf(owner, rect);
  const ink = rgb(inkOf(owner));
  return (
    area(owner.shown) < area(owner.el.rect) * 0.5 ||
    (ink !== undefined && ground !== undefined && contrast(ink, ground) < HARDLY)
  );
};

/** Words that are turned over: the left of each letter lies at its right, or its foot on top. */
function mirrored(model: PageModel): Found[] {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line): Found[] => {
    const { owner, shown, rect, text } = line;
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (!shown || seen.has(owner) || letters < LETTERS || !isInked(line) || !isTold(owner)) return [];
    const [a, , , d] = planeOf(owner);
    // What is written upwards is turned by as much, and its lines are higher than wide.
    const onHead = a < ON_HEAD && d < ON_HEAD && rect.width > rect.height;
    const by = mirrorOf(owner) ?? (onHead ? owner : undefined);
    if (!by || isDecorative(owner) || isHiddenByItself(owner, rect)) return [];
    seen.add(owner);
    return [
      {
        kind: 'unreadable',
        certainty:
          owner.opacity < 0.8 || by.el.styles['animation-name'] !== undefined || isSideOfBody(by)
            ? 'likely'
            : 'certain',
        element: owner,
        rect: shown,
        cause: onHead ? 'turned' : `mirrored by ${by.el.selector}`,
        what: `${quoted(text)} ${onHead ? 'stands on its head' : 'is mirrored: its letters are the wrong way round'}`,
        claim: { shows: 'ink', rect: shown, words: wordsAt(model, shown, [owner]) },
        repair: onHead
          ? 'Turn the sign beside it alone, or turn the words back (rotate: 180deg) in what is turned.'
          : 'Mirror the picture beside it alone, or turn the words back (transform: scaleX(-1)) in what is mirrored.',
      },
    ];
  });
}

/** Both ways of a plane, by their length, from which what lies in it stands on its head. */
const ON_HEAD = -0.9;

/** What mirrors the words of an element, where it is not mirrored back; nothing for what shows no back. */
function mirrorOf(owner: Placed): Placed | undefined {
  let by: Placed | undefined;
  let turned = 1;
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    const { styles } = at.el;
    const turns = sideOf(styles);
    if (turns < 0) by = at;
    if (turns !== 0) turned *= turns;
    if (styles['backface-visibility'] !== undefined && (turns < 0 || isSpatial(at))) return undefined;
  }
  return turned < 0 ? by : undefined;
}

/** A side of something that has room inside, as of a cube: another side may stand before it. */
const isSideOfBody = (one: Placed): boolean =>
  isSpatial(one) && (one.el.styles.transform?.startsWith('matrix3d') ?? false);

const isSpatial = ({ parent }: Placed): boolean => parent?.el.styles.transform?.startsWith('matrix3d') ?? false;

/** Below zero where a style shows the back of a plane. */
function sideOf({ transform = '', scale = '', rotate = '' }: Record<string, string>): number {
  const [name, listed] = /^(matrix(?:3d)?)\(([^)]*)\)/.exec(transform)?.slice(1) ?? [];
  const values = listed?.split(',').map(Number) ?? [];
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 1] = values;
  const plane = name === 'matrix3d' ? a * f - b * e : a * d - b * c;
  const [x = 1, y = x] = scale === '' ? [] : scale.split(' ').map(Number);
  const degrees = Number(/^[xy] (-?[\d.]+)deg$/.exec(rotate)?.[1] ?? 0);
  return plane * x * y * Math.cos((degrees * Math.PI) / 180);
}

/** Radius by the font's size from which blurred letters are no longer read. */
const BLURRED = 0.2;
/** Share of the window that a veil spans. */
const VEIL = 0.7;
/** Share of something that lies over a blurred part with which it is what that part waits behind. */
const OVER = 0.5;
/** Share of a page's lines from which they are not blurred on purpose. */
const MOST = 0.5;

/** Words that a filter of what they lie in, or of what lies over them, blurs, with nothing there that they wait behind. */
function blurred(model: PageModel): Found[] {
  const { width, height } = model;
  const window = { x: 0, y: 0, width, height };
  const all = model.lines.filter((line) => isInked(line) && line.shown).length;
  return model.all.flatMap((box): Found[] => {
    const { el, shown } = box;
    if (!isVisible(box) || !isTold(box) || el.styles['animation-name'] !== undefined) return [];
    const veil = [el, ...(el.pseudo ?? [])].find(({ rect, styles }) => {
      const inside = intersection(rect, window);
      return radiusOf(styles['backdrop-filter']) > 0 && area(inside) >= area(window) * VEIL;
    });
    const radius = Math.max(radiusOf(el.styles.filter), radiusOf(veil?.styles['backdrop-filter']));
    if (radius === 0 || isDecorative(box)) return [];
    const isUnder = ({ owner }: Line) =>
      veil ? veil !== el || (owner.el.paint < el.paint && !isWithin(owner, box)) : isWithin(owner, box);
    const lines = model.lines.filter(
      (line) => isInked(line) && line.shown && isTold(line.owner) && !isDecorative(line.owner) && isUnder(line),
    );
    const gone = lines.filter(({ owner }) => radius >= px(owner.el.styles['font-size'] ?? '16px') * BLURRED);
    const [first] = gone;
    if (!first || isWaitingBehind(box, veil ? window : (shown ?? el.rect), veil !== undefined && veil !== el, model))
      return [];
    return [
      {
        kind: 'unreadable',
        // A part may be blurred on purpose: an amount, a spoiler, what is to be paid for. It may be sharp as soon as somebody points at it.
        certainty:
          px(el.styles['transition-duration']) > 0 || gone.length < all * MOST || isBusy(box) ? 'likely' : 'certain',
        element: box,
        rect: first.rect,
        what: `blurs ${quoted(first.text)}${gone.length > 1 ? ` and ${gone.length - 1} more lines` : ''} by ${radius} px`,
        repair: 'Take the blur away with what it was for (a dialog, a loading state), or blur a layer without words.',
      },
    ];
  });
}

/** It says of itself, or of what it lies in, that it waits for something. */
function isBusy(box: Placed): boolean {
  for (let at: Placed | undefined = box; at; at = at.parent) if (at.el.attributes['aria-busy'] === 'true') return true;
  return false;
}

/** Words that are nothing but their own shadow, which is blurred. */
function shadows(model: PageModel): Found[] {
  const said = model.lines.filter(({ shown, text, owner }) => shown && /\p{L}/u.test(text) && isTold(owner));
  const gone = said.filter(({ owner, icon }) => {
    const { styles } = owner.el;
    if (icon || isDecorative(owner) || alpha(styles['-webkit-text-fill-color'] ?? styles.color) > 0.05) return false;
    if (styles['-webkit-text-stroke-width'] !== undefined || owner.opacity < 0.5) return false;
    const radii = (styles['text-shadow'] ?? '').match(/[^,(]+(?:\([^)]*\))?[^,]*/g)?.map(shadowOf) ?? [];
    // Of a shadow the radius is twice that of a filter.
    return radii.length > 0 && radii.every((radius) => radius >= px(styles['font-size'] ?? '16px') * BLURRED * 2);
  });
  return [...new Map(gone.map((line) => [line.owner, line] as const)).values()].map(({ owner, shown, rect, text }) => ({
    kind: 'unreadable',
    certainty: gone.length < said.length * MOST ? 'likely' : 'certain',
    element: owner,
    rect: shown ?? rect,
    cause: 'shadows of words',
    what: `${quoted(text)} is nothing but a blurred shadow: its letters have no colour`,
    repair: 'Give the letters a colour, or show them once somebody asks for them.',
  }));
}

/** Radius of the blur of one shadow as a browser tells it: colour, way to the right and down, radius. */
const shadowOf = (shadow: string): number => px(shadow.match(/-?[\d.]+px/g)?.[2]);

/** Something to read or press lies over a blurred part of the page: a dialog, an offer to sign in. */
function isWaitingBehind(box: Placed, part: Rect, isWritten: boolean, model: PageModel): boolean {
  return model.all.some((one) => {
    const { el, shown } = one;
    if (!shown || !isVisible(one) || isWithin(box, one) || isOfBar(one, model)) return false;
    if (isWritten ? !one.fixed : el.paint <= box.el.paint || (isWithin(one, box) && box.el.styles.filter !== undefined))
      return false;
    if (isPopup(one) || isVeil(one, model)) return true;
    if (area(intersection(shown, part)) < area(shown) * OVER) return false;
    return isControl(one) || isPainted(one) || el.lines !== undefined;
  });
}

import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, contrast, px, type Rgb, rgb } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { coversOf, isTold } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  isDrawn,
  isDrawnText,
  isInked,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
} from '../page-model.js';

/** Values that a program shows where it had none: as the whole of a text, or where a value stands in one. */
const WHOLE = /^(?:undefined|NaN|\[object [A-Z]\w*\]|null|undefined undefined|Invalid Date)$/;
const VALUE =
  /(?:^|[\s:#$€£(])(?:undefined|NaN)(?=$|[\s%.,;:!?)€]|px\b)|\[object (?:Object|Array|Promise|HTML\w+)\]|\bInvalid Date\b/;
/** Braces of templates that nobody filled in. */
const TEMPLATE =
  /\{\{\s*[\w.$[\]'"| ()-]{1,80}\s*\}\}|\$\{\s*[\w.[\]]{1,60}\s*\}|<%[=-]?\s*[\w.]{1,60}\s*%>|\{%\s*\w[^%]{0,80}%\}/;
/** Places for values that a translation left open: people write such braces too. */
const HOLE = /(?:^|\s)(?:\{\w{1,40}\}|%[sd])(?=$|[\s.,:;!?])/;
/** Signs that were made safe for HTML twice. */
const ENTITY = /&(?:amp|nbsp|lt|gt|quot|#39|#x27);/;
/** What is said of such a value, and by it. */
const ABOUT =
  /\b(?:values?|types?|keywords?|words?|variables?|arguments?|parameters?|properties|property) (?:is |are |was |were )?(?:undefined|NaN)\b|\b(?:undefined|NaN) (?:is|are|means|stands|or|when)\b/;
/** UTF-8 read as Latin-1 or Windows-1252, and the sign for bytes that are no text. */
const MOJIBAKE =
  /\u00C3[\u0080-\u00BF\u0192\u201A-\u2122]|\u00E2\u20AC[\u0080-\u00BF\u0153\u2122\u201C\u201D\u02DC\u00A6\u00A2]|\u00C2[\u00A0-\u00BF]|\u00EF\u00BF\u00BD|\uFFFD/;
const CODE_TAGS = new Set(['code', 'pre', 'kbd', 'samp', 'var', 'textarea', 'tt']);
const CODE_CLASS = /(?:^|\s|-)(?:code|highlight|hljs|prism|monaco|codemirror|cm-)/i;
const CODE_FONT = /mono|courier|consolas|menlo/i;
/** A longer text that has such a word is prose about it. */
const VALUE_TEXT = 60;

/** Text that a program or a wrong encoding left behind. */
export const leftoverText: FindKind = (model) => {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line) => {
    const { owner, shown } = line;
    if (!shown || seen.has(owner) || line.icon || !isTold(owner)) return [];
    seen.add(owner);
    const text = (owner.el.lines ?? [])
      .map((one) => one.text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim();
    const value = VALUE.exec(text);
    const [entity, hole] = [ENTITY.exec(text), HOLE.exec(text)];
    const hit = WHOLE.exec(text) ?? TEMPLATE.exec(text) ?? MOJIBAKE.exec(text) ?? value ?? entity ?? hole;
    if (!hit || !(isInked(line) || MOJIBAKE.test(text)) || isCode(owner)) return [];
    const inProse = (hit === value || hit === entity) && text.length > VALUE_TEXT;
    const mayBeMeant = text === 'null' || inProse || hit === hole || (hit === value && ABOUT.test(text));
    return [
      {
        kind: 'leftover_text' as const,
        certainty: mayBeMeant ? ('likely' as const) : ('certain' as const),
        element: owner,
        rect: shown,
        what: `shows ${quoted(hit[0])}`,
        claim: { shows: 'ink' as const, rect: shown, words: wordsAt(model, shown, [owner]) },
      },
    ];
  });
};

function isCode(placed: Placed): boolean {
  for (let at: Placed | undefined = placed; at; at = at.parent) {
    const { tag, attributes, styles } = at.el;
    if (CODE_TAGS.has(tag) || CODE_CLASS.test(attributes.class ?? '')) return true;
    if (CODE_FONT.test((styles['font-family'] ?? '').split(',')[0] ?? '')) return true;
  }
  return false;
}

/** Texts with a letter that is drawn as the box for what has no shape. */
export const missingGlyph: FindKind = (model) =>
  model.all.flatMap((element): Found[] => {
    const { missing, lines } = element.el;
    if (missing === undefined || !isVisible(element) || !isTold(element)) return [];
    const rect = (lines?.find(({ text }) => text.includes(missing)) ?? lines?.[0])?.rect ?? element.el.rect;
    const code = `U+${(missing.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return [
      {
        kind: 'missing_glyph',
        // A letter of a living script may only be missing on this machine, with others: that is told once.
        ...(/[\p{Co}\p{Cn}]/u.test(missing)
          ? { certainty: 'certain' as const, cause: code }
          : { certainty: 'likely' as const, cause: 'letters that fonts here lack' }),
        element,
        rect,
        what: `shows a box for ${code}, of which no font has a shape`,
        claim: { shows: 'ink', rect, words: wordsAt(model, rect, [element]) },
      },
    ];
  });

/** Contrast at which nobody sees that there is a text; 1 is none. */
const NONE = 1.1;
const HARDLY = 1.7;
const WHITE: Rgb = [255, 255, 255];
/** Styles by which a text is seen without a colour of its own. */
const DRAWN_OTHERWISE = ['text-shadow', '-webkit-text-stroke-width', 'mix-blend-mode'];

/** Text in the colour of what is behind it, in none, with its letters on each other, or too small for anyone. */
export const unreadable: FindKind = (model) => [
  ...below(model, NONE, 'plain'),
  ...unfilled(model),
  ...misshapen(model),
];

/** Letters whose fill is taken away for a ground to show in them, where no ground is cut to them. */
function unfilled(model: PageModel): Found[] {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line): Found[] => {
    const { owner, core, shown, text } = line;
    const { styles } = owner.el;
    const fill = styles['-webkit-text-fill-color'];
    if (!shown || seen.has(owner) || line.icon || !isTold(owner) || isDecorative(owner) || !/\p{L}/u.test(text))
      return [];
    if (fill === undefined || alpha(fill) > 0.05 || alpha(styles.color) < 0.5 || owner.opacity < 0.5) return [];
    if (DRAWN_OTHERWISE.some((name) => styles[name] !== undefined) || isFilledByGround(owner)) return [];
    seen.add(owner);
    return [
      {
        kind: 'unreadable',
        certainty: 'certain',
        element: owner,
        rect: shown,
        what: `${quoted(text)} is filled with nothing: -webkit-text-fill-color is transparent, and no ground is cut to its letters`,
        claim: { shows: 'plain', rect: core },
        repair:
          'Cut a ground to the letters (background-clip: text, with a background), or take -webkit-text-fill-color out.',
      },
    ];
  });
}

function isFilledByGround(owner: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    const { styles } = at.el;
    if (styles['background-clip']?.includes('text') && paints(styles)) return true;
  }
  return false;
}

function isDecorative(owner: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent)
    if (at.el.attributes['aria-hidden'] === 'true') return true;
  return false;
}

/** Contrast at which a large text is there to be read (WCAG 1.4.3), and height of one that is an ornament behind others, CSS px. */
const READ = 3;
const HUGE = 40;

/** A text that people read: its colour is another one than its ground's. */
export function standsOut({ owner, core }: Line): boolean {
  const ink = rgb(owner.el.styles['-webkit-text-fill-color'] ?? owner.el.styles.color);
  const ground = groundOf(owner, core);
  return ink !== undefined && ground !== undefined && contrast(ink, ground) >= READ;
}

/** Huge pale words that are marked as decoration and were put under all else: what lies on them, or cuts them, is meant to. */
export const isOrnament = (line: Line): boolean =>
  line.owner.lowered !== undefined && line.rect.height >= HUGE && isDecorative(line.owner) && !standsOut(line);

/** Letters that make a text of it, and the height below which nobody reads them, CSS px. */
const LETTERS = 4;
const TINY = 5;
/** Space between letters, and width of each with it, by the font's size, from which they lie on each other. */
const PULLED = -0.2;
const EACH = 0.2;

/** Text whose letters lie on each other, or are too small for anyone. */
function misshapen(model: PageModel): Found[] {
  return model.all.flatMap((owner): Found[] => {
    const { styles, lines } = owner.el;
    const line = lines?.find(({ text }) => (text.match(/\p{L}/gu)?.length ?? 0) >= LETTERS);
    if (!line || !isVisible(owner) || !owner.shown || !isTold(owner) || isDrawnText(owner) || isDecorative(owner))
      return [];
    const { rect, text } = line;
    const font = px(styles['font-size'] ?? '16px');
    const isInk = alpha(styles['-webkit-text-fill-color'] ?? styles.color) > 0.5 && owner.opacity > 0.5;
    if (!isInk || rect.width < 2 || font < 1 || isHiddenByItself(owner, rect)) return [];
    const said = { kind: 'unreadable' as const, element: owner, rect };
    const claim = { shows: 'ink' as const, rect, words: wordsAt(model, rect, [owner]) };
    if (px(styles['letter-spacing']) < font * PULLED && rect.width / text.trim().length < font * EACH)
      return [
        {
          ...{ ...said, certainty: 'certain', claim },
          what: `${quoted(text)} has its letters on each other: ${Math.round((rect.width / text.trim().length) * 10) / 10} px for each`,
          repair: 'Set letter-spacing back: below -0.1em letters touch.',
        },
      ];
    // What is scaled down whole may be the picture of something: a slide in an overview.
    const isScaled = rect.height < font * 0.6;
    if (isScaled ? rect.height >= TINY || rect.height < 1 : font >= TINY) return [];
    const high = Math.round((isScaled ? rect.height : font) * 10) / 10;
    return [
      {
        ...{ ...said, certainty: isScaled ? 'likely' : 'certain', claim },
        ...{ cause: isScaled ? 'scaled down' : 'too small', what: `${quoted(text)} is drawn ${high} px high` },
        repair: 'Set it in 12 px or more; what is only for screen readers is hidden whole.',
      },
    ];
  });
}

/** Texts for screen readers are cut to nothing, or stand in the colour of their ground. */
const isHiddenByItself = (owner: Placed, rect: Rect): boolean => {
  const ground = groundOf(owner, rect);
  const ink = rgb(owner.el.styles['-webkit-text-fill-color'] ?? owner.el.styles.color);
  return (
    area(owner.shown) < area(owner.el.rect) * 0.5 ||
    (ink !== undefined && ground !== undefined && contrast(ink, ground) < HARDLY)
  );
};

/** Text that hardly differs from what is behind it: what it had a contrast for is gone with the colours it was made for. */
export const faint: FindKind = (model) => below(model, HARDLY, 'faint');

function below(model: PageModel, least: number, shows: 'plain' | 'faint'): Found[] {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line): Found[] => {
    const { owner, core, shown } = line;
    if (!shown || seen.has(owner) || !isInked(line) || !isTold(owner) || owner.opacity < 0.5) return [];
    const { styles } = owner.el;
    if (DRAWN_OTHERWISE.some((name) => styles[name] !== undefined)) return [];
    if (styles['background-clip']?.includes('text') || area(shown) < area(line.rect) * 0.5) return [];
    const ink = rgb(styles['-webkit-text-fill-color'] ?? styles.color);
    const ground = ink && groundOf(owner, core);
    if (!ink || !ground || contrast(ink, ground) >= least) return [];
    if (coversOf(model, owner, core).length > 0 || liesOnOthers(model, owner, core)) return [];
    seen.add(owner);
    return [
      {
        kind: 'unreadable',
        certainty: 'certain',
        element: owner,
        rect: shown,
        what: `${quoted(line.text)} has ${shows === 'plain' ? 'the colour of' : 'hardly another colour than'} what is behind it`,
        claim: { shows, rect: core },
      },
    ];
  });
}

/** The plain colour of the boxes around a text; undefined where a picture or a gradient is. */
export function groundOf(owner: Placed, rect: Rect): Rgb | undefined {
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    const { styles, pseudo = [] } = at.el;
    if (pseudo.some((one) => paints(one.styles) && intersection(one.rect, rect))) return undefined;
    // A box that the text sticks out of is not what lies behind it.
    if (area(intersection(at.el.rect, rect)) < area(rect) * 0.95) continue;
    if (styles['background-image'] !== undefined) return undefined;
    const color = styles['background-color'];
    if (alpha(color) > 0.98) return at.opacity > 0.98 ? rgb(color) : undefined;
    if (alpha(color) > 0.02) return undefined;
  }
  return WHITE;
}

/** Something else is painted there before the text, so that nobody can tell by styles what lies behind it. */
function liesOnOthers(model: PageModel, owner: Placed, rect: Rect): boolean {
  return model.all.some(
    (one) =>
      one.shown !== undefined &&
      one.el.paint <= owner.el.paint &&
      intersection(one.shown, rect) !== undefined &&
      (isDrawn(one) || paints(one.el.styles)) &&
      !isWithin(owner, one) &&
      !isWithin(one, owner),
  );
}

function paints(styles: Record<string, string>): boolean {
  return styles['background-image'] !== undefined || alpha(styles['background-color']) > 0.05;
}

import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, contrast, px, type Rgb, rgb, right } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { coversOf, isTold } from '../intent.js';
import { wordsAt } from '../look.js';
import {
  inkOf,
  isDrawn,
  isDrawnText,
  isInked,
  isVisible,
  isWithin,
  type Line,
  type PageModel,
  type Placed,
  wordsIn,
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
  /(?:Type|Reference|Range|Syntax)Error\b|properties of undefined|\b(?:the|handling) (?:undefined|NaN)\b|\b(?:undefined|NaN|null) (?:and|or|vs\.?) (?:undefined|NaN|null)\b|\bundefined types?\b|(?:\bNaN|\[object \w+\]) in (?:the )?\p{L}+|\b(?:values?|types?|keywords?|words?|variables?|arguments?|parameters?|properties|property) (?:is |are |was |were )?(?:undefined|NaN)\b|\b(?:undefined|NaN) (?:is|are|means|stands|or|when)\b/u;
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
    if (!shown || seen.has(owner) || !isTold(owner)) return [];
    seen.add(owner);
    if (line.icon) return nameOfIcon(line, shown, model);
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

/** What icons are called by fonts that draw one in place of its name, and the width by the font's size from which it is the name that is drawn. */
const ICON_NAME = /^[a-z][a-z0-9]+(?:_[a-z0-9]+)*$/;
const NAMED = 1.35;
/** Families that hold icons, and nothing else. */
const OF_ICONS = /\bicons?\b|material symbols/i;

/** The name of an icon, letter by letter, in a font that was to draw one sign for it. */
function nameOfIcon({ owner, text, rect, core }: Line, shown: Rect, model: PageModel): Found[] {
  const [word, font] = [text.trim(), px(owner.el.styles['font-size'] ?? '16px')];
  if (word.length < 3 || !ICON_NAME.test(word) || rect.width < font * NAMED || owner.opacity < 0.5) return [];
  if (area(shown) < area(rect) * 0.3 || isCode(owner)) return [];
  const isThere = model.lines.some((line) => isDrawnByName(line, owner.el.styles['font-family']));
  return [
    {
      kind: 'leftover_text',
      certainty: OF_ICONS.test(owner.el.styles['font-family'] ?? '') ? 'certain' : 'likely',
      element: owner,
      rect: shown,
      ...(isThere
        ? {
            what: `shows ${quoted(word)}: its font of icons is there, and has none of this name`,
            repair: 'Write the name as the font has it, or serve the version of the font that has it.',
          }
        : {
            cause: 'names of icons',
            what: `shows ${quoted(word)}: the name of an icon, whose font is not there`,
            repair: 'Serve the font of the icons from the project itself, and wait for it (font-display: block).',
          }),
      claim: { shows: 'ink', rect: core, words: wordsAt(model, core, [owner]) },
    },
  ];
}

/** A name that this font drew a sign for: a square, however long it is. */
function isDrawnByName({ icon, owner, text, rect }: Line, family: string | undefined): boolean {
  const font = px(owner.el.styles['font-size'] ?? '16px');
  const isName = icon && text.trim().length > 2 && ICON_NAME.test(text.trim());
  return isName && owner.el.styles['font-family'] === family && rect.width < font * NAMED;
}

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
export const HARDLY = 1.7;
const WHITE: Rgb = [255, 255, 255];
/** Styles by which a text is seen without a colour of its own. */
const DRAWN_OTHERWISE = ['text-shadow', '-webkit-text-stroke-width', 'mix-blend-mode'];

/** Text in the colour of what is behind it, or in none. */
export const unreadable: FindKind = (model) => [...below(model, NONE, 'plain'), ...unfilled(model), ...inFields(model)];

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

/** Marked as nothing for assistive technology, by itself or what it lies in. */
export function isDecorative(owner: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent)
    if (at.el.attributes['aria-hidden'] === 'true') return true;
  return false;
}

/** Contrast at which a large text is there to be read (WCAG 1.4.3), and height of one that is an ornament behind others, CSS px. */
const READ = 3;
const HUGE = 40;

/** A text that people read: its colour is another one than its ground's. */
export function standsOut({ owner, core }: Line): boolean {
  const ink = rgb(inkOf(owner));
  const ground = groundOf(owner, core);
  return ink !== undefined && ground !== undefined && contrast(ink, ground) >= READ;
}

/** Huge pale words that are marked as decoration and were put under all else: what lies on them, or cuts them, is meant to. */
export const isOrnament = (line: Line): boolean =>
  line.owner.lowered !== undefined && line.rect.height >= HUGE && isDecorative(line.owner) && !standsOut(line);

/** Text that hardly differs from what is behind it: what it had a contrast for is gone with the colours it was made for. */
export const faint: FindKind = (model) => below(model, HARDLY, 'faint');

function below(model: PageModel, least: number, shows: 'plain' | 'faint'): Found[] {
  const seen = new Set<Placed>();
  return model.lines.flatMap((line): Found[] => {
    const { owner, core, shown } = line;
    if (!shown || seen.has(owner) || !isInked(line) || !isTold(owner) || owner.opacity < 0.5) return [];
    const { styles } = owner.el;
    // A line or a shadow of the same colour shows nothing either: the photograph tells.
    const isDrawnOtherwise = DRAWN_OTHERWISE.some((name) => styles[name] !== undefined);
    if (isDrawnOtherwise && shows !== 'plain') return [];
    // What lies beside the page waits in a closed drawer.
    if (right(shown) <= 0 || styles['background-clip']?.includes('text') || area(shown) < area(line.rect) * 0.5)
      return [];
    const drawn = isDrawnText(owner);
    const ink = rgb(inkOf(owner));
    const ground = ink && groundOf(owner, core);
    if (!ink || coversOf(model, owner, core).length > 0) return [];
    const isSame = ground && contrast(ink, ground) < (drawn ? Math.max(least, DRAWN) : least);
    // Shapes of the drawing may lie behind its words.
    const asked = drawn || isDrawnOtherwise || (shows === 'plain' && !isSame && isOnPicture(model, owner, core, ink));
    if ((!asked || isDrawnOtherwise) && liesOnOthers(model, owner, core)) return [];
    if (!isSame && (drawn || isDrawnOtherwise || !asked)) return [];
    seen.add(owner);
    return [
      {
        kind: 'unreadable',
        certainty: 'certain',
        element: owner,
        rect: shown,
        what: `${quoted(line.text)} has ${shows === 'plain' ? 'the colour of' : 'hardly another colour than'} what is behind it`,
        claim: { shows: drawn ? 'faint' : shows, rect: core },
        ...(asked ? { asked } : {}),
      },
    ];
  });
}

/** The contrast below which nobody sees words of a drawing: no other check looks at them. */
const DRAWN = 1.35;

/** Styles by which a text, or what it lies in, may not be drawn now. */
const WAITS = ['clip-path', 'mask-image', 'backface-visibility', 'animation-name'];

/** A picture, or a gradient that has the text's colour, is what lies behind it, and nothing over it: only pixels tell whether letters are seen. */
function isOnPicture(model: PageModel, owner: Placed, rect: Rect, ink: Rgb): boolean {
  let around: Placed | undefined = owner;
  while (around && !(paints(around.el.styles) && area(intersection(around.el.rect, rect)) >= area(rect) * 0.95))
    around = around.parent;
  const gradient = around?.el.styles['background-image'] ?? '';
  const stops = gradient.includes('url(') ? [] : (gradient.match(/rgba?\([^)]*\)/g) ?? []);
  const from = around?.el.paint ?? 0;
  const isBehind = ({ shown, el }: Placed) =>
    el.paint >= from && el.paint <= owner.el.paint && area(shown && intersection(shown, rect)) >= area(rect) * 0.95;
  const takes = (stop: string) => contrast(ink, rgb(stop) ?? WHITE) < NONE || alpha(stop) < 0.98;
  if (!stops.some(takes) && ![...model.pictures, ...model.painters.filter(isDrawn)].some(isBehind)) return false;
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    const { styles } = at.el;
    if (WAITS.some((name) => styles[name] !== undefined) || styles.transform?.startsWith('matrix3d')) return false;
  }
  const isOver = (one: Placed) =>
    one.el.paint > owner.el.paint && (isDrawn(one) || paints(one.el.styles)) && !isWithin(one, owner);
  return (
    owner.opacity > 0.98 &&
    !isDecorative(owner) &&
    !model.all.some((one) => one.shown && intersection(one.shown, rect) && isOver(one) && !isWithin(owner, one))
  );
}

/** Words that a field shows, in the colour of the field. */
function inFields(model: PageModel): Found[] {
  return model.all.flatMap((field): Found[] => {
    const { kind, ink: own } = field.el.field ?? {};
    const rect = kind && (kind !== 'placeholder' || own) && field.shown && wordsIn(field);
    if (!rect || !isVisible(field) || !isTold(field) || field.opacity < 0.5) return [];
    if (DRAWN_OTHERWISE.some((name) => field.el.styles[name] !== undefined)) return [];
    const [ink, ground] = [rgb(own ?? inkOf(field)), groundOf(field, rect)];
    if (!ink || !ground || contrast(ink, ground) >= NONE || coversOf(model, field, rect).length > 0) return [];
    const isHint = kind === 'placeholder';
    // What the label says as well is lost to nobody.
    const isSaid = isHint && model.lines.some((line) => isInked(line) && isBeside(line.rect, field.el.rect));
    return [
      {
        kind: 'unreadable',
        certainty: isSaid ? 'likely' : 'certain',
        element: field,
        rect: field.el.rect,
        what: `shows ${isHint ? 'its hint' : kind === 'choice' ? 'what is chosen' : kind === 'caption' ? 'its caption' : 'what was typed into it,'} in the colour of what is behind it`,
        claim: { shows: 'plain', rect },
        ...(isHint ? { asked: true as const } : {}),
      },
    ];
  });
}

/** Room between a field and the words beside and above it that say what it is for, CSS px. */
const LABEL = { beside: 40, above: 12 };

/** Words right above a field, or at its left or right. */
function isBeside(words: Rect, { x, y, width, height }: Rect): boolean {
  const { beside, above } = LABEL;
  const around = { x: x - beside, y: y - above, width: width + 2 * beside, height: height + above };
  return intersection(words, around) !== undefined;
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

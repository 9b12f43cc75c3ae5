import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, contrast, px, radiusOf, rgb } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { coversOf, isPopup, isTold, isVeil } from '../intent.js';
import {
  inkOf,
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
import { SKIPS } from './shut-away.js';
import { groundOf, isDecorative } from './unreadable.js';

/** Words that have a colour to be read by, of which the photograph shows none: what a style or a layer does to them leaves nothing. */
export const unseenWords: FindKind = (model) => {
  const told = new Set<Placed>();
  return [...clear(model), ...hidden(model), ...bySay(model), ...byShade(model)].filter(
    ({ element }) => !told.has(element) && told.add(element),
  );
};

/** Contrast that words have to have by their styles. */
const READ = 3;
/** Share of a page's lines from which they are not hidden on purpose. */
const MOST = 0.5;

/** Words that would be read if nothing were done to them. */
function readable(model: PageModel): Line[] {
  return model.lines.filter((line) => {
    const { owner, core, shown } = line;
    if (!shown || !isInked(line) || !isTold(owner) || owner.opacity < 0.5 || isDecorative(owner)) return false;
    const [ink, ground] = [rgb(inkOf(owner)), groundOf(owner, core)];
    return ink !== undefined && ground !== undefined && contrast(ink, ground) >= READ;
  });
}

/** What a style does to all that is drawn of a box, in a word; blurs that are told by their radius are not asked for. */
function sayOf({ el: { styles } }: Placed): string | undefined {
  const { filter = '', 'mask-image': mask, 'mix-blend-mode': blend, 'animation-name': moves } = styles;
  if (filter.includes('url(')) return 'filter';
  if (radiusOf(filter) > 0) return moves === undefined ? undefined : 'animation';
  if (/\b(?:brightness|contrast|opacity|invert)\(/.test(filter)) return 'filter';
  return mask !== undefined ? 'mask' : blend !== undefined ? 'blending' : undefined;
}

function bySay(model: PageModel): Found[] {
  const boxes = model.all.filter((box) => sayOf(box) !== undefined && isVisible(box));
  if (boxes.length === 0) return [];
  const lines = readable(model);
  return boxes.flatMap((box): Found[] => {
    const its = lines.filter(({ owner }) => isWithin(owner, box));
    const [first] = its.toSorted((a, b) => b.core.width - a.core.width);
    if (!first || coversOf(model, first.owner, first.core).length > 0) return [];
    const say = sayOf(box);
    // What comes up, or waits for a pointer, may be seen later.
    const mayCome = say === 'animation' ? its.length < lines.length * MOST : box.el.styles['transition-duration'];
    return [
      {
        kind: 'unreadable',
        certainty: mayCome ? 'likely' : 'certain',
        element: box,
        rect: first.rect,
        what: `leaves nothing of ${quoted(first.text)} that can be read: the ${say} of it takes it away`,
        repair: `Take the ${say} out, or put it on a layer without words.`,
        claim: { shows: 'faint', rect: first.core },
        asked: true,
      },
    ];
  });
}

/** Opacity of a ground that leaves little of what is under it, and share of a line that lies there. */
const SHADE = { least: 0.5, most: 0.97 };
const UNDER = 0.9;

/** Words under a layer of a part of the page that has nothing in it: frosted, or nearly of one colour. */
function byShade(model: PageModel): Found[] {
  const shades = model.all.flatMap((box) =>
    isVisible(box) && !isPopup(box) && !isVeil(box, model) && !box.fixed && !box.sticky ? shadesOf(box) : [],
  );
  if (shades.length === 0) return [];
  const lines = readable(model);
  return shades.flatMap(({ box, rect, isWritten }): Found[] => {
    const isUnder = ({ owner, core }: Line) =>
      (isWritten ? isWithin(owner, box) : owner.el.paint < box.el.paint && !isWithin(owner, box)) &&
      area(intersection(core, rect)) >= area(core) * UNDER;
    const [first] = lines.filter(isUnder).toSorted((a, b) => b.core.width - a.core.width);
    // Something that lies on it is what that part waits behind.
    const isOn = (one: Placed) =>
      one !== box && one.el.paint > box.el.paint && !isWithin(box, one) && !(isWritten && isWithin(one, box));
    if (!first || model.lines.some(({ owner, core }) => isOn(owner) && intersection(core, rect))) return [];
    return [
      {
        kind: 'unreadable',
        certainty: 'likely',
        element: first.owner,
        other: box,
        rect: first.rect,
        what: `cannot be read: ${quoted(first.text)} lies under a layer that leaves nothing of it`,
        repair: 'Take the layer away with what it was for, or let more of what is under it through.',
        claim: { shows: 'faint', rect: first.core },
        asked: true,
      },
    ];
  });
}

interface Shade {
  box: Placed;
  rect: Rect;
  /** It is written by a style, over what lies in the box. */
  isWritten: boolean;
}

function shadesOf(box: Placed): Shade[] {
  const { el, children } = box;
  const shades = (styles: Record<string, string>) => {
    const ground = alpha(styles['background-color']);
    return radiusOf(styles['backdrop-filter']) > 0 || (ground >= SHADE.least && ground <= SHADE.most);
  };
  const isPut = ({ position }: Record<string, string>) => position === 'absolute';
  const own = isPut(el.styles) && shades(el.styles) && children.length === 0 && el.lines === undefined;
  const written = (el.pseudo ?? []).filter(({ styles, text }) => text === '' && isPut(styles) && shades(styles));
  return [
    ...(own ? [{ box, rect: el.rect, isWritten: false }] : []),
    ...written.map(({ rect }) => ({ box, rect, isWritten: true })),
  ];
}

/** Least size of letters and of a box, CSS px. */
const LEAST = 8;
/** Letters that make words, and those of a text that nobody hides by the way: no hint, no message. */
const WORDS = 4;
const TEXT = 40;
/** Opacity of what is not drawn, 0-1. */
const NOTHING = 0.1;

/** Moves or changes by a style: it, or something that it lies in, may come yet. */
function changes(owner: Placed): boolean {
  for (let at: Placed | undefined = owner; at; at = at.parent) {
    const { styles } = at.el;
    if (styles['animation-name'] !== undefined || px(styles['transition-duration']) > 0) return true;
  }
  return false;
}

/** Letters in a clear colour, with no line, shadow or ground that shows them. */
function clear(model: PageModel): Found[] {
  return model.lines.flatMap(({ owner, core, rect, shown, text, icon }): Found[] => {
    const { styles, lines = [] } = owner.el;
    const ink = inkOf(owner);
    if (!shown || icon || ink === 'none' || isDrawnText(owner)) return [];
    // A fill taken away from letters with a colour is told by what was to fill them.
    if (Math.max(alpha(ink), alpha(styles.color)) > NOTHING) return [];
    if (!isTold(owner) || isDecorative(owner) || owner.opacity < 0.5 || px(styles['font-size'] ?? '16px') < LEAST)
      return [];
    const said = lines.map((line) => line.text).join(' ');
    const letters = said.match(/\p{L}/gu)?.length ?? 0;
    if (letters < WORDS || SKIPS.test(said) || area(shown) < area(rect) * 0.9 || isAwaited(owner)) return [];
    if (coversOf(model, owner, core).length > 0) return [];
    // A word in a sentence may wait for whoever wants to know it, on a ground of its own.
    const mayCome = changes(owner) || (isInline(owner) && (isPainted(owner) || !isControl(owner)));
    return [
      {
        kind: 'unreadable',
        certainty: mayCome ? 'likely' : 'certain',
        element: owner,
        rect: shown,
        what: `${quoted(text)} is not drawn: its colour is clear`,
        repair:
          'Give the text a colour; where a ground is to show in the letters, set that as well (background-clip: text, with a background).',
        claim: { shows: 'plain', rect: core },
        asked: true,
      },
    ];
  });
}

/** A button shows by something that goes round in it that it works. */
function isAwaited(owner: Placed): boolean {
  const goes = ({ el, children }: Placed): boolean =>
    el.styles['animation-name'] !== undefined ||
    (el.pseudo ?? []).some(({ styles }) => styles['animation-name'] !== undefined) ||
    children.some(goes);
  for (let at: Placed | undefined = owner, up = 0; at && up < 2; at = at.parent, up++) if (goes(at)) return true;
  return false;
}

/** Least side of a picture that is one to look at, CSS px. */
const PICTURE = 96;

/** What shows by itself where somebody points, and what is said once there is something to say. */
const POINTED = new Set(['a', 'button', 'label', 'figure', 'td', 'th', 'tr', 'li', 'summary', 'figcaption']);
const MESSAGE =
  /(?:^|[\s_-])(?:toast|tooltip|tip|error|err|invalid|valid|feedback|hint|help|message|msg|alert|snackbar|notice|notification|caption|overlay|hover|sr|hidden|popover|dropdown|menu|slide|fade-?out|ghost|measure|sizer)(?:$|[\s_-])/i;
const MESSAGES = new Set(['status', 'alert', 'log', 'tooltip', 'dialog', 'menu', 'listbox', 'alertdialog']);

/** Text that keeps its room on the page and is not drawn, though scrolling through the page could have shown it. */
function hidden(model: PageModel): Found[] {
  const boxes = model.all.filter(
    (box) => Number(box.el.styles.opacity ?? 1) < NOTHING && (box.parent?.opacity ?? 1) > 0.5 && isRoomy(box, model),
  );
  return boxes.flatMap((box): Found[] => {
    if (isMeantToHide(box)) return [];
    const inside = model.all.filter((one) => isWithin(one, box) && one.el.styles.visibility === undefined);
    const texts = inside.flatMap(({ el }) => el.lines ?? []).filter(({ text }) => /\p{L}/u.test(text));
    const [first] = texts;
    const { natural, rect } = box.el;
    const isPicture = natural !== undefined && Math.min(rect.width, rect.height) >= PICTURE;
    const letters =
      texts
        .map(({ text }) => text)
        .join('')
        .match(/\p{L}/gu) ?? [];
    // A switch has "on" and "off" in it, of which one is to be seen.
    if (!isPicture && letters.length < WORDS) return [];
    const isText =
      isPicture ||
      texts.map(({ text }) => text).join(' ').length >= TEXT ||
      inside.some(({ el }) => /^h[1-6]$/.test(el.tag));
    // A script has seen the whole page pass; a part that is pointed at is no section of it, and what is animated may begin late.
    const isPart = changes(box) && box.el.rect.width < model.width * MOST;
    const isAnimated = inside.some(({ el }) => el.styles['animation-name'] !== undefined);
    return [
      {
        kind: 'unreadable',
        certainty: isText && !isPart && !isAnimated ? 'certain' : 'likely',
        element: box,
        rect: box.el.rect,
        what: `keeps its room and is not drawn: ${first ? quoted(first.text) : 'the picture'} has an opacity of ${box.el.styles.opacity}, also after the page was scrolled through`,
        repair: 'Show it (opacity: 1) where nothing else does, or see why the script that is to show it does not run.',
        claim: { shows: 'plain', rect: first?.rect ?? rect },
        asked: true,
      },
    ];
  });
}

/** It lies in the flow of the page, and nothing else was put there. */
function isRoomy(box: Placed, { width }: PageModel): boolean {
  const { rect, styles } = box.el;
  if (
    (isInline(box) && box.el.tag !== 'img') ||
    rect.height < LEAST ||
    rect.width < LEAST ||
    rect.x < 0 ||
    rect.x + rect.width > width + 1
  )
    return false;
  for (let at: Placed | undefined = box; at; at = at.parent) {
    const { position } = at.el.styles;
    if ((position === 'absolute' || position === 'fixed') && at === box) return false;
    if (at !== box && (position === 'fixed' || isPopup(at))) return false;
  }
  return styles.visibility === undefined && box.shown !== undefined && isTold(box) && !isDecorative(box);
}

function isMeantToHide(box: Placed): boolean {
  for (let at: Placed | undefined = box; at; at = at.parent) {
    const { tag, attributes } = at.el;
    if (POINTED.has(tag) || MESSAGES.has(attributes.role ?? '')) return true;
    if (at === box && MESSAGE.test(attributes.class ?? '')) return true;
  }
  // One of several in one place, of which another is shown.
  const isBeside = (one: Placed) =>
    one !== box && one.opacity > 0.5 && area(intersection(one.el.rect, box.el.rect)) >= area(box.el.rect) * MOST;
  return (box.parent?.children ?? []).some(isBeside);
}

import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { alpha, area, contrast, radiusOf, rgb } from '../boxes.js';
import { type FindKind, type Found, quoted } from '../found.js';
import { coversOf, isPopup, isTold, isVeil } from '../intent.js';
import { inkOf, isInked, isVisible, isWithin, type Line, type PageModel, type Placed } from '../page-model.js';
import { groundOf, isDecorative } from './unreadable.js';

/** Words that have a colour to be read by, of which the photograph shows none: what a style or a layer does to them leaves nothing. */
export const unseenWords: FindKind = (model) => {
  const told = new Set<Placed>();
  return [...bySay(model), ...byShade(model)].filter(({ element }) => !told.has(element) && told.add(element));
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

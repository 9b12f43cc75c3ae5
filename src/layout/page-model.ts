import type { Rect } from '../core/vocabulary/geometry.js';
import type { LaidOutElement, LaidOutPage, TextLine } from '../core/vocabulary/laid-out-page.js';
import { alpha, bottom, px, right } from './boxes.js';

/** Sides of the part of the page that something may paint on (CSS px), and the boxes that set them. */
export interface Clip {
  left: number;
  top: number;
  right: number;
  bottom: number;
  byX: Placed | undefined;
  byY: Placed | undefined;
}

/** An element with what follows from its place among the others. */
export interface Placed {
  readonly index: number;
  readonly el: LaidOutElement;
  readonly parent: Placed | undefined;
  readonly children: Placed[];
  /** The box whose clipping it is under: the parent, or for positioned ones the box they are placed in. */
  readonly holder: Placed | undefined;
  /** Product of its own opacity and those above. */
  readonly opacity: number;
  readonly clip: Clip;
  /** The part of its box that is not clipped away. */
  readonly shown: Rect | undefined;
  /** Stays where it is when the page is scrolled. */
  readonly fixed: boolean;
  readonly sticky: boolean;
  /** Waits behind a dialog or in a closed drawer: it, or something that it lies in, is `inert`. */
  readonly inert: boolean;
  /** Where it lies in painting that a negative z-index, its own or of what it lies in, puts under all else of its context. */
  readonly lowered: number | undefined;
  /** The element that this pseudo-element decorates; elements have none. */
  readonly of?: Placed;
}

/** A line of text with where its ink is. */
export interface Line extends TextLine {
  readonly owner: Placed;
  /** From about the height of its capitals to its baseline: a line box is higher than what is drawn. */
  readonly core: Rect;
  readonly shown: Rect | undefined;
  /** Drawn by a font of icons: no text to read. */
  readonly icon: boolean;
  /** Letters or digits that are drawn in a colour and size that can be seen. */
  readonly inked: boolean;
}

/** A page with everything that the kinds of findings ask of it. */
export interface PageModel {
  readonly page: LaidOutPage;
  readonly width: number;
  readonly height: number;
  readonly all: readonly Placed[];
  readonly lines: readonly Line[];
  /** Lines that styles generate before and after elements. */
  readonly generated: readonly Line[];
  /** Boxes that hide what is painted before them. */
  readonly painters: readonly Placed[];
  /** Pictures, and grounds of pictures, that may hide it or be clear in part. */
  readonly pictures: readonly Placed[];
  /** The page cuts off what is wider than the window instead of scrolling. */
  readonly cutsX: boolean;
  /** Written from right to left: it scrolls to the left. */
  readonly rtl: boolean;
}

const OPEN: Clip = {
  left: Number.NEGATIVE_INFINITY,
  top: Number.NEGATIVE_INFINITY,
  right: Number.POSITIVE_INFINITY,
  bottom: Number.POSITIVE_INFINITY,
  byX: undefined,
  byY: undefined,
};
/** Height of capitals by font size, over the common fonts. */
const INK = 0.72;
/** The same by the height of a line. */
const CAPITALS = 0.64;
const PRIVATE_USE = /^[\p{Co}\s]*$/u;
const ICON_FONT = /icon|awesome|glyph|symbol|material|fontello|icomoon|feather|tabler/i;
const DRAWN = new Set(['img', 'video', 'canvas', 'iframe', 'embed', 'object', 'svg', 'picture']);

/** Works out what the evidence of a page means: what clips, hides and holds what. */
export function modelOf(page: LaidOutPage): PageModel {
  const all: Placed[] = [];
  for (const [index, el] of page.elements.entries()) {
    const placed = placeOf(index, el, all);
    placed.parent?.children.push(placed);
    all.push(placed);
  }
  const lines = all.filter(isVisible).flatMap(linesOf);
  const written = all.flatMap((of) => writtenFor(of, all)).filter(isVisible);
  const generated = written.flatMap(linesOf);
  const painters = [...all, ...written].filter(
    (one) => isVisible(one) && one.opacity > 0.95 && one.shown && isOpaque(one),
  );
  const pictures = all.filter((one) => isVisible(one) && one.opacity > 0.95 && one.shown && isPicture(one));
  const cutsX = all.some(({ el, parent }) => isRoot(el) && !parent?.parent && cuts(el.styles['overflow-x']));
  const rtl = isFromRight(page);
  const { width, height } = page.window;
  return { page, width, height, all, lines, generated, painters, pictures, cutsX, rtl };
}

/** Whether a page begins at the right: as its body says, or without one its root. */
function isFromRight({ elements }: LaidOutPage): boolean {
  const body = elements.find(({ tag, parent }) => tag === 'body' && parent === 0) ?? elements[0];
  return body?.styles.direction === 'rtl';
}

/** Where the left edge of all that scrolling reaches lies, CSS px: left of the window's where a page that begins at the right is wider. */
export function leftEdge(page: LaidOutPage): number {
  return isFromRight(page) ? Math.min(0, page.window.width - page.content.width) : 0;
}

/** The pseudo-elements of an element that say something, as if they were elements in it. */
function writtenFor(of: Placed, all: readonly Placed[]): Placed[] {
  return (of.el.pseudo ?? []).flatMap(({ name, rect, styles, lines, paint = of.el.paint }, at): Placed[] => {
    if (!lines) return [];
    const { tag, selector } = of.el;
    const el = {
      tag: `${tag}::${name}`,
      selector: `${selector}::${name}`,
      parent: of.index,
      rect,
      paint,
      styles,
      lines,
    };
    return [{ ...placeOf(all.length + of.index * 2 + at, { ...el, attributes: {} }, all), of }];
  });
}

function placeOf(index: number, el: LaidOutElement, all: readonly Placed[]): Placed {
  const parent = el.parent === undefined ? undefined : all[el.parent];
  const position = el.styles.position ?? 'static';
  const fixed = position === 'fixed';
  let holder = parent;
  if (fixed || position === 'absolute') while (holder && !holdsPositioned(holder, fixed)) holder = holder.parent;
  const nothing = showsNothing(el);
  const lowered = parent?.lowered ?? loweredTo(el, parent);
  const clip = nothing ? { ...OPEN, right: 0, bottom: 0, left: 0, top: 0 } : holder ? clipInside(holder) : OPEN;
  return {
    index,
    el: lowered === undefined ? el : { ...el, paint: lowered + el.paint / LAYERS },
    parent,
    children: [],
    holder,
    lowered,
    opacity: (parent?.opacity ?? 1) * Number(el.styles.opacity ?? 1),
    clip,
    shown: cutTo(el.rect, clip),
    // What is fixed in a frame goes along with the frame.
    fixed: (fixed && holder?.el.tag !== 'iframe') || (holder?.fixed ?? false),
    sticky: position === 'sticky' || (holder?.sticky ?? false),
    inert: (parent?.inert ?? false) || el.attributes.inert !== undefined,
  };
}

/** More layers than any page has. */
const LAYERS = 1e6;

/**
 * Between the box of the stacking context and what is painted before it: Chromium counts what has a negative z-index after that box, and
 * with the box all that lies in it without a layer of its own, which is painted last.
 */
function loweredTo({ styles }: LaidOutElement, parent: Placed | undefined): number | undefined {
  if (!(Number(styles['z-index']) < 0)) return undefined;
  let context = parent;
  while (context?.parent && !isContext(context)) context = context.parent;
  return context && context.el.paint - 0.5;
}

function isContext({ el: { styles } }: Placed): boolean {
  const { position, opacity = '1' } = styles;
  if (position === 'fixed' || position === 'sticky' || Number(opacity) < 1) return true;
  return styles['z-index'] !== undefined || styles.transform !== undefined || styles.translate !== undefined;
}

/** Boxes that positioned elements are placed in. */
function holdsPositioned({ el: { tag, styles } }: Placed, fixed: boolean): boolean {
  if (tag === 'iframe' || styles.transform !== undefined || styles.translate !== undefined) return true;
  return !fixed && styles.position !== undefined;
}

function linesOf(owner: Placed): Line[] {
  const { el } = owner;
  if (!el.lines) return [];
  const font = px(el.styles['font-size'] ?? '16px');
  const icons = ICON_FONT.test((el.styles['font-family'] ?? '').split(',')[0] ?? '');
  const clip = isInline(owner) ? owner.clip : clipInside(owner);
  const drawn = isDrawnText(owner);
  const ink = inkOf(owner);
  const seen = (ink === 'none' ? 0 : alpha(ink)) * Number(el.styles['fill-opacity'] ?? 1) > 0.15 && font >= 5;
  return el.lines
    .filter(({ rect }) => rect.width >= 1 && rect.height >= 3)
    .map((line) => {
      // A drawing is scaled with its letters.
      const height = drawn ? line.rect.height * CAPITALS : Math.min(line.rect.height, font * INK);
      const core = { ...line.rect, y: line.rect.y + (line.rect.height - height) / 2, height };
      const icon = icons || PRIVATE_USE.test(line.text);
      const inked = !icon && seen && /[\p{L}\p{N}]/u.test(line.text);
      return { ...line, owner, core, shown: cutTo(line.rect, clip), icon, inked };
    });
}

/** The clip that what lies in this box is under: its own padding edge too, where it does not let its contents overflow. */
export function clipInside(box: Placed): Clip {
  const { styles, rect } = box.el;
  // What the root or the body does about overflow is done by the window.
  if (isRoot(box.el) || (isInline(box) && box.el.tag !== 'iframe')) return box.clip;
  const clip = { ...box.clip };
  if (styles['overflow-x'] !== undefined) {
    clip.left = Math.max(clip.left, rect.x + px(styles['border-left-width']));
    const end = right(rect) - px(styles['border-right-width']);
    // Where a box further out cuts before, this one cuts nothing.
    if (end <= clip.right || !clip.byX) clip.byX = box;
    clip.right = Math.min(clip.right, end);
  }
  if (styles['overflow-y'] !== undefined) {
    clip.top = Math.max(clip.top, rect.y + px(styles['border-top-width']));
    const end = bottom(rect) - px(styles['border-bottom-width']);
    if (end <= clip.bottom || !clip.byY) clip.byY = box;
    clip.bottom = Math.min(clip.bottom, end);
  }
  return clip;
}

function cutTo(rect: Rect, clip: Clip): Rect | undefined {
  const [x, y] = [Math.max(rect.x, clip.left), Math.max(rect.y, clip.top)];
  const [width, height] = [Math.min(right(rect), clip.right) - x, Math.min(bottom(rect), clip.bottom) - y];
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** Clipped to nothing by itself, as texts for screen readers are. */
function showsNothing({ styles }: LaidOutElement): boolean {
  if (/inset\((?:50|100)%|circle\(0/.test(styles['clip-path'] ?? '')) return true;
  const sides = /^rect\(([^)]*)\)/
    .exec(styles.clip ?? '')?.[1]
    ?.split(/[ ,]+/)
    .map(px);
  if (!sides || (styles.position !== 'absolute' && styles.position !== 'fixed')) return false;
  const [top = 0, end = 0, low = 0, start = 0] = sides;
  return (end - start) * (low - top) <= 1;
}

const isRoot = ({ tag }: LaidOutElement): boolean => tag === 'html' || tag === 'body';
const cuts = (overflow: string | undefined): boolean => overflow === 'hidden' || overflow === 'clip';

/** Cuts off what is too large for it, without a way to scroll there. */
export function cutsAxis({ el }: Placed, axis: 'x' | 'y'): boolean {
  return cuts(el.styles[`overflow-${axis}`]);
}

/** Has a box, and is neither hidden nor nearly transparent. */
export function isVisible({ el: { styles, rect }, opacity }: Placed): boolean {
  return styles.visibility === undefined && opacity > 0.1 && rect.width > 1 && rect.height > 1;
}

export function isInline({ el: { styles } }: Placed): boolean {
  return styles.display === 'inline' || styles.display === 'contents';
}

/** Returns true when `inner` is `outer`, or lies in it in the document. */
export function isWithin(inner: Placed, outer: Placed): boolean {
  for (let at: Placed | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}

/** The nearest box around it, or itself, that is no inline box. */
export function blockOf(placed: Placed): Placed {
  let box = placed;
  while (isInline(box) && box.parent) box = box.parent;
  return box;
}

/** Draws by itself: pictures, films, drawings, frames. */
export const isDrawn = ({ el }: Placed): boolean => DRAWN.has(el.tag);

/** Hides whatever lies under it. Pictures may be transparent, so only those are taken that cannot. */
function isOpaque({ el }: Placed): boolean {
  if (el.tag === 'video') return true;
  if (el.tag === 'img') return el.natural !== undefined && /\.jpe?g$/i.test(el.attributes.src ?? '');
  return !isRoot(el) && alpha(el.styles['background-color']) > 0.95;
}

function isPicture(one: Placed): boolean {
  const { tag, natural, styles } = one.el;
  if (isRoot(one.el) || isOpaque(one)) return false;
  return tag === 'img' ? natural !== undefined : (styles['background-image'] ?? '').includes('url(');
}

/** Sides with a border that is seen. */
export function borderedSides({ el: { styles } }: Placed): number {
  return ['top', 'right', 'bottom', 'left'].filter(
    (side) =>
      px(styles[`border-${side}-width`]) > 0 &&
      styles[`border-${side}-style`] !== undefined &&
      alpha(styles[`border-${side}-color`]) > 0.05,
  ).length;
}

/** Has a ground or a border of its own. */
export function isPainted(placed: Placed): boolean {
  const { styles } = placed.el;
  return (
    alpha(styles['background-color']) > 0.05 || styles['background-image'] !== undefined || borderedSides(placed) > 0
  );
}

const CONTROLS = new Set(['button', 'select', 'textarea', 'summary']);
const CONTROL_ROLES = new Set(['button', 'link', 'tab', 'checkbox', 'menuitem', 'switch', 'radio', 'option']);

/** Something that is pressed or filled in. */
export function isControl({ el: { tag, attributes } }: Placed): boolean {
  if (tag === 'input') return attributes.type !== 'hidden';
  if (tag === 'a') return attributes.href !== undefined;
  return CONTROLS.has(tag) || CONTROL_ROLES.has(attributes.role ?? '');
}

/** Text of a vector drawing. */
export const isDrawnText = ({ el }: Placed): boolean =>
  el.tag === 'text' || el.tag === 'tspan' || el.tag === 'textpath';

export const isInked = ({ inked }: Line): boolean => inked;

/** Where a field shows its words, CSS px of the page: of those in lines the first. */
export function wordsIn({ el: { rect, field, styles } }: Placed): Rect | undefined {
  if (!field) return undefined;
  const inset = (side: string) => px(styles[`border-${side}-width`]) + px(styles[`padding-${side}`]);
  const [top, tall] = [rect.y + inset('top'), rect.height - inset('top') - inset('bottom')];
  const width = field.rows ? (field.first ?? 0) : Math.min(field.wants, field.room);
  const y = field.rows ? top : top + (tall - field.high) / 2;
  return width > 0 ? { x: rect.x + field.start, y, width, height: field.high } : undefined;
}

/** What an element's letters are painted with, as CSS writes it: of words in a drawing what fills them, which is black unless they say. */
export const inkOf = (owner: Placed): string | undefined => {
  const { styles } = owner.el;
  return isDrawnText(owner) ? (styles.fill ?? 'rgb(0, 0, 0)') : (styles['-webkit-text-fill-color'] ?? styles.color);
};

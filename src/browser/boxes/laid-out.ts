import type { CDPSession } from 'playwright';
import { sha256 } from '../../core/digest.js';
import { LAYOUT_STYLES } from '../../core/vocabulary/computed-styles.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { LaidOutElement, LaidOutPage } from '../../core/vocabulary/laid-out-page.js';
import type { PageFacts } from '../page/page-facts.js';
import { elementSelectors } from './element-selectors.js';
import { framedElements, inFrames } from './framed-elements.js';
import { MASK_HOST } from './mask-covers.js';
import {
  coverSecrets,
  type RawSnapshot,
  type SnapshotElement,
  snapshotElements,
  withSkipping,
} from './snapshot-tree.js';

export type { PageFacts } from '../page/page-facts.js';

/** The names of the properties that layouts are judged by. */
export const LAYOUT_STYLE_NAMES: readonly string[] = Object.keys(LAYOUT_STYLES);
/** Most elements that are kept, the first in document order, and characters of one text. */
const MAX_ELEMENTS = 5000;
const MAX_TEXT = 200;
/** Attributes that judging needs as they are. */
const ATTRIBUTES = 'type class role disabled inert aria-hidden aria-busy aria-expanded contenteditable popover'.split(
  ' ',
);

/** Attributes by which scripts keep the address of a picture until it is to be loaded. */
const LATER = 'data-src data-srcset data-lazy data-lazy-src data-original data-image data-url'.split(' ');

/** Elements whose `src` is what they show. */
const SHOWS_SRC = new Set(['img', 'iframe', 'embed', 'audio', 'video', 'source']);
/** Attributes that are the shape of a drawing's part. */
const SHAPES = ['d', 'points', 'href', 'xlink:href', 'r', 'rx', 'x1', 'y1', 'x2', 'y2', 'viewBox'];
const DRAWN = new Set(['path', 'polygon', 'polyline', 'use', 'image', 'circle', 'ellipse', 'rect', 'line', 'svg']);
/** Longest shape that is stored as it is. */
const MAX_SHAPE = 40;

/** Roles that say nothing. */
export const EMPTY_ROLES = new Set([
  'generic',
  'none',
  'presentation',
  'StaticText',
  'InlineTextBox',
  'RootWebArea',
  'LineBreak',
]);

/** Role and name of an element as assistive technology sees it. */
export interface Spoken {
  role: string;
  name: string;
}

/**
 * Returns an element's content besides text: the address of its picture without query and fragment (they are often signatures), and
 * without the page's own origin (a port may be new at every start), or the shape of a drawing's part, both as a short digest when long. Empty for most.
 */
export function shownSource(element: SnapshotElement, pageUrl: string): string {
  const { tag, attributes } = element;
  if (SHOWS_SRC.has(tag))
    return address(element.chosenSource || attributes.get('src') || attributes.get('poster') || '', pageUrl);
  if (!DRAWN.has(tag)) return '';
  const shape = SHAPES.flatMap((name) => attributes.get(name) ?? []).join(' ');
  return shape.length <= MAX_SHAPE ? shape : `sha256:${sha256(shape).slice(0, 16)}`;
}

function address(url: string, pageUrl: string): string {
  // An address of a blob is new at every load.
  if (url.startsWith('blob:')) return 'blob:';
  if (url.startsWith('data:')) return `${/^[^;,]*/.exec(url)?.[0]};sha256:${sha256(url).slice(0, 16)}`;
  const plain = url.replace(/[?#].*$/s, '');
  const origin = URL.canParse(pageUrl) ? new URL(pageUrl).origin : '';
  return origin !== '' && plain.startsWith(`${origin}/`) ? plain.slice(origin.length) : plain;
}

/** What of a page's snapshot is made into evidence, with the names that its style values are in. */
interface Source {
  all: readonly SnapshotElement[];
  selectors: ReadonlyMap<SnapshotElement, string>;
  spoken: ReadonlyMap<number, Spoken>;
  styles: readonly string[];
  /** Corner of the picture on the page, CSS px. */
  origin: { x: number; y: number };
  redact: (text: string) => string;
}

/**
 * Returns the page's layout now, in one call of Chromium's protocol and one of the page; without roles and names. `meanwhile` tells more
 * of the same elements, after the layout is read.
 */
export async function readLaidOut(
  protocol: CDPSession,
  facts: PageFacts,
  redact: (text: string) => string,
  meanwhile?: () => Promise<Partial<PageFacts>>,
): Promise<LaidOutPage> {
  const snapshot = await protocol.send('DOMSnapshot.captureSnapshot', {
    computedStyles: withSkipping(LAYOUT_STYLE_NAMES),
    includePaintOrder: true,
    includeDOMRects: true,
  });
  coverSecrets(snapshot, redact);
  const all = snapshotElements(snapshot);
  const source = { all, selectors: elementSelectors(all), spoken: new Map(), styles: LAYOUT_STYLE_NAMES };
  const more = await meanwhile?.();
  return laidOutPage(snapshot, { ...source, origin: { x: 0, y: 0 }, redact }, { ...facts, ...more });
}

/** The pure part: a snapshot, and what the page said of itself, as evidence. */
export function laidOutPage(snapshot: RawSnapshot, given: Source, facts: PageFacts): LaidOutPage {
  const { all } = given;
  const framed = framedElements(snapshot, given);
  const source = { ...given, selectors: new Map([...given.selectors, ...framed.selectors]) };
  const at = new Map(source.styles.map((name, place) => [name, place] as const));
  const boxed = [...all, ...framed.elements].filter(
    (element) => (hasSize(element) || cutsAway(element, at)) && !isNowhere(element),
  );
  const kept = boxed.slice(0, MAX_ELEMENTS);
  const index = new Map(kept.map((element, at) => [element, at] as const));
  // The page counts the elements of its document; those in shadow trees it does not see.
  const light = all.filter((element) => !element.shadowed);
  const agrees = light.length === facts.count;
  const presses = new Map(agrees ? facts.presses.map((press) => [light[press.element], press] as const) : []);
  const naturals = new Map(agrees ? facts.images.map((image) => [inFrames(light, image, framed), image.size]) : []);
  const fields = new Map(
    agrees
      ? facts.fields.map(({ element, frame, ...rest }) => [inFrames(light, { element, frame }, framed), rest])
      : [],
  );
  const motions = new Map(agrees ? facts.motions?.map((one) => [inFrames(light, one, framed), one.what] as const) : []);
  const missing = new Map(agrees ? facts.missing?.map((one) => [light[one.element], one.letter] as const) : []);
  const focus = new Map(
    agrees
      ? facts.focus?.map(({ element, frame, ...rest }) => [inFrames(light, { element, frame }, framed), rest] as const)
      : [],
  );
  const placeOf = (number: number | undefined) => {
    const element = agrees && number !== undefined ? light[number] : undefined;
    return element && index.get(element);
  };
  const labelled = labelsOf([...all, ...framed.elements]);
  const folded = new Map<SnapshotElement, number>();
  for (const { folded: isFolded, rect, parent } of all)
    if (isFolded && !rect && parent?.rect) folded.set(parent, (folded.get(parent) ?? 0) + 1);
  const stopped = agrees && facts.walk?.trap ? inFrames(light, facts.walk.trap, framed) : undefined;
  const trap = stopped && index.get(stopped);
  const shifted = facts.shift?.count === facts.count ? placeOf(facts.shift.element) : undefined;
  const { contentWidth = 0, contentHeight = 0 } = snapshot.documents[0] ?? {};
  return {
    window: facts.window,
    content: { width: contentWidth, height: contentHeight },
    elements: kept.map((element) => {
      const press = presses.get(element);
      const by = press?.by === undefined ? undefined : light[press.by];
      const byIndex = by && index.get(by);
      const natural = naturals.get(element);
      const field = fields.get(element);
      const scrolls = framed.scrolls.get(element);
      const laid = toElement(element, index, at, source);
      return {
        ...laid,
        ...(framed.paint.has(element) ? { paint: framed.paint.get(element) ?? 0 } : {}),
        ...(scrolls ? { scroll: scrolls, styles: { ...laid.styles, 'overflow-x': 'auto', 'overflow-y': 'auto' } } : {}),
        ...(folded.has(element) ? { folded: folded.get(element) } : {}),
        ...(labelled.has(element) ? { labels: labelOf(labelled.get(element), index) } : {}),
        ...(press ? { press: { reached: press.reached, ...(byIndex === undefined ? {} : { by: byIndex }) } } : {}),
        ...(natural ? { natural } : {}),
        ...(field
          ? { field: { ...field, ...(field.text === undefined ? {} : { text: cut(source.redact(field.text)) }) } }
          : {}),
        ...(missing.has(element) ? { missing: missing.get(element) } : {}),
        ...(motions.has(element) ? { moves: motions.get(element) } : {}),
        ...(focus.has(element) ? { focus: focus.get(element) } : {}),
      };
    }),
    omitted: { elements: boxed.length - kept.length, presses: agrees ? facts.left : facts.presses.length + facts.left },
    ...(facts.shift
      ? {
          shift: {
            score: facts.shift.score,
            ...(shifted === undefined ? {} : { element: shifted, by_px: facts.shift.by }),
          },
        }
      : {}),
    ...(facts.walk
      ? {
          walk: {
            presses: facts.walk.presses,
            complete: facts.walk.complete && agrees,
            ...(trap === undefined ? {} : { trap }),
          },
        }
      : {}),
  };
}

const CHOSEN = /^(?:checkbox|radio)$/;

/** The boxes to tick and lists of a page by their labels. */
function labelsOf(all: readonly SnapshotElement[]): Map<SnapshotElement, SnapshotElement> {
  const isChosen = ({ tag, attributes }: SnapshotElement) =>
    tag === 'select' || (tag === 'input' && CHOSEN.test(attributes.get('type') ?? ''));
  const found = new Map<SnapshotElement, SnapshotElement>();
  const byId = new Map(
    all
      .filter((one) => isChosen(one) && one.attributes.has('id'))
      .map((one) => [one.attributes.get('id'), one] as const),
  );
  for (const one of all) {
    const of = one.tag === 'label' ? byId.get(one.attributes.get('for')) : undefined;
    if (of) found.set(one, of);
    if (!isChosen(one)) continue;
    let label = one.parent;
    while (label && label.tag !== 'label') label = label.parent;
    if (label) found.set(label, one);
  }
  return found;
}

function labelOf(control: SnapshotElement | undefined, index: ReadonlyMap<SnapshotElement, number>) {
  if (!control) return undefined;
  const element = index.get(control);
  const type = control.tag === 'select' ? 'select' : (control.attributes.get('type') ?? '');
  return { type, ...(element === undefined ? {} : { element }) };
}

function toElement(
  element: SnapshotElement,
  index: ReadonlyMap<SnapshotElement, number>,
  at: ReadonlyMap<string, number>,
  { selectors, spoken, origin, redact }: Source,
): LaidOutElement {
  const placed = ({ x, y, width, height }: Rect) => ({
    ...{ x: tidy(x - origin.x), y: tidy(y - origin.y) },
    ...{ width: tidy(width), height: tidy(height) },
  });
  const telling = (values: readonly string[]) => {
    const styles: Record<string, string> = {};
    for (const name of LAYOUT_STYLE_NAMES) {
      const value = values[at.get(name) ?? -1] ?? '';
      if (value !== '' && value !== LAYOUT_STYLES[name]) styles[name] = value;
    }
    return styles;
  };
  let above = element.parent;
  while (above && !index.has(above)) above = above.parent;
  const parent = above && index.get(above);
  const said = spoken.get(element.backendNodeId);
  const pseudo = element.pseudo.filter(({ rect }) => rect.width > 0 && rect.height > 0);
  return {
    tag: element.tag,
    selector: redact(selectors.get(element) ?? element.tag),
    ...(parent === undefined ? {} : { parent }),
    rect: placed(element.rect ?? { x: 0, y: 0, width: 0, height: 0 }),
    paint: element.paintOrder,
    styles: telling(element.styles),
    attributes: attributesOf(element, redact),
    ...(said && !EMPTY_ROLES.has(said.role) ? { role: said.role } : {}),
    ...(said?.name ? { name: cut(redact(said.name)) } : {}),
    ...(element.lines.length === 0
      ? {}
      : { lines: element.lines.map(({ rect, text }) => ({ rect: placed(rect), text: cut(redact(text)) })) }),
    ...(pseudo.length === 0
      ? {}
      : {
          pseudo: pseudo.map(({ name, text, rect, styles, paintOrder, lines }) => ({
            ...{ name, text: cut(redact(text)) },
            ...{ rect: placed(rect), styles: telling(styles) },
            ...(lines.length === 0
              ? {}
              : {
                  paint: paintOrder,
                  lines: lines.map((line) => ({ rect: placed(line.rect), text: cut(redact(line.text)) })),
                }),
          })),
        }),
    ...(element.scroll ? { scroll: element.scroll } : {}),
  };
}

function attributesOf(element: SnapshotElement, redact: (text: string) => string): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ATTRIBUTES) {
    const value = element.attributes.get(name);
    if (value !== undefined) kept[name] = cut(redact(value));
  }
  // Queries are often signatures.
  const href = element.attributes.get('href')?.replace(/\?[^#]*/, '');
  if (href !== undefined) kept.href = cut(redact(href));
  const src = element.tag === 'img' ? shownSource(element, '') : '';
  if (src !== '') kept.src = cut(redact(src));
  // The name alone tells that a script is to load it.
  const later = element.tag === 'img' ? LATER.find((name) => element.attributes.has(name)) : undefined;
  if (later !== undefined) kept['data-src'] = later;
  return kept;
}

const hasSize = ({ rect }: SnapshotElement): boolean => rect !== undefined && (rect.width > 0 || rect.height > 0);

/** A box without size shows nothing of what lies in it, where it cuts off what is too large for it: the select that a script draws anew. */
function cutsAway({ rect, styles }: SnapshotElement, at: ReadonlyMap<string, number>): boolean {
  const overflow = ['overflow-x', 'overflow-y'].map((name) => styles[at.get(name) ?? -1] ?? 'visible');
  return rect !== undefined && overflow.every((value) => value === 'hidden' || value === 'clip');
}

/** Parts of drawings that are drawn elsewhere, where they are used. */
const DEFINED = new Set(['defs', 'symbol', 'clippath', 'mask', 'pattern', 'marker']);

/** Our own masks are nothing of the page, and what a drawing defines is nowhere by itself. */
function isNowhere(element: SnapshotElement): boolean {
  for (let at: SnapshotElement | undefined = element; at; at = at.parent)
    if (at.attributes.get('id') === MASK_HOST || DEFINED.has(at.tag.toLowerCase())) return true;
  return false;
}

function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}

function cut(text: string): string {
  const whole = text.replace(/\p{Surrogate}/gu, '\uFFFD');
  return whole.length <= MAX_TEXT ? whole : `${[...whole].slice(0, MAX_TEXT - 1).join('')}…`;
}

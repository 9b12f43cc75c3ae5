import type { CDPSession } from 'playwright';
import { sha256 } from '../core/digest.js';
import { DESIGN_STYLES } from '../core/vocabulary/design-styles.js';
import type { DomBoxes, DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { elementSelectors, testIdOf } from './element-selectors.js';
import { type RawSnapshot, type SnapshotElement, snapshotElements } from './snapshot-tree.js';

/** The names, in the order in which they are asked for and answered. */
const STYLE_NAMES: readonly string[] = Object.keys(DESIGN_STYLES);

const BORDER_PART = /^border-(top|right|bottom|left)-(?:color|style)$/;

/** Properties that say nothing unless another one has a value of its own. */
const ONLY_WITH: Readonly<Record<string, string>> = {
  'text-decoration-color': 'text-decoration-line',
  'text-decoration-style': 'text-decoration-line',
  'outline-color': 'outline-style',
  'outline-width': 'outline-style',
  'outline-offset': 'outline-style',
  'background-size': 'background-image',
  'background-position-x': 'background-image',
  'background-position-y': 'background-image',
  'background-repeat': 'background-image',
};

/**
 * Values (in the order of STYLE_NAMES) as a record, without those that say nothing: initial ones, colours of borders and outlines that
 * are not there, a fill colour of text that is the text's colour.
 */
function tellingStyles(values: readonly string[]): Record<string, string> {
  const styles: Record<string, string> = {};
  for (const [index, name] of STYLE_NAMES.entries()) {
    const value = values[index] ?? '';
    if (value === '' || value === DESIGN_STYLES[name]) continue;
    if (name === '-webkit-text-fill-color' && value === styles.color) continue;
    const side = BORDER_PART.exec(name)?.[1];
    if (side !== undefined && styles[`border-${side}-width`] === undefined) continue;
    const needs = ONLY_WITH[name];
    if (needs !== undefined && styles[needs] === undefined) continue;
    styles[name] = value;
  }
  return styles;
}

/** Inputs whose caption is their `value` attribute. */
const CAPTIONED = new Set(['submit', 'button', 'reset']);
/** Elements whose `src` is what they show. */
const SHOWS_SRC = new Set(['img', 'iframe', 'embed', 'audio', 'video', 'source']);
/** Attributes that are the shape of a drawing's part. */
const SHAPES = ['d', 'points', 'href', 'xlink:href', 'r', 'rx', 'x1', 'y1', 'x2', 'y2', 'viewBox'];
const DRAWN = new Set(['path', 'polygon', 'polyline', 'use', 'image', 'circle', 'ellipse', 'rect', 'line', 'svg']);
/** Longest shape that is stored as it is. */
const MAX_SHAPE = 40;

/**
 * The text that an element shows by itself: its text nodes, the caption of a button, or the placeholder of a field. What is typed
 * into fields is never part of it: it may be secret.
 */
function shownText(element: SnapshotElement): string {
  if (element.tag === 'input' && CAPTIONED.has((element.attributes.get('type') ?? '').toLowerCase()))
    return element.attributes.get('value') ?? '';
  if (element.tag === 'input' || element.tag === 'textarea') return element.attributes.get('placeholder') ?? '';
  return element.text;
}

/**
 * What an element shows besides text: the address of its picture without query and fragment (they are often signatures), and
 * without the page's own origin (a port may be new at every start), or the shape of a drawing's part, both as a short digest when long. Empty for most.
 */
function shownSource(element: SnapshotElement, pageUrl: string): string {
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

/** Most elements that are kept, the first in document order. */
const MAX_ELEMENTS = 5000;
const MAX_TEXT = 200;
/** Roles that say nothing. */
const EMPTY_ROLES = new Set([
  'generic',
  'none',
  'presentation',
  'StaticText',
  'InlineTextBox',
  'RootWebArea',
  'LineBreak',
]);

/** What the boxes belong to: the picture's corner on the page and its size (CSS px), and how its texts are made safe. */
interface BoxesFor {
  url: string;
  title: string;
  origin: { x: number; y: number };
  size: Size;
  scale: number;
  redact: (text: string) => string;
}

/** Role and name of an element as assistive technology sees it. */
interface Spoken {
  role: string;
  name: string;
}

/**
 * Boxes, texts, roles and telling computed styles of every visible element of the page's main document, with open shadow roots: two
 * calls of Chromium's protocol, whatever the page's size.
 */
export async function readDomBoxes(protocol: CDPSession, picture: BoxesFor): Promise<DomBoxes> {
  const [snapshot, spoken] = await Promise.all([
    protocol.send('DOMSnapshot.captureSnapshot', { computedStyles: [...STYLE_NAMES], includePaintOrder: true }),
    readSpoken(protocol),
  ]);
  return domBoxes(snapshot, spoken, picture);
}

/** The pure part: a snapshot as boxes. */
function domBoxes(snapshot: RawSnapshot, spoken: ReadonlyMap<number, Spoken>, picture: BoxesFor): DomBoxes {
  const all = snapshotElements(snapshot);
  const selectors = elementSelectors(all);
  const inside = visibleOnly(all, picture);
  const kept = inside.slice(0, MAX_ELEMENTS);
  const index = new Map(kept.map((element, at) => [element, at] as const));
  return {
    schema_version: 1,
    url: picture.url,
    title: picture.title,
    device_scale_factor: picture.scale,
    size: picture.size,
    elements: kept.map((element) =>
      toDomElement(element, index, selectors, spoken.get(element.backendNodeId), picture),
    ),
    truncated: inside.length > kept.length,
  };
}

function toDomElement(
  element: SnapshotElement,
  index: ReadonlyMap<SnapshotElement, number>,
  selectors: ReadonlyMap<SnapshotElement, string>,
  spoken: Spoken | undefined,
  { origin, url, redact }: BoxesFor,
): DomElement {
  const placed = ({ x, y, width, height }: Rect) => ({
    x: tidy(x - origin.x),
    y: tidy(y - origin.y),
    width: tidy(width),
    height: tidy(height),
  });
  let above = element.parent;
  while (above && !index.has(above)) above = above.parent;
  const parent = above && index.get(above);
  const testId = testIdOf(element);
  const text = shownText(element);
  const source = shownSource(element, url);
  const pseudo = element.pseudo.filter(({ rect }) => rect.width > 0 && rect.height > 0);
  return {
    selector: redact(selectors.get(element) ?? element.tag),
    tag: element.tag,
    rect: placed(element.rect ?? NO_RECT),
    ...(parent === undefined ? {} : { parent }),
    ...(spoken && !EMPTY_ROLES.has(spoken.role) ? { role: spoken.role } : {}),
    ...(spoken?.name ? { name: cut(redact(spoken.name)) } : {}),
    ...(testId === undefined ? {} : { test_id: redact(testId) }),
    ...(text === '' ? {} : { text: cut(redact(text)) }),
    ...(element.textRect ? { text_rect: placed(element.textRect) } : {}),
    ...(source === '' ? {} : { source: cut(redact(source)) }),
    ...(pseudo.length === 0
      ? {}
      : {
          pseudo: pseudo.map((one) => ({
            name: one.name,
            ...(one.text === '' ? {} : { text: cut(redact(one.text)) }),
            rect: placed(one.rect),
            styles: tellingStyles(one.styles),
          })),
        }),
    ...(element.paintOrder > 0 ? { paint_order: element.paintOrder } : {}),
    styles: tellingStyles(element.styles),
  };
}

const NO_RECT: Rect = { x: 0, y: 0, width: 0, height: 0 };
const AT = Object.fromEntries(STYLE_NAMES.map((name, index) => [name, index]));

/** Elements that have a box inside the picture and are neither hidden nor transparent, they or anything above them. */
function visibleOnly(all: readonly SnapshotElement[], { origin, size }: BoxesFor): SnapshotElement[] {
  const clear = new Set<SnapshotElement>();
  return all.filter((element) => {
    const style = (name: string) => element.styles[AT[name] ?? -1];
    if ((element.parent && clear.has(element.parent)) || style('opacity') === '0') {
      clear.add(element);
      return false;
    }
    const { rect } = element;
    return (
      rect !== undefined &&
      rect.width > 0 &&
      rect.height > 0 &&
      style('visibility') === 'visible' &&
      rect.x < origin.x + size.width &&
      rect.y < origin.y + size.height &&
      rect.x + rect.width > origin.x &&
      rect.y + rect.height > origin.y
    );
  });
}

async function readSpoken(protocol: CDPSession): Promise<Map<number, Spoken>> {
  const { nodes } = await protocol.send('Accessibility.getFullAXTree', {});
  const spoken = new Map<number, Spoken>();
  for (const node of nodes) {
    if (node.backendDOMNodeId === undefined || node.ignored) continue;
    spoken.set(node.backendDOMNodeId, { role: String(node.role?.value ?? ''), name: String(node.name?.value ?? '') });
  }
  return spoken;
}

function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}

function cut(text: string): string {
  const whole = text.replace(/\p{Surrogate}/gu, '\uFFFD');
  return whole.length <= MAX_TEXT ? whole : `${[...whole].slice(0, MAX_TEXT - 1).join('')}…`;
}

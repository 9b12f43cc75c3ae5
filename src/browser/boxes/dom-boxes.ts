import type { CDPSession } from 'playwright';
import { DESIGN_STYLES } from '../../core/vocabulary/computed-styles.js';
import type { DomBoxes, DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { Rect, Size } from '../../core/vocabulary/geometry.js';
import type { LaidOutPage } from '../../core/vocabulary/laid-out-page.js';
import { elementSelectors, testIdOf } from './element-selectors.js';
import { EMPTY_ROLES, LAYOUT_STYLE_NAMES, laidOutPage, type PageFacts, type Spoken, shownSource } from './laid-out.js';
import { MASK_HOST } from './mask-covers.js';
import { coverSecrets, type SnapshotElement, snapshotElements, withSkipping } from './snapshot-tree.js';

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

/** Most elements that are kept, the first in document order. */
const MAX_ELEMENTS = 5000;
const MAX_TEXT = 200;
/** Elements of a page up to which roles and names are asked for: the browser's time for it grows with their square (30,000 take 24 s). */
const MOST_SPOKEN = 12_000;
/** The picture that boxes belong to: its corner on the page and its size (CSS px), and how its texts are made safe. */
interface BoxesFor {
  url: string;
  title: string;
  origin: { x: number; y: number };
  size: Size;
  scale: number;
  redact: (text: string) => string;
}

/** What is asked for: all that designs are compared by, and what layouts are judged by besides. */
const ASKED = [...STYLE_NAMES, ...LAYOUT_STYLE_NAMES.filter((name) => DESIGN_STYLES[name] === undefined)];

/**
 * Boxes, texts, roles and telling computed styles of every visible element of the page's main document, with open shadow roots, and with
 * `layout` how all of it lies: two calls of Chromium's protocol, whatever the page's size.
 */
export async function readPageBoxes(
  protocol: CDPSession,
  picture: BoxesFor,
  layout?: PageFacts,
): Promise<{ boxes: DomBoxes; laidOut: LaidOutPage | undefined }> {
  const snapshot = await protocol.send('DOMSnapshot.captureSnapshot', {
    computedStyles: withSkipping(layout ? ASKED : STYLE_NAMES),
    includePaintOrder: true,
    includeDOMRects: layout !== undefined,
  });
  coverSecrets(snapshot, picture.redact);
  const all = snapshotElements(snapshot);
  const unnamed = all.length > MOST_SPOKEN;
  const spoken = unnamed ? new Map<number, Spoken>() : await readSpoken(protocol);
  const selectors = elementSelectors(all);
  const boxes = domBoxes(all, selectors, spoken, picture);
  const { origin, redact } = picture;
  const laidOut = layout && laidOutPage(snapshot, { all, selectors, spoken, styles: ASKED, origin, redact }, layout);
  if (laidOut && unnamed) laidOut.omitted.names = all.length;
  return { boxes, laidOut };
}

/** The pure part: the elements of a snapshot as boxes. */
function domBoxes(
  all: readonly SnapshotElement[],
  selectors: ReadonlyMap<SnapshotElement, string>,
  spoken: ReadonlyMap<number, Spoken>,
  picture: BoxesFor,
): DomBoxes {
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
    const ours = element.attributes.get('id') === MASK_HOST;
    if ((element.parent && clear.has(element.parent)) || style('opacity') === '0' || ours) {
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

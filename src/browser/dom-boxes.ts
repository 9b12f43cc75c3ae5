import type { CDPSession } from 'playwright';
import type { DomBoxes, DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { STYLE_NAMES, tellingStyles } from './design-styles.js';
import { elementSelectors, testIdOf } from './element-selectors.js';
import { shownSource, shownText } from './shown-content.js';
import { type RawSnapshot, type SnapshotElement, snapshotElements } from './snapshot-tree.js';

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
export interface BoxesFor {
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
export function domBoxes(snapshot: RawSnapshot, spoken: ReadonlyMap<number, Spoken>, picture: BoxesFor): DomBoxes {
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

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodeloopError, isErrno } from '../core/errors.js';
import { countedWork } from '../core/lanes.js';
import { readStored, readText } from '../core/path-walls.js';
import { intersection } from '../core/rects.js';
import { DomBoxes, type DomElement } from '../core/vocabulary/dom-boxes.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';

/** Reads the boxes of a photographed page (`.dom.json`) when they are asked for. */
export type BoxesReader = () => Promise<DomBoxes>;

/** The file of a photographed page's boxes, as its cell names it. */
type StoredBoxes = Pick<Artifact, 'path' | 'sha256'>;

/** A reader of one page's boxes, whose file is read and parsed when first asked for, and not again. */
export function boxesReader(projectDir: string, stored: StoredBoxes): BoxesReader {
  let read: Promise<DomBoxes> | undefined;
  return () => {
    read ??= readBoxes(projectDir, stored);
    return read;
  };
}

/** Longest file of boxes that is read, in bytes: a page of a hundred thousand elements. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Reads and parses the boxes of a page. Throws EVIDENCE_TAMPERED when they are gone, behind a link, changed, or no boxes. */
export async function readBoxes(projectDir: string, stored: StoredBoxes): Promise<DomBoxes> {
  const text = (await readStored(projectDir, stored, MAX_BYTES)).toString('utf8');
  countedWork.pageBoxes.publish({ file: join(projectDir, stored.path) });
  const boxes = parsed(text);
  if (boxes) return boxes;
  const run_id = stored.path.split('/')[2] ?? '';
  throw new CodeloopError('EVIDENCE_TAMPERED', { run_id, reason: `${stored.path} holds no boxes of a page` });
}

function parsed(text: string): DomBoxes | undefined {
  try {
    return DomBoxes.safeParse(JSON.parse(text)).data;
  } catch (error) {
    // Not JSON, or nested deeper than anything that is written: no boxes.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The boxes beside a reference picture. They may come from anywhere, so they are checked, and left aside when they are something else. */
export async function neighbourBoxes(picture: string): Promise<DomBoxes | undefined> {
  const file = picture.replace(/\.[^./\\]+$/, '.dom.json');
  let text: string;
  try {
    if ((await stat(file)).size > MAX_BYTES) return undefined;
    text = await readText(file);
  } catch (error) {
    // Most references are pictures only.
    if (isErrno(error)) return undefined;
    throw error;
  }
  countedWork.pageBoxes.publish({ file });
  return parsed(text);
}

/** An element with its place in the tree. All rectangles are CSS px of the picture. */
export interface ElementNode {
  index: number;
  /** Index after its last descendant: descendants are the nodes `index + 1` to `end - 1`. */
  end: number;
  depth: number;
  element: DomElement;
  parent: ElementNode | undefined;
  children: ElementNode[];
  /** The part of its box that is not cut off by what holds it; `undefined` when nothing is left. */
  seen: Rect | undefined;
}

/** The elements of a picture, in document order. */
export interface ElementTree {
  boxes: DomBoxes;
  nodes: ElementNode[];
  roots: ElementNode[];
}

/** The tree behind stored boxes. A parent that is not stored before its child is taken as none. */
export function elementTree(boxes: DomBoxes): ElementTree {
  const nodes: ElementNode[] = [];
  const roots: ElementNode[] = [];
  const picture: Rect = { x: 0, y: 0, ...boxes.size };
  for (const [index, element] of boxes.elements.entries()) {
    const parent = element.parent === undefined || element.parent >= index ? undefined : nodes[element.parent];
    const node: ElementNode = {
      index,
      end: index + 1,
      depth: parent ? parent.depth + 1 : 0,
      element,
      parent,
      children: [],
      seen: intersection(element.rect, clipAbove(parent, element.styles.position) ?? picture),
    };
    nodes.push(node);
    (parent ? parent.children : roots).push(node);
  }
  for (const node of [...nodes].reverse()) if (node.parent) node.parent.end = Math.max(node.parent.end, node.end);
  return { boxes, nodes, roots };
}

export function isAncestor(above: ElementNode, below: ElementNode): boolean {
  return above.index < below.index && below.index < above.end;
}

/**
 * Returns the rectangle that clips a child of `parent`. Fixed boxes escape every clip and absolute ones those of boxes that are not positioned (CSS
 * Positioned Layout, containing blocks; transforms that catch fixed boxes are left aside).
 */
function clipAbove(parent: ElementNode | undefined, position: string | undefined): Rect | undefined {
  if (position === 'fixed') return undefined;
  let escapes = position === 'absolute';
  let clip: Rect | undefined;
  for (let node = parent; node; node = node.parent) {
    const { styles, rect } = node.element;
    const positioned = styles.position !== undefined;
    if (escapes && !positioned) continue;
    escapes = styles.position === 'absolute';
    if (clips(node.element)) clip = clip ? (intersection(clip, rect) ?? NOTHING) : rect;
    if (styles.position === 'fixed') break;
  }
  return clip;
}

const NOTHING: Rect = { x: 0, y: 0, width: 0, height: 0 };

function clips({ tag, styles }: DomElement): boolean {
  // Overflow of the root and the body is the viewport's, not theirs (CSS Overflow 3, section 3.3).
  if (tag === 'html' || tag === 'body') return false;
  return styles['overflow-x'] !== undefined || styles['overflow-y'] !== undefined;
}

/** Elements that draw a picture of their own. */
const REPLACED = new Set([
  'img',
  'svg',
  'canvas',
  'video',
  'iframe',
  'embed',
  'object',
  'input',
  'select',
  'textarea',
  'progress',
  'meter',
  'hr',
]);

/** Returns true when an element paints its box: background, border, shadow, outline, or a picture of its own. */
export function paintsBox({ tag, styles }: DomElement): boolean {
  return (
    REPLACED.has(tag) ||
    styles['background-color'] !== undefined ||
    styles['background-image'] !== undefined ||
    styles['box-shadow'] !== undefined ||
    styles['outline-style'] !== undefined ||
    ['top', 'right', 'bottom', 'left'].some((side) => styles[`border-${side}-width`] !== undefined)
  );
}

/** Returns true when an element hides what is painted below it, as far as its styles tell. */
export function isOpaque({ tag, styles }: DomElement): boolean {
  const color = styles['background-color'];
  const image = styles['background-image'] ?? '';
  const solid = color !== undefined && !color.startsWith('rgba(');
  const gradient = image.includes('gradient(') && !/url\(|rgba\(|transparent|0px 0px/.test(image);
  return styles.opacity === undefined && (tag === 'video' || solid || gradient);
}

/** Returns the rectangles that an element itself paints: its box, its text and its pseudo-elements; empty for a mere wrapper. */
export function inkRects(node: ElementNode): Rect[] {
  const { element, seen } = node;
  if (!seen) return [];
  const rects = paintsBox(element) ? [seen] : [];
  for (const rect of [element.text_rect, ...(element.pseudo ?? []).map((pseudo) => pseudo.rect)]) {
    const part = rect && intersection(rect, seen);
    if (part) rects.push(part);
  }
  return rects;
}

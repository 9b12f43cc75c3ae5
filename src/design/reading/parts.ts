import { grown, intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { channelDistance, clipRect, dominantColor, type PixelView } from '../../image/pixels.js';
import type { ElementNode, ElementTree } from '../element-tree.js';
import { computedRadius } from './corners.js';

/** What an element shows: a line of its text, or a picture or icon. */
export interface Part {
  node: ElementNode;
  kind: 'text' | 'picture';
  /** Around its ink, whole device px. */
  rect: Rect;
  /** The words of a line, in order; the ink of each. */
  words: Rect[];
  /** Colours above and below the part, between which its ground goes over. */
  ground: Ground;
  /** Device px of its letters' em; 0 for a picture. */
  em: number;
}

/** Colours of the ground of a part, as pixels, at its upper and lower end; equal on a plain one. */
export interface Ground {
  top: number;
  bottom: number;
  plain: boolean;
}

/** Share of a rectangle that one colour must fill to be its ground. */
const PLAIN = 0.4;
/** Levels of 255 from which a pixel is ink. */
const INK = 24;
/** Em between two letters from which they are two words. */
const WORD_GAP = 0.2;
/** Elements that show a picture of their own, whatever is in it. */
const PICTURES = new Set(['img', 'svg', 'canvas', 'video', 'iframe', 'embed', 'object']);
const FIELDS = new Set(['input', 'select', 'textarea']);
/** Device px² of the smallest picture that is looked at. */
const SMALLEST = 4;

/** The ground of a rectangle (device px): its main colour, else the colours right above and below it. */
export function groundOf(view: PixelView, rect: Rect): Ground {
  const main = dominantColor(view, rect);
  if (main && main.share >= PLAIN) return { top: main.color, bottom: main.color, plain: true };
  const line = (y: number) => dominantColor(view, { x: rect.x, y, width: rect.width, height: 1 })?.color;
  const top = line(rect.y - 2) ?? line(rect.y) ?? 0xffffff;
  const bottom = line(rect.y + rect.height + 1) ?? line(rect.y + rect.height - 1) ?? top;
  return { top, bottom, plain: false };
}

/** The colour of a ground at a row of its rectangle. */
export function groundAt({ top, bottom, plain }: Ground, row: number, height: number): number {
  if (plain || top === bottom) return top;
  const part = height <= 1 ? 0 : row / (height - 1);
  let color = 0;
  for (const at of [0, 8, 16])
    color |= Math.round(((top >>> at) & 255) * (1 - part) + ((bottom >>> at) & 255) * part) << at;
  return color >>> 0;
}

/** All parts of a page in document order. Rectangles of the tree are CSS px, `scale` device px of which make one. */
export function partsOf(tree: ElementTree, view: PixelView, scale: number): Part[] {
  const parts: Part[] = [];
  let inside: ElementNode | undefined;
  for (const node of tree.nodes) {
    // What is in a drawing is part of it.
    if (inside && node.index < inside.end) continue;
    const { element, seen } = node;
    if (!seen || hidden(node)) continue;
    if (PICTURES.has(element.tag)) {
      inside = node;
      add(parts, node, seen, view, scale);
      continue;
    }
    for (const { rect } of element.pseudo ?? []) {
      const part = intersection(rect, seen);
      if (part && isContent(node))
        add(parts, node, wholePixels(part, seen, scale), view, scale, besideCorners(node, seen, scale));
    }
    if (isIcon(node)) add(parts, node, seen, view, scale);
    const text = element.text && element.text_rect && intersection(grown(element.text_rect, 1), grown(seen, 1));
    if (text) parts.push(...linesOf(node, text, view, scale));
    else if (FIELDS.has(element.tag)) add(parts, node, insideOf(node, seen), view, scale, besideText(node, scale));
  }
  return parts;
}

/** Pixels that are in no corner of a rounded box, where a border about it may go round. */
function besideCorners(node: ElementNode, seen: Rect, scale: number): (x: number, y: number) => boolean {
  const radius = computedRadius(node) * scale;
  const { x: left, y: top, width, height } = scaled(seen, scale);
  const atEnd = (at: number, from: number, length: number) => at < from + radius || at + 1 > from + length - radius;
  return (x, y) => !(radius > 0 && atEnd(x, left, width) && atEnd(y, top, height));
}

/** A rectangle without the pixels that an edge which cuts it off shares with what is about it: a border beside it. */
function wholePixels(rect: Rect, { x, y, width, height }: Rect, scale: number): Rect {
  const begin = (at: number, edge: number) => (at === edge ? Math.ceil(at * scale) / scale : at);
  const end = (at: number, edge: number) => (at === edge ? Math.floor(at * scale) / scale : at);
  const [left, top] = [begin(rect.x, x), begin(rect.y, y)];
  const [right, bottom] = [end(rect.x + rect.width, x + width), end(rect.y + rect.height, y + height)];
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** Where a field shows its text: inside its border and the padding at its ends; what is above and below its letters may be less than a line. */
function insideOf({ element: { styles } }: ElementNode, { x, y, width, height }: Rect): Rect {
  const inset = (side: 'left' | 'top' | 'right' | 'bottom') => {
    const padding = side === 'left' || side === 'right' ? Number.parseFloat(styles[`padding-${side}`] ?? '') || 0 : 0;
    return 2 + (Number.parseFloat(styles[`border-${side}-width`] ?? '') || 0) + Math.max(0, padding - 2);
  };
  return {
    x: x + inset('left'),
    y: y + inset('top'),
    width: width - inset('left') - inset('right'),
    height: height - inset('top') - inset('bottom'),
  };
}

/** CSS px of the largest icon that is a background. */
const LARGEST_ICON = 64;

/** Returns true when an element is nothing but a small picture in its background: the lines of a menu button, a tick. */
function isIcon({ element: { styles, text, pseudo }, children, seen }: ElementNode): boolean {
  return (
    styles['background-image']?.includes('url(') === true &&
    text === undefined &&
    pseudo === undefined &&
    children.length === 0 &&
    seen !== undefined &&
    Math.max(seen.width, seen.height) <= LARGEST_ICON
  );
}

/** Icons of fonts are text of pseudo-elements; a mere layer of colour is none. */
function isContent({ element }: ElementNode): boolean {
  return (element.pseudo ?? []).some(
    ({ text, styles }) => (text ?? '') !== '' || styles['background-image'] !== undefined,
  );
}

function hidden(node: ElementNode): boolean {
  for (let at: ElementNode | undefined = node; at; at = at.parent)
    if (at.element.styles.opacity === '0' || at.element.styles.visibility === 'hidden') return true;
  return false;
}

/** CSS px of the square by which a text field is made larger. */
const GRIP = 20;

/** Pixels that show no text of what stands beside a field: a label that floats over it. */
function besideText(node: ElementNode, scale: number): (x: number, y: number) => boolean {
  const others = (node.parent?.children ?? []).flatMap(({ element }) =>
    element === node.element || !element.text_rect ? [] : [scaled(grown(element.text_rect, 1), scale)],
  );
  // What a text field is made larger by at its lower right is the browser's own.
  if (node.element.tag === 'textarea' && node.seen) {
    const { x, y, width, height } = node.seen;
    others.push(scaled({ x: x + width - GRIP, y: y + height - GRIP, width: GRIP, height: GRIP }, scale));
  }
  return (x, y) => !others.some((one) => x >= one.x && x < one.x + one.width && y >= one.y && y < one.y + one.height);
}

function add(
  parts: Part[],
  node: ElementNode,
  css: Rect,
  view: PixelView,
  scale: number,
  own: (x: number, y: number) => boolean = () => true,
): void {
  const box = clipRect(scaled(css, scale), view);
  if (!box) return;
  const ground = groundOf(view, box);
  const isFont = !PICTURES.has(node.element.tag);
  const rect = isFont ? inkRect(view, box, ground, own) : box;
  if (rect && rect.width * rect.height >= SMALLEST)
    parts.push({ node, kind: 'picture', rect, words: [rect], ground, em: 2 * Math.max(rect.width, rect.height) });
}

function scaled({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

/** The smallest rectangle around the ink in a box; undefined when there is none. */
function inkRect(view: PixelView, box: Rect, ground: Ground, own: (x: number, y: number) => boolean): Rect | undefined {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (let y = box.y; y < box.y + box.height; y++) {
    const plain = groundAt(ground, y - box.y, box.height);
    for (let x = box.x; x < box.x + box.width; x++) {
      if (channelDistance(view.pixels[y * view.stride + x] ?? 0, plain) < INK || !own(x, y)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top };
}

/** The lines of an element's own text, each with its words; what its children show is theirs. */
function linesOf(node: ElementNode, css: Rect, view: PixelView, scale: number): Part[] {
  const box = clipRect(scaled(css, scale), view);
  if (!box) return [];
  const em = (Number.parseFloat(node.element.styles['font-size'] ?? '') || 16) * scale;
  const ground = groundOf(view, box);
  const others = node.children.flatMap(({ seen, element }) => {
    const rect = element.text_rect ?? seen;
    return rect ? [scaled(rect, scale)] : [];
  });
  const own = (x: number, y: number) =>
    !others.some((one) => x >= one.x - 1 && x < one.x + one.width + 1 && y >= one.y && y < one.y + one.height);
  const lines = inkLines(view, box, ground, em, others.length > 0 ? own : undefined);
  // What the end of the picture cuts off is no whole line.
  const whole = lines.filter(({ rect }) => rect.y + rect.height < view.height);
  return whole.map((line) => ({ node, kind: 'text', ...line, ground, em }));
}

/**
 * The lines of ink in a box, each with its words, top to bottom. `em`: about the size of its letters, device px. `own`: which pixels may
 * count. `letters`: strokes that are too long for a letter, edges and surfaces of boxes, do not count.
 */
export function inkLines(
  view: PixelView,
  box: Rect,
  ground: Ground,
  em: number,
  own?: (x: number, y: number) => boolean,
  letters = false,
): { rect: Rect; words: Rect[] }[] {
  const ink = new Uint8Array(box.width * box.height);
  const rows = new Int32Array(box.height);
  for (let y = 0; y < box.height; y++) {
    const plain = groundAt(ground, y, box.height);
    for (let x = 0; x < box.width; x++) {
      const pixel = view.pixels[(box.y + y) * view.stride + box.x + x] ?? 0;
      if (channelDistance(pixel, plain) < INK || (own && !own(box.x + x, box.y + y))) continue;
      ink[y * box.width + x] = 1;
    }
  }
  if (letters) clearRuns(ink, box, LONGEST * em);
  for (let y = 0; y < box.height; y++)
    for (let x = 0; x < box.width; x++) if (ink[y * box.width + x] === 1) rows[y] = (rows[y] ?? 0) + 1;
  return bandsOf(rows, em).flatMap(({ from, to }) => {
    const words = wordsOf(ink, box, from, to, em);
    const rect = around(words);
    return rect && rect.height >= 2 ? [{ rect, words }] : [];
  });
}

/** Em of the longest stroke of a letter. */
const LONGEST = 1.6;

/** Takes out what goes on for longer than `most` pixels along a row or a column. */
function clearRuns(ink: Uint8Array, { width, height }: Rect, most: number): void {
  const cleared: number[] = [];
  const walk = (lines: number, length: number, at: (line: number, along: number) => number) => {
    for (let line = 0; line < lines; line++)
      for (let along = 0, run = 0; along <= length; along++) {
        if (along < length && ink[at(line, along)] === 1) {
          run++;
          continue;
        }
        if (run > most) for (let back = 1; back <= run; back++) cleared.push(at(line, along - back));
        run = 0;
      }
  };
  walk(height, width, (row, column) => row * width + column);
  walk(width, height, (column, row) => row * width + column);
  for (const at of cleared) ink[at] = 0;
}

/** Rows with ink that belong together; a dot over an i is near, and lines that touch are parted evenly. */
function bandsOf(rows: Int32Array, em: number): { from: number; to: number }[] {
  const bands: { from: number; to: number }[] = [];
  let empty = 0;
  for (const [y, count] of rows.entries()) {
    const last = bands.at(-1);
    if (count === 0) {
      empty++;
      continue;
    }
    if (last && empty <= Math.max(1, 0.12 * em)) last.to = y + 1;
    else bands.push({ from: y, to: y + 1 });
    empty = 0;
  }
  return bands.flatMap(({ from, to }) => {
    const lines = Math.max(1, Math.round((to - from) / (1.35 * em)));
    return Array.from({ length: lines }, (_, at) => ({
      from: from + Math.round(((to - from) * at) / lines),
      to: from + Math.round(((to - from) * (at + 1)) / lines),
    }));
  });
}

function wordsOf(ink: Uint8Array, box: Rect, from: number, to: number, em: number): Rect[] {
  const words: Rect[] = [];
  const gap = Math.max(2, WORD_GAP * em);
  let last = Number.NEGATIVE_INFINITY;
  for (let x = 0; x < box.width; x++) {
    let [top, bottom] = [-1, -1];
    for (let y = from; y < to; y++) {
      if (ink[y * box.width + x] !== 1) continue;
      if (top < 0) top = y;
      bottom = y;
    }
    if (top < 0) continue;
    const word = words.at(-1);
    const column = { x: box.x + x, y: box.y + top, width: 1, height: bottom + 1 - top };
    if (word && x - last <= gap) words[words.length - 1] = around([word, column]) ?? word;
    else words.push(column);
    last = x;
  }
  return words;
}

/** The smallest rectangle around all; undefined for none. */
export function around(rects: readonly Rect[]): Rect | undefined {
  const [first, ...others] = rects;
  if (!first) return undefined;
  let [left, top, right, bottom] = [first.x, first.y, first.x + first.width, first.y + first.height];
  for (const one of others) {
    left = Math.min(left, one.x);
    top = Math.min(top, one.y);
    right = Math.max(right, one.x + one.width);
    bottom = Math.max(bottom, one.y + one.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

import { intersectionOverUnion } from '../../core/rects.js';
import type { DomElement } from '../../core/vocabulary/dom-boxes.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { FigmaLayer } from '../../core/vocabulary/pair.js';

/** A text as it is compared: one line, lower case, composed. */
export function plainText(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** Returns the likeness of two plain texts, 0-1: share of common pairs of letters. Dice, "Measures of the Amount of Ecologic Association", 1945. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const [first, second] = [pairs(a), pairs(b)];
  const total = a.length + b.length - 2;
  if (total <= 0) return 0;
  let common = 0;
  for (const [pair, count] of first) common += Math.min(count, second.get(pair) ?? 0);
  return (2 * common) / total;
}

function pairs(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + 1 < text.length; at += 1) {
    const pair = text.slice(at, at + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

/** Words of a designer's name for what a browser calls otherwise. */
const SAME: Readonly<Record<string, string>> = {
  btn: 'button',
  cta: 'button',
  img: 'image',
  picture: 'image',
  photo: 'image',
  nav: 'navigation',
  navbar: 'navigation',
  menu: 'navigation',
  input: 'textbox',
  field: 'textbox',
  textfield: 'textbox',
  textarea: 'textbox',
  title: 'heading',
  headline: 'heading',
  a: 'link',
  header: 'banner',
  footer: 'contentinfo',
};

/** The words of names, roles and ids, brought to one spelling: `Primary/Btn` → primary, button. */
export function words(...names: readonly (string | undefined)[]): Set<string> {
  const found = names.flatMap((name) =>
    (name ?? '')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
  );
  return new Set(found.map((word) => SAME[word] ?? word));
}

/** A layer, a possible counterpart, and a score for it. */
export interface Candidate {
  layer: number;
  element: number;
  score: number;
}

/** One to one, best first; on a tie the first layer with the first element, so that order decides. */
export function assign(candidates: readonly Candidate[]): Map<number, number> {
  const chosen = new Map<number, number>();
  const taken = new Set<number>();
  const sorted = [...candidates].sort((a, b) => b.score - a.score || a.layer - b.layer || a.element - b.element);
  for (const { layer, element } of sorted) {
    if (chosen.has(layer) || taken.has(element)) continue;
    chosen.set(layer, element);
    taken.add(element);
  }
  return chosen;
}

/** Below this a box is another box. */
const MIN_SCORE = 0.5;

/** Elements for the layers that are boxes, given which texts belong together. The frame itself is the page's body. */
export function matchBoxes(
  layers: readonly FigmaLayer[],
  elements: readonly DomElement[],
  texts: ReadonlyMap<number, number>,
): Map<number, number> {
  const root = elements.findIndex(({ tag }) => tag === 'body');
  const shared = sharedTexts(layers, elements, texts);
  const candidates: Candidate[] = [];
  for (const [at, layer] of layers.entries()) {
    if (at === 0 || layer.type === 'TEXT') continue;
    const named = words(layer.name);
    for (const [index, element] of elements.entries()) {
      if (index === root || element.tag === 'html') continue;
      const together = shared.get(key(at, index)) ?? 0;
      const over = intersectionOverUnion(layer.rect, element.rect);
      if (together === 0 && over < 0.3 && !near(layer.rect, element.rect)) continue;
      const score = rate(layer, element, together, over, sharesWord(named, element));
      if (score >= MIN_SCORE) candidates.push({ layer: at, element: index, score });
    }
  }
  const found = assign(candidates);
  if (root >= 0 && layers.length > 0) found.set(0, root);
  return found;
}

/** Rates a pair: texts count more than geometry, geometry more than names: designers do not name layers for browsers. */
function rate(layer: FigmaLayer, element: DomElement, together: number, over: number, named: boolean): number {
  const looks = painted(layer.styles) === painted(element.styles) ? 0.1 : 0;
  const name = named ? 0.15 : 0;
  if (together > 0) return 0.45 * together + 0.25 * alikeSize(layer.rect, element.rect) + 0.2 * over + looks + name;
  // Nothing is written in it: it must be about where it was and about as large.
  return 0.6 * over + 0.2 * alikeSize(layer.rect, element.rect) + looks + name;
}

/** Returns how well the texts below a layer and those below an element agree, 0-1 (F1), by `key`. */
function sharedTexts(
  layers: readonly FigmaLayer[],
  elements: readonly DomElement[],
  texts: ReadonlyMap<number, number>,
): Map<string, number> {
  const both = new Map<string, number>();
  const ofLayer = new Map<number, number>();
  const ofElement = new Map<number, number>();
  for (const [layer, element] of texts) {
    const above = chain(layers, layers[layer]?.parent);
    const around = chain(elements, element);
    for (const one of above) ofLayer.set(one, (ofLayer.get(one) ?? 0) + 1);
    for (const one of around) ofElement.set(one, (ofElement.get(one) ?? 0) + 1);
    for (const one of above)
      for (const other of around) both.set(key(one, other), (both.get(key(one, other)) ?? 0) + 1);
  }
  const shares = [...both].map(([pair, count]) => {
    const [layer = 0, element = 0] = pair.split(' ').map(Number);
    return [pair, (2 * count) / ((ofLayer.get(layer) ?? 0) + (ofElement.get(element) ?? 0))] as const;
  });
  return new Map(shares);
}

/** An index and those of everything above it. */
export function chain(list: readonly { parent?: number | undefined }[], start: number | undefined): number[] {
  const found: number[] = [];
  for (let at = start; at !== undefined && !found.includes(at); at = list[at]?.parent) found.push(at);
  return found;
}

function sharesWord(named: ReadonlySet<string>, { role, tag, test_id, name }: DomElement): boolean {
  for (const word of words(role, tag, test_id, name)) if (named.has(word)) return true;
  return false;
}

/** Returns true when a box is visible by itself. */
function painted(styles: Readonly<Record<string, string>>): boolean {
  const clear = (value: string | undefined) => value === undefined || value === 'none' || /^rgba\(.*, 0\)$/.test(value);
  const bordered = ['top', 'right', 'bottom', 'left'].some(
    (side) => (styles[`border-${side}-width`] ?? '0px') !== '0px',
  );
  return (
    bordered || !clear(styles['background-color']) || !clear(styles['box-shadow']) || !clear(styles['background-image'])
  );
}

function alikeSize(a: Rect, b: Rect): number {
  const ratio = (x: number, y: number) => (Math.max(x, y) === 0 ? 1 : Math.min(x, y) / Math.max(x, y));
  return ratio(a.width, b.width) * ratio(a.height, b.height);
}

/** Returns true when a box of about the same size lies within its own size of the other. */
function near(a: Rect, b: Rect): boolean {
  return (
    alikeSize(a, b) > 0.6 &&
    Math.abs(a.x - b.x) < Math.max(32, a.width / 2) &&
    Math.abs(a.y - b.y) < Math.max(32, a.height / 2)
  );
}

function key(layer: number, element: number): string {
  return `${layer} ${element}`;
}

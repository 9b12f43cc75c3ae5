import { DESIGN_STYLES } from '../core/vocabulary/computed-styles.js';
import type { DomElement } from '../core/vocabulary/dom-boxes.js';
import type { ElementMatch } from './element-match.js';
import type { ElementNode } from './element-tree.js';

/** One property of an element, raw computed values. */
export interface PropertyChange {
  property: string;
  expected: string;
  actual: string;
}

/** The changes of one element. Lengths are CSS px. */
export interface ElementChange {
  reference?: ElementNode;
  actual?: ElementNode;
  /** Its place in the actual picture: itself, or what holds it when it is missing. */
  place: ElementNode | undefined;
  /** Properties, texts and pictures that differ and follow from no other change (see `separateCauses`). */
  own: PropertyChange[];
  /** Those that follow from a change elsewhere or of the element's own. */
  derived: PropertyChange[];
  /** Change of place against that of its parent. */
  moved: { x: number; y: number };
  resized: { width: number; height: number };
}

/** Lengths that differ by less are equal: layout rounds to 1/64 px, boxes are stored to 1/100. */
const SAME_PX = 0.1;

/**
 * Everything that differs between matched elements, and the topmost of the elements that only one side has, missing ones last. Causes
 * are not yet told from consequences.
 */
export function elementChanges(match: ElementMatch): {
  changes: ElementChange[];
  ofActual: Map<ElementNode, ElementChange>;
} {
  const changes: ElementChange[] = [];
  const ofActual = new Map<ElementNode, ElementChange>();
  for (const actual of match.actual.nodes) {
    const reference = match.toReference[actual.index];
    if (!reference) {
      if (isTop(actual, match.toReference) && !match.reference.boxes.truncated)
        changes.push({ ...STILL, actual, place: actual, own: [presence('missing', 'present')], derived: [] });
      continue;
    }
    const change = compareElements(reference, actual, match);
    if (!change) continue;
    changes.push(change);
    ofActual.set(actual, change);
  }
  for (const reference of match.reference.nodes) {
    if (match.toActual[reference.index] || !isTop(reference, match.toActual) || match.actual.boxes.truncated) continue;
    if (!isShown(reference, match)) continue;
    const place = reference.parent && match.toActual[reference.parent.index];
    changes.push({ ...STILL, reference, place, own: [presence('present', 'missing')], derived: [] });
  }
  return { changes, ofActual };
}

const STILL = { moved: { x: 0, y: 0 }, resized: { width: 0, height: 0 } };

function presence(expected: string, actual: string): PropertyChange {
  return { property: 'presence', expected, actual };
}

/** Returns true when everything above an element has a counterpart: else it came or went with what holds it. */
function isTop(node: ElementNode, counterparts: readonly (ElementNode | undefined)[]): boolean {
  return node.parent === undefined || counterparts[node.parent.index] !== undefined;
}

/**
 * Returns true when an element that is not there would be in the actual picture, had it moved with what stands before it, or with its parent: else
 * the picture just ends above it.
 */
function isShown(node: ElementNode, { toActual, actual }: ElementMatch): boolean {
  const siblings = node.parent?.children ?? [];
  const before = siblings.slice(0, siblings.indexOf(node)).findLast((one) => toActual[one.index] !== undefined);
  const guide = before ?? node.parent;
  const there = guide && toActual[guide.index];
  const { rect } = node.element;
  let [x, y] = [rect.x, rect.y];
  if (guide && there) {
    const [from, to] = [guide.element.rect, there.element.rect];
    x += to.x - from.x;
    y += to.y - from.y + (before ? to.height - from.height : 0);
  }
  const { width, height } = actual.boxes.size;
  return x < width && y < height && x + rect.width > 0 && y + rect.height > 0;
}

function compareElements(reference: ElementNode, actual: ElementNode, match: ElementMatch): ElementChange | undefined {
  const [a, b] = [reference.element, actual.element];
  const own = [...contentChanges(a, b), ...styleChanges(a.styles, b.styles), ...pseudoChanges(a, b)];
  if (match.reordered.has(actual)) own.unshift(orderChange(reference, actual));
  const above = reference.parent && actual.parent && [reference.parent.element.rect, actual.parent.element.rect];
  const [dx, dy] = above ? [(above[1]?.x ?? 0) - (above[0]?.x ?? 0), (above[1]?.y ?? 0) - (above[0]?.y ?? 0)] : [0, 0];
  const moved = { x: snap(b.rect.x - a.rect.x - dx), y: snap(b.rect.y - a.rect.y - dy) };
  const resized = { width: snap(b.rect.width - a.rect.width), height: snap(b.rect.height - a.rect.height) };
  const still = moved.x === 0 && moved.y === 0 && resized.width === 0 && resized.height === 0;
  if (still && own.length === 0) return undefined;
  return { reference, actual, place: actual, own, derived: [], moved, resized };
}

function snap(value: number): number {
  return Math.abs(value) < SAME_PX ? 0 : value;
}

function contentChanges(a: DomElement, b: DomElement): PropertyChange[] {
  const changes: PropertyChange[] = [];
  if ((a.text ?? '') !== (b.text ?? ''))
    changes.push({ property: 'text', expected: a.text ?? '', actual: b.text ?? '' });
  if ((a.source ?? '') !== (b.source ?? ''))
    changes.push({ property: SOURCE_NAMES[b.tag] ?? 'd', expected: a.source ?? '', actual: b.source ?? '' });
  return changes;
}

const SOURCE_NAMES: Readonly<Record<string, string>> = Object.fromEntries([
  ...['img', 'iframe', 'embed', 'audio', 'video', 'source'].map((tag) => [tag, 'src']),
  ...['use', 'image'].map((tag) => [tag, 'href']),
  ['svg', 'viewBox'],
]);

function styleChanges(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): PropertyChange[] {
  const changes: PropertyChange[] = [];
  for (const property in b) add(property);
  for (const property in a) if (b[property] === undefined) add(property);
  return changes;

  function add(property: string): void {
    const expected = a[property] ?? DESIGN_STYLES[property];
    const actual = b[property] ?? DESIGN_STYLES[property];
    // Without an initial value the property is there on one side only because another one is, which is named.
    if (expected === actual || !expected || !actual || sameLength(expected, actual)) return;
    changes.push({ property, expected, actual });
  }
}

function sameLength(a: string, b: string): boolean {
  if (!a.endsWith('px') || !b.endsWith('px')) return false;
  return (
    Math.abs(Number.parseFloat(a) - Number.parseFloat(b)) < SAME_PX && /^-?[\d.]+px$/.test(a) && /^-?[\d.]+px$/.test(b)
  );
}

function pseudoChanges(a: DomElement, b: DomElement): PropertyChange[] {
  if (!a.pseudo && !b.pseudo) return [];
  const names = new Set([...(a.pseudo ?? []), ...(b.pseudo ?? [])].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const one = a.pseudo?.find((pseudo) => pseudo.name === name);
    const other = b.pseudo?.find((pseudo) => pseudo.name === name);
    const content = { expected: shownPseudo(one), actual: shownPseudo(other) };
    const changes = content.expected === content.actual ? [] : [{ property: 'content', ...content }];
    if (one && other) changes.push(...styleChanges(one.styles, other.styles));
    return changes.map((change) => ({ ...change, property: `::${name} ${change.property}` }));
  });
}

function shownPseudo(pseudo: { text?: string | undefined } | undefined): string {
  return pseudo ? JSON.stringify(pseudo.text ?? '') : 'none';
}

function orderChange(reference: ElementNode, actual: ElementNode): PropertyChange {
  const place = (node: ElementNode) => String((node.parent?.children.indexOf(node) ?? 0) + 1);
  return { property: 'order', expected: place(reference), actual: place(actual) };
}

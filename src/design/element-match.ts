import { alignSiblings } from './align-siblings.js';
import type { ElementNode, ElementTree } from './element-tree.js';

/** A number per element that is the same where whole subtrees are: tags, test ids, texts, pictures, and all of this below. */
function subtreeKeys(...trees: readonly ElementTree[]): Map<ElementNode, number> {
  const numbers = new Map<string, number>();
  const keys = new Map<ElementNode, number>();
  for (const tree of trees) {
    for (let index = tree.nodes.length - 1; index >= 0; index--) {
      const node = tree.nodes[index];
      if (!node) continue;
      const { tag, test_id, text, source, pseudo } = node.element;
      const below = node.children.map((child) => keys.get(child)).join(',');
      const drawn = (pseudo ?? []).map((one) => `${one.name}=${one.text ?? ''}`).join(',');
      const key = [tag, test_id ?? '', text ?? '', source ?? '', drawn, below].join('\u0000');
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      keys.set(node, number);
    }
  }
  return keys;
}

/** The elements of one picture that correspond to those of the other. */
export interface ElementMatch {
  reference: ElementTree;
  actual: ElementTree;
  /** By index of the reference: the actual element. */
  toActual: (ElementNode | undefined)[];
  /** By index of the actual picture: the element of the reference. */
  toReference: (ElementNode | undefined)[];
  /** Actual elements whose counterpart stands elsewhere among its siblings, or below another parent. */
  reordered: Set<ElementNode>;
}

/**
 * Matches the elements of two pictures of one page. Anchors first (test ids, ids: unique in their page), then level by level from
 * the top, siblings by sequence alignment (see `alignSiblings`), then what is left: swapped siblings, children of a wrapper that came
 * or went, and subtrees that occur once on each side and are equal. The order is that of GumTree (Falleri et al., "Fine-grained and
 * Accurate Source Code Differencing", ASE 2014) with the identifying attributes of a page in place of tokens. Near linear.
 */
export function matchElements(reference: ElementTree, actual: ElementTree): ElementMatch {
  const keys = subtreeKeys(reference, actual);
  const match: ElementMatch = {
    reference,
    actual,
    toActual: new Array<ElementNode | undefined>(reference.nodes.length),
    toReference: new Array<ElementNode | undefined>(actual.nodes.length),
    reordered: new Set(),
  };
  const link = (one: ElementNode, other: ElementNode) => {
    match.toActual[one.index] = other;
    match.toReference[other.index] = one;
  };
  const free = {
    reference: (node: ElementNode) => match.toActual[node.index] === undefined,
    actual: (node: ElementNode) => match.toReference[node.index] === undefined,
  };
  const linked = (one: ElementNode, other: ElementNode) =>
    free.reference(one) && free.actual(other) ? undefined : match.toActual[one.index] === other;

  for (const [anchor, one] of anchors(reference)) {
    const other = anchors(actual).get(anchor);
    if (other && one.element.tag === other.element.tag) link(one, other);
  }
  const descend = (ones: readonly ElementNode[], others: readonly ElementNode[]) => {
    const queue: [readonly ElementNode[], readonly ElementNode[]][] = [[ones, others]];
    for (let at = 0; at < queue.length; at++) {
      const [left, right] = queue[at] ?? [[], []];
      const { pairs, swapped } = alignSiblings(left, right, keys, linked);
      for (const [one, other] of [...pairs, ...swapped]) {
        link(one, other);
        queue.push([one.children, other.children]);
      }
      for (const [, other] of swapped) match.reordered.add(other);
    }
  };
  descend(reference.roots, actual.roots);
  // Anchored elements below a parent that has no counterpart are not reached from the top.
  for (const one of reference.nodes) {
    const other = match.toActual[one.index];
    if (other && one.children.some(free.reference) && other.children.some(free.actual))
      descend(one.children.filter(free.reference), other.children.filter(free.actual));
  }
  // A wrapper that came: its children against what its parent's counterpart has left; and one that went.
  for (const other of actual.nodes) {
    if (!free.actual(other) || other.children.length === 0 || !other.parent) continue;
    const above = match.toReference[other.parent.index];
    if (above) descend(above.children.filter(free.reference), other.children.filter(free.actual));
  }
  for (const one of reference.nodes) {
    if (!free.reference(one) || one.children.length === 0 || !one.parent) continue;
    const above = match.toActual[one.parent.index];
    if (above) descend(one.children.filter(free.reference), above.children.filter(free.actual));
  }
  linkLoneSubtrees(match, keys, free, link);
  return match;
}

/** Elements that a test id or an id names alone, by that name. */
const anchorsOf = new WeakMap<ElementTree, Map<string, ElementNode>>();

function anchors(tree: ElementTree): Map<string, ElementNode> {
  const known = anchorsOf.get(tree);
  if (known) return known;
  const found = new Map<string, ElementNode>();
  for (const node of tree.nodes) {
    const { selector } = node.element;
    if (/^(#[\w-]+|\[(data-[\w-]+|id)="[^"]*"\])$/.test(selector)) found.set(selector, node);
  }
  anchorsOf.set(tree, found);
  return found;
}

/** Matches equal subtrees that occur once on each side: they moved from one parent to another. */
function linkLoneSubtrees(
  match: ElementMatch,
  keys: ReadonlyMap<ElementNode, number>,
  free: Record<'reference' | 'actual', (node: ElementNode) => boolean>,
  link: (one: ElementNode, other: ElementNode) => void,
): void {
  const lone = (nodes: readonly ElementNode[]) => {
    const byKey = new Map<number, ElementNode | undefined>();
    for (const node of nodes) {
      const key = keys.get(node) ?? -1;
      byKey.set(key, byKey.has(key) ? undefined : node);
    }
    return byKey;
  };
  const theirs = lone(match.actual.nodes.filter(free.actual));
  for (const [key, one] of lone(match.reference.nodes.filter(free.reference))) {
    const other = theirs.get(key);
    if (!one || !other || !free.reference(one) || !saysSomething(one)) continue;
    for (let at = 0; at < one.end - one.index; at++) {
      const [left, right] = [match.reference.nodes[one.index + at], match.actual.nodes[other.index + at]];
      if (left && right && free.reference(left) && free.actual(right)) link(left, right);
    }
    match.reordered.add(other);
  }
}

/** An empty box equals many others: by itself it is no evidence. */
function saysSomething({ element, children }: ElementNode): boolean {
  return children.length > 0 || element.text !== undefined || element.source !== undefined;
}

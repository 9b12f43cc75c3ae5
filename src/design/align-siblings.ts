import type { ElementNode } from './element-tree.js';

type Pair = readonly [reference: ElementNode, actual: ElementNode];

/** Below this two elements are not the same one, whatever else is left: equal tags alone are no evidence. */
const LEAST = 1.5;
/** Evidence from which elements are the same although they changed places. */
const SURE = 4;
/** Scored pairs of one group of siblings; above, only equal subtrees and positions count. Bounds the time. */
const MOST_SCORED = 20_000;

/**
 * Matches the children of one parent with those of its counterpart: the alignment of both sequences with the largest sum of scores (Needleman
 * and Wunsch 1970, gaps cost nothing), so insertions and removals do not disturb what stands around them; then what changed places.
 * `linked` says, when one of two elements has a counterpart already, whether that is the other.
 */
export function alignSiblings(
  ones: readonly ElementNode[],
  others: readonly ElementNode[],
  keys: ReadonlyMap<ElementNode, number>,
  linked: (one: ElementNode, other: ElementNode) => boolean | undefined,
): { pairs: Pair[]; swapped: Pair[] } {
  const pairs: Pair[] = [];
  const twins = loneTwins(ones, others, keys);
  const score = (one: ElementNode, other: ElementNode) => {
    const known = linked(one, other);
    if (known !== undefined) return known ? 100 : 0;
    // What is there unchanged is not the edited version of something else.
    if ((twins.get(one) ?? other) !== other || (twins.get(other) ?? one) !== one) return 0;
    return likeness(one, other, keys);
  };
  const same = (one: ElementNode | undefined, other: ElementNode | undefined) =>
    one && other && keys.get(one) === keys.get(other) && linked(one, other) !== false && sameSelf(one, other);
  let [from, toOne, toOther] = [0, ones.length, others.length];
  while (from < Math.min(toOne, toOther) && same(ones[from], others[from])) take(pairs, ones[from], others[from++]);
  while (toOne > from && toOther > from && same(ones[toOne - 1], others[toOther - 1]))
    take(pairs, ones[--toOne], others[--toOther]);
  const [left, right] = [ones.slice(from, toOne), others.slice(from, toOther)];
  if (left.length === 0 || right.length === 0) return { pairs, swapped: [] };
  const found =
    left.length * right.length > MOST_SCORED ? byKey(left, right, keys, linked) : bestSequence(left, right, score);
  pairs.push(...found);
  const [usedLeft, usedRight] = [new Set(found.map(([one]) => one)), new Set(found.map(([, other]) => other))];
  const freeRight = right.filter((other) => !usedRight.has(other));
  const freeLeft = left.filter((one) => !usedLeft.has(one));
  if (freeLeft.length * freeRight.length > MOST_SCORED) return { pairs, swapped: [] };
  return { pairs, swapped: swapped(freeLeft, freeRight, score) };
}

/** Elements whose whole subtree occurs once on each side, in both directions; empty boxes say nothing. */
function loneTwins(
  ones: readonly ElementNode[],
  others: readonly ElementNode[],
  keys: ReadonlyMap<ElementNode, number>,
): Map<ElementNode, ElementNode> {
  const lone = (nodes: readonly ElementNode[]) => {
    const byKey = new Map<number, ElementNode | undefined>();
    for (const node of nodes) {
      const { text, source } = node.element;
      const key = keys.get(node);
      if (key === undefined || (node.children.length === 0 && !text && !source)) continue;
      byKey.set(key, byKey.has(key) ? undefined : node);
    }
    return byKey;
  };
  const theirs = lone(others);
  const twins = new Map<ElementNode, ElementNode>();
  for (const [key, one] of lone(ones)) {
    const other = theirs.get(key);
    if (one && other) twins.set(one, other).set(other, one);
  }
  return twins;
}

function take(pairs: Pair[], one: ElementNode | undefined, other: ElementNode | undefined): void {
  if (one && other) pairs.push([one, other]);
}

/** Returns the pairs that changed places but are clearly the same, best first. */
function swapped(
  left: readonly ElementNode[],
  right: readonly ElementNode[],
  score: (one: ElementNode, other: ElementNode) => number,
): Pair[] {
  const rated = left
    .flatMap((one) => right.map((other) => ({ pair: [one, other] as const, score: score(one, other) })))
    .filter((entry) => entry.score >= SURE)
    .sort((a, b) => b.score - a.score);
  const used = new Set<ElementNode>();
  const pairs: Pair[] = [];
  for (const { pair } of rated) {
    if (used.has(pair[0]) || used.has(pair[1])) continue;
    used.add(pair[0]).add(pair[1]);
    pairs.push(pair);
  }
  return pairs;
}

function bestSequence(
  left: readonly ElementNode[],
  right: readonly ElementNode[],
  score: (one: ElementNode, other: ElementNode) => number,
): Pair[] {
  const width = right.length + 1;
  const sums = new Float64Array((left.length + 1) * width);
  const scores = new Float64Array(left.length * right.length);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const [one, other] = [left[i], right[j]];
      const here = one && other ? score(one, other) : 0;
      scores[i * right.length + j] = here;
      const both = here >= LEAST ? here + (sums[(i + 1) * width + j + 1] ?? 0) : 0;
      sums[i * width + j] = Math.max(both, sums[(i + 1) * width + j] ?? 0, sums[i * width + j + 1] ?? 0);
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const here = scores[i * right.length + j] ?? 0;
    const sum = sums[i * width + j] ?? 0;
    if (here >= LEAST && here + (sums[(i + 1) * width + j + 1] ?? 0) >= sum) take(pairs, left[i++], right[j++]);
    else if ((sums[(i + 1) * width + j] ?? 0) >= (sums[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

/** Too many to score: equal subtrees in the order in which they come, then the rest by place. */
function byKey(
  left: readonly ElementNode[],
  right: readonly ElementNode[],
  keys: ReadonlyMap<ElementNode, number>,
  linked: (one: ElementNode, other: ElementNode) => boolean | undefined,
): Pair[] {
  const waiting = new Map<number | undefined, ElementNode[]>();
  for (const other of [...right].reverse()) {
    const key = keys.get(other);
    const group = waiting.get(key);
    if (group) group.push(other);
    else waiting.set(key, [other]);
  }
  const pairs: Pair[] = [];
  const used = new Set<ElementNode>();
  for (const one of left) {
    const other = waiting.get(keys.get(one))?.pop();
    if (!other || linked(one, other) === false) continue;
    pairs.push([one, other]);
    used.add(one).add(other);
  }
  for (const [at, one] of left.entries()) {
    const other = right[at];
    if (!other || used.has(one) || used.has(other) || one.element.tag !== other.element.tag) continue;
    if (linked(one, other) !== false) pairs.push([one, other]);
  }
  return pairs;
}

/** Returns true when two elements with equal subtrees also stand alike, so that repeated rows are not matched one off. */
function sameSelf(one: ElementNode, other: ElementNode): boolean {
  return one.element.selector === other.element.selector;
}

/** Returns a score for two elements being the same one; 0 when something rules it out. */
function likeness(one: ElementNode, other: ElementNode, keys: ReadonlyMap<ElementNode, number>): number {
  const [a, b] = [one.element, other.element];
  if (a.tag !== b.tag || a.test_id !== b.test_id) return 0;
  let score = 1;
  if (a.test_id !== undefined) score += 6;
  if (keys.get(one) === keys.get(other)) score += one.children.length > 0 || a.text || a.source ? 5 : 1;
  if (lastStep(a.selector) === lastStep(b.selector)) score += 1;
  if (a.text !== undefined && a.text === b.text) score += 3;
  if (a.source !== undefined && a.source === b.source) score += 2;
  if (a.name && a.name === b.name) score += 2;
  if (a.role !== b.role) score -= 0.5;
  if (one.children.length === other.children.length) score += 0.3;
  if (near(a.rect.width, b.rect.width) && near(a.rect.height, b.rect.height)) score += 0.7;
  if (near(offset(one, 'x'), offset(other, 'x')) && near(offset(one, 'y'), offset(other, 'y'))) score += 0.5;
  if (a.styles['background-color'] === b.styles['background-color']) score += 0.2;
  return score;
}

function offset({ element, parent }: ElementNode, axis: 'x' | 'y'): number {
  return element.rect[axis] - (parent?.element.rect[axis] ?? 0);
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1;
}

/** The last step of a path; places among siblings say nothing where siblings come and go. */
function lastStep(selector: string): string {
  return (selector.split(' > ').at(-1) ?? '').replace(/:nth-of-type\(\d+\)$/, '');
}

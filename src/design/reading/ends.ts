import { type ElementNode, type ElementTree, paintsBox } from '../element-tree.js';
import type { Edges } from './finding.js';

export type Axis = 'x' | 'y';

/** Names of the two ends of an axis. */
export const ENDS = { x: ['left', 'right', 'width'], y: ['top', 'bottom', 'height'] } as const;

/** What is known of where things are in the reference. */
interface Places {
  tree: ElementTree;
  own: ReadonlyMap<ElementNode, Edges>;
  tolerance: number;
}

/** Start and end of each element along an axis, as far as they are known: its own, else those of its outermost children. */
export class Ends {
  readonly #known = new Map<ElementNode, { start?: number; end?: number; first?: ElementNode; last?: ElementNode }>();

  constructor(
    readonly axis: Axis,
    readonly facts: Places,
  ) {
    const [low, high] = ENDS[axis];
    for (const node of [...facts.tree.nodes].reverse()) {
      const own = facts.own.get(node);
      const found: { start?: number; end?: number; first?: ElementNode; last?: ElementNode } = {};
      if (own?.[low] !== undefined) found.start = own[low];
      if (own?.[high] !== undefined) found.end = own[high];
      const held = node.children.filter((child) => inFlow(child) && this.#known.has(child));
      const least = usual(
        held.filter(
          (child) =>
            this.#known.get(child)?.start !== undefined &&
            !held.some((one) => one !== child && isBefore(one, child, axis)),
        ),
        (child) => this.#known.get(child)?.start ?? 0,
        axis === 'x' ? 0 : this.#about(node),
        facts.tolerance,
      );
      const most = pick(held, (child) => (this.#known.get(child)?.end === undefined ? undefined : endOf(child, axis)));
      // A box of which one side was not found is where what it holds is, if the other one agrees.
      const paints = own !== undefined && paintsBox(node.element);
      // So is one of which none was.
      const isUnseen = own?.[low] === undefined && own?.[high] === undefined;
      const isOpen = (place: number | undefined, other: number | undefined) =>
        !paints ||
        isUnseen ||
        (place !== undefined && other !== undefined && Math.abs(place - other) < facts.tolerance);
      if (found.start === undefined && least && isOpen(this.#known.get(least)?.start, own?.[high])) {
        found.start = this.#known.get(least)?.start ?? 0;
        found.first = this.#known.get(least)?.first ?? least;
      }
      if (found.end === undefined && most && isOpen(this.#known.get(most)?.end, own?.[low])) {
        found.end = this.#known.get(most)?.end ?? 0;
        found.last = this.#known.get(most)?.last ?? most;
      }
      if (found.start !== undefined || found.end !== undefined) this.#known.set(node, found);
    }
  }

  /** By how much things just before an element in the document moved down: the median of a few that were read themselves. */
  #about(node: ElementNode): number {
    const near: number[] = [];
    for (let at = node.index - 1; at >= 0 && near.length < 7; at--) {
      const one = this.facts.tree.nodes[at];
      const top = one && this.facts.own.get(one)?.top;
      if (top !== undefined) near.push(top);
    }
    near.sort((a, b) => a - b);
    return near[near.length >> 1] ?? 0;
  }

  start(node: ElementNode): number | undefined {
    return this.#known.get(node)?.start;
  }

  end(node: ElementNode): number | undefined {
    return this.#known.get(node)?.end;
  }

  /** The element whose edge the end of another one is. */
  lastOf(node: ElementNode): ElementNode {
    return this.#known.get(node)?.last ?? node;
  }

  firstOf(node: ElementNode): ElementNode {
    return this.#known.get(node)?.first ?? node;
  }
}

/**
 * Returns true when something behind an element moved as it did, `by` from `base`, device px: then what is between it and the one before it
 * differs, and not its place alone.
 */
export function isFollowed(node: ElementNode, container: ElementNode, base: number, by: number, ends: Ends): boolean {
  const {
    axis,
    facts: { own, tree, tolerance },
  } = ends;
  // With a larger gap each one moves further.
  const moved = (place: number | undefined) =>
    place !== undefined && Math.sign(by) * (place - base) > Math.abs(by) - tolerance;
  const behind = container.children.filter((one) => one.index >= node.end && inFlow(one) && isBefore(node, one, axis));
  if (behind.some((one) => moved(ends.start(one)))) return true;
  if (behind.some((one) => ends.start(one) !== undefined)) return false;
  if (moved(own.get(container)?.[ENDS[axis][1]])) return true;
  if (axis === 'x') return false;
  const after = tree.nodes.slice(container.end).find((one) => inFlow(one) && own.get(one)?.top !== undefined);
  return after !== undefined && moved(own.get(after)?.top);
}

export function pick(
  nodes: readonly ElementNode[],
  by: (node: ElementNode) => number | undefined,
): ElementNode | undefined {
  let best: ElementNode | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const node of nodes) {
    const value = by(node);
    if (value !== undefined && value > most) [best, most] = [node, value];
  }
  return best;
}

/** The first of the largest group of elements that moved by the same; of equal groups the one that is nearest to `about`. */
function usual(
  nodes: readonly ElementNode[],
  by: (node: ElementNode) => number,
  about: number,
  tolerance: number,
): ElementNode | undefined {
  const inOrder = [...nodes].sort((a, b) => a.index - b.index);
  let best: ElementNode | undefined;
  let most = 0;
  for (const node of inOrder) {
    const alike = inOrder.filter((one) => Math.abs(by(one) - by(node)) < tolerance).length;
    // Of two that disagree the one that stayed as what is about it: most of a page is right.
    const stayed =
      best !== undefined && alike === most && Math.abs(by(node) - about) + tolerance < Math.abs(by(best) - about);
    if (alike > most || stayed) [best, most] = [node, alike];
  }
  return best;
}

/** Returns true when an element ends before another one begins, and they lie beside each other across the axis. */
export function isBefore(one: ElementNode, node: ElementNode, axis: Axis): boolean {
  const other: Axis = axis === 'y' ? 'x' : 'y';
  return (
    endOf(one, axis) <= startOf(node, axis) + 1 &&
    startOf(one, other) < endOf(node, other) &&
    startOf(node, other) < endOf(one, other)
  );
}

export function inFlow({ element }: ElementNode): boolean {
  const { position } = element.styles;
  return position !== 'absolute' && position !== 'fixed';
}

export function startOf({ element }: ElementNode, axis: Axis): number {
  return element.rect[axis];
}

export function endOf({ element }: ElementNode, axis: Axis): number {
  return element.rect[axis] + element.rect[axis === 'x' ? 'width' : 'height'];
}

/** How much further each thing is from what is before it, or from what holds it, device px; what is inside comes first. */
export function stepsAlong(ends: Ends) {
  const { axis, facts } = ends;
  const { tree, own } = facts;
  return [...tree.nodes].reverse().flatMap((container) => {
    const held = container.children.filter((child) => ends.start(child) !== undefined);
    return held.flatMap((node) => {
      const before = inFlow(node)
        ? pick(
            container.children.filter(
              (one) => one !== node && inFlow(one) && ends.end(one) !== undefined && isBefore(one, node, axis),
            ),
            (one) => endOf(one, axis),
          )
        : undefined;
      const base = before ? ends.end(before) : (own.get(container)?.[ENDS[axis][0]] ?? ends.start(container));
      return base === undefined ? [] : [{ node, before, container, by: (ends.start(node) ?? 0) - base }];
    });
  });
}

/** CSS px by which letters stand higher or lower in their line with another renderer, at most, besides what is a matter of rounding. */
export const LETTERS_HIGHER = 0.5;
/** Things of a page that tell how far they stray; and how many may stray for another reason: what moved alone, and what is behind it. */
const TELLING = 8;
const MOVED = 2;

/** By how much letters stand higher or lower on this page, device px: where hardly any do, a smaller step is one. */
export function lettersHigher(read: Places, scale: number, sameRenderer: boolean): number {
  const most = LETTERS_HIGHER * scale;
  if (sameRenderer) return 0;
  const strays = stepsAlong(new Ends('y', read))
    .flatMap(({ by }) => (Math.abs(by) < read.tolerance + most ? [Math.abs(by)] : []))
    .sort((a, b) => b - a);
  if (strays.length < TELLING) return most;
  return Math.max(0, Math.min(most, 1.5 * (strays[MOVED] ?? 0) - 0.5 * most));
}

/** Returns true when what holds something is larger by twice as much as it stands further in: it stays in the middle of that. */
export function isCentred(container: ElementNode, axis: Axis, by: number, { own, tolerance }: Places): boolean {
  const grown = sizeBy(container, axis, own);
  return grown !== undefined && Math.abs(grown) >= tolerance && Math.abs(by - grown / 2) <= 1;
}

/** Device px by which a box of which both ends are known is larger along an axis in the reference. */
export function sizeBy(node: ElementNode, axis: Axis, own: Places['own']): number | undefined {
  const [low, high] = ENDS[axis];
  const edges = own.get(node);
  return edges?.[low] === undefined || edges[high] === undefined ? undefined : edges[high] - edges[low];
}

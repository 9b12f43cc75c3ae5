import type { ElementNode } from '../element-tree.js';
import type { Edges, Offset } from './finding.js';
import type { Placed } from './place-parts.js';

/** Parts in an element that are asked where it is. */
const ASKED = 9;

/**
 * The first of the largest group of offsets that are equal to a pixel, of equal groups the one that is nearest to `about`; undefined for
 * none.
 */
export function usualOf(offsets: readonly Offset[], about?: Offset): Offset | undefined {
  let best: Offset | undefined;
  let most = 0;
  const far = ({ dx, dy }: Offset) => (about ? Math.hypot(dx - about.dx, dy - about.dy) : 0);
  for (const one of offsets) {
    const alike = offsets.filter(({ dx, dy }) => Math.abs(dx - one.dx) < 1 && Math.abs(dy - one.dy) < 1).length;
    if (alike > most || (best && alike === most && far(one) + 1 < far(best))) [best, most] = [one, alike];
  }
  return best;
}

/** Where elements are in the reference: by their own edges, what they hold, what holds them, or what is before them. */
export class Offsets {
  readonly #own = new Map<ElementNode, Offset>();
  readonly #nodes: readonly ElementNode[];

  constructor(placed: readonly Placed[], nodes: readonly ElementNode[]) {
    this.#nodes = nodes;
    let last: Offset = { dx: 0, dy: 0 };
    let at = 0;
    for (const node of nodes) {
      while (at < placed.length && (placed[at]?.part.node.index ?? 0) < node.index) at++;
      // What most of the first parts in it that were surely found say: one of them may have moved alone.
      const held: Offset[] = [];
      for (
        let k = at;
        k < placed.length && held.length < ASKED && (placed[k]?.part.node.index ?? node.end) < node.end;
        k++
      ) {
        const { place, part } = placed[k] ?? {};
        if (place && part && place.alike >= 0.85 && part.rect.width * part.rect.height >= 60)
          held.push({ dx: place.dx, dy: place.dy });
      }
      last = usualOf(held, last) ?? last;
      this.#own.set(node, last);
    }
  }

  near(node: ElementNode): Offset {
    return this.#own.get(node) ?? { dx: 0, dy: 0 };
  }

  /** Where a box may stand, the likeliest first: as what is before it, as what holds it or follows it, or where it stands in the app. */
  likely(node: ElementNode): Offset[] {
    const siblings = node.parent?.children ?? [];
    const next = siblings[siblings.indexOf(node) + 1];
    const places = [node, node.parent, next, this.#below(node)].flatMap((one) => (one ? [this.near(one)] : []));
    const all = [...places, { dx: 0, dy: 0 }].map(({ dx, dy }) => ({ dx, dy }));
    return all.filter(
      (one, at) =>
        all.findIndex(
          ({ dx, dy }) => Math.round(dx) === Math.round(one.dx) && Math.round(dy) === Math.round(one.dy),
        ) === at,
    );
  }

  /** What stands below an element, or below what holds it beside others. */
  #below(node: ElementNode): ElementNode | undefined {
    const end = ({ element: { rect } }: ElementNode) => rect.y + rect.height;
    for (let at: ElementNode | undefined = node; at; at = at.parent) {
      const held = at;
      const below = held.parent?.children.find((one) => one.index >= held.end && one.element.rect.y >= end(node) - 1);
      if (below) return below;
    }
    return undefined;
  }

  /** A box's edges tell more exactly where its surface is. */
  learn(node: ElementNode, { left, top, right, bottom }: Edges): void {
    const near = this.near(node);
    this.#own.set(node, { dx: left ?? right ?? near.dx, dy: top ?? bottom ?? near.dy });
  }

  /** The offsets that most elements have. */
  common(): Offset[] {
    const counts = new Map<string, { offset: Offset; count: number }>();
    for (const { dx, dy } of this.#own.values()) {
      const offset = { dx: Math.round(dx), dy: Math.round(dy) };
      const known = counts.get(`${offset.dx} ${offset.dy}`) ?? { offset, count: 0 };
      known.count++;
      counts.set(`${offset.dx} ${offset.dy}`, known);
    }
    return [...counts.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, 5)
      .map(({ offset }) => offset);
  }

  /** Where the surface of the element with this index is; none has none. */
  at(index: number): Offset {
    const node = this.#nodes[index];
    return node ? this.near(node) : { dx: 0, dy: 0 };
  }
}

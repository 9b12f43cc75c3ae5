import type { ElementNode } from '../element-tree.js';
import type { Edges, Offset } from './finding.js';
import type { Placed } from './place-parts.js';

/** Where elements are in the reference: by their own edges, what they hold, what holds them, or what is before them. */
export class Offsets {
  readonly #own = new Map<ElementNode, Offset>();

  constructor(placed: readonly Placed[], nodes: readonly ElementNode[]) {
    let last: Offset = { dx: 0, dy: 0 };
    let at = 0;
    for (const node of nodes) {
      while (at < placed.length && (placed[at]?.part.node.index ?? 0) < node.index) at++;
      // The first part in it that was surely found tells where it is.
      for (let k = at; k < placed.length && (placed[k]?.part.node.index ?? node.end) < node.end; k++) {
        const { place, part } = placed[k] ?? {};
        if (!place || !part || place.alike < 0.85 || part.rect.width * part.rect.height < 60) continue;
        last = { dx: place.dx, dy: place.dy };
        break;
      }
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
    const places = [node, node.parent, next].flatMap((one) => (one ? [this.near(one)] : []));
    const all = [...places, { dx: 0, dy: 0 }].map(({ dx, dy }) => ({ dx, dy }));
    return all.filter(
      (one, at) =>
        all.findIndex(
          ({ dx, dy }) => Math.round(dx) === Math.round(one.dx) && Math.round(dy) === Math.round(one.dy),
        ) === at,
    );
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

  of(node: ElementNode): Offset {
    return this.near(node);
  }
}

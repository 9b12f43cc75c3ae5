import { type AriaNode, allNodes } from './aria-tree.js';

/** The memory of an element that has a ref. */
export interface RefMemory {
  ref: string;
  role: string;
  name: string | undefined;
  /** Its number among those with the same role and name, from 1, and their count. */
  nth: number;
  total: number;
  /** Playwright's reference in the newest tree that had it. */
  inner: string;
}

/** References remembered at most; the oldest go first. */
const MAX_REFS = 20_000;

/**
 * The references `e1`, `e2`, … of one page, never used twice: Playwright's own start again with each document, so that an old one could
 * mean another element. An element keeps its reference as long as its role, its name and its node stay.
 */
export class ElementRefs {
  readonly #byRef = new Map<string, RefMemory>();
  #byKey = new Map<string, RefMemory>();
  #last = 0;

  /** Gives the nodes of a whole, new tree their references; answers how to look them up. */
  learn(nodes: readonly (AriaNode | string)[]): void {
    const named = allNodes(nodes).filter((node) => node.ref !== undefined);
    const counts = new Map<string, number>();
    for (const node of named) counts.set(kindOf(node), (counts.get(kindOf(node)) ?? 0) + 1);
    const seen = new Map<string, number>();
    const now = new Map<string, RefMemory>();
    for (const node of named) {
      const nth = (seen.get(kindOf(node)) ?? 0) + 1;
      seen.set(kindOf(node), nth);
      const known = this.#byKey.get(keyOf(node));
      const memory: RefMemory = {
        ref: known?.ref ?? `e${++this.#last}`,
        role: node.role,
        name: node.name,
        nth,
        total: counts.get(kindOf(node)) ?? 1,
        inner: node.ref ?? '',
      };
      now.set(keyOf(node), memory);
      this.#byRef.delete(memory.ref);
      this.#byRef.set(memory.ref, memory);
    }
    this.#byKey = now;
    for (const ref of this.#byRef.keys()) {
      if (this.#byRef.size <= MAX_REFS) break;
      this.#byRef.delete(ref);
    }
  }

  /** The reference of a node of a tree that was learned. */
  of(node: AriaNode): string | undefined {
    return node.ref === undefined ? undefined : this.#byKey.get(keyOf(node))?.ref;
  }

  /** Returns the memory of a ref, also of one whose element is gone. */
  recall(ref: string): RefMemory | undefined {
    return this.#byRef.get(ref);
  }

  /** Everything in the newest tree. */
  present(): RefMemory[] {
    return [...this.#byKey.values()];
  }

  /**
   * The element of the newest tree that took the place of a remembered one: the only one of its role and name, or the one at its place
   * among as many of them as there were. Undefined when it cannot be told.
   */
  successor(gone: RefMemory): RefMemory | undefined {
    const alike = this.present().filter((one) => one.role === gone.role && one.name === gone.name);
    if (alike.length === 1 && gone.total === 1) return alike[0];
    return alike.length === gone.total ? alike[gone.nth - 1] : undefined;
  }
}

function kindOf(node: AriaNode): string {
  return `${node.role}\n${node.name ?? ''}`;
}

function keyOf(node: AriaNode): string {
  return `${node.ref}\n${kindOf(node)}`;
}

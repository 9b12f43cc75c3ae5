import type { ElementNode, ElementTree } from './element-tree.js';

/** A number per element that is the same where whole subtrees are: tags, test ids, texts, pictures, and all of this below. */
export function subtreeKeys(...trees: readonly ElementTree[]): Map<ElementNode, number> {
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

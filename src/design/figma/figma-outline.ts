import type { ListedFrame } from './figma-cache.js';
import { foreignText } from './figma-failure.js';
import { readNode } from './figma-node.js';

/** What can be a screen. */
const FRAMES = new Set(['FRAME', 'COMPONENT', 'INSTANCE']);
const MAX_LISTED = 2000;

/** The frames that lie on a file's pages, or in sections of pages, in document order. */
export function listFrames(document: unknown): ListedFrame[] {
  const listed: ListedFrame[] = [];
  const take = (values: readonly unknown[], mayDescend: boolean): void => {
    for (const value of values) {
      const read = readNode(value);
      if (!read?.node.visible) continue;
      const { node, children } = read;
      const box = node.absoluteBoundingBox;
      if (FRAMES.has(node.type) && box && listed.length < MAX_LISTED)
        listed.push({ node_id: node.id, name: foreignText(node.name), width: box.width, height: box.height });
      else if (node.type === 'SECTION' && mayDescend) take(children, false);
    }
  };
  for (const page of readNode(document)?.children ?? []) take(readNode(page)?.children ?? [], true);
  return listed;
}

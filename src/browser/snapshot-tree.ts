import type { Rect } from '../core/vocabulary/geometry.js';

/** What is used of `DOMSnapshot.captureSnapshot`: one document as parallel arrays, texts as indices into `strings`. */
export interface RawSnapshot {
  documents: {
    scrollOffsetX?: number;
    scrollOffsetY?: number;
    nodes: {
      parentIndex?: number[];
      nodeType?: number[];
      nodeName?: number[];
      nodeValue?: number[];
      backendNodeId?: number[];
      attributes?: number[][];
      shadowRootType?: { index: number[] };
    };
    layout: { nodeIndex: number[]; bounds: number[][]; styles: number[][] };
  }[];
  strings: string[];
}

/** One element of the page, in document order. `parent` is the nearest element above it, through shadow roots. */
export interface SnapshotElement {
  tag: string;
  parent: SnapshotElement | undefined;
  /** The parent is the host of the shadow tree that this one is at the top of: a child combinator does not reach across. */
  inShadow: boolean;
  attributes: ReadonlyMap<string, string>;
  backendNodeId: number;
  /** Own text, white space collapsed. */
  text: string;
  /** CSS px of the page; none for what has no box. */
  rect: Rect | undefined;
  styles: readonly string[];
}

const ELEMENT = 1;
const TEXT = 3;

/** The elements of the snapshot's main document, open shadow roots included. */
export function snapshotElements(snapshot: RawSnapshot): SnapshotElement[] {
  const document = snapshot.documents[0];
  if (!document) return [];
  const { nodes, layout } = document;
  const text = (index: number | undefined) => (index === undefined || index < 0 ? '' : (snapshot.strings[index] ?? ''));
  const layoutOf = new Map(layout.nodeIndex.map((node, index) => [node, index] as const));
  // Shadow trees are flattened: their nodes hang below the host and are named here, each of them.
  const shadowed = new Set(nodes.shadowRootType?.index ?? []);
  const byNode = new Map<number, SnapshotElement>();
  const elements: SnapshotElement[] = [];
  for (const [node, type] of (nodes.nodeType ?? []).entries()) {
    const above = nodes.parentIndex?.[node] ?? -1;
    const inShadow = shadowed.has(node) && !shadowed.has(above);
    const parent = byNode.get(above);
    if (type === TEXT && parent && layoutOf.has(node)) {
      const own = text(nodes.nodeValue?.[node]).replace(/\s+/g, ' ').trim();
      if (own) parent.text = parent.text ? `${parent.text} ${own}` : own;
    }
    if (type !== ELEMENT) continue;
    const name = text(nodes.nodeName?.[node]).toLowerCase();
    // Pseudo-elements have names of their own and belong to the element they decorate.
    if (name.startsWith('::')) continue;
    const attributes = new Map<string, string>();
    const pairs = nodes.attributes?.[node] ?? [];
    for (let at = 0; at + 1 < pairs.length; at += 2) attributes.set(text(pairs[at]), text(pairs[at + 1]));
    const box = layoutOf.get(node);
    const bounds = box === undefined ? undefined : layout.bounds[box];
    const element: SnapshotElement = {
      tag: name,
      parent,
      inShadow,
      attributes,
      backendNodeId: nodes.backendNodeId?.[node] ?? -1,
      text: '',
      rect: bounds && { x: bounds[0] ?? 0, y: bounds[1] ?? 0, width: bounds[2] ?? 0, height: bounds[3] ?? 0 },
      styles: box === undefined ? [] : (layout.styles[box] ?? []).map(text),
    };
    byNode.set(node, element);
    elements.push(element);
  }
  return elements;
}

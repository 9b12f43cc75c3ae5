import { coverPieces } from '../../core/redact.js';
import type { Rect, Size } from '../../core/vocabulary/geometry.js';

/** The used part of `DOMSnapshot.captureSnapshot`: one document as parallel arrays, texts as indices into `strings`. */
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
      inputValue?: { index: number[]; value: number[] };
      currentSourceURL?: { index: number[]; value: number[] };
      /** Documents of frames, by the number of the node that holds them. */
      contentDocumentIndex?: { index: number[]; value: number[] };
    };
    layout: {
      nodeIndex: number[];
      bounds: number[][];
      styles: number[][];
      text: number[];
      paintOrders?: number[];
      /** Inner size, and size of the contents, as `[x, y, width, height]`; empty for what is no element. */
      clientRects?: number[][];
      scrollRects?: number[][];
    };
    /** Lines of texts: which layout they are of, their boxes, and which part of its text they hold. */
    textBoxes?: { layoutIndex: number[]; bounds: number[][]; start: number[]; length: number[] };
    contentWidth?: number;
    contentHeight?: number;
  }[];
  strings: string[];
}

/** A pseudo-element with a box. */
interface SnapshotPseudo {
  /** Without colons: `before`. */
  name: string;
  /** Generated text. */
  text: string;
  rect: Rect;
  styles: readonly string[];
  paintOrder: number;
  /** Lines of the generated text, CSS px of the page. */
  lines: { rect: Rect; text: string }[];
}

/** One element of the page, in document order. `parent` is the nearest element above it, through shadow roots. */
export interface SnapshotElement {
  tag: string;
  parent: SnapshotElement | undefined;
  /** The parent is the host of the shadow tree that this one is at the top of: a child combinator does not reach across. */
  inShadow: boolean;
  /** It is part of a shadow tree; what a slot of one shows is none. */
  shadowed: boolean;
  attributes: ReadonlyMap<string, string>;
  backendNodeId: number;
  /** Own text, white space collapsed. */
  text: string;
  /** CSS px of the page; none for what has no box. */
  rect: Rect | undefined;
  /** Union of the boxes of its own text nodes, CSS px of the page. */
  textRect: Rect | undefined;
  /** Lines of its own text, CSS px of the page. */
  lines: { rect: Rect; text: string }[];
  /** Size of its contents and of what is seen of them, where they differ; only when it was asked for. */
  scroll: { content: Size; seen: Size; at?: { x: number; y: number } } | undefined;
  pseudo: SnapshotPseudo[];
  /** Address of the picture that an image element chose; empty for others. */
  chosenSource: string;
  paintOrder: number;
  styles: readonly string[];
  /** The browser does not draw it, though it may have a box. */
  skipped: boolean;
  /** It holds words that have no box. */
  folded: boolean;
}

const ELEMENT = 1;
const TEXT = 3;

/** The styles to ask a snapshot for: those, and the one that tells of contents that are skipped. */
export function withSkipping(names: readonly string[]): string[] {
  return [...names, 'content-visibility'];
}

/**
 * Contents that the browser skips: of a closed `details`, and below `content-visibility: hidden` (also `hidden="until-found"`). Nobody sees
 * them, yet they have boxes as soon as a script measures one.
 */
function isSkipped(tag: string, parent: SnapshotElement | undefined): boolean {
  if (parent === undefined) return false;
  const closed = parent.tag === 'details' && !parent.attributes.has('open') && tag !== 'summary';
  return parent.skipped || closed || parent.styles.at(-1) === 'hidden';
}

/** Elements inside which a line of text goes on, as far as their kind says so; those of a component too. */
const IN_LINE =
  /^(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|slot|small|span|strike|strong|sub|sup|text|time|tspan|tt|u|var|wbr|::(?:before|after)|[a-z]+-[\w-]+)$/;

/** Covers in the texts of a snapshot what is secret though no single one of them shows it. */
export function coverSecrets(snapshot: RawSnapshot, redact: (text: string) => string): void {
  const text = (index: number | undefined) => (index === undefined || index < 0 ? '' : (snapshot.strings[index] ?? ''));
  const put = (value: string) => snapshot.strings.push(value) - 1;
  for (const { nodes, layout } of snapshot.documents) {
    const parentOf = (node: number) => nodes.parentIndex?.[node] ?? -1;
    const nameOf = (node: number) => text(nodes.nodeName?.[node]).toLowerCase();
    const laid = new Map<number, number[]>();
    for (const [at, node] of layout.nodeIndex.entries())
      if (text(layout.text[at]).trim() !== '') laid.set(node, [...(laid.get(node) ?? []), at]);
    const { index: filled = [], value: values = [] } = nodes.inputValue ?? {};
    const typed = new Map(filled.map((node, at) => [node, text(values[at])] as const));
    const pieces: { at: number | undefined; node: number; text: string; apart: boolean }[] = [];
    let [before, apart] = [-1, true];
    for (const [node, type] of (nodes.nodeType ?? []).entries()) {
      const inLine = type !== ELEMENT || IN_LINE.test(nameOf(node));
      if (!inLine) apart = true;
      const field = typed.get(node);
      const own: (number | undefined)[] = field ? [undefined] : (laid.get(node) ?? []);
      if (own.length === 0) continue;
      // What ended since the text before.
      const above = new Set<number>();
      for (let up = node; up >= 0; up = parentOf(up)) above.add(up);
      for (let up = before; up >= 0 && !above.has(up); up = parentOf(up))
        if (nodes.nodeType?.[up] === ELEMENT && !IN_LINE.test(nameOf(up))) apart = true;
      for (const at of own) {
        pieces.push({ at, node, text: at === undefined ? (field ?? '') : text(layout.text[at]), apart });
        apart = false;
      }
      before = node;
    }
    const safe = coverPieces(pieces, redact);
    for (const [number, { at, node, text: plain }] of pieces.entries()) {
      const shown = safe[number];
      if (at === undefined || shown === undefined || shown === plain) continue;
      layout.text[at] = put(shown);
      if (nodes.nodeType?.[node] === TEXT && nodes.nodeValue) nodes.nodeValue[node] = put(shown);
    }
  }
}

/** The elements of the snapshot's main document, open shadow roots included; it was asked for the styles of `withSkipping`. */
export function snapshotElements(snapshot: RawSnapshot): SnapshotElement[] {
  return elementsOf(snapshot, 0);
}

/** A frame of a page, with the elements of its document; their boxes are still those of their own page, scrolled by `scrolled`. */
interface SnapshotFrame {
  owner: SnapshotElement;
  elements: SnapshotElement[];
  scrolled: { x: number; y: number };
  content: Size;
}

/** The frames of a page that its own process draws, each after the one that it lies in; `all`: the elements of the main document. */
export function snapshotFrames(snapshot: RawSnapshot, all: readonly SnapshotElement[]): SnapshotFrame[] {
  const frames: SnapshotFrame[] = [];
  const queue: { number: number; holders: ReadonlyMap<number, SnapshotElement> }[] = [
    { number: 0, holders: new Map(all.map((element) => [element.backendNodeId, element])) },
  ];
  for (let at = queue.shift(); at; at = queue.shift()) {
    const nodes = snapshot.documents[at.number]?.nodes;
    for (const [place, node] of (nodes?.contentDocumentIndex?.index ?? []).entries()) {
      const number = nodes?.contentDocumentIndex?.value[place] ?? -1;
      const owner = at.holders.get(nodes?.backendNodeId?.[node] ?? -1);
      const document = snapshot.documents[number];
      if (!owner || !document || number <= 0) continue;
      const elements = elementsOf(snapshot, number);
      const scrolled = { x: document.scrollOffsetX ?? 0, y: document.scrollOffsetY ?? 0 };
      const content = { width: document.contentWidth ?? 0, height: document.contentHeight ?? 0 };
      frames.push({ owner, elements, scrolled, content });
      queue.push({ number, holders: new Map(elements.map((element) => [element.backendNodeId, element])) });
    }
  }
  return frames;
}

function elementsOf(snapshot: RawSnapshot, number: number): SnapshotElement[] {
  const document = snapshot.documents[number];
  if (!document) return [];
  const { nodes, layout } = document;
  const text = (index: number | undefined) => (index === undefined || index < 0 ? '' : (snapshot.strings[index] ?? ''));
  // A pseudo-element comes once for its box and again for each text in it.
  const layoutOf = new Map<number, number>();
  const generated = new Map<number, string>();
  for (const [index, node] of layout.nodeIndex.entries()) {
    if (layoutOf.has(node)) generated.set(node, `${generated.get(node) ?? ''}${text(layout.text[index])}`);
    else layoutOf.set(node, index);
  }
  const lines = linesOf(layout, document.textBoxes, text);
  // Shadow trees are flattened: their nodes hang below the host and are named here, each of them.
  const shadowed = new Set(nodes.shadowRootType?.index ?? []);
  const { index: sourced = [], value: sources = [] } = nodes.currentSourceURL ?? {};
  const chosen = new Map(sourced.map((node, at) => [node, sources[at]] as const));
  const byNode = new Map<number, SnapshotElement>();
  const elements: SnapshotElement[] = [];
  for (const [node, type] of (nodes.nodeType ?? []).entries()) {
    const above = nodes.parentIndex?.[node] ?? -1;
    const inShadow = shadowed.has(node) && !shadowed.has(above);
    const parent = byNode.get(above);
    const box = layoutOf.get(node);
    const skipped = isSkipped(text(nodes.nodeName?.[node]).toLowerCase(), parent);
    const rect = box === undefined || skipped ? undefined : toRect(layout.bounds[box]);
    if (type === TEXT && parent && rect) addText(parent, text(nodes.nodeValue?.[node]), rect);
    if (type === TEXT && parent && !skipped) parent.lines.push(...(lines.get(node) ?? []));
    if (type === TEXT && parent && !parent.rect && text(nodes.nodeValue?.[node]).trim() !== '') fold(parent);
    if (type !== ELEMENT) continue;
    const name = text(nodes.nodeName?.[node]).toLowerCase();
    const styles = box === undefined ? [] : (layout.styles[box] ?? []).map(text);
    const paintOrder = (box === undefined ? undefined : layout.paintOrders?.[box]) ?? 0;
    // Pseudo-elements have names of their own and belong to the element they decorate.
    if (name.startsWith('::')) {
      if (parent && rect)
        parent.pseudo.push({
          ...{ name: name.slice(2), text: (generated.get(node) ?? '').trim() },
          ...{ rect, styles, paintOrder, lines: lines.get(node) ?? [] },
        });
      continue;
    }
    const attributes = new Map<string, string>();
    const pairs = nodes.attributes?.[node] ?? [];
    for (let at = 0; at + 1 < pairs.length; at += 2) attributes.set(text(pairs[at]), text(pairs[at + 1]));
    const element: SnapshotElement = {
      tag: name,
      parent,
      inShadow,
      shadowed: shadowed.has(node),
      attributes,
      backendNodeId: nodes.backendNodeId?.[node] ?? -1,
      text: '',
      rect,
      textRect: undefined,
      lines: [],
      scroll: box === undefined ? undefined : scrollOf(layout.clientRects?.[box], layout.scrollRects?.[box]),
      pseudo: [],
      chosenSource: text(chosen.get(node)),
      paintOrder,
      styles,
      skipped,
      folded: false,
    };
    byNode.set(node, element);
    elements.push(element);
  }
  return elements;
}

/** Elements whose text is none that is read. */
const UNREAD = new Set(['script', 'style', 'template', 'noscript', 'option', 'datalist', 'dialog', 'title']);

function fold(element: SnapshotElement): void {
  for (let at: SnapshotElement | undefined = element; at && !at.rect && !at.folded; at = at.parent) {
    if (UNREAD.has(at.tag) || at.attributes.has('popover')) return;
    at.folded = true;
  }
}

function addText(element: SnapshotElement, value: string, rect: Rect): void {
  const own = value.replace(/\s+/g, ' ').trim();
  if (!own) return;
  element.text = element.text ? `${element.text} ${own}` : own;
  element.textRect = element.textRect ? union(element.textRect, rect) : rect;
}

type Layout = RawSnapshot['documents'][number]['layout'];
type TextBoxes = RawSnapshot['documents'][number]['textBoxes'];

/** Lines of text nodes that hold more than white space. */
function linesOf(layout: Layout, boxes: TextBoxes, text: (index: number | undefined) => string) {
  const lines = new Map<number, { rect: Rect; text: string }[]>();
  for (const [at, box] of (boxes?.layoutIndex ?? []).entries()) {
    const node = layout.nodeIndex[box];
    const rect = toRect(boxes?.bounds[at]);
    const start = boxes?.start[at] ?? 0;
    const words = text(layout.text[box]).slice(start, start + (boxes?.length[at] ?? 0));
    if (node === undefined || !rect || words.trim() === '') continue;
    lines.set(node, [...(lines.get(node) ?? []), { rect, text: words }]);
  }
  return lines;
}

/** Contents that are larger than what is seen of them by more than rounding. */
function scrollOf(client: readonly number[] | undefined, scroll: readonly number[] | undefined) {
  const [, , seenWidth = 0, seenHeight = 0] = client ?? [];
  const [x = 0, y = 0, width = 0, height = 0] = scroll ?? [];
  if (width <= seenWidth + 1 && height <= seenHeight + 1) return undefined;
  // Frames are told in fractions of a pixel.
  const whole = (wide: number, high: number) => ({ width: Math.round(wide), height: Math.round(high) });
  return {
    ...{ content: whole(width, height), seen: whole(seenWidth, seenHeight) },
    ...(x === 0 && y === 0 ? {} : { at: { x: Math.round(x), y: Math.round(y) } }),
  };
}

function union(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

function toRect(bounds: readonly number[] | undefined): Rect | undefined {
  if (!bounds) return undefined;
  const [x = 0, y = 0, width = 0, height = 0] = bounds;
  return { x, y, width, height };
}

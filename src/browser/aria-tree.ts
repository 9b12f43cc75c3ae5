import { coverPieces, type TextPiece } from '../core/redact.js';

/** A node of the accessibility tree as Playwright's `ariaSnapshotJSON` gives it in `ai` mode. */
export interface AriaNode {
  role: string;
  name?: string;
  /** Text of a node without other children; the value of a text field. */
  text?: string;
  /** Playwright's own reference; good until the document is left. */
  ref?: string;
  states: string[];
  pointer: boolean;
  children: (AriaNode | string)[];
}

/** One line of a tree. `key` is the line without its reference and place, to tell what changed. */
export interface TreeLine {
  depth: number;
  text: string;
  key: string;
}

/** Longest name or text of one line, characters. */
const MAX_TEXT = 120;
const FLAGS = ['checked', 'disabled', 'expanded', 'active', 'invalid', 'pressed', 'selected'] as const;

/** Roles inside which a line of text goes on. */
const IN_LINE = /^(?:strong|emphasis|code|subscript|superscript|insertion|deletion|mark|time|link)$/;

/** Covers in what `ariaSnapshotJSON` answered what is secret though no single text of it shows it. */
export function coverTree(tree: unknown, redact: (text: string) => string): void {
  const found: (TextPiece & { put: (text: string) => void; label: boolean })[] = [];
  let apart = true;
  const take = (text: string, put: (text: string) => void, label = false) => {
    found.push({ text, apart, put, label });
    apart = false;
  };
  const visit = (nodes: unknown) => {
    if (!Array.isArray(nodes)) return;
    for (const [at, node] of nodes.entries()) {
      if (typeof node === 'string') take(node, (text) => nodes.splice(at, 1, text));
      if (node === null || typeof node !== 'object') continue;
      const field = (name: string): unknown => Reflect.get(node, name);
      const [role, name, text, children] = [field('role'), field('name'), field('text'), field('children')];
      const inLine = typeof role === 'string' && IN_LINE.test(role);
      if (!inLine) apart = true;
      const put = (key: string) => (value: string) => void Reflect.set(node, key, value);
      const spoken = Array.isArray(children) && children.some((child) => typeof child === 'string');
      if (typeof name === 'string' && name !== '' && !spoken) take(name, put('name'), typeof text === 'string');
      if (typeof text === 'string' && text !== name) {
        apart ||= !inLine || found.at(-1)?.label === true;
        take(text, put('text'));
      }
      visit(children);
      if (!inLine) apart = true;
    }
  };
  visit(tree);
  // A field's own name says what it holds; without the names, fields for single letters stand beside each other.
  for (const pieces of [found, found.filter(({ label }) => !label)])
    for (const [at, text] of coverPieces(pieces, redact).entries()) {
      const piece = pieces[at];
      if (!piece || piece.text === text) continue;
      piece.text = text;
      piece.put(text);
    }
}

/** Reads what `ariaSnapshotJSON` answered; what it cannot read is left out. `clean` makes each text safe. */
export function readAriaTree(value: unknown, clean: (text: string) => string): (AriaNode | string)[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item): (AriaNode | string)[] => {
    if (typeof item === 'string') return [shorten(clean(item))];
    if (item === null || typeof item !== 'object') return [];
    const field = (name: string): unknown => Reflect.get(item, name);
    const text = (name: string) => {
      const found = field(name);
      return typeof found === 'string' && found !== '' ? shorten(clean(found)) : undefined;
    };
    const role = text('role');
    if (role === undefined) return [];
    const states = FLAGS.flatMap((flag) => {
      const state = field(flag);
      if (state === undefined || state === null) return [];
      // What is not said counts as no; only of what opens and closes both are told.
      if (state === false) return flag === 'expanded' ? ['collapsed'] : [];
      return [state === true ? (flag === 'active' ? 'focused' : flag) : `${flag}=${String(state)}`];
    });
    const level = field('level');
    if (typeof level === 'number') states.push(`level=${level}`);
    const [name, own, ref] = [text('name'), text('text'), field('ref')];
    return [
      {
        role,
        ...(name === undefined ? {} : { name }),
        ...(own === undefined ? {} : { text: own }),
        ...(typeof ref === 'string' ? { ref } : {}),
        states,
        pointer: field('cursor') === 'pointer',
        children: readAriaTree(field('children'), clean),
      },
    ];
  });
}

/** The tree as lines, depth first; nodes that only wrap others are left out, with a reference for every node that has one. */
export function treeLines(
  nodes: readonly (AriaNode | string)[],
  refOf: (node: AriaNode) => string | undefined,
): TreeLine[] {
  const lines: TreeLine[] = [];
  const visit = (node: AriaNode | string, depth: number) => {
    if (typeof node === 'string') {
      lines.push({ depth, text: `text: ${node}`, key: `text: ${node}` });
      return;
    }
    const shown = !isWrapper(node);
    if (shown) lines.push({ depth, ...nodeLine(node, refOf(node)) });
    // A name that says all of the text below it makes that text superfluous.
    const below = node.children.filter((child) => typeof child !== 'string' || !node.name?.includes(child));
    for (const child of below) visit(child, shown ? depth + 1 : depth);
  };
  for (const node of nodes) visit(node, 0);
  return lines;
}

/** Every node, depth first. */
export function allNodes(nodes: readonly (AriaNode | string)[]): AriaNode[] {
  return nodes.flatMap((node) => (typeof node === 'string' ? [] : [node, ...allNodes(node.children)]));
}

function nodeLine(node: AriaNode, ref: string | undefined): { text: string; key: string } {
  const name = node.name === undefined ? '' : ` ${JSON.stringify(node.name)}`;
  const states = node.states.map((state) => ` ${state}`).join('');
  const text = node.text === undefined || node.text === node.name ? '' : `: ${node.text}`;
  return {
    text: `${node.role}${name}${ref === undefined ? '' : ` [${ref}]`}${states}${text}`,
    // Where the focus is, is no change of the page.
    key: `${node.role}${name}${states.replace(' focused', '')}${text}`,
  };
}

/** A box that says nothing and cannot be clicked. */
function isWrapper(node: AriaNode): boolean {
  return node.role === 'generic' && node.name === undefined && node.text === undefined && !node.pointer;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1).toWellFormed()}…` : line;
}

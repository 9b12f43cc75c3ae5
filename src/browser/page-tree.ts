import type { SnapshotRequest } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import { REDACTED } from '../core/redact.js';
import type { PageSnapshot } from '../core/vocabulary/dom-boxes.js';
import type { PageChanges } from '../core/vocabulary/step.js';
import { type AriaNode, allNodes, coverTree, readAriaTree, type TreeLine, treeLines } from './aria-tree.js';
import { ElementRefs, type RefMemory } from './boxes/element-selectors.js';
import type { PageSession } from './page-session.js';
import { typedPasswords } from './secret-guard.js';

/** Longest that the browser may take to make the tree, ms. */
const TREE_MS = 10_000;
/** Longest that one frame may take to say what its password fields hold, ms. */
const FRAME_MS = 2000;
/** Characters of the lines of one answer: about 3,000 tokens, far below the cap of a reply. */
const MAX_CHARACTERS = 12_000;
/** Most lines of each kind in a change. */
const CHANGES_SHOWN = 8;

/** Reads the accessibility tree of a session's active page, and keeps the references of its elements. */
export class PageTree {
  readonly #session: PageSession;
  readonly #redact: (text: string) => string;
  readonly refs = new ElementRefs();
  #nodes: (AriaNode | string)[] = [];

  constructor(session: PageSession, redact: (text: string) => string) {
    this.#session = session;
    this.#redact = redact;
  }

  /** Reads the whole tree within `limitMs`; references are good until the next reading. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED. */
  async read(signal?: AbortSignal, limitMs = TREE_MS): Promise<TreeLine[]> {
    const { page } = this.#session;
    const start = performance.now();
    const passwords = await this.#passwords(signal, Math.min(FRAME_MS, limitMs));
    const timeout = Math.max(1, Math.round(limitMs - (performance.now() - start)));
    const options = { mode: 'ai', timeout } as const;
    const json = await this.#session.call('reading the page', () => page.ariaSnapshotJSON(options), signal, timeout);
    coverTree(json, this.#redact);
    this.#nodes = readAriaTree(json, (text) => (passwords.has(text) ? REDACTED : this.#redact(text)));
    this.refs.learn(this.#nodes);
    return this.#lines(this.#nodes);
  }

  /** The asked-for part, with references for all of it. Throws TARGET_NOT_FOUND and as `read`. */
  async snapshot(request: SnapshotRequest, signal: AbortSignal): Promise<PageSnapshot> {
    const { page } = this.#session;
    await this.read(signal);
    let nodes = this.#nodes;
    if (request.selector !== undefined) nodes = await this.#part(request.selector, signal);
    let lines = this.#lines(nodes);
    const { depth, find } = request;
    if (depth !== undefined) lines = lines.filter((line) => line.depth <= depth);
    if (find !== undefined) lines = matching(lines, find);
    const shown = lines.map((line) => `${'  '.repeat(line.depth)}- ${line.text}`);
    const from = Math.min(request.fromLine ?? 0, shown.length);
    return {
      url: this.#redact(page.url()),
      title: this.#redact(await this.#session.call('reading the title', () => page.title(), signal)),
      lines: fitting(shown.slice(from)),
      from_line: from,
      total_lines: shown.length,
    };
  }

  /** The remembered element of a reference and what it is called by Playwright now. `moved` when another took its place. */
  async find(
    ref: string,
    signal: AbortSignal,
  ): Promise<{ inner: string; memory: RefMemory; moved: boolean } | undefined> {
    const gone = this.refs.recall(ref);
    if (!gone) return undefined;
    await this.read(signal);
    const same = this.refs.present().find((one) => one.ref === ref);
    if (same) return { inner: same.inner, memory: same, moved: false };
    const next = this.refs.successor(gone);
    return next && { inner: next.inner, memory: next, moved: true };
  }

  async #part(selector: string, signal: AbortSignal): Promise<(AriaNode | string)[]> {
    const { page } = this.#session;
    const element = page.locator(selector).first();
    const count = await this.#session.call('finding the part', () => element.count(), signal).catch(() => 0);
    if (count === 0) throw new CodeloopError('TARGET_NOT_FOUND', { target: selector });
    const options = { mode: 'ai', timeout: TREE_MS } as const;
    const json = await this.#session.call('reading the part', () => element.ariaSnapshotJSON(options), signal);
    const inner = new Set(allNodes(readAriaTree(json, this.#redact)).map((node) => node.ref));
    // References of a part resolve against the part only: the whole is read again, and cut.
    await this.read(signal);
    return topmost(this.#nodes, (node) => node.ref !== undefined && inner.has(node.ref));
  }

  #lines(nodes: readonly (AriaNode | string)[]): TreeLine[] {
    return treeLines(nodes, (node) => this.refs.of(node));
  }

  async #passwords(signal: AbortSignal | undefined, limitMs: number): Promise<Set<string>> {
    const frames = this.#session.page.frames();
    const found = await Promise.all(
      frames.map((frame) =>
        // A frame that is going away shows nothing any more; one that hangs stops the reading right after this.
        this.#session.call('a frame', () => frame.evaluate(typedPasswords), signal, limitMs).catch(() => []),
      ),
    );
    return new Set(found.flat());
  }
}

/** Returns the differences of two readings, the first lines of each kind. Undefined when nothing does. */
export function treeChanges(before: readonly TreeLine[], after: readonly TreeLine[]): PageChanges | undefined {
  const added = surplus(after, before);
  const removed = surplus(before, after);
  if (added.length + removed.length === 0) return undefined;
  return {
    added: added.slice(0, CHANGES_SHOWN).map((line) => line.text),
    removed: removed.slice(0, CHANGES_SHOWN).map((line) => line.text),
    added_count: added.length,
    removed_count: removed.length,
  };
}

function surplus(lines: readonly TreeLine[], others: readonly TreeLine[]): TreeLine[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line.key, (left.get(line.key) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line.key) ?? 0;
    if (count > 0) left.set(line.key, count - 1);
    return count === 0;
  });
}

/** Lines that hold the text, and those they lie in. */
function matching(lines: readonly TreeLine[], find: string): TreeLine[] {
  const wanted = find.toLowerCase();
  const kept = new Set<TreeLine>();
  const path: TreeLine[] = [];
  for (const line of lines) {
    path.length = Math.min(path.length, line.depth);
    path[line.depth] = line;
    if (line.key.toLowerCase().includes(wanted)) for (const above of path) if (above) kept.add(above);
  }
  return lines.filter((line) => kept.has(line));
}

function fitting(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let characters = 0;
  for (const line of lines) {
    // Quotes, comma and a few escapes come with each line in JSON.
    characters += line.length + 6;
    if (characters > MAX_CHARACTERS && kept.length > 0) break;
    kept.push(line);
  }
  return kept;
}

function topmost(nodes: readonly (AriaNode | string)[], wanted: (node: AriaNode) => boolean): (AriaNode | string)[] {
  return nodes.flatMap((node) =>
    typeof node === 'string' ? [] : wanted(node) ? [node] : topmost(node.children, wanted),
  );
}

import { type AriaNode, allNodes } from '../aria-tree.js';
import type { SnapshotElement } from './snapshot-tree.js';

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

/** Attributes by which tests name elements, best first. */
const TEST_IDS = ['data-testid', 'data-test-id', 'data-test', 'data-cy', 'data-qa'];
/** Ids and classes made by tools change with every build. */
const GENERATED =
  /\d{4,}|^(css|sc|jss|ember|radix|react-aria|headlessui|mui)-|^:r|__[A-Za-z0-9]{5,}$|[A-Z].*\d[A-Z]|^[a-z]{1,2}[A-Z0-9]\w{3,}$/;

/** The test id of an element, when it has one. */
export function testIdOf(element: SnapshotElement): string | undefined {
  return TEST_IDS.map((name) => element.attributes.get(name)).find((value) => value !== undefined && value !== '');
}

/** Classes that come and go with the state of an element, or say how it looks rather than what it is: they change with the design. */
const PASSING =
  /^(active|show|shown|open|opened|closed|hover|focus|focused|selected|checked|disabled|current|visited|collapsed|collapsing|expanded|loaded|loading|fade|in|is-.*|has-.*|js-.*|-.*)$|^[mp][trblxyse]?-|^(col|row|d|w|h|g|gap|text|bg|flex|grid|justify|align|items|content|font|fs|fw|lh|border|rounded|shadow|order|float|position|overflow|min|max|space|leading|tracking|z|opacity|inset|top|left|right|bottom|visible|container|clearfix)(-|$)/;
/** Attributes that say which one a field, link or picture is, by tag. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  input: ['name', 'placeholder'],
  select: ['name'],
  textarea: ['name', 'placeholder'],
  a: ['href'],
  img: ['alt'],
  label: ['for'],
};
const MAX_TELLING = 40;

/**
 * A short CSS selector for each element that names it alone: its test id, its id, its label or role, an attribute or class that only it
 * has, else the path from the nearest ancestor that has one of these, a step being the tag, the tag with a class, or its place among its kind. Unique by construction:
 * anchors occur once in the page, and each step once among its siblings.
 */
export function elementSelectors(elements: readonly SnapshotElement[]): Map<SnapshotElement, string> {
  const counts = new Map<string, number>();
  const all = elements.map((element) => ({ element, names: anchors(element) }));
  for (const { names } of all) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const kinds = kindsOf(elements);
  const selectors = new Map<SnapshotElement, string>();
  for (const { element, names } of all) {
    const anchor = names.find((name) => counts.get(name) === 1);
    const above = element.parent && selectors.get(element.parent);
    if (anchor !== undefined) selectors.set(element, anchor);
    else if (above === undefined || element.tag === 'body') selectors.set(element, element.tag);
    else selectors.set(element, `${above}${element.inShadow ? ' ' : ' > '}${step(element, kinds.get(element))}`);
  }
  return selectors;
}

function anchors(element: SnapshotElement): string[] {
  const names: string[] = [];
  for (const name of TEST_IDS) {
    const value = element.attributes.get(name);
    if (value) names.push(`[${name}=${quoted(value)}]`);
  }
  const id = element.attributes.get('id');
  if (id && !GENERATED.test(id)) names.push(/^[A-Za-z_][\w-]*$/.test(id) ? `#${id}` : `[id=${quoted(id)}]`);
  const label = element.attributes.get('aria-label');
  if (label && label.length <= 60) names.push(`${element.tag}[aria-label=${quoted(label)}]`);
  const role = element.attributes.get('role');
  if (role && /^[a-z]+$/.test(role)) names.push(`[role=${role}]`);
  if (LANDMARKS.has(element.tag)) names.push(element.tag);
  for (const name of TELLING[element.tag] ?? []) {
    const value = element.attributes.get(name);
    if (value && value.length > 1 && value.length <= MAX_TELLING && !GENERATED.test(value))
      names.push(`${element.tag}[${name}=${quoted(value)}]`);
  }
  for (const name of classesOf(element)) if (isLasting(name)) names.push(`${element.tag}.${name}`);
  return names;
}

function classesOf(element: SnapshotElement): string[] {
  return (element.attributes.get('class') ?? '').split(/\s+/).filter((name) => name !== '');
}

/** Returns true when a class is likely to be there after the next build and in another state. */
function isLasting(name: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(name) && !GENERATED.test(name) && !PASSING.test(name);
}

/** Elements of which a page mostly has one, and which are then the best name there is. */
const LANDMARKS = new Set(['main', 'header', 'footer', 'nav', 'aside', 'h1']);

/** Siblings of one tag, and how many of them have each class. */
interface Kind {
  places: Map<SnapshotElement, number>;
  classes: Map<string, number>;
}

/** The kind of each element: a page may have a hundred thousand in one box, so each is looked at once. */
function kindsOf(elements: readonly SnapshotElement[]): Map<SnapshotElement, Kind> {
  const families = new Map<SnapshotElement | undefined, Map<string, Kind>>();
  const kinds = new Map<SnapshotElement, Kind>();
  for (const element of elements) {
    const family = families.get(element.parent) ?? new Map<string, Kind>();
    families.set(element.parent, family);
    const name = `${element.inShadow} ${element.tag}`;
    const kind = family.get(name) ?? { places: new Map(), classes: new Map() };
    family.set(name, kind);
    kind.places.set(element, kind.places.size + 1);
    for (const one of new Set(classesOf(element))) kind.classes.set(one, (kind.classes.get(one) ?? 0) + 1);
    kinds.set(element, kind);
  }
  return kinds;
}

function step(element: SnapshotElement, kind: Kind | undefined): string {
  if (!kind || kind.places.size === 1) return element.tag;
  const own = classesOf(element).find((name) => isLasting(name) && kind.classes.get(name) === 1);
  return own ? `${element.tag}.${own}` : `${element.tag}:nth-of-type(${kind.places.get(element)})`;
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\a ')}"`;
}

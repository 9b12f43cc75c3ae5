import type { Rect } from '../../core/vocabulary/geometry.js';
import type { LaidOutElement } from '../../core/vocabulary/laid-out-page.js';
import { elementSelectors } from './element-selectors.js';
import { type RawSnapshot, type SnapshotElement, snapshotFrames } from './snapshot-tree.js';

/** Least side of a frame that is looked into, CSS px. */
const LEAST_FRAME = 16;

/** What of a page's frames is added to its evidence: their elements where they lie on the page, and how they are painted and scroll. */
interface Framed {
  elements: SnapshotElement[];
  /** The elements of each frame's document that the page can count, by what holds the frame. */
  documents: Map<SnapshotElement, SnapshotElement[]>;
  selectors: Map<SnapshotElement, string>;
  paint: Map<SnapshotElement, number>;
  scrolls: Map<SnapshotElement, LaidOutElement['scroll']>;
}

/** The elements of the frames that are shown, moved to where the page has them. */
export function framedElements(
  snapshot: RawSnapshot,
  {
    all,
    selectors,
    styles,
  }: {
    all: readonly SnapshotElement[];
    selectors: ReadonlyMap<SnapshotElement, string>;
    /** Names of the styles that the snapshot has of each element. */
    styles: readonly string[];
  },
): Framed {
  const framed: Framed = {
    ...{ elements: [], documents: new Map() },
    ...{ selectors: new Map(), paint: new Map(), scrolls: new Map() },
  };
  const style = ({ styles: values }: SnapshotElement, name: string) => values[styles.indexOf(name)] ?? '';
  const keys = new Map<SnapshotElement, readonly number[]>();
  for (const { owner, elements, scrolled, content } of snapshotFrames(snapshot, all)) {
    const named = selectors.get(owner) ?? framed.selectors.get(owner);
    const { rect } = owner;
    if (named === undefined || !rect || Math.min(rect.width, rect.height) < LEAST_FRAME) continue;
    if (style(owner, 'visibility') !== 'visible') continue;
    const side = (edge: string) =>
      (Number.parseFloat(style(owner, `border-${edge}-width`)) || 0) +
      (Number.parseFloat(style(owner, `padding-${edge}`)) || 0);
    const [left, top] = [rect.x + side('left') - scrolled.x, rect.y + side('top') - scrolled.y];
    // Whole pixels: a frame may begin between two.
    const seen = {
      width: Math.max(0, Math.round(rect.width - side('left') - side('right'))),
      height: Math.max(0, Math.round(rect.height - side('top') - side('bottom'))),
    };
    const moved = (box: Rect): Rect => ({ ...box, x: box.x + left, y: box.y + top });
    const own = elementSelectors(elements);
    framed.documents.set(
      owner,
      elements.filter((element) => !element.shadowed),
    );
    for (const element of elements) {
      element.parent ??= owner;
      if (element.rect) element.rect = moved(element.rect);
      for (const one of [...element.lines, ...element.pseudo, ...element.pseudo.flatMap(({ lines }) => lines)])
        one.rect = moved(one.rect);
      keys.set(element, [...(keys.get(owner) ?? [owner.paintOrder]), element.paintOrder]);
      framed.selectors.set(element, `${named} >> ${own.get(element) ?? element.tag}`);
      framed.elements.push(element);
    }
    const fixed = elements.some(
      (one) => (one.tag === 'html' || one.tag === 'body') && /hidden|clip/.test(style(one, 'overflow-x')),
    );
    if (!fixed && owner.attributes.get('scrolling') !== 'no') framed.scrolls.set(owner, { content, seen });
  }
  if (framed.elements.length === 0) return framed;
  // What a frame draws lies with it between what the page draws before and after.
  const ranked = [...all, ...framed.elements].map((element) => ({
    element,
    key: keys.get(element) ?? [element.paintOrder],
  }));
  ranked.sort((one, other) => comparePaint(one.key, other.key));
  let rank = 0;
  for (const [at, { element, key }] of ranked.entries()) {
    const before = ranked[at - 1];
    if (before && comparePaint(before.key, key) !== 0) rank += 1;
    framed.paint.set(element, rank);
  }
  return framed;
}

/** The element that the page counted as this one, in a frame where it says so. */
export function inFrames(
  light: readonly SnapshotElement[],
  { element, frame = [] }: { element: number; frame?: number[] | undefined },
  { documents }: Framed,
): SnapshotElement | undefined {
  let counted: readonly SnapshotElement[] = light;
  for (const number of frame) {
    const owner = counted[number];
    counted = (owner && documents.get(owner)) ?? [];
  }
  return counted[element];
}

function comparePaint(one: readonly number[], other: readonly number[]): number {
  for (const [at, value] of one.entries()) {
    const theirs = other[at];
    if (theirs === undefined) return 1;
    if (value !== theirs) return value - theirs;
  }
  return one.length - other.length;
}

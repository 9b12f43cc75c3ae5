import { randomUUID } from 'node:crypto';
import { intersection } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import type { MaskedParts } from '../page/mask.js';
import type { PageSession } from '../page-session.js';
import { type SnapshotElement, snapshotElements, withSkipping } from './snapshot-tree.js';

/** Styles that tell what hides whatever lies under it. */
const STYLES = [
  ...[
    'background-color',
    'background-clip',
    'opacity',
    'visibility',
    'overflow-x',
    'overflow-y',
    'transform',
    'rotate',
  ],
  ...['offset-path', 'clip-path', 'mask-image', 'filter', 'mix-blend-mode', 'position', 'border-top-left-radius'],
  ...['border-top-right-radius', 'border-bottom-left-radius', 'border-bottom-right-radius', 'clip'],
  ...['display', 'column-count', 'column-width'],
] as const;
/** Boxes that paint their ground over the whole of their rectangle: of lines, rows and columns the rectangle is what lies around them. */
const WHOLE = /^(?:inline-)?(?:block|flex|grid|flow-root|table|table-cell|list-item)$/;
/** The id of the element that our own masks are drawn in; no page can have one that is called so. */
export const MASK_HOST = `codeloop-masks-${randomUUID()}`;

/**
 * The boxes (CSS px of the page) without what lies under something opaque: a dialog above a masked part is no part of it, and stays to be
 * seen. Only plain grounds without a hole, a corner that is cut or a turn count; where one cannot be sure, the box stays whole. Other browsers
 * than Chromium do not tell what is painted above what. Throws as the protocol does.
 */
export async function uncovered({ protocol }: PageSession, boxes: MaskedParts['boxes']): Promise<Rect[]> {
  if (!protocol || boxes.every(({ of }) => of === undefined)) return [...boxes];
  const snapshot = await protocol.send('DOMSnapshot.captureSnapshot', {
    computedStyles: withSkipping(STYLES),
    includePaintOrder: true,
  });
  return withoutCovered(snapshotElements(snapshot), boxes);
}

/** The pure part; `all` has the styles above. */
export function withoutCovered(all: readonly SnapshotElement[], boxes: MaskedParts['boxes']): Rect[] {
  const light = all.filter((element) => !element.shadowed);
  const covers = all.flatMap((element) => {
    const rect = coverOf(element);
    return rect ? [{ element, rect }] : [];
  });
  const highest = new Map<SnapshotElement, number>();
  for (const element of all)
    for (let at: SnapshotElement | undefined = element; at; at = at.parent)
      highest.set(at, Math.max(highest.get(at) ?? 0, element.paintOrder));
  return boxes.flatMap(({ of, ...box }) => {
    const masked = of === undefined ? undefined : light[of.number];
    // Slots may show elements in another order than the document has them.
    if (!masked?.rect || masked.tag !== of?.tag || !isNear(masked.rect, of.whole)) return [box];
    const over = covers.filter(
      ({ element, rect }) =>
        element.paintOrder > (highest.get(masked) ?? 0) &&
        intersection(rect, box) &&
        !isWithin(masked, (one) => one === element),
    );
    return over.reduce<Rect[]>((left, { rect }) => left.flatMap((one) => minus(one, rect)), [box]);
  });
}

/** What of an element surely hides all that is painted before it. */
function coverOf(element: SnapshotElement): Rect | undefined {
  const { rect } = element;
  if (!rect || element.tag === 'html' || element.tag === 'body') return undefined;
  const style = (one: SnapshotElement, name: (typeof STYLES)[number]) => one.styles[STYLES.indexOf(name)] ?? '';
  if (!isOpaque(style(element, 'background-color')) || style(element, 'visibility') !== 'visible') return undefined;
  if (style(element, 'background-clip') !== 'border-box') return undefined;
  if (!WHOLE.test(style(element, 'display')) || element.tag === 'fieldset') return undefined;
  let shown: Rect | undefined = rect;
  for (let at: SnapshotElement | undefined = element; at && shown; at = at.parent) {
    if (at.attributes.get('id') === MASK_HOST) return undefined;
    const turned =
      !/^(?:|none|matrix\(1, 0, 0, 1, .*\))$/.test(style(at, 'transform')) || !/^(?:|none)$/.test(style(at, 'rotate'));
    const plain = ['offset-path', 'clip-path', 'mask-image', 'filter'] as const;
    if (turned || plain.some((name) => !/^(?:|none)$/.test(style(at as SnapshotElement, name)))) return undefined;
    if (Number(style(at, 'opacity') || 1) < 1 || !/^(?:|normal)$/.test(style(at, 'mix-blend-mode'))) return undefined;
    const whole = ['clip', 'column-count', 'column-width'] as const;
    if (whole.some((name) => !/^(?:|auto)$/.test(style(at as SnapshotElement, name)))) return undefined;
    const cuts = /[^v]/.test(`${style(at, 'overflow-x')}${style(at, 'overflow-y')}`.replaceAll('visible', ''));
    const root = at.tag === 'html' || at.tag === 'body';
    if (at === element || (cuts && !root)) shown = intersection(shown, inside(at, style));
  }
  return shown;
}

/** The part of a box that no round corner cuts. */
function inside(
  element: SnapshotElement,
  style: (one: SnapshotElement, name: (typeof STYLES)[number]) => string,
): Rect {
  const { x, y, width, height } = element.rect ?? { x: 0, y: 0, width: 0, height: 0 };
  const corners = [
    'border-top-left-radius',
    'border-top-right-radius',
    'border-bottom-left-radius',
    'border-bottom-right-radius',
  ] as const;
  const round = Math.max(...corners.map((name) => Number.parseFloat(style(element, name)) || 0));
  // A corner of a percentage is of the box.
  const share = corners.some((name) => style(element, name).includes('%')) ? Math.max(width, height) / 2 : round;
  return { x, y: y + share, width, height: height - 2 * share };
}

/** The same box but for rounding. */
function isNear(one: Rect, other: Rect): boolean {
  const sides = ['x', 'y', 'width', 'height'] as const;
  return sides.every((side) => Math.abs(one[side] - other[side]) < 2);
}

function isOpaque(color: string): boolean {
  const [, , , alpha = 1] = /^rgba?\(([^)]*)\)$/
    .exec(color)?.[1]
    ?.split(/[ ,/]+/)
    .map(Number) ?? [0, 0, 0, 0];
  return alpha === 1;
}

function isWithin(element: SnapshotElement, is: (one: SnapshotElement) => boolean): boolean {
  for (let at: SnapshotElement | undefined = element; at; at = at.parent) if (is(at)) return true;
  return false;
}

/** A box without another, as up to four. */
function minus(box: Rect, hole: Rect): Rect[] {
  const cut = intersection(box, hole);
  if (!cut) return [box];
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const [cutRight, cutBottom] = [cut.x + cut.width, cut.y + cut.height];
  return [
    { x: box.x, y: box.y, width: box.width, height: cut.y - box.y },
    { x: box.x, y: cutBottom, width: box.width, height: bottom - cutBottom },
    { x: box.x, y: cut.y, width: cut.x - box.x, height: cut.height },
    { x: cutRight, y: cut.y, width: right - cutRight, height: cut.height },
  ].filter(({ width, height }) => width > 0.01 && height > 0.01);
}

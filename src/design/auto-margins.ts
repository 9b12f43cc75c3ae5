import { lengthOf } from './css-values.js';
import type { ElementChange, PropertyChange } from './element-changes.js';
import type { ElementNode } from './element-tree.js';

/**
 * Moves margins from `own` to `derived` that take up what another change left or took: an automatic margin shrinks by what its element
 * or a sibling grows, by something that came or changed inside it. Without such a cause it is the other way round: a block shrinks by
 * what its margin grows. `movesThings` says which changes can be such a cause.
 */
export function separateAutoMargins(
  changes: readonly ElementChange[],
  ofActual: ReadonlyMap<ElementNode, ElementChange>,
  movesThings: (change: ElementChange) => boolean,
): void {
  const movers = changes.filter(movesThings);
  // From the inside out: a margin that turns out to follow moves nothing by itself.
  for (const change of [...changes].reverse()) {
    const margins = change.own.filter((one) => growthOf(one) !== undefined);
    if (margins.length === 0 || !change.actual) continue;
    const others = movers.filter((mover) => mover !== change && movesThings(mover));
    const follows = margins.filter((margin) => isTakenUp(margin, change, others, ofActual));
    if (follows.length === 0) continue;
    change.derived.push(...follows);
    change.own = change.own.filter((one) => !follows.includes(one));
  }
}

function isTakenUp(
  margin: PropertyChange,
  change: ElementChange,
  others: readonly ElementChange[],
  ofActual: ReadonlyMap<ElementNode, ElementChange>,
): boolean {
  const { actual } = change;
  const growth = growthOf(margin) ?? 0;
  const axis = /left|right/.test(margin.property) ? 'width' : 'height';
  for (const node of actual?.parent?.children ?? (actual ? [actual] : [])) {
    const by = ofActual.get(node)?.resized[axis] ?? 0;
    const opposite = by * growth < 0 && Math.abs(growth) <= Math.abs(by) + 1;
    if (opposite && others.some((mover) => grewInside(mover, node))) return true;
  }
  // A sibling that came or went: its whole size is what is taken up.
  return others.some((mover) => {
    const [was, is] = [mover.reference?.element.rect[axis] ?? 0, mover.actual?.element.rect[axis] ?? 0];
    const parent = mover.actual ? mover.actual.parent : mover.place;
    const lone = (mover.actual === undefined) !== (mover.reference === undefined);
    return lone && parent === actual?.parent && (is - was) * growth < 0 && Math.abs(growth) <= Math.abs(is - was) + 1;
  });
}

/** By how much a margin grew, CSS px; `undefined` for anything else. */
function growthOf({ property, expected, actual }: PropertyChange): number | undefined {
  const [from, to] = [lengthOf(expected), lengthOf(actual)];
  return property.startsWith('margin-') && from !== undefined && to !== undefined ? to - from : undefined;
}

/** Returns true when a change made an element grow: one in it, or its own unless that is only a margin, which is outside of it. */
function grewInside({ place, own }: ElementChange, node: ElementNode): boolean {
  if (!place || place.index < node.index || place.index >= node.end) return false;
  return place !== node || own.some((one) => growthOf(one) === undefined);
}

import { px } from './css-values.js';
import type { ElementChange, PropertyChange } from './element-changes.js';
import type { ElementNode } from './element-tree.js';
import { isWeak, PAINT_ONLY } from './property-kinds.js';

/** Levels above an element up to which another change is near enough to have moved it: a table's cell to its head row. */
const LEVELS = 3;

/** Returns true when a change can move or resize what is around it. */
export function movesThings({ own }: ElementChange): boolean {
  return own.some((one) => !PAINT_ONLY.has(one.property.replace(/^::\S+ /, '')) && !isWeak(one));
}

/**
 * Names `width`, `height`, `x` or `y` as the own change of elements that were resized or moved although nothing that is stored
 * explains it: not they, nothing in or above them, and nothing nearby. Of a parent and its children that grew together, widths come
 * from above (block boxes fill their parent) and heights from below (they hold their children), unless siblings say otherwise.
 */
export function nameBoxCauses(
  changes: readonly ElementChange[],
  ofActual: ReadonlyMap<ElementNode, ElementChange>,
): void {
  const movers = changes.filter(movesThings);
  for (const change of changes) {
    const { actual, reference, own, resized, moved } = change;
    if (!actual || !reference || movesThings(change)) continue;
    if (movers.some((mover) => mayMove(mover, actual))) continue;
    const found: PropertyChange[] = [];
    const [a, b] = [reference.element.rect, actual.element.rect];
    for (const axis of ['width', 'height'] as const)
      if (resized[axis] !== 0 && isSource(change, axis, ofActual))
        found.push({ property: axis, expected: px(a[axis]), actual: px(b[axis]) });
    const quiet = resized.width === 0 && resized.height === 0 && own.length === 0;
    if (quiet && (moved.x !== 0 || moved.y !== 0) && siblings(actual).every((one) => !wasResized(ofActual.get(one))))
      for (const axis of ['x', 'y'] as const)
        if (moved[axis] !== 0) found.push({ property: axis, expected: px(b[axis] - moved[axis]), actual: px(b[axis]) });
    own.push(...found);
  }
}

function mayMove({ place }: ElementChange, node: ElementNode): boolean {
  if (!place || contains(place, node) || contains(node, place)) return true;
  let above: ElementNode = node;
  for (let level = 0; level < LEVELS && above.parent; level++) above = above.parent;
  return contains(above, place);
}

function contains(above: ElementNode, node: ElementNode): boolean {
  return above.index <= node.index && node.index < above.end;
}

function isSource(
  change: ElementChange,
  axis: 'width' | 'height',
  ofActual: ReadonlyMap<ElementNode, ElementChange>,
): boolean {
  const { actual } = change;
  if (!actual) return false;
  const by = change.resized[axis];
  const grew = (node: ElementNode | undefined) => node !== undefined && (ofActual.get(node)?.resized[axis] ?? 0) !== 0;
  const alike = (node: ElementNode) => Math.abs((ofActual.get(node)?.resized[axis] ?? 0) - by) < 0.5;
  const fromParent =
    grew(actual.parent) && siblings(actual).length > 0
      ? siblings(actual).every(alike)
      : grew(actual.parent) && axis === 'width' && !isShrunk(actual.parent);
  if (fromParent) return false;
  const grown = actual.children.filter(grew);
  if (grown.length === 0) return true;
  // Children that all grew alike were stretched; a single one is what made its parent grow.
  if (actual.children.length > 1) return grown.length === actual.children.length && actual.children.every(alike);
  return axis === 'width' && !isShrunk(actual);
}

/** Returns true when a box is as wide as what it holds. */
function isShrunk(node: ElementNode | undefined): boolean {
  if (!node) return false;
  const { display = '', float, position } = node.element.styles;
  const parent = node.parent?.element.styles.display ?? '';
  return (
    display.startsWith('inline') ||
    float !== undefined ||
    position === 'absolute' ||
    position === 'fixed' ||
    /flex/.test(parent)
  );
}

function siblings(node: ElementNode): ElementNode[] {
  return (node.parent?.children ?? []).filter((other) => other !== node);
}

function wasResized(change: ElementChange | undefined): boolean {
  return change !== undefined && (change.resized.width !== 0 || change.resized.height !== 0);
}

import { CURRENT_COLOR, INHERITED, isWeak, lengthOf, PAINT_ONLY, px } from './css-values.js';
import type { ElementChange, PropertyChange } from './element-changes.js';
import type { ElementNode } from './element-tree.js';

/** Two ratios of lengths are one when they differ by less: computed lengths are rounded. */
const SAME_RATIO = 0.02;

/**
 * Moves what follows from another change from `own` to `derived`: values taken over from the parent, lengths in `em` of a font size and
 * in percent of a width that changed, colours that are the text's, insets and automatic margins that come with another size.
 */
export function separateCauses(
  changes: readonly ElementChange[],
  ofActual: ReadonlyMap<ElementNode, ElementChange>,
): void {
  for (const change of changes) {
    const above = change.actual?.parent && ofActual.get(change.actual.parent);
    const follows = (one: PropertyChange) => {
      const [, property] = /^::\S+ (.+)$/.exec(one.property) ?? [];
      // A pseudo-element stands in its element.
      if (property !== undefined)
        return isTakenOver({ ...one, property }, change) || isPlacing({ ...one, property }, change, change);
      return (
        isTakenOver(one, above) ||
        isScaled(one, change, above) ||
        isTextColor(one, change) ||
        isPlacing(one, change, above)
      );
    };
    change.derived = change.own.filter(follows);
    if (change.derived.length > 0) change.own = change.own.filter((one) => !change.derived.includes(one));
  }
}

function find(change: ElementChange | undefined, property: string): PropertyChange | undefined {
  return change && [...change.own, ...change.derived].find((one) => one.property === property);
}

function isTakenOver({ property, expected, actual }: PropertyChange, above: ElementChange | undefined): boolean {
  if (!INHERITED.has(property)) return false;
  const same = find(above, property);
  return same !== undefined && same.expected === expected && same.actual === actual;
}

/** Lengths that grew as the font size they may be given in, or (paddings and margins) as the parent's width. */
function isScaled(
  { property, expected, actual }: PropertyChange,
  change: ElementChange,
  above: ElementChange | undefined,
): boolean {
  const ratio = ratioOf(expected, actual);
  if (ratio === undefined) return false;
  const font = find(property === 'font-size' ? above : change, 'font-size');
  if (font && alike(ratio, ratioOf(font.expected, font.actual))) return true;
  if (
    !/^(padding|margin|max-width|min-width|left|right|text-indent)/.test(property) ||
    !above?.reference ||
    !above.actual
  )
    return false;
  return (
    above.resized.width !== 0 && alike(ratio, above.actual.element.rect.width / above.reference.element.rect.width)
  );
}

function ratioOf(expected: string, actual: string): number | undefined {
  const [from, to] = [lengthOf(expected), lengthOf(actual)];
  return from && to ? to / from : undefined;
}

function alike(a: number, b: number | undefined): boolean {
  return b !== undefined && Math.abs(a - b) <= SAME_RATIO;
}

function isTextColor({ property, expected, actual }: PropertyChange, change: ElementChange): boolean {
  if (!CURRENT_COLOR.has(property)) return false;
  const color = find(change, 'color');
  return color !== undefined && color.expected === expected && color.actual === actual;
}

/** Used values of insets and automatic margins, which resolve to what is left. */
function isPlacing({ property }: PropertyChange, change: ElementChange, above: ElementChange | undefined): boolean {
  const side = /^(?:margin-)?(top|right|bottom|left)$/.exec(property)?.[1];
  if (side === undefined) return property.startsWith('grid-template-') && anyResized(change, above);
  const axis = side === 'left' || side === 'right' ? 'width' : 'height';
  const resized = change.resized[axis] !== 0 || (above?.resized[axis] ?? 0) !== 0;
  if (property.startsWith('margin-')) {
    const other = find(change, `margin-${OPPOSITE[side]}`);
    return resized && axis === 'width' && other !== undefined;
  }
  const other = find(change, OPPOSITE[side] ?? '');
  const isEnd = side === 'right' || side === 'bottom';
  // Of two insets the start is the cause when both changed; alone, an inset follows the size.
  return other ? isEnd : resized;
}

const OPPOSITE: Readonly<Record<string, string>> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' };

function anyResized(change: ElementChange, above: ElementChange | undefined): boolean {
  return [change, above].some((one) => one && (one.resized.width !== 0 || one.resized.height !== 0));
}

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

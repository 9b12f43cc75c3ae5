import { lengthOf } from './css-values.js';
import type { ElementChange, PropertyChange } from './element-changes.js';
import type { ElementNode } from './element-tree.js';
import { CURRENT_COLOR, INHERITED } from './property-kinds.js';

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

import type { Rect } from '../core/vocabulary/geometry.js';
import type { Shift } from '../core/vocabulary/pair.js';

/**
 * Returns the place in the actual picture of a rectangle of the reference, bands inserted and removed; what was in a removed band shrinks
 * to the line where it is missing. CSS px; shifts are device px, `scale` of which make one.
 */
export function toActualPlace(rect: Rect, shifts: readonly Shift[], scale: number): Rect {
  const held = shifts.filter((shift) => holdsFor(shift, rect, scale));
  const [left, right] = [rect.x, rect.x + rect.width].map((at) => mapped(at, 'x', held, scale));
  const [top, bottom] = [rect.y, rect.y + rect.height].map((at) => mapped(at, 'y', held, scale));
  return { x: left ?? 0, y: top ?? 0, width: (right ?? 0) - (left ?? 0), height: (bottom ?? 0) - (top ?? 0) };
}

function mapped(at: number, axis: 'x' | 'y', shifts: readonly Shift[], scale: number): number {
  let to = at;
  for (const shift of shifts) {
    const from = shift.at / scale;
    if (shift.axis !== axis || from > at) continue;
    to += shift.by >= 0 ? shift.by / scale : -Math.min(-shift.by / scale, at - from);
  }
  return to;
}

/** Returns true when the middle of a rectangle lies in the columns or rows that were shifted. */
function holdsFor({ axis, across }: Shift, { x, y, width, height }: Rect, scale: number): boolean {
  const middle = (axis === 'y' ? x + width / 2 : y + height / 2) * scale;
  return across === undefined || (across.from <= middle && middle < across.to);
}

const A_BIT = 1e-6;

/** Returns the place in the reference of a rectangle of the actual picture; both device px. What is in an inserted band was where it begins. */
export function toReferencePlace(rect: Rect, all: readonly Shift[]): Rect {
  const shifts = all.filter((shift) => holdsFor(shift, rect, 1));
  const back = (at: number, axis: 'x' | 'y') => {
    let by = 0;
    for (const shift of shifts) {
      // `at` is of the reference: where the shift begins in the actual picture is behind all that came before it.
      const from = shift.at + by;
      if (shift.axis !== axis || from > at) continue;
      by += shift.by >= 0 ? Math.min(shift.by, at - from) : shift.by;
    }
    return at - by;
  };
  const [x, y] = [back(rect.x, 'x'), back(rect.y, 'y')];
  // An end that lies where a band is missing belongs to what is before it.
  const end = (at: number, axis: 'x' | 'y') => back(at - A_BIT, axis) + A_BIT;
  return { x, y, width: end(rect.x + rect.width, 'x') - x, height: end(rect.y + rect.height, 'y') - y };
}

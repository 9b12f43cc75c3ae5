import type { Rect } from '../core/vocabulary/geometry.js';
import { channelDistance, type PixelView, type Point, pixelAt, SAME_LEVELS } from '../image/pixels.js';

/** Share of a side along which what is inside must go on outside for a strip to be part of what is there. */
const SIDE_SHARE = 0.8;

/** Levels of difference from the ground from which a pixel is content. */
const SOMETHING = 2 * SAME_LEVELS;

type Side = 'left' | 'right' | 'top' | 'bottom';

/**
 * Returns true when a strip that only `view` shows something in goes on, in the same colours, in what both pictures have beside it: an edge of a box that was
 * pulled out or in, not something new.
 */
export function continuesBox(view: PixelView, other: PixelView, rect: Rect, ground: number | undefined): boolean {
  if (ground === undefined) return false;
  const sides: Side[] = ['left', 'right', 'top', 'bottom'];
  return sides.some((side) => {
    const pixels = alongSide(rect, side);
    const same = pixels.filter(({ inner, outer }) => {
      const [inside, outside, before] = [pixelOf(view, inner), pixelOf(view, outer), pixelOf(other, outer)];
      if (inside === undefined || outside === undefined || before === undefined) return false;
      return (
        channelDistance(inside, ground) > SAME_LEVELS &&
        channelDistance(inside, outside) <= SAME_LEVELS &&
        channelDistance(outside, before) <= SAME_LEVELS
      );
    });
    return same.length >= SIDE_SHARE * pixels.length;
  });
}

/**
 * Returns true when a part that moved by `shift` hangs on something that did not: lines of it run across the side it moved away from or towards.
 * So the moved edge of a card, whose other edges stayed, differs from a card that moved.
 */
export function hangsOn(
  reference: PixelView,
  actual: PixelView,
  rect: Rect,
  shift: Point,
  ground: number | undefined,
): boolean {
  if (ground === undefined) return false;
  const sides: Side[] = Math.abs(shift.x) >= Math.abs(shift.y) ? ['left', 'right'] : ['top', 'bottom'];
  return sides.some((side) => {
    const crossing = alongSide(rect, side).filter(({ inner, outer }) =>
      [reference, actual].every((view) => isSomething(view, inner, ground) && isSomething(view, outer, ground)),
    );
    return crossing.length >= 1;
  });
}

function isSomething(view: PixelView, point: Point, ground: number): boolean {
  const pixel = pixelOf(view, point);
  return pixel !== undefined && channelDistance(pixel, ground) > SOMETHING;
}

function pixelOf(view: PixelView, { x, y }: Point): number | undefined {
  return pixelAt(view, x, y);
}

/** The pixels of a side, just inside and just outside of the rectangle. */
function alongSide(rect: Rect, side: Side): { inner: Point; outer: Point }[] {
  const [right, bottom] = [rect.x + rect.width - 1, rect.y + rect.height - 1];
  if (side === 'left' || side === 'right') {
    const [inner, outer] = side === 'left' ? [rect.x, rect.x - 1] : [right, right + 1];
    return Array.from({ length: rect.height }, (_, row) => ({
      inner: { x: inner, y: rect.y + row },
      outer: { x: outer, y: rect.y + row },
    }));
  }
  const [inner, outer] = side === 'top' ? [rect.y, rect.y - 1] : [bottom, bottom + 1];
  return Array.from({ length: rect.width }, (_, column) => ({
    inner: { x: rect.x + column, y: inner },
    outer: { x: rect.x + column, y: outer },
  }));
}

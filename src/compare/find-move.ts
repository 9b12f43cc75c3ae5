import { channelDistance } from './color-distance.js';
import { type PixelView, type Point, pixelAt } from './pixel-view.js';
import { SAME_LEVELS } from './surroundings.js';

/** How far a part may have moved to be found again, pixels in each direction. */
export const LONGEST_MOVE = 64;

/** Share of the probes that must be found at the new place. */
const FOUND_SHARE = 0.9;

/** Probes per direction; fewer than this many contents on one side prove nothing. */
const PROBES = 48;
const FEWEST_PROBES = 6;

/** Shifts by distance, shortest first, so that the least move that explains a difference wins. */
const SHIFTS: readonly Point[] = Array.from({ length: (2 * LONGEST_MOVE + 1) ** 2 }, (_, index) => ({
  x: (index % (2 * LONGEST_MOVE + 1)) - LONGEST_MOVE,
  y: Math.floor(index / (2 * LONGEST_MOVE + 1)) - LONGEST_MOVE,
}))
  .filter(({ x, y }) => x !== 0 || y !== 0)
  .sort((a, b) => a.x * a.x + a.y * a.y - (b.x * b.x + b.y * b.y));

/**
 * By how much a part moved from reference to actual; undefined when it did not. `points` are differing pixels; `backgrounds` the
 * colours around them. Every content pixel of the actual must come from the reference, and every one of the reference must have
 * gone to the actual, by the same shift: a bar that only grew has nothing that left.
 */
export function findMove(
  reference: PixelView,
  actual: PixelView,
  points: readonly Point[],
  backgrounds: { reference: number | undefined; actual: number | undefined },
): Point | undefined {
  const arrived = contentOf(actual, points, backgrounds.actual);
  const left = contentOf(reference, points, backgrounds.reference);
  if (arrived.length < FEWEST_PROBES || left.length < FEWEST_PROBES) return undefined;
  return SHIFTS.find(
    (shift) =>
      allFound(arrived, actual, reference, { x: -shift.x, y: -shift.y }) && allFound(left, reference, actual, shift),
  );
}

function contentOf(view: PixelView, points: readonly Point[], background: number | undefined): Point[] {
  const content = points.filter(({ x, y }) => {
    const pixel = pixelAt(view, x, y);
    return pixel !== undefined && (background === undefined || channelDistance(pixel, background) > SAME_LEVELS);
  });
  const stride = Math.max(1, Math.floor(content.length / PROBES));
  return content.filter((_, index) => index % stride === 0);
}

function allFound(points: readonly Point[], from: PixelView, to: PixelView, shift: Point): boolean {
  let missesLeft = Math.floor(points.length * (1 - FOUND_SHARE));
  for (const { x, y } of points) {
    const a = pixelAt(from, x, y);
    const b = pixelAt(to, x + shift.x, y + shift.y);
    if (a !== undefined && b !== undefined && channelDistance(a, b) <= SAME_LEVELS) continue;
    if (missesLeft-- === 0) return false;
  }
  return true;
}

import { channelDistance, type PixelView, type Point, pixelAt, SAME_LEVELS } from '../image/pixels.js';

/** A part that moved. */
export interface Move {
  /** From reference to actual, compared pixels. */
  shift: Point;
  /** Returns true when another shift explains the part as well. */
  explains: (shift: Point) => boolean;
}

/** Longest move that is found, pixels in each direction. */
export const LONGEST_MOVE = 64;

/** Share of the probes that must be found at the new place. */
const FOUND_SHARE = 0.9;

/** Probes per direction; fewer than this many contents on one side prove nothing. */
const PROBES = 48;
const FEWEST_PROBES = 6;

/** Probes that are looked for everywhere; each of the others only confirms. More than one, because one may be hidden at its new place. */
const SEEDS = 3;

/**
 * Returns the shift of a part from reference to actual; undefined when it did not move. `points` are differing pixels; `backgrounds` the
 * colours around them. Every content pixel of the actual must come from the reference, and every one of the reference must have
 * gone to the actual, by the same shift: a bar that only grew has nothing that left. Of several shifts that explain a part (a plain
 * border may have slid along itself) the shortest is named.
 */
export function findMove(
  reference: PixelView,
  actual: PixelView,
  points: readonly Point[],
  backgrounds: { reference: number | undefined; actual: number | undefined },
): Move | undefined {
  const arrived = contentOf(actual, points, backgrounds.actual);
  const left = contentOf(reference, points, backgrounds.reference);
  if (arrived.length < FEWEST_PROBES || left.length < FEWEST_PROBES) return undefined;
  const explains = ({ x, y }: Point) =>
    allFound(arrived, actual, reference, -x, -y) && allFound(left, reference, actual, x, y);
  for (const seed of arrived.slice(0, SEEDS)) {
    const shift = originsOf(seed, actual, reference).find(explains);
    if (shift) return { shift, explains };
  }
  return undefined;
}

/** Shifts by which the pixel at `seed` may have come, shortest first: wherever the other picture has exactly its colour. */
function originsOf(seed: Point, from: PixelView, to: PixelView): Point[] {
  const color = from.pixels[seed.y * from.stride + seed.x];
  const shifts: Point[] = [];
  const right = Math.min(to.width - 1, seed.x + LONGEST_MOVE);
  const bottom = Math.min(to.height - 1, seed.y + LONGEST_MOVE);
  for (let y = Math.max(0, seed.y - LONGEST_MOVE); y <= bottom; y++)
    for (let x = Math.max(0, seed.x - LONGEST_MOVE); x <= right; x++)
      if (to.pixels[y * to.stride + x] === color && (x !== seed.x || y !== seed.y))
        shifts.push({ x: seed.x - x, y: seed.y - y });
  return shifts.sort((a, b) => a.x * a.x + a.y * a.y - (b.x * b.x + b.y * b.y));
}

function contentOf(view: PixelView, points: readonly Point[], background: number | undefined): Point[] {
  const content = points.filter(({ x, y }) => {
    const pixel = pixelAt(view, x, y);
    return pixel !== undefined && (background === undefined || channelDistance(pixel, background) > SAME_LEVELS);
  });
  const probes = Math.min(PROBES, content.length);
  // The golden ratio spreads any number of first probes over the whole part, so that the first few rule out a wrong shift.
  return Array.from(
    { length: probes },
    (_, index) => content[Math.floor(((index * 0.618034) % 1) * content.length)],
  ).filter((point) => point !== undefined);
}

function allFound(points: readonly Point[], from: PixelView, to: PixelView, dx: number, dy: number): boolean {
  let missesLeft = Math.floor(points.length * (1 - FOUND_SHARE));
  for (const point of points) {
    const x = point.x + dx;
    const y = point.y + dy;
    if (x >= 0 && y >= 0 && x < to.width && y < to.height) {
      const a = from.pixels[point.y * from.stride + point.x] ?? 0;
      const b = to.pixels[y * to.stride + x] ?? 0;
      if (a === b || channelDistance(a, b) <= SAME_LEVELS) continue;
    }
    if (missesLeft-- === 0) return false;
  }
  return true;
}

import { channelDistance } from './color-distance.js';
import type { Overlap, PixelDiff } from './pixel-diff.js';

/** Side of a JPEG block (ITU-T T.81), on whose grid its error lies. */
const BLOCK = 8;

/** Blocks that are looked at. */
const MOST_BLOCKS = 3_000;

/**
 * Levels of green between the darkest and the lightest pixel, of some row and of some column, from which a block has something to see in
 * it. A straight line or edge varies one way only; compression keeps it (nearly) as it is, and a page of tables is full of them.
 */
const BUSY_LEVELS = 24;

/** Levels per channel that compression is off by: more than rounding, less than an edge. */
const SMALLEST = 2;
const LARGEST = 40;

/** Pixels of a block that are off by so much for it to be compressed, and how many of them may be off by the very same. */
const FEWEST_OFF = 20;
const SAME_SHARE = 0.4;

/** Share of the rows in which something must be off: compression spares only what is empty. */
const LEAST_ROWS = 0.2;

/** Share of all blocks with something in them that must look compressed. */
const LOSSY_SHARE = 0.4;

/**
 * Whether one of the pictures went through lossy compression: then most blocks with something to see in them differ by a little that is
 * different for every pixel. A real change leaves blocks equal, or makes pixels of one colour differ by the same.
 */
export function isLossy(overlap: Overlap, diff: PixelDiff): boolean {
  const unequal = diff.bands.reduce((sum, { from, to }) => sum + to - from, 0);
  if (unequal < LEAST_ROWS * diff.height) return false;
  const [columns, rows] = [Math.floor(diff.width / BLOCK), Math.floor(diff.height / BLOCK)];
  const step = Math.max(1, Math.floor((columns * rows) / MOST_BLOCKS));
  let [busy, off] = [0, 0];
  // A step that shares no factor with the columns would walk down one of them; an odd one spreads.
  for (let block = 0; block < columns * rows; block += step | 1) {
    const x = (block % columns) * BLOCK;
    const y = Math.floor(block / columns) * BLOCK;
    const look = lookAt(overlap, x, y);
    if (look === 'flat') continue;
    busy++;
    if (look === 'off') off++;
  }
  return off > 0 && off >= LOSSY_SHARE * busy;
}

function lookAt({ reference, actual }: Overlap, left: number, top: number): 'flat' | 'busy' | 'off' {
  let [small, same, across] = [0, 0, 0];
  const [lows, highs] = [new Array<number>(BLOCK).fill(255), new Array<number>(BLOCK).fill(0)];
  const seen: number[] = [];
  for (let y = top; y < top + BLOCK; y++) {
    let [low, high] = [255, 0];
    for (let x = left; x < left + BLOCK; x++) {
      const a = reference.pixels[y * reference.stride + x] ?? 0;
      const b = actual.pixels[y * actual.stride + x] ?? 0;
      const green = (b >>> 8) & 255;
      if (green < low) low = green;
      if (green > high) high = green;
      lows[x - left] = Math.min(lows[x - left] ?? 255, green);
      highs[x - left] = Math.max(highs[x - left] ?? 0, green);
      if (a === b) continue;
      const apart = channelDistance(a, b);
      if (apart < SMALLEST || apart > LARGEST) continue;
      small++;
      const by =
        ((b & 255) - (a & 255)) * 0x40000 +
        (green - ((a >>> 8) & 255)) * 0x200 +
        ((b >>> 16) & 255) -
        ((a >>> 16) & 255);
      seen.push(by);
    }
    across = Math.max(across, high - low);
  }
  const down = Math.max(...highs.map((high, at) => high - (lows[at] ?? 255)));
  if (Math.min(across, down) < BUSY_LEVELS) return 'flat';
  if (small < FEWEST_OFF) return 'busy';
  const counts = new Map<number, number>();
  for (const by of seen) {
    const count = (counts.get(by) ?? 0) + 1;
    counts.set(by, count);
    if (count > same) same = count;
  }
  return same <= SAME_SHARE * small ? 'off' : 'busy';
}

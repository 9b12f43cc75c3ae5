import type { Rect } from '../core/vocabulary/geometry.js';
import { channelDistance, type PixelView, pixelAt } from '../image/pixels.js';

/** Pixels of a region that are looked at. */
const SAMPLES = 2_000;

/** Colours with this share of the pixels, and at least so many, are classes of their own; the rest is anti-aliasing. */
const CLASS_SHARE = 0.004;
const FEWEST_OF_CLASS = 5;

/** Levels within which two pixels of a class have the same colour: classes are 16 levels wide. */
const SAME_CLASS = 24;

/** Share of all pixels, and of those that differ, whose new colour follows from the old one. */
const FOLLOWS = 0.85;

/** Levels from which two classes are different colours, and how much of that must be left between them. */
const APART = 20;
const STILL_APART = 0.25;

/** Levels within which colours that changed places did so. */
const SWAPPED = 8;

interface ColorClass {
  count: number;
  reference: number;
  /** The new colours of its pixels, by how often. */
  actual: Map<number, number>;
}

/**
 * Returns true when inside `rect` the new colour of each pixel follows from its old one, and colours that were apart still are: then things have
 * kept their shape and only their colours differ, as when a button with its label is recoloured or faded. What became its own
 * surroundings is no recolouring, so a `rect` of one colour only counts where `solid` says that it may.
 */
export function isColorMap(reference: PixelView, actual: PixelView, rect: Rect, solid: boolean): boolean {
  const step = Math.max(1, Math.floor(Math.sqrt((rect.width * rect.height) / SAMPLES)));
  const pairs: [number, number][] = [];
  const classes = new Map<number, ColorClass>();
  for (let y = rect.y - 1; y <= rect.y + rect.height; y += step)
    for (let x = rect.x - 1 + (y % step); x <= rect.x + rect.width; x += step) {
      const [a, b] = [pixelAt(reference, x, y), pixelAt(actual, x, y)];
      if (a === undefined || b === undefined) continue;
      pairs.push([a, b]);
      const key = classOf(a);
      const known = classes.get(key) ?? { count: 0, reference: a, actual: new Map<number, number>() };
      classes.set(key, known);
      known.count++;
      known.actual.set(b, (known.actual.get(b) ?? 0) + 1);
    }
  const fewest = Math.max(FEWEST_OF_CLASS, CLASS_SHARE * pairs.length);
  const main = [...classes.values()].filter(({ count }) => count >= fewest);
  if (main.length < (solid ? 1 : 2)) return false;
  const modes = new Map(main.map((one) => [classOf(one.reference), modeOf(one.actual)]));
  return follows(pairs, modes) && staysApart(main, modes);
}

function follows(pairs: readonly [number, number][], modes: ReadonlyMap<number, number>): boolean {
  let [differing, followed, known] = [0, 0, 0];
  for (const [a, b] of pairs) {
    if (a === b) continue;
    differing++;
    const mode = modes.get(classOf(a));
    if (mode === undefined) continue;
    known++;
    if (channelDistance(mode, b) <= SAME_CLASS) followed++;
  }
  return known >= differing / 3 && followed >= FOLLOWS * known;
}

function staysApart(classes: readonly ColorClass[], modes: ReadonlyMap<number, number>): boolean {
  return classes.every((one, index) =>
    classes.slice(index + 1).every((other) => {
      const before = channelDistance(one.reference, other.reference);
      const [a, b] = [modes.get(classOf(one.reference)) ?? 0, modes.get(classOf(other.reference)) ?? 0];
      // What is green beside white, and now white beside green, was moved.
      const swapped = channelDistance(one.reference, b) <= SWAPPED && channelDistance(other.reference, a) <= SWAPPED;
      return before < APART || (!swapped && channelDistance(a, b) >= STILL_APART * before);
    }),
  );
}

function modeOf(counts: ReadonlyMap<number, number>): number {
  let [best, most] = [0, 0];
  for (const [value, count] of counts) if (count > most) [best, most] = [value, count];
  return best;
}

/** Four bits of each channel. */
function classOf(pixel: number): number {
  return pixel & 0xf0f0f0;
}

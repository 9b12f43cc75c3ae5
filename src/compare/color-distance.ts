import { differenceCiede2000, modeLab65, modeRgb, useMode } from 'culori/fn';
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

useMode(modeRgb);
const toLab = useMode(modeLab65);
const difference = differenceCiede2000();

/** Pages have few colours: most pairs are asked for again and again. Slots of a table, by a hash of the pair; the latest pair stays. */
const SLOTS = 1 << 16;
const firsts = new Uint32Array(SLOTS);
const seconds = new Uint32Array(SLOTS);
const distances = new Float32Array(SLOTS);

/**
 * CIEDE2000 distance of two colours given as 32-bit pixels (RGBA8 in little-endian order, alpha ignored); 0 equal, about 1 just
 * noticeable side by side, 100 black to white; in single precision. Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", 2005,
 * through culori.
 */
export function colorDistance(a: number, b: number): number {
  const [first, second] = [a & 0xffffff, b & 0xffffff];
  if (first === second) return 0;
  const slot = (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) >>> 16;
  if (firsts[slot] === first && seconds[slot] === second) return distances[slot] ?? 0;
  // An empty slot holds 0 and 0, which are equal and never asked for.
  firsts[slot] = first;
  seconds[slot] = second;
  distances[slot] = difference(labOf(first), labOf(second));
  return distances[slot] ?? 0;
}

function labOf(pixel: number) {
  return toLab({
    mode: 'rgb',
    r: (pixel & 255) / 255,
    g: ((pixel >>> 8) & 255) / 255,
    b: ((pixel >>> 16) & 255) / 255,
  });
}

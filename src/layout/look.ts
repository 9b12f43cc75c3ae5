import { intersection } from '../core/rects.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import { area, bottom, contrast, type Rgb, rgb, right } from './boxes.js';
import { inkOf, isPainted, type PageModel, type Placed } from './page-model.js';

/** What the picture of the page must show for a finding to be one that a person sees. */
export interface Claim {
  /** `ink`: something is drawn there; `plain`: nothing is; `faint`: nothing that can be read; `gone`: nothing of words that go on beside it; `touch`: no row without letters between two lines. */
  shows: 'ink' | 'plain' | 'faint' | 'gone' | 'touch';
  /** CSS px of the page. */
  rect: Rect;
  /** What is claimed of words: what the ground draws there is none of them. */
  words?: Words;
}

/** Words as styles tell them. */
export interface Words {
  /** Their colours; none where styles do not tell. */
  inks: readonly Rgb[];
  /** Places near to them, of the same ground, in which no words are. CSS px of the page. */
  beside: () => readonly Rect[];
  /** Where those that are `gone` go on to be seen. */
  rest?: Rect;
}

/** A picture of the page, or of a part of it. RGBA8, row-major, `width * height * 4`. */
export interface Pixels {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
  /** Corner of the picture on the page, CSS px. */
  origin: { x: number; y: number };
  /** Device px per CSS px. */
  scale: number;
  /** Parts that are painted over, CSS px of the page: nothing can be said about what lies there. */
  masks?: readonly Rect[];
}

/** Difference of a channel that is seen, 0-255, and what the encoding and smoothing of a plain ground come to. */
const SEEN = 24;
/** Contrast below which nobody reads a text, 1-21. */
const FAINT = 2;
/** Pixels that make ink; a single one may be a speck. */
const LEAST = 3;
/** Share of a place that a plain ground and full ink fill at least, and that is of other colours at most: a border, a shadow. */
const PLAIN = 0.5;
const OTHERS = 0.12;
/** Share of its ink that a pixel of a letter has: what has less may be the ground that changes. */
const STRONG = 0.4;
/** Times that more of the ink's colour is where the words are than beside them. */
const MORE = 3;

/** Returns true when the picture bears a claim out; undefined where it cannot tell. */
export function look({ shows, rect, words }: Claim, pixels: Pixels): boolean | undefined {
  if (pixels.masks?.some((mask) => intersection(mask, rect))) return undefined;
  const part = partOf(rect, pixels);
  if (!part) return undefined;
  if (shows === 'gone') return words && areGone(part, words, pixels);
  if (shows === 'touch') return words && touch(part, words, rect, pixels);
  if (shows === 'faint') return isNothing(strongest(part) < FAINT, rect, pixels);
  if (shows === 'ink' && words) return showsWords(part, words, pixels);
  const ink = inkIn(part);
  return shows === 'ink' ? ink >= LEAST : isNothing(ink < LEAST, rect, pixels);
}

/** Rows and columns of a place that its picture may lack, CSS px. */
const LACKS = 1.5;

/** That nothing is seen there is known of a place that the picture holds whole: the rest of another may show it. */
function isNothing(isSo: boolean, rect: Rect, { origin, width, height, scale }: Pixels): boolean | undefined {
  const begins = rect.x >= origin.x - LACKS && rect.y >= origin.y - LACKS;
  const [end, foot] = [origin.x + width / scale + LACKS, origin.y + height / scale + LACKS];
  return !isSo || (begins && right(rect) <= end && bottom(rect) <= foot) ? isSo : undefined;
}

/** Why a picture cannot tell of a place: it is masked, or lies outside of the picture; undefined where it is there to be seen. */
export function hiddenIn({ rect }: Claim, pixels: Pixels): 'mask' | 'window' | undefined {
  if (pixels.masks?.some((mask) => intersection(mask, rect))) return 'mask';
  return partOf(rect, pixels) ? undefined : 'window';
}

/** Words of these elements at a place of the page. */
export function wordsAt(model: PageModel, rect: Rect, owners: readonly Placed[]): Words {
  const inks = owners.map(plainInk);
  return {
    inks: inks.every((ink) => ink !== undefined) ? inks : [],
    beside: () => freePlaces(model, rect, owners[0]),
  };
}

/** The colour of an element's letters, where it is one and the ground has no part in it. */
function plainInk(owner: Placed): Rgb | undefined {
  const { styles } = owner.el;
  if (styles['mix-blend-mode'] !== undefined || styles['background-clip']?.includes('text')) return undefined;
  return rgb(inkOf(owner));
}

/** Places beside another that are looked at, how far away at most, in its own sizes, and from which size on, CSS px². */
const PLACES = 2;
const AWAY = 3;
const PLACE = 12;

/** Places of the same size, or what is left of it, in the box that gives the ground, in which no letters are. */
function freePlaces(model: PageModel, rect: Rect, owner: Placed | undefined): Rect[] {
  let box = owner;
  while (box && !isPainted(box)) box = box.parent;
  const { x, y, width, height } = box?.shown ?? { x: 0, y: 0, ...model.page.content };
  // Its edge is no part of its ground.
  const ground = { x: x + 2, y: y + 2, width: width - 4, height: height - 4 };
  const free: Rect[] = [];
  for (let step = 1; step <= AWAY; step++)
    for (const [dx, dy] of [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
    ] as const) {
      const moved = { ...rect, x: rect.x + dx * step * rect.width, y: rect.y + dy * step * rect.height };
      const place = intersection(moved, ground);
      if (!place || area(place) < PLACE || model.lines.some((line) => intersection(line.rect, place))) continue;
      free.push(place);
      if (free.length === PLACES) return free;
    }
  return free;
}

/** How often each colour is in a part of a picture, how many pixels it has, and the commonest. */
interface Part {
  counts: Map<number, number>;
  total: number;
  ground: number;
}

function partOf(rect: Rect, { data, width, height, origin, scale }: Pixels): Part | undefined {
  const x0 = Math.max(0, Math.floor((rect.x - origin.x) * scale));
  const y0 = Math.max(0, Math.floor((rect.y - origin.y) * scale));
  const x1 = Math.min(width, Math.ceil((right(rect) - origin.x) * scale));
  const y1 = Math.min(height, Math.ceil((bottom(rect) - origin.y) * scale));
  if (x1 - x0 < 1 || y1 - y0 < 1) return undefined;
  const counts = new Map<number, number>();
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const at = (y * width + x) * 4;
      const key = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return { counts, total: (x1 - x0) * (y1 - y0), ground: commonest(counts, () => true) ?? 0 };
}

function commonest(counts: ReadonlyMap<number, number>, counted: (colour: Rgb) => boolean): number | undefined {
  let found: number | undefined;
  let most = 0;
  for (const [key, count] of counts) if (count > most && counted(partsOf(key))) [found, most] = [key, count];
  return found;
}

const partsOf = (key: number): Rgb => [key >> 16, (key >> 8) & 255, key & 255];
const differ = (a: Rgb, b: Rgb): boolean => a.some((value, at) => Math.abs(value - (b[at] ?? 0)) > SEEN);

/** Ink of the emptiest row, by what all have on average, from which two lines have no space between them: less is what hangs below a line. */
const FULL_ROW = 0.25;

/** Whether the letters of two lines meet, from the middle of the one to that of the other; undefined before a picture or a pattern. */
function touch(part: Part, { inks }: Words, rect: Rect, pixels: Pixels): boolean | undefined {
  if (!read(part, inks).plain) return undefined;
  const ground = commonest(part.counts, (colour) => inks.every((ink) => differ(colour, ink))) ?? part.ground;
  const rows: number[] = [];
  for (let y = rect.y; y < bottom(rect); y += 1 / pixels.scale) {
    const row = partOf({ ...rect, y, height: 0.5 / pixels.scale }, pixels);
    if (row) rows.push(inkIn({ ...row, ground }));
  }
  const sum = rows.reduce((all, one) => all + one, 0);
  return sum >= LEAST && Math.min(...rows) >= (sum / rows.length) * FULL_ROW;
}

/** Pixels that differ from the commonest colour of a part. */
function inkIn({ counts, ground }: Part): number {
  const plain = partsOf(ground);
  let ink = 0;
  for (const [key, count] of counts) if (differ(partsOf(key), plain)) ink += count;
  return ink;
}

/** Pixels of one of the colours. */
function inColours({ counts }: Part, colours: readonly Rgb[]): number {
  let same = 0;
  for (const [key, count] of counts) if (colours.some((one) => !differ(partsOf(key), one))) same += count;
  return same;
}

/** Contrast of the part's commonest colour with what differs most from it. */
function strongest({ counts, ground }: Part): number {
  return Math.max(1, ...[...counts.keys()].map((key) => contrast(partsOf(key), partsOf(ground))));
}

/**
 * Whether letters are drawn there. On a plain ground all that differs from it is letters, or their edges, which mix both colours. Where the
 * ground is a picture, a gradient or a pattern, their colour has to be there and not beside them, else nobody can tell.
 */
function showsWords(part: Part, { inks, beside }: Words, pixels: Pixels): boolean | undefined {
  const { ink, other, plain } = read(part, inks);
  if (plain && ink >= LEAST) return true;
  if (plain && other < LEAST) return false;
  const own = inColours(part, inks);
  if (own < LEAST) return undefined;
  const shares = beside().flatMap((place) => {
    const there = partOf(place, pixels);
    return there ? [inColours(there, inks) / there.total] : [];
  });
  return shares.length > 0 && own >= LEAST + MORE * part.total * Math.max(...shares) ? true : undefined;
}

/** What a part holds besides its ground: pixels of letters, pixels that may be none, and whether one ground is all the rest. */
function read(part: Part, inks: readonly Rgb[]): { ink: number; other: number; plain: boolean } {
  const { counts, total } = part;
  const ground = partsOf(commonest(counts, (colour) => inks.every((ink) => differ(colour, ink))) ?? part.ground);
  const [first = farthest(part, ground), second = first] = inks;
  const sum = { ground: 0, full: 0, mixed: 0, weak: 0, others: 0 };
  for (const [key, count] of counts) {
    const colour = partsOf(key);
    if (!differ(colour, ground)) sum.ground += count;
    else if (!differ(colour, first) || !differ(colour, second)) sum.full += count;
    else {
      const strength = Math.max(mixes(colour, ground, first), mixes(colour, ground, second));
      if (strength >= STRONG || mixes(colour, first, second) > 0) sum.mixed += count;
      else if (strength > 0) sum.weak += count;
      else sum.others += count;
    }
  }
  return {
    ...{ ink: sum.full + sum.mixed, other: sum.weak + sum.others },
    plain: sum.ground + sum.full >= total * PLAIN && sum.others <= total * OTHERS,
  };
}

/** The colour that differs most from the ground. */
function farthest({ counts }: Part, ground: Rgb): Rgb {
  const away = (colour: Rgb) => colour.reduce((sum, value, at) => sum + Math.abs(value - (ground[at] ?? 0)), 0);
  return [...counts.keys()].map(partsOf).reduce((best, one) => (away(one) > away(best) ? one : best), ground);
}

/** Share of `to` in a mixture of two colours, 0-1; 0 for a colour that is none. */
function mixes(colour: Rgb, from: Rgb, to: Rgb): number {
  const whole = to.map((value, at) => value - (from[at] ?? 0));
  const length = whole.reduce((sum, value) => sum + value * value, 0);
  if (length === 0) return 0;
  const share = whole.reduce((sum, value, at) => sum + value * ((colour[at] ?? 0) - (from[at] ?? 0)), 0) / length;
  const [r = 0, g = 0, b = 0] = whole.map((value, at) => (from[at] ?? 0) + share * value);
  return share > 1.1 || differ(colour, [r, g, b]) ? 0 : Math.max(0, share);
}

/** Whether words end where something lies over them: none of their colour is left, nor are they seen through it, paler. */
function areGone(part: Part, words: Words, pixels: Pixels): boolean | undefined {
  const rest = words.rest && partOf(words.rest, pixels);
  const goOn = rest && showsWords(rest, words, pixels);
  if (!rest || goOn === undefined) return undefined;
  if (!goOn || inColours(part, words.inks) >= LEAST) return false;
  const [ink] = words.inks;
  if (!ink || inkIn(part) < LEAST) return true;
  const ground = partsOf(commonest(rest.counts, (colour) => differ(colour, ink)) ?? rest.ground);
  const [low, high] = [partsOf(part.ground), farthest(part, partsOf(part.ground))];
  // A veil leaves their pattern, with a part of what the letters and their ground differ by.
  const veiled = high.map((value, at) => value - (low[at] ?? 0));
  const [r = 0, g = 0, b = 0] = veiled.map((value, at) => (ground[at] ?? 0) + value);
  return mixes([r, g, b], ground, ink) > 0 && read(part, []).plain ? undefined : true;
}

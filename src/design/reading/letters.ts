import type { Rect } from '../../core/vocabulary/geometry.js';
import type { RegionProperty } from '../../core/vocabulary/pair.js';
import { lengthOf, px } from '../css-values.js';
import { measured } from './finding.js';
import type { Part } from './parts.js';
import { bestPlace, type Plane, stretched } from './planes.js';
import type { Renderer } from './renderer.js';

/** A line of text as its letters are found in the reference, all made larger or smaller by one factor. */
export interface GlyphsRead {
  /** Size of the letters, reference / actual. */
  size: number;
  /** Correlation of the pieces, about a letter wide, of which half are more alike; and share of them that are letters of the line. */
  alike: number;
  share: number;
  /** Device px by which a letter stands further from the one before it than its size makes it, and over how many px of the app's line. */
  drift: number;
  over: number;
  /** Device px by which a step strays from that, at most. */
  uneven: number;
  /** Amount of ink of the letters at the size of the app, reference / actual, as if of one colour. */
  ink: number;
}

/** Em of a piece of a line, and px around its place in which the next one is looked for. */
const PIECE = 0.75;
const REACH = 4;
/** Correlation from which a piece is the same letters, and from which it shows where the next one is. */
const LETTER = 0.8;
/** Most pieces of a line that are looked at. */
const PIECES = 28;
/** Device px by which an em may be larger or smaller, and the share of it. */
const SIZES = { px: 7, share: 0.32 };
/** How much more alike letters of another size must be; of large ones a pixel changes little. */
const CLEARLY = 0.03;
const LARGE = 40;

/**
 * Follows the letters of a line through the reference, each near where the ones before it went, from the end at which it begins: its middle
 * where it is centred. Sizes that make a pixel of the em are tried; the one that is most alike is answered. Undefined for a line of one letter.
 */
export function readGlyphs(
  line: Part,
  expected: { dx: number; dy: number },
  actual: Plane,
  reference: Plane,
): GlyphsRead | undefined {
  const most = Math.round(Math.min(SIZES.px, SIZES.share * line.em));
  const align = line.node.element.styles['text-align'] ?? 'start';
  const one = follow(line, 1, align, expected, actual, reference);
  if (!one || (one.alike >= 0.97 && one.share >= 0.9 && Math.abs(one.drift) < 2)) return one;
  let best = one;
  const clearly = line.em >= LARGE ? 0 : CLEARLY;
  for (let px = -most; px <= most; px++) {
    if (px === 0) continue;
    const read = follow(line, 1 + px / line.em, align, expected, actual, reference);
    if (read && worth(read) > worth(best) + (best === one ? clearly : 0)) best = { ...read, ink: one.ink };
  }
  return best;
}

const worth = ({ alike, share }: GlyphsRead) => alike * (0.5 + 0.5 * share);

function follow(
  line: Part,
  size: number,
  align: string,
  expected: { dx: number; dy: number },
  actual: Plane,
  reference: Plane,
): GlyphsRead | undefined {
  const { rect, em } = line;
  const grown: Rect = { x: rect.x - 1, y: rect.y - 1, width: rect.width + 2, height: rect.height + 2 };
  const [width, height] = [Math.round(grown.width * size), Math.round(grown.height * size)];
  const plane = size === 1 ? actual : stretched(actual, grown, width, height);
  const origin = size === 1 ? { x: grown.x, y: grown.y } : { x: 0, y: 0 };
  const piece = Math.max(5, Math.round(PIECE * em * size));
  const count = Math.min(PIECES, Math.floor(width / piece));
  if (count < 2) return undefined;
  const centred = align === 'center' || align === '-webkit-center';
  const right = align === 'right' || align === 'end';
  const begin = centred ? Math.floor(Math.floor(width / piece) / 2) : right ? Math.floor(width / piece) - 1 : 0;
  // Where the piece at which the line is held would stand in the reference.
  const hold = centred ? width / 2 : right ? width : 0;
  const base = (centred ? rect.x + rect.width / 2 : right ? rect.x + rect.width : rect.x) - hold + expected.dx;
  const top = grown.y + expected.dy + (grown.height - height) / 2;
  const place = (at: number, near: { dx: number; dy: number }, reach: { x: number; y: number }, step = 1) => {
    const patch = { plane, x: origin.x + at * piece, y: origin.y, width: piece, height };
    return bestPlace(patch, reference, near, reach, step);
  };
  const start = { dx: Math.round(base - origin.x), dy: Math.round(top - origin.y) };
  const wide = { x: Math.round(0.5 * em) + REACH, y: Math.max(2, Math.round(0.3 * em)) };
  const first = place(begin, start, wide, 2);
  const found: { at: number; dx: number; alike: number; ink: number }[] = [];
  for (const way of [1, -1]) {
    let near = { dx: first.dx, dy: first.dy };
    for (let at = way === 1 ? begin : begin - 1; at >= 0 && at < Math.floor(width / piece); at += way) {
      if (found.length >= count) break;
      const here = place(at, near, { x: REACH, y: 1 });
      if (here.alike <= 0) continue;
      const x = origin.x + at * piece;
      const ink =
        inkAmount(reference, { x: x + here.dx, y: origin.y + here.dy, width: piece, height }) /
        inkAmount(plane, { x, y: origin.y, width: piece, height });
      found.push({ at, dx: here.dx, alike: here.alike, ink });
      if (here.alike >= LETTER) near = { dx: here.dx, dy: here.dy };
    }
  }
  if (found.length < 2) return undefined;
  const alikes = found.map(({ alike }) => alike).sort((a, b) => a - b);
  const good = found.filter(({ alike }) => alike >= LETTER).sort((a, b) => a.at - b.at);
  const [from, to] = [good[0], good.at(-1)];
  const drift = from && to ? to.dx - from.dx : 0;
  const over = from && to ? ((to.at - from.at) * piece) / size : 0;
  const slope = from && to && to.at > from.at ? drift / (to.at - from.at) : 0;
  const uneven = from ? Math.max(0, ...good.map((one) => Math.abs(one.dx - from.dx - slope * (one.at - from.at)))) : 0;
  const inks = found.map((one) => one.ink).sort((a, b) => a - b);
  return {
    size,
    alike: alikes[alikes.length >> 1] ?? 0,
    share: good.length / found.length,
    drift,
    over,
    uneven,
    ink: inks[inks.length >> 1] ?? 1,
  };
}

/** How much of a rectangle is ink, as if all of it were as dark as the darkest: what differs from its upper and lower rim. */
function inkAmount({ data, width }: Plane, rect: Rect): number {
  const rim: number[] = [];
  for (let x = rect.x; x < rect.x + rect.width; x++)
    for (const y of [rect.y, rect.y + rect.height - 1]) rim.push(data[y * width + x] ?? 0);
  rim.sort((a, b) => a - b);
  const ground = rim[rim.length >> 1] ?? 0;
  let [sum, most] = [0, 1];
  for (let y = rect.y; y < rect.y + rect.height; y++)
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const by = Math.abs((data[y * width + x] ?? ground) - ground);
      sum += by;
      if (by > most) most = by;
    }
  return Math.max(1, sum / most);
}

/** Correlation of single letters from which they are of one typeface. */
export const SAME_LETTERS = 0.92;
/** Correlation and share of pieces from which a line has the letters that were followed. */
const FOLLOWED = { alike: 0.8, share: 0.65 };
/** Device px by which a step may stray, and the share of all of them; and share by which a line is longer or shorter. */
const STRAYS = { px: 2.5, share: 0.3 };
const LONGER = 0.02;
/** Natural logarithm of how much more ink another weight has; and correlation of letters that are of one weight. */
const OTHER_WEIGHT = 0.17;
const SURELY_OTHER_WEIGHT = 0.2;
/** More than any weight has: then something else was read. */
const HEAVIEST = 1.5;
const ONE_WEIGHT = 0.95;
/** Correlation from which not even another weight is thinkable. */
const SAME_GLYPHS = 0.97;
/** How far height and width of larger letters may be apart, share. */
const ONE_SIZE = 0.25;

/** Device px that letters of another size are higher or lower by, from which it is seen; and the share of it that must be. */
const TALLER = { px: 1.2, share: 0.35 };

/** Returns true when letters that would be another size are as tall as before: then they only stand closer or further apart. */
function isAsTallAsBefore(size: number, height: number, px: number, { same }: Renderer): boolean {
  const wanted = Math.abs(size - 1) * px;
  return same && wanted >= TALLER.px && Math.abs(height - 1) * px < TALLER.share * wanted;
}

/** Returns true when all letters of a line stand where they should. */
export function isUnchanged({ size, alike, share, drift }: GlyphsRead): boolean {
  return size === 1 && alike >= ONE_WEIGHT && share === 1 && Math.abs(drift) < 2;
}

/** Size, weight or spacing of letters that are the same ones; nothing where they are not, or stand where they should. */
export function letterProperties(
  { node: { element }, rect }: Part,
  { size, alike, share, drift, over, uneven, ink }: GlyphsRead,
  height: number,
  words: { actual: number; reference: number; width: number; ink: number },
  lines: number,
  renderer: Renderer,
): RegionProperty[] {
  const { styles, text = '' } = element;
  const spacing = (by: number) =>
    measured(
      'letter-spacing',
      lines === 1 ? px((lengthOf(styles['letter-spacing'] ?? '0px') ?? 0) + by) : 'another',
      styles['letter-spacing'] ?? 'normal',
    );
  const letters = text.replace(/\s/g, '').length;
  const family = measured('font-family', 'another typeface', styles['font-family'] ?? '');
  // Letters that stand so far apart that each is a word, in one picture only.
  const apart = letters >= 5 && words.actual >= 0.6 * letters && words.reference <= 0.5 * words.actual;
  if (lines === 1 && apart && alike < SAME_LETTERS)
    return [spacing(Math.round(((words.width - rect.width) / letters) * 10) / 10), family];
  if (alike < FOLLOWED.alike || share < FOLLOWED.share || over === 0) return [];
  const steps = Math.abs((size - 1) * over + drift);
  if (uneven > Math.max(STRAYS.px, STRAYS.share * steps)) return [];
  const wide = size + drift / over;
  if (steps < 2 || Math.abs(wide - 1) < LONGER) return [];
  const fontSize = lengthOf(styles['font-size']);
  const tall = Math.abs(height - 1) * rect.height >= 0.9;
  const plainly = alike >= ONE_WEIGHT && Math.abs(drift) <= 0.25 * steps;
  const isAsTall = size !== 1 && isAsTallAsBefore(size, height, rect.height, renderer);
  const isSize =
    size !== 1 &&
    !isAsTall &&
    (plainly || Math.abs(wide / height - 1) > ONE_SIZE || (tall && (height - 1) * (wide - 1) > 0));
  if (isSize && fontSize !== undefined)
    return [measured('font-size', px(Math.round(fontSize * wide * 10) / 10), px(fontSize))];
  const moreSpace = spacing(Math.round((((wide - 1) * rect.width) / Math.max(1, text.length - 1)) * 10) / 10);
  // Bolder letters are wider, too; letters that stand closer together have more ink on the same width.
  const heavier = [ink, words.ink]
    .map((one) => Math.log(one / renderer.ink))
    .filter((one) => one * (wide - 1) > 0 && Math.abs(one) <= HEAVIEST);
  const most = heavier.sort((x, y) => Math.abs(y) - Math.abs(x))[0] ?? 0;
  const weight = measured(
    'font-weight',
    `${Math.round(100 * Math.exp(most)) / 100} times the ink`,
    styles['font-weight'] ?? '400',
  );
  // Letters that stand closer together have more ink on their width, not less: where they have, they are lighter, however alike they are.
  const clearly = Math.max(SURELY_OTHER_WEIGHT, 4 * renderer.inkSpread);
  if (Math.abs(most) >= (alike < SAME_GLYPHS ? OTHER_WEIGHT : clearly)) return [weight];
  // Letters of a like typeface fit as well as those that only stand further apart.
  return alike < ONE_WEIGHT ? [moreSpace, family] : [moreSpace];
}

/** Words that a text must have to be judged by how wide they are; and share of them that must be there in both pictures. */
const FEWEST_WORDS = 3;
const THERE = 0.8;
/** Device px by which the width of a word may stray, and the share by which a reading must explain what differs. */
const WORD_STRAYS = 1;
const EXPLAINS = 0.4;
/** Device px per letter, and share of the size, by which letters differ at least. */
const LEAST_SPACE = 0.2;
const LEAST_SIZE = 0.02;

/** What the widths of its words say of a text: it is broken into lines elsewhere, or its letters are larger, bolder or further apart. */
export interface WordsRead {
  rewrapped: boolean;
  properties: RegionProperty[];
}

/**
 * Reads a text by the widths of its words in both pictures, wherever its lines are broken: with another size each is wider by a share of its
 * width, with another spacing by as much for each of its letters. Undefined where neither explains them: another text or typeface.
 */
export function readWordWidths(
  { node: { element }, em }: Part,
  actual: readonly Rect[],
  reference: readonly Rect[],
  ink: number,
  renderer: Renderer,
): WordsRead | undefined {
  const { styles, text = '' } = element;
  const shown = text.trim().split(/\s+/);
  const count = Math.min(actual.length, reference.length);
  if (
    shown.length !== actual.length ||
    count < Math.max(FEWEST_WORDS, THERE * Math.max(actual.length, reference.length))
  )
    return undefined;
  const words = actual.slice(0, count).map((one, at) => ({
    now: one.width,
    there: reference[at]?.width ?? 0,
    steps: (shown[at]?.length ?? 1) - 1,
    tall: (reference[at]?.height ?? 0) / Math.max(1, one.height),
  }));
  const sum = (of: (word: (typeof words)[number]) => number) => words.reduce((all, word) => all + of(word), 0);
  const stray = (of: (word: (typeof words)[number]) => number) => Math.sqrt(sum((word) => of(word) ** 2) / count);
  const size = sum(({ now, there }) => now * there) / sum(({ now }) => now * now);
  const space =
    sum(({ now, there, steps }) => (there - now) * steps) /
    Math.max(
      1,
      sum(({ steps }) => steps * steps),
    );
  const all = stray(({ now, there }) => there - now);
  const [bySize, bySpace] = [
    stray(({ now, there }) => there - size * now),
    stray(({ now, there, steps }) => there - now - space * steps),
  ];
  if (all <= WORD_STRAYS) return { rewrapped: true, properties: [] };
  if (Math.min(bySize, bySpace) > Math.max(WORD_STRAYS, EXPLAINS * all)) return undefined;
  const tall = words.map((word) => word.tall).sort((a, b) => a - b)[count >> 1] ?? 1;
  const isTaller = Math.abs(tall - 1) > Math.abs(tall - size) && Math.abs(size - 1) * em >= 0.5;
  const heavier = Math.log(ink / renderer.ink);
  const found = (property: RegionProperty) => ({ rewrapped: false, properties: [property] });
  if (isTaller && Math.abs(size - 1) >= LEAST_SIZE) {
    const now = lengthOf(styles['font-size']);
    return now === undefined ? undefined : found(measured('font-size', px(Math.round(now * size * 10) / 10), px(now)));
  }
  if (heavier * (size - 1) > 0 && Math.abs(heavier) >= OTHER_WEIGHT)
    return found(
      measured(
        'font-weight',
        `${Math.round(100 * Math.exp(heavier)) / 100} times the ink`,
        styles['font-weight'] ?? '400',
      ),
    );
  if (Math.abs(space) < LEAST_SPACE || bySpace > bySize + 0.5) return undefined;
  const now = lengthOf(styles['letter-spacing'] ?? '0px') ?? 0;
  return found(
    measured('letter-spacing', px(Math.round((now + space) * 10) / 10), styles['letter-spacing'] ?? 'normal'),
  );
}

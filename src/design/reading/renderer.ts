import { colorDistance } from '../../compare/color-distance.js';
import { grown } from '../../core/rects.js';
import { channelDistance, type PixelView, surroundingColor } from '../../image/pixels.js';
import { type Ground, groundAt, groundOf, inkLines, type Part } from './parts.js';
import type { Placed } from './place-parts.js';
import { bestPlace, finePlace, type Plane } from './planes.js';
import { equalWords, type Ink, inkIn, readWords, type WordRead } from './read-text.js';

/** A line of text that was found in the reference, with what was read of it there. */
export interface LineRead {
  placed: Placed;
  words: WordRead[];
  /** Amount of ink, reference / actual; and how far its darkest pixels are from the ground, likewise. */
  ink: number;
  core: number;
  /** Colours of ground and ink as pixels; undefined on a picture. */
  colors: { actual: Colors; reference: Colors } | undefined;
}

export interface Colors {
  ground: number;
  /** Vector from the ground to the ink: its direction and length per channel. */
  core: [number, number, number];
  sum: [number, number, number];
}

/**
 * How another renderer draws the same: read from the page itself, of which most is as it should be.
 */
export interface Renderer {
  /** Most text is the same to the pixel: one renderer drew both. */
  same: boolean;
  /** The reference was compressed: colours of thin things are blurred. */
  lossy: boolean;
  /** The reference was scaled down. */
  scaled: boolean;
  /** Correlation below which a word, or a letter of one, is another one. */
  word: number;
  letter: number;
  /** What all texts have in common: amount of ink and darkness, reference / actual. */
  ink: number;
  core: number;
  /** How far single texts stray from that, natural logarithm; at least a little. */
  inkSpread: number;
  /** CIEDE2000 from which a text is of another colour; and from which the direction of its colour, from the ground to the ink, is another one. */
  otherColor: number;
  otherHue: number;
}

/**
 * Reads the lines that were placed, and how the reference was drawn. Where another renderer drew it, an underlined line is read without the
 * line under it.
 */
export function readLines(
  placed: readonly Placed[],
  planes: { actual: Plane; reference: Plane },
  views: { actual: PixelView; reference: PixelView },
  made: { lossy: boolean; scaled: boolean },
): { lines: LineRead[]; renderer: Renderer } {
  const lines = placed.map((one) => readLine(one, planes, views));
  const renderer = rendererOf(
    lines.filter(({ placed: { part } }) => part.kind === 'text'),
    made,
  );
  if (renderer.same) return { lines, renderer };
  const apart = lines.map((line) => {
    const letters = withoutUnderline(line.placed, views.actual, planes);
    return letters ? readLine(letters, planes, views) : line;
  });
  return { lines: apart, renderer };
}

function readLine(
  placed: Placed,
  planes: { actual: Plane; reference: Plane },
  views: { actual: PixelView; reference: PixelView },
): LineRead {
  const { part, place } = placed;
  if (place && isEqualThere(views, part.rect, place)) return { placed, words: equalWords(part, place), ...AS_HERE };
  const words = readWords(placed, planes.actual, planes.reference);
  if (!place) return { placed, words, ink: 1, core: 1, colors: undefined };
  const there = { ...part.rect, x: part.rect.x + Math.round(place.dx), y: part.rect.y + Math.round(place.dy) };
  const grounds = { actual: groundAbout(views.actual, part.rect), reference: groundAbout(views.reference, there) };
  if (!grounds.actual.plain || !grounds.reference.plain) return { placed, words, ink: 1, core: 1, colors: undefined };
  const by = { dx: Math.round(place.dx), dy: Math.round(place.dy) };
  const actual = inkOf(views.actual, part, grounds.actual, { dx: 0, dy: 0 });
  const reference = inkOf(views.reference, part, grounds.reference, by);
  const along = (a: readonly number[], b: readonly number[]) => {
    const square = a.reduce((sum, one) => sum + one * one, 0);
    return square === 0 ? 1 : a.reduce((sum, one, at) => sum + one * (b[at] ?? 0), 0) / square;
  };
  if (Math.min(Math.hypot(...actual.core), Math.hypot(...reference.core)) < LEAST_CORE)
    return { placed, words, ink: 1, core: 1, colors: undefined };
  return {
    placed,
    words,
    ink: along(actual.sum, reference.sum),
    core: along(actual.core, reference.core),
    colors: { actual, reference },
  };
}

/** What a line has that is equal to the pixel. */
const AS_HERE = { ink: 1, core: 1, colors: undefined };

/** Returns true when a rectangle, and two pixels about it, are the same in both pictures, moved by whole pixels. */
function isEqualThere(
  { actual, reference }: { actual: PixelView; reference: PixelView },
  rect: Part['rect'],
  { dx, dy, alike }: { dx: number; dy: number; alike: number },
): boolean {
  if (alike < EQUAL || !Number.isInteger(dx) || !Number.isInteger(dy)) return false;
  const { x, y, width, height } = grown(rect, 2);
  const inside = (view: PixelView, left: number, top: number) =>
    left >= 0 && top >= 0 && left + width <= view.width && top + height <= view.height;
  if (!inside(actual, x, y) || !inside(reference, x + dx, y + dy)) return false;
  for (let row = y; row < y + height; row++) {
    const [from, to] = [row * actual.stride + x, (row + dy) * reference.stride + x + dx];
    for (let column = 0; column < width; column++)
      if (actual.pixels[from + column] !== reference.pixels[to + column]) return false;
  }
  return true;
}

/** Levels between a ground and its ink, as a vector, from which colours of type are read. */
const LEAST_CORE = 40;

/** The ground of something: the colour around it, else its main one. */
function groundAbout(view: PixelView, rect: Part['rect']): Ground {
  const around = surroundingColor(view, rect);
  return around === undefined ? groundOf(view, grown(rect, 2)) : { top: around, bottom: around, plain: true };
}

/** The ink of the words of a line, moved by an offset. What its neighbours show does not count. */
function inkOf(view: PixelView, { words }: Part, ground: Ground, { dx, dy }: { dx: number; dy: number }): Colors {
  const inks = words.map((word) => inkIn(view, grown({ ...word, x: word.x + dx, y: word.y + dy }, 1), ground));
  const whole = (of: (ink: Ink) => readonly number[], weight: (ink: Ink) => number) =>
    [0, 1, 2].map((at) => inks.reduce((sum, ink) => sum + (of(ink)[at] ?? 0) * weight(ink), 0)) as [
      number,
      number,
      number,
    ];
  const amount = (ink: Ink) => Math.hypot(...ink.sum);
  const all = inks.reduce((sum, ink) => sum + amount(ink), 0);
  return {
    ground: ground.top,
    core: whole(
      (ink) => ink.core,
      (ink) => (all === 0 ? 0 : amount(ink) / all),
    ),
    sum: whole(
      (ink) => ink.sum,
      () => 1,
    ),
  };
}

/** The colour of a text as it seems: from its ground in the direction of all its ink, `far` levels of 255 away. As a pixel. */
function inkSeen({ ground, sum }: Colors, far: number): number {
  const length = Math.hypot(...sum) || 1;
  let color = 0;
  for (const at of [0, 1, 2]) {
    const level = ((ground >>> (8 * at)) & 255) + ((sum[at] ?? 0) / length) * far;
    color |= Math.max(0, Math.min(255, Math.round(level))) << (8 * at);
  }
  return color >>> 0;
}

/**
 * The colours of a text in both pictures, as pixels. Another colour changes the amount of ink and its darkest pixels alike; sharper or
 * softer drawing only one of them, so that the smaller change counts. `ink`, `core`: what all texts of the pair have in common.
 */
export function inkColors(
  { actual, reference }: { actual: Colors; reference: Colors },
  read: { ink: number; core: number },
  all: { ink: number; core: number },
): { actual: number; reference: number } {
  const [ink, core] = [Math.log(Math.max(0.05, read.ink / all.ink)), Math.log(Math.max(0.05, read.core / all.core))];
  const change = ink * core <= 0 ? 0 : Math.sign(ink) * Math.min(Math.abs(ink), Math.abs(core));
  const far = Math.hypot(...actual.core);
  return { actual: inkSeen(actual, far), reference: inkSeen(reference, far * Math.exp(change)) };
}

/**
 * CIEDE2000 between what two colours of a text seem to be as far as only their direction counts, from the ground to the ink: how letters
 * are drawn, thin or bold, sharp or soft, changes how far along it their pixels lie, and not where it goes. Undefined for hardly any ink.
 */
export function hueApart(lines: readonly LineRead[]): { apart: number; actual: number; reference: number } | undefined {
  const [first] = lines;
  if (!first?.colors) return undefined;
  const whole = (side: 'actual' | 'reference') =>
    [0, 1, 2].map((at) => lines.reduce((sum, { colors }) => sum + (colors?.[side].sum[at] ?? 0), 0)) as [
      number,
      number,
      number,
    ];
  const [ours, theirs] = [whole('actual'), whole('reference')];
  if (Math.min(Math.hypot(...ours), Math.hypot(...theirs)) < LEAST_INK) return undefined;
  const far = Math.hypot(...first.colors.actual.core);
  const actual = inkSeen({ ...first.colors.actual, sum: ours }, far);
  const reference = inkSeen({ ...first.colors.actual, sum: theirs }, far);
  return { apart: colorDistance(actual, reference), actual, reference };
}

/** Levels of ink, summed over its pixels, from which its direction is read: some letters. */
const LEAST_INK = 4_000;
/** CIEDE2000 by which a direction differs at least, more where compression took colour from what is thin; and how many times as much as those of the page do. */
const OTHER_HUE = { plain: 2, lossy: 24 };
const HUE_STRAYS = 2.5;

/** Share of the lines that must be the same to the pixel. */
const SAME_SHARE = 0.4;
const EQUAL = 0.9999;
/** Spread of correlations, in median distances, that is still the same text. */
const STRAYS = 5;

/** CIEDE2000 from which a person sees another colour. */
export const OTHER_COLOR = 2.9;

function strays(lines: readonly LineRead[], all: { ink: number; core: number }): number[] {
  return lines.flatMap((line) => {
    if (!line.colors) return [];
    const { actual, reference } = inkColors(line.colors, line, all);
    return [colorDistance(actual, reference)];
  });
}

/** The model of a pair, from its lines. */
function rendererOf(lines: readonly LineRead[], { lossy, scaled }: { lossy: boolean; scaled: boolean }): Renderer {
  const found = lines.filter(({ placed, words }) => placed.place && words.length > 0);
  const equal = found.filter(({ placed }) => (placed.place?.alike ?? 0) >= EQUAL).length;
  const same = !lossy && !scaled && found.length > 0 && equal >= SAME_SHARE * found.length;
  const alike = found.flatMap(({ words }) => words.map((one) => one.alike)).filter((one) => one > 0.75);
  const [middle, low] = [quantile(alike, 0.5, 1), quantile(alike, 0.05, 1)];
  const word = same ? 0.97 : Math.min(0.88, Math.max(0.62, middle - STRAYS * Math.max(0.01, middle - low)));
  const whole = found.filter(({ placed }) => !isFaded(placed.part));
  // What is faded as a whole may be so in one picture only.
  const colored = (whole.length > 0 ? whole : found).filter(
    ({ colors, placed }) => colors && (placed.place?.alike ?? 0) > 0.85,
  );
  // Each element has one voice: a long text that differs must not make the whole page seem to.
  const voices = longestOfEach(colored);
  const inks = voices.map(({ ink }) => Math.log(Math.max(0.05, ink)));
  const cores = voices.map(({ core }) => Math.log(Math.max(0.05, core)));
  const [ink, core] = same ? [0, 0] : [quantile(inks, 0.5, 0), quantile(cores, 0.5, 0)];
  const spread = (values: readonly number[], about: number) =>
    quantile(
      values.map((one) => Math.abs(one - about)),
      0.75,
      0,
    );
  return {
    same,
    lossy,
    scaled,
    word,
    letter: same ? 0.93 : word - 0.06,
    ink: Math.exp(ink),
    core: Math.exp(core),
    inkSpread: same ? 0.01 : Math.max(0.02, spread(inks, ink)),
    otherHue: Math.max(
      lossy ? OTHER_HUE.lossy : OTHER_HUE.plain,
      HUE_STRAYS *
        quantile(
          voices.flatMap((line) => hueApart([line])?.apart ?? []),
          0.8,
          0,
        ),
    ),
    otherColor: same
      ? OTHER_COLOR
      : Math.max(OTHER_COLOR, 2.2 * quantile(strays(voices, { ink: Math.exp(ink), core: Math.exp(core) }), 0.8, 0)),
  };
}

/** The longest line of each element. */
function longestOfEach(lines: readonly LineRead[]): LineRead[] {
  const longest = new Map<Part['node'], LineRead>();
  for (const line of lines) {
    const { node, rect } = line.placed.part;
    const known = longest.get(node);
    if (!known || known.placed.part.rect.width < rect.width) longest.set(node, line);
  }
  return [...longest.values()];
}

/** Returns true when something about a part has an opacity of its own. */
function isFaded({ node }: Part): boolean {
  for (let at: Part['node'] | undefined = node; at; at = at.parent)
    if (at.element.styles.opacity !== undefined) return true;
  return false;
}

/** Share of a row that is ink where a line is drawn under a text; levels of ink; and the part of a line's height above which none is. */
const UNDERLINE = 0.7;
const UNDERLINE_INK = 24;
const LETTERS = 0.55;
/** Device px about its place in which what is above the line is looked for. */
const ABOVE_NEAR = { x: 2, y: 3 };
/** Least height of what is left of a line of text, device px. */
const ABOVE_LEAST = 5;

/**
 * An underlined line of text as what is above its line: each renderer draws that of its own thickness and at its own height, and it makes one
 * word of all. Undefined where the line is not seen, or nothing is left.
 */
function withoutUnderline(
  { part, place, expected }: Placed,
  view: PixelView,
  planes: { actual: Plane; reference: Plane },
): Placed | undefined {
  if (part.kind !== 'text' || !isUnderlined(part)) return undefined;
  const height = heightAbove(part, view);
  if (height === undefined || height < ABOVE_LEAST) return undefined;
  const [line, ...others] = inkLines(view, { ...part.rect, height }, part.ground, part.em);
  if (!line || others.length > 0) return undefined;
  const letters: Part = { ...part, rect: line.rect, words: line.words };
  const patch = { plane: planes.actual, ...line.rect };
  const from = place ?? expected;
  const near = { dx: Math.round(from.dx), dy: Math.round(from.dy) };
  const found = bestPlace(patch, planes.reference, near, ABOVE_NEAR);
  return { part: letters, place: finePlace(patch, planes.reference, found), expected };
}

/** Links are underlined by what they lie in, too. */
export function isUnderlined({ node }: Pick<Part, 'node'>): boolean {
  for (let at: Part['node'] | undefined = node, up = 0; at && up < 3; at = at.parent, up++)
    if (at.element.styles['text-decoration-line']?.includes('underline')) return true;
  return false;
}

/** Device px of a line of text that lie above the line under it. */
function heightAbove({ rect, ground }: Part, view: PixelView): number | undefined {
  for (let row = Math.floor(LETTERS * rect.height); row < rect.height; row++) {
    const plain = groundAt(ground, row, rect.height);
    let ink = 0;
    for (let x = rect.x; x < rect.x + rect.width; x++)
      if (channelDistance(view.pixels[(rect.y + row) * view.stride + x] ?? 0, plain) >= UNDERLINE_INK) ink++;
    if (ink >= UNDERLINE * rect.width) return row - 1;
  }
  return undefined;
}

export function quantile(values: readonly number[], part: number, none: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(part * (sorted.length - 1))] ?? none;
}

import { grown, intersection, sharedArea } from '../../core/rects.js';
import type { Rect } from '../../core/vocabulary/geometry.js';
import { clipRect, type PixelView } from '../../image/pixels.js';
import { type ElementNode, paintsBox } from '../element-tree.js';
import type { Searched } from './cells.js';
import { type Ground, groundAt, groundOf, inkLines, type Part } from './parts.js';
import type { Placed } from './place-parts.js';
import { bestPlace, correlation, type Patch, type Plane, stretched } from './planes.js';

/** Ink of a text: the sum of what its pixels are away from their ground, per channel, and how far its darkest ones are. */
export interface Ink {
  sum: [number, number, number];
  core: [number, number, number];
}

/** Share of the pixels with ink that are its core. */
const CORE = 0.08;

/** The ink in a rectangle (device px) on a ground. */
export function inkIn(view: PixelView, rect: Rect, ground: Ground): Ink {
  const box = clipRect(rect, view);
  const sum: Ink['sum'] = [0, 0, 0];
  if (!box) return { sum, core: [0, 0, 0] };
  // How many pixels are how far from their ground; the farthest ones are the core.
  const counts = new Uint32Array(256);
  let inked = 0;
  const each = (use: (red: number, green: number, blue: number, by: number) => void) => {
    for (let y = 0; y < box.height; y++) {
      const plain = groundAt(ground, y, box.height);
      const [red, green, blue] = [plain & 255, (plain >>> 8) & 255, (plain >>> 16) & 255];
      const row = (box.y + y) * view.stride + box.x;
      for (let x = row; x < row + box.width; x++) {
        const pixel = view.pixels[x] ?? 0;
        if (pixel === plain) continue;
        const r = (pixel & 255) - red;
        const g = ((pixel >>> 8) & 255) - green;
        const b = ((pixel >>> 16) & 255) - blue;
        const by = Math.max(r < 0 ? -r : r, g < 0 ? -g : g, b < 0 ? -b : b);
        if (by > 3) use(r, g, b, by);
      }
    }
  };
  each((red, green, blue, by) => {
    sum[0] += red;
    sum[1] += green;
    sum[2] += blue;
    if (by <= 12) return;
    inked++;
    counts[by] = (counts[by] ?? 0) + 1;
  });
  const wanted = Math.min(inked, Math.max(1, Math.round(CORE * inked)));
  let [least, above] = [255, 0];
  while (least > 12 && above + (counts[least] ?? 0) < wanted) above += counts[least--] ?? 0;
  let rest = wanted - above;
  const core: Ink['core'] = [0, 0, 0];
  if (inked > 0)
    each((red, green, blue, by) => {
      if (by < least || (by === least && rest-- <= 0)) return;
      core[0] += red / wanted;
      core[1] += green / wanted;
      core[2] += blue / wanted;
    });
  return { sum, core };
}

/** How a word of the app stands in the reference: there, elsewhere in its line, or not at all. */
export interface WordRead {
  rect: Rect;
  alike: number;
  /** Of the piece of it, about a letter wide, that is least alike. */
  least: number;
  dx: number;
  dy: number;
}

/** Letters of this share of an em are looked at one by one. */
const LETTER = 0.9;

/** Device px of the narrowest and lowest word that is read. Dots and dashes are left out. */
const LEAST_WORD = 4;

const isRead = ({ width, height }: Rect) => width >= LEAST_WORD && height >= LEAST_WORD;

/** The words of a line that is the same to the pixel. */
export function equalWords({ words }: Part, { dx, dy }: { dx: number; dy: number }): WordRead[] {
  return words.filter(isRead).map((rect) => ({ rect, alike: 1, least: 1, dx, dy }));
}

/** Every word of a placed line in the reference, near where the line is. */
export function readWords({ part, place }: Placed, actual: Plane, reference: Plane): WordRead[] {
  if (!place) return [];
  const near = { dx: Math.round(place.dx), dy: Math.round(place.dy) };
  return part.words.flatMap((rect) => {
    if (!isRead(rect)) return [];
    const word = bestPlace({ plane: actual, ...rect }, reference, near, { x: 2, y: 1 });
    const window = Math.round(LETTER * part.em);
    let least = word.alike;
    if (word.alike < 0.999)
      for (let x = rect.x; x + window <= rect.x + rect.width; x += Math.max(2, Math.round(window / 2))) {
        const letter: Patch = { plane: actual, x, y: rect.y, width: window, height: rect.height };
        const here = bestPlace(letter, reference, word, { x: 1, y: 1 });
        // A piece without ink says nothing.
        if (here.alike > 0) least = Math.min(least, here.alike);
      }
    return [{ rect, alike: word.alike, least, dx: word.dx, dy: word.dy }];
  });
}

/** The same text drawn differently: how much larger, how alike once it is made as large, and how much more ink. */
export interface Redrawn {
  /** Around it in the reference, device px. */
  rect: Rect;
  /** Reference / actual. */
  width: number;
  height: number;
  /** Correlation after bringing both to one size, word by word. */
  alike: number;
  /** Correlation of its letters, each looked for where the ones before it say; and how far the last one has drifted, device px. */
  letters: number;
  drift: number;
  words: { reference: number; actual: number };
  /** Around each of its words in the reference, device px. */
  rects: Rect[];
  /** Amount of ink, reference / actual, of the same area. */
  ink: number;
}

/** Em about its box in which a text is looked for. */
const AROUND = { x: 4, y: 0.7 };

/**
 * What the reference shows where an element's text (its `lines`) would stand: undefined when nothing does. `taken`: places in the reference
 * that belong to other parts.
 */
export function readRedrawn(
  lines: readonly Part[],
  expected: { dx: number; dy: number },
  views: { actual: PixelView; reference: PixelView },
  planes: { actual: Searched; reference: Searched },
  taken: readonly Rect[],
  scale: number,
): Redrawn | undefined {
  const [first] = lines;
  if (!first) return undefined;
  const last = lines.at(-1) ?? first;
  const em = first.em;
  const left = Math.min(...lines.map(({ rect }) => rect.x));
  const right = Math.max(...lines.map(({ rect }) => rect.x + rect.width));
  const whole = {
    x: left,
    y: first.rect.y,
    width: right - left,
    height: last.rect.y + last.rect.height - first.rect.y,
  };
  const there = { ...whole, x: whole.x + expected.dx, y: whole.y + expected.dy };
  const wide = {
    x: there.x - AROUND.x * em,
    y: there.y - AROUND.y * em,
    width: there.width + 2 * AROUND.x * em,
    height: there.height + 2 * AROUND.y * em,
  };
  // A box of its own, such as a button's, has edges that are no text.
  const held = holderOf(first, whole, expected, scale);
  const within = held ? intersection(wide, held) : wide;
  const box = within && clipRect(within, views.reference);
  if (!box) return undefined;
  const near = taken.filter((one) => sharedArea(one, box) > 0);
  const own = (x: number, y: number) =>
    !near.some((one) => x >= one.x - 1 && x <= one.x + one.width && y >= one.y - 1 && y <= one.y + one.height);
  const ground = groundOf(views.reference, clipRect(there, views.reference) ?? box);
  const found = inkLines(views.reference, box, ground, em, own, true)
    .map((line) => ({ ...line, words: line.words.filter((word) => belongs(word, there, em)) }))
    .filter(({ words, rect }) => words.length > 0 && rect.height <= 4 * em);
  if (found.length === 0) return undefined;
  const words = { actual: lines.flatMap((line) => line.words), reference: found.flatMap((line) => line.words) };
  const pairs = words.actual.slice(0, 6).flatMap((word, at) => {
    const other = words.reference[at];
    return other && word.width >= 4 && word.height >= 4 ? [compareShapes(planes, word, other)] : [];
  });
  const line = { actual: first.rect, reference: hull(found[0]?.words ?? []) };
  const whollyAlike = compareShapes(planes, line.actual, line.reference);
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const wordsAlike = pairs.length > 0 ? median(pairs.map(({ alike }) => alike)) : 0;
  const sameWords = words.actual.length === words.reference.length && wordsAlike >= whollyAlike.alike;
  const letters = followLetters(first, planes, line.reference);
  return {
    rect: hull(words.reference),
    width: sameWords ? median(pairs.map(({ width }) => width)) : whollyAlike.width,
    height: sameWords ? median(pairs.map(({ height }) => height)) : whollyAlike.height,
    alike: Math.max(wordsAlike, whollyAlike.alike),
    letters: letters.alike,
    drift: letters.drift,
    words: { actual: words.actual.length, reference: words.reference.length },
    rects: words.reference,
    ink: inkRatio(
      views,
      { actual: first.rect, reference: line.reference },
      { actual: first.ground, reference: ground },
    ),
  };
}

/** The inside of the box that is painted about a text, where it would stand in the reference; undefined when none is. */
function holderOf(
  { node, em }: Part,
  text: Rect,
  { dx, dy }: { dx: number; dy: number },
  scale: number,
): Rect | undefined {
  for (let at: ElementNode | undefined = node; at; at = at.parent) {
    if (!at.seen || !paintsBox(at.element)) continue;
    const { x, y, width, height } = at.seen;
    const border = (side: string) =>
      (Number.parseFloat(at?.element.styles[`border-${side}-width`] ?? '') || 0) * scale + 1.5;
    const [left, top] = [x * scale + border('left'), y * scale + border('top')];
    const inner = {
      x: left,
      y: top,
      width: (x + width) * scale - border('right') - left,
      height: (y + height) * scale - border('bottom') - top,
    };
    // A text that sticks out of its box may do so in the reference.
    const holds =
      inner.x <= text.x &&
      inner.y <= text.y &&
      inner.x + inner.width >= text.x + text.width &&
      inner.y + inner.height >= text.y + text.height;
    if (holds && inner.height < 6 * em + text.height) return { ...inner, x: inner.x + dx, y: inner.y + dy };
    if (holds) return undefined;
  }
  return undefined;
}

function belongs(word: Rect, there: Rect, em: number): boolean {
  const inLine = word.y < there.y + there.height + 0.5 * em && word.y + word.height > there.y - 0.5 * em;
  const beside = word.x < there.x + there.width + 3 * em && word.x + word.width > there.x - 3 * em;
  return inLine && beside && word.height >= 2;
}

function hull(words: readonly Rect[]): Rect {
  const x = Math.min(...words.map((word) => word.x));
  const y = Math.min(...words.map((word) => word.y));
  return {
    x,
    y,
    width: Math.max(...words.map((word) => word.x + word.width)) - x,
    height: Math.max(...words.map((word) => word.y + word.height)) - y,
  };
}

/** Correlation of what is in two rectangles once both are of one size. */
function compareShapes({ actual, reference }: { actual: Searched; reference: Searched }, a: Rect, b: Rect) {
  const scaledPlane = stretched(actual.plane, a, b.width, b.height);
  const alike = Math.abs(
    correlation({ plane: scaledPlane, x: 0, y: 0, width: b.width, height: b.height }, reference.plane, b.x, b.y),
  );
  return { alike, width: b.width / a.width, height: b.height / a.height };
}

/** Follows the letters of a line through the reference, each near where the ones before it went. */
function followLetters(line: Part, { actual, reference }: { actual: Searched; reference: Searched }, there: Rect) {
  const window = Math.max(4, Math.round(0.75 * line.em));
  const found: number[] = [];
  let last = { dx: there.x - line.rect.x, dy: there.y - line.rect.y };
  const first = last.dx;
  let [steps, right] = [0, last.dx];
  for (let x = line.rect.x; x + window <= line.rect.x + line.rect.width && steps < 24; x += window, steps++) {
    const patch: Patch = { plane: actual.plane, x, y: line.rect.y, width: window, height: line.rect.height };
    const reach = Math.round(0.5 * line.em) + 2;
    const here = bestPlace(patch, reference.plane, last, { x: reach, y: 1 });
    if (here.alike === 0) continue;
    found.push(here.alike);
    if (here.alike > 0.75) {
      last = { dx: here.dx, dy: here.dy };
      right = here.dx;
    }
  }
  found.sort((a, b) => a - b);
  return { alike: found[Math.floor(found.length * 0.4)] ?? 0, drift: right - first };
}

/** Ink of a text against that of another drawing of it, both as if of one colour and one size. */
function inkRatio(
  views: { actual: PixelView; reference: PixelView },
  rects: { actual: Rect; reference: Rect },
  grounds: { actual: Ground; reference: Ground },
): number {
  const amount = (side: 'actual' | 'reference') => {
    const { sum, core } = inkIn(views[side], grown(rects[side], 1), grounds[side]);
    const length = Math.hypot(...core);
    return length === 0 ? 0 : (sum[0] * core[0] + sum[1] * core[1] + sum[2] * core[2]) / length ** 2;
  };
  const [a, b] = [amount('actual'), amount('reference')];
  if (a <= 0 || b <= 0) return 1;
  return b / (rects.reference.width * rects.reference.height) / (a / (rects.actual.width * rects.actual.height));
}

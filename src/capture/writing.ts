import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Writing } from '../core/vocabulary/screenshot.js';
import { stackParts } from '../image/png-stack.js';
import { type GreyImage, greyCopy } from '../image/resize.js';

/** Part of a page that is looked at from its top, CSS px. */
export const WRITING_ROWS = 6000;

/** A tile, px: about four letters of plain text; and the reductions at which tiles are looked for, so that small headings are found too. */
const TILE: Size = { width: 32, height: 16 };
const REDUCTIONS = [1, 2] as const;
/** Levels within which pixels are near the ground, are the ground, and from which they are ink; share of the ground, least and most of the ink. */
const GROUND_LEVELS = 16;
const EVEN_LEVELS = 4;
const INK_LEVELS = 44;
const GROUND_SHARE = 0.4;
const INK_SHARE: readonly [number, number] = [0.03, 0.45];
/** Share of what is near the ground that is the ground: around letters nearly all, in photographs little. */
const EVEN_SHARE = 0.75;
/** Strokes in a row, and rows with as many, from which a tile is writing: lines, boxes, icons and photographs have fewer. */
const STROKES = 4;
const STROKE_ROWS = 4;
/** Levels by which a pixel changes when letters are hidden that it was part of; share of a tile's pixels that makes it text. */
const CHANGED_LEVELS = 24;
const CHANGED_SHARE = 0.02;
/** Boxes that overlap by more than this share of the smaller one lie one on the other, and are no parts of one picture. */
const OVERLAP = 0.1;

const NONE = 0;
const TEXT = 1;
const DRAWN = 2;

/**
 * How much of a page's writing is text, and how much was drawn, from a picture (or stack of pictures, `png-stack.ts`) of the page and one of
 * the same part with all letters hidden. `pictures`: boxes of what may hold a drawing, CSS px of the picture. Throws IMAGE_UNREADABLE.
 */
export async function writingOf(
  shown: Buffer,
  hidden: Buffer,
  scale: number,
  pictures: readonly Rect[],
  screen: Size,
): Promise<Writing> {
  const copies = await Promise.all(
    [shown, hidden].map((stack) => greyCopy(stackParts(stack)[0] ?? stack, scale, WRITING_ROWS)),
  );
  const [page, bare] = copies;
  if (!page || !bare) return { text: 0, drawn: 0, lines: 0, covered: 0 };
  return judgeWriting(page, bare, pictures, screen);
}

/** As `writingOf`, of grey pictures with one pixel per CSS px. Pure. */
export function judgeWriting(page: GreyImage, bare: GreyImage, pictures: readonly Rect[], screen: Size): Writing {
  const height = Math.min(page.height, bare.height);
  const columns = Math.ceil(page.width / TILE.width);
  const rows = Math.ceil(height / TILE.height);
  const kinds = new Uint8Array(columns * rows);
  // Where letters went there was text, whatever it stood on.
  eachTile(page, height, (left, top, at) => {
    if (changedPixels(page, bare, left, top) >= CHANGED_SHARE * TILE.width * TILE.height) kinds[at] = TEXT;
  });
  const lines = new Set<number>();
  for (const by of REDUCTIONS) {
    const image = reduced(page, by, height);
    eachTile(image, image.height, (left, top) => {
      const cells: number[] = [];
      for (let y = 0; y < by; y++)
        for (let x = 0; x < by; x++)
          cells.push(((top / TILE.height) * by + y) * columns + (left / TILE.width) * by + x);
      // Letters that a finer picture shows make a pattern in a coarser one.
      if (!cells.every((cell) => kinds[cell] === NONE) || !isWriting(image, left, top)) return;
      for (const cell of cells) kinds[cell] = DRAWN;
      if (by === 1) lines.add(top);
    });
  }
  const drawn: number[] = [];
  let text = 0;
  for (const [at, kind] of kinds.entries()) {
    if (kind === DRAWN) drawn.push(at);
    else if (kind === TEXT) text++;
  }
  const middles = drawn.map((at) => ({
    x: ((at % columns) + 0.5) * TILE.width,
    y: (Math.floor(at / columns) + 0.5) * TILE.height,
  }));
  return { text, drawn: drawn.length, lines: lines.size, covered: coveredShare(middles, pictures, screen) };
}

/** Each pixel the mean of `by` x `by`. */
function reduced(image: GreyImage, by: number, rows: number): GreyImage {
  if (by === 1) return { ...image, height: rows };
  const [width, height] = [Math.floor(image.width / by), Math.floor(rows / by)];
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let row = 0; row < by; row++) {
        const from = (y * by + row) * image.width + x * by;
        for (let at = from; at < from + by; at++) sum += image.data[at] ?? 0;
      }
      data[y * width + x] = sum / (by * by);
    }
  return { data, width, height };
}

const counts = new Uint16Array(256);

/** Calls `work` for each whole tile, with its place among the tiles of a row. */
function eachTile({ width }: GreyImage, height: number, work: (left: number, top: number, at: number) => void): void {
  const columns = Math.ceil(width / TILE.width);
  for (let top = 0; top + TILE.height <= height; top += TILE.height)
    for (let left = 0; left + TILE.width <= width; left += TILE.width)
      work(left, top, (top / TILE.height) * columns + left / TILE.width);
}

function changedPixels(page: GreyImage, bare: GreyImage, left: number, top: number): number {
  let changed = 0;
  for (let y = top; y < top + TILE.height; y++)
    for (let at = y * page.width + left, end = at + TILE.width; at < end; at++)
      if (Math.abs((page.data[at] ?? 0) - (bare.data[at] ?? 0)) >= CHANGED_LEVELS) changed++;
  return changed;
}

/** Whether a tile holds writing: even ground with many strokes. */
function isWriting(page: GreyImage, left: number, top: number): boolean {
  counts.fill(0);
  const each = (work: (level: number, x: number) => void) => {
    for (let y = top; y < top + TILE.height; y++)
      for (let x = 0, at = y * page.width + left; x < TILE.width; x++, at++) work(page.data[at] ?? 0, x);
  };
  each((level) => {
    counts[level] = (counts[level] ?? 0) + 1;
  });
  let ground = 0;
  for (let level = 1; level < 256; level++) if ((counts[level] ?? 0) > (counts[ground] ?? 0)) ground = level;
  const all = TILE.width * TILE.height;
  const within = (levels: number) => {
    let sum = 0;
    for (let level = Math.max(0, ground - levels); level <= Math.min(255, ground + levels); level++)
      sum += counts[level] ?? 0;
    return sum;
  };
  const near = within(GROUND_LEVELS);
  if (near === all || near < GROUND_SHARE * all || within(EVEN_LEVELS) < EVEN_SHARE * near) return false;
  let [ink, strokes, strokeRows] = [0, 0, 0];
  let drawing = false;
  each((level, x) => {
    if (x === 0) {
      if (strokes >= STROKES) strokeRows++;
      strokes = 0;
      drawing = false;
    }
    const far = Math.abs(level - ground);
    if (far < INK_LEVELS) {
      drawing = false;
      return;
    }
    ink++;
    if (!drawing) strokes++;
    drawing = true;
  });
  if (strokes >= STROKES) strokeRows++;
  const [least, most] = INK_SHARE;
  return ink >= least * all && ink <= most * all && strokeRows >= STROKE_ROWS;
}

/**
 * Share of the screen that is covered by the largest picture with drawn writing in it. A point belongs to the smallest box around it, so that a logo
 * on a photograph covers no more than a logo; boxes that touch are slices of one picture.
 */
function coveredShare(points: readonly { x: number; y: number }[], boxes: readonly Rect[], screen: Size): number {
  const group = boxes.map((_, index) => index);
  const headOf = (index: number): number => {
    const next = group[index] ?? index;
    return next === index ? index : headOf(next);
  };
  for (const [index, box] of boxes.entries())
    for (let other = 0; other < index; other++) {
      const one = boxes[other];
      if (one && areSlices(one, box)) group[headOf(index)] = headOf(other);
    }
  const written = new Set<number>();
  for (const { x, y } of points) {
    let smallest: number | undefined;
    for (const [index, box] of boxes.entries()) {
      if (x < box.x || y < box.y || x > box.x + box.width || y > box.y + box.height) continue;
      const least = smallest === undefined ? undefined : boxes[smallest];
      if (least === undefined || box.width * box.height <= least.width * least.height) smallest = index;
    }
    if (smallest !== undefined) written.add(headOf(smallest));
  }
  const step = TILE.height;
  const areas = new Map<number, Set<number>>();
  for (const [index, box] of boxes.entries()) {
    const head = headOf(index);
    if (!written.has(head)) continue;
    const cells = areas.get(head) ?? new Set<number>();
    areas.set(head, cells);
    const right = Math.min(screen.width, box.x + box.width);
    const bottom = Math.min(WRITING_ROWS, box.y + box.height);
    for (let y = Math.ceil(Math.max(0, box.y) / step) * step; y < bottom; y += step)
      for (let x = Math.ceil(Math.max(0, box.x) / step) * step; x < right; x += step) cells.add(y * 100_000 + x);
  }
  const largest = Math.max(0, ...[...areas.values()].map((cells) => cells.size));
  return Math.min(1, (largest * step * step) / (screen.width * screen.height));
}

function areSlices(a: Rect, b: Rect): boolean {
  const x = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const y = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (x < -1 || y < -1) return false;
  return Math.max(0, x) * Math.max(0, y) <= OVERLAP * Math.min(a.width * a.height, b.width * b.height);
}

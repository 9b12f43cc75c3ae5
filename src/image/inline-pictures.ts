import { basename } from 'node:path';
import { readStored } from '../core/path-walls.js';
import { sharedArea } from '../core/rects.js';
import type { Rect } from '../core/vocabulary/geometry.js';
import type { Pair } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { decode } from './decode.js';
import { encode } from './encode.js';
import type { RawImage } from './pixels.js';
import { type BoundedCopy, boundedCopy, type CopyBounds } from './resize.js';

/** Five by seven dots per sign, a row each, the highest bit left. Drawn by hand here, so that a label needs no font of the system. */
const SIGNS: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  '.': [0, 0, 0, 0, 0, 12, 12],
  ':': [0, 12, 12, 0, 12, 12, 0],
  '#': [10, 10, 31, 10, 31, 10, 10],
  s: [0, 0, 14, 16, 14, 1, 30],
  ' ': [0, 0, 0, 0, 0, 0, 0],
};
const DOTS_WIDE = 6;

/** Height of a label of that scale, pixels. */
export const labelHeight = (scale: number): number => 7 * scale;

/** Writes digits and `.:#s` into a picture, upper left corner at `x`,`y`, each dot `scale` pixels, in one colour (RGBA). Other signs are blanks. */
export function drawLabel(
  image: RawImage,
  text: string,
  at: { x: number; y: number },
  scale: number,
  color: readonly [number, number, number, number],
): void {
  for (const [index, sign] of [...text].entries())
    for (const [row, bits] of (SIGNS[sign] ?? []).entries())
      for (let column = 0; column < 5; column++)
        if ((bits >> (4 - column)) & 1)
          fillDot(image, at.x + (index * DOTS_WIDE + column) * scale, at.y + row * scale, scale, color);
}

function fillDot(image: RawImage, x: number, y: number, side: number, color: readonly number[]): void {
  for (let row = y; row < Math.min(y + side, image.height); row++)
    for (let column = x; column < Math.min(x + side, image.width); column++)
      image.data.set(color, (row * image.width + column) * 4);
}

const SCALE = 2;
const PADDING = 2;
/** Advance of one sign at that scale, pixels. */
const SIGN = 6 * SCALE;
const GROUND = [32, 32, 32, 255] as const;
const INK = [255, 255, 255, 255] as const;

/**
 * A copy with a number beside each rectangle, from 1, in the rectangles' order; it covers no words, rectangle or other number where
 * there is a place that is free. `rects` are pixels of the copy; one that lies outside has no number. The first is drawn last, so that
 * nothing hides it.
 */
export async function numberedCopy(copy: BoundedCopy, rects: readonly (Rect | undefined)[]): Promise<BoundedCopy> {
  if (!rects.some((rect) => rect && meets(rect, copy.size))) return copy;
  const image = await decode({ bytes: copy.bytes, name: 'copy' });
  const drawn = rects.flatMap((rect) => (rect && meets(rect, image) ? [rect] : []));
  for (const [index, rect] of [...rects.entries()].reverse())
    if (rect && meets(rect, image)) drawn.push(drawNumber(image, String(index + 1), rect, drawn));
  return { ...copy, bytes: await encode(image, 'webp'), mimeType: 'image/webp' };
}

function meets(rect: Rect, size: { width: number; height: number }): boolean {
  return rect.x < size.width && rect.y < size.height && rect.x + rect.width > 0 && rect.y + rect.height > 0;
}

/** Beside the rectangle, where it covers least: above it, at its left, below, at its right; inside where nothing is beside it. */
function drawNumber(image: RawImage, text: string, rect: Rect, others: readonly Rect[]): Rect {
  const width = text.length * SIGN - SCALE + 2 * PADDING;
  const height = labelHeight(SCALE) + 2 * PADDING;
  const [left, top] = [Math.round(rect.x), Math.round(rect.y)];
  const [right, bottom] = [Math.round(rect.x + rect.width), Math.round(rect.y + rect.height)];
  const along = { x: clamp(left, image.width - width), y: clamp(top, image.height - height) };
  const places = [
    { x: along.x, y: top - height },
    { x: left - width, y: along.y },
    { x: clamp(right - width, image.width - width), y: top - height },
    { x: along.x, y: bottom },
    { x: right, y: along.y },
  ].filter(({ x, y }) => x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height);
  const costs = places.map((place) => {
    const box = { ...place, width, height };
    return inkIn(image, box) + others.reduce((sum, other) => sum + sharedArea(box, other), 0);
  });
  const { x, y } = places[costs.indexOf(Math.min(...costs))] ?? along;
  for (let row = y; row < Math.min(y + height, image.height); row++)
    for (let column = x; column < Math.min(x + width, image.width); column++)
      image.data.set(GROUND, (row * image.width + column) * 4);
  drawLabel(image, text, { x: x + PADDING, y: y + PADDING }, SCALE, INK);
  return { x, y, width, height };
}

/** Levels of a channel from which a pixel is no part of the ground: noise of a lossy copy is less. */
const INK_LEVELS = 32;

/** Pixels of a box that are not of the colour that is most frequent in it. */
function inkIn({ data, width }: RawImage, box: Rect): number {
  const counts = new Map<number, number>();
  const shades: number[] = [];
  for (let row = box.y; row < box.y + box.height; row++)
    for (let column = box.x; column < box.x + box.width; column++) {
      const at = (row * width + column) * 4;
      const shade = ((data[at] ?? 0) * 2 + (data[at + 1] ?? 0) * 5 + (data[at + 2] ?? 0)) >> 3;
      shades.push(shade);
      counts.set(shade >> 3, (counts.get(shade >> 3) ?? 0) + 1);
    }
  const [[ground = 0] = []] = [...counts].sort((a, b) => b[1] - a[1]);
  return shades.filter((shade) => Math.abs(shade - (ground * 8 + 4)) > INK_LEVELS).length;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** A picture made small enough to travel in a reply; `scale` maps its pixels back to the file's. */
export interface InlinePicture {
  data: Buffer;
  mime: 'image/png' | 'image/jpeg' | 'image/webp';
  label: string;
  width: number;
  height: number;
  scale: number;
  path: string;
  /** Where it shows a side of a pair: which, and which part of the file, pixels. */
  side?: { screen: string; viewport: string; side: 'reference' | 'actual' | 'diff'; part: Rect } | undefined;
}

/** Greatest width of the three pictures of a pair, pixels. */
const PAIR_WIDTH = 640;
/** Greatest height of each: three of 640 x 1000 cost about 2,600 tokens at width x height / 750. */
const PAIR_HEIGHT = 1000;
const THUMB_WIDTH = 400;
/** Regions that get a number on the diff; the rest are small, and listed. */
const NUMBERED = 12;

/**
 * Reference, actual and diff of a pair, at most 640 px wide each, the regions numbered on the diff in their order. Of a page too
 * tall to be readable at that size only the part around the worst region is shown, the same part of all three. `most`: height of
 * each, 1000 px unless less is asked for.
 */
export async function pairPictures(projectDir: string, pair: Pair, most = PAIR_HEIGHT): Promise<InlinePicture[]> {
  const shown: ['reference' | 'actual' | 'diff', Artifact | undefined][] = [
    ['reference', pair.reference],
    ['actual', pair.actual],
    ['diff', pair.diff],
  ];
  const part = readablePart(pair, most);
  const pictures: InlinePicture[] = [];
  for (const [side, artifact] of shown) {
    const label = `${pair.screen}@${pair.viewport} ${side}`;
    if (!artifact) continue;
    const bounds = { maxWidth: PAIR_WIDTH, maxSide: most, ...(part ? { part } : {}) };
    const picture = await inlinePicture(projectDir, artifact, label, bounds, side === 'diff' ? pair : undefined);
    const [width, height] = [picture.width / picture.scale, picture.height / picture.scale].map(Math.round);
    pictures.push({
      ...picture,
      side: {
        ...{ screen: pair.screen, viewport: pair.viewport, side },
        part: { x: part?.x ?? 0, y: part?.y ?? 0, width: width ?? 0, height: height ?? 0 },
      },
    });
  }
  return pictures;
}

/** The rows around the worst region, as many as fit at a readable scale; undefined when the whole page does. */
function readablePart(pair: Pair, most: number): Rect | undefined {
  const { actual, reference } = pair.size;
  // Pictures of other pixel ratios do not share coordinates: they are shown whole.
  if (!actual || !reference || actual.width !== reference.width) return undefined;
  const height = Math.max(actual.height, reference.height);
  const rows = Math.ceil(most / Math.min(1, PAIR_WIDTH / actual.width));
  if (height <= rows) return undefined;
  const worst = pair.regions[0]?.rect;
  const center = worst ? worst.y + Math.min(worst.height, rows) / 2 : rows / 2;
  const y = Math.round(Math.min(Math.max(0, center - rows / 2), height - rows));
  // A side that ends above the part has nothing to show there.
  return y + 1 >= Math.min(actual.height, reference.height)
    ? undefined
    : { x: 0, y, width: actual.width, height: rows };
}

/** A page taller than this many times its width is shown by its first rows, a quarter as many: all of it could not be read. */
const TALL_SHAPE = 16;

/**
 * The picture of a cell: a small copy (`thumb`), the largest that a reply may hold (`image`), or within bounds in pixels; of a very tall
 * page its first rows.
 */
export async function cellPicture(
  projectDir: string,
  cell: Cell,
  size: 'thumb' | 'image' | { maxWidth: number; maxPixels: number },
): Promise<InlinePicture | undefined> {
  const image = cell.screenshot?.image;
  if (!image) return undefined;
  const thumb = { maxWidth: THUMB_WIDTH, maxPixels: THUMB_WIDTH * 1000 };
  const bounds = size === 'thumb' ? thumb : size === 'image' ? {} : size;
  const { width = 0, height = 0 } = image;
  const part = { x: 0, y: 0, width, height: (width * TALL_SHAPE) / 4 };
  const shown = height > TALL_SHAPE * width && width > 0 ? { ...bounds, part } : bounds;
  return inlinePicture(projectDir, image, `${cell.screen}@${cell.viewport}`, shown);
}

/** A small copy of a picture that a step took, or that shows where one failed. */
export function stepPicture(projectDir: string, path: string, label: string): Promise<InlinePicture> {
  return inlinePicture(projectDir, { path }, label, { maxWidth: PAIR_WIDTH, maxSide: PAIR_HEIGHT });
}

async function inlinePicture(
  projectDir: string,
  artifact: Pick<Artifact, 'path' | 'sha256'>,
  label: string,
  bounds: CopyBounds,
  numbered?: Pair,
): Promise<InlinePicture> {
  const { path } = artifact;
  const plain = await boundedCopy({ bytes: await readStored(projectDir, artifact), name: path }, bounds);
  const copy = numbered ? await numberedCopy(plain, regionsOn(plain, numbered, bounds.part)) : plain;
  const { part } = bounds;
  const rows = part
    ? `, rows ${part.y} to ${Math.min(part.y + part.height, copy.original.height)} of ${copy.original.height}`
    : '';
  return {
    data: copy.bytes,
    mime: copy.mimeType,
    label: `${label} (${basename(path)}${rows})`,
    width: copy.size.width,
    height: copy.size.height,
    scale: copy.scale,
    path,
  };
}

/** Returns the rectangles of a pair's regions on a copy. Regions are in pixels of the actual picture, which a diff shows scaled down when the reference is smaller. */
function regionsOn(copy: BoundedCopy, pair: Pair, part: Rect | undefined): Rect[] {
  const shown = Math.min(1, copy.original.width / (pair.size.actual?.width ?? copy.original.width));
  const scale = shown * copy.scale;
  return pair.regions.slice(0, NUMBERED).map(({ rect }) => ({
    x: rect.x * scale - (part?.x ?? 0) * copy.scale,
    y: rect.y * scale - (part?.y ?? 0) * copy.scale,
    width: rect.width * scale,
    height: rect.height * scale,
  }));
}

/** A small picture of the whole page and the tiles of its three worst regions. */
export async function pairTiles(projectDir: string, pair: Pair): Promise<InlinePicture[]> {
  const pictures: InlinePicture[] = [];
  const where = `${pair.screen}@${pair.viewport}`;
  const locator = pair.diff ?? pair.actual;
  if (locator)
    pictures.push(
      await inlinePicture(
        projectDir,
        locator,
        `${where} locator`,
        { maxWidth: THUMB_WIDTH, maxPixels: THUMB_WIDTH * 1000 },
        pair,
      ),
    );
  for (const [index, region] of pair.regions.entries()) {
    if (region.tile && pictures.length < 4)
      pictures.push(
        await inlinePicture(projectDir, region.tile, `${where} region ${index + 1}`, {
          maxWidth: PAIR_WIDTH,
          maxPixels: PAIR_WIDTH * 600,
        }),
      );
  }
  return pictures;
}

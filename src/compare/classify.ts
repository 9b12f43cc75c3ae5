import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionKind } from '../core/vocabulary/pair.js';
import {
  channelDistance,
  mostFrequent,
  type PixelView,
  type Point,
  pixelAt,
  SAME_LEVELS,
  surroundingColor,
} from '../image/pixels.js';
import { colorDistance, isColorMap } from './color-distance.js';
import type { Component } from './connect.js';
import { continuesBox, hangsOn } from './connect.js';
import { findMove, type Move } from './find-move.js';
import { isNoise } from './noise.js';
import { type MarkedRows, nextDifference, type PixelDiff } from './pixel-diff.js';

/** Share of a text's rectangle that may be ink. */
const MOST_INK = 0.65;
const LEAST_INK = 0.02;

/** Mean length of a stroke along a row: as a share of a line's height, and CSS px below which it is one anyway. */
const STROKE_SHARE = 0.55;
const SHORT_STROKE = 6;

/** CSS px up to which a band of rows with ink in each is a line of text, however many. */
const TALLEST_LINE = 120;

/** CIEDE2000 within which the ink of two texts has one colour; sub-pixel rendering and other weights move it. */
const SAME_INK = 18;

/** Ink on a ground of one colour: what text looks like, whatever it says. */
interface Glyphs {
  ground: number;
  /** The colour of the pixels that are furthest from the ground. */
  ink: number;
}

/** Reads the ink inside `rect` on `ground`; undefined when that does not look like text: a picture, a box, a thick bar, nothing. */
function glyphsIn(view: PixelView, rect: Rect, ground: number, deviceScale: number): Glyphs | undefined {
  let [ink, runs, furthest, tallest, rowsOfLine] = [0, 0, -1, 0, 0];
  let inkColor = ground;
  const right = Math.min(view.width, rect.x + rect.width);
  const bottom = Math.min(view.height, rect.y + rect.height);
  for (let y = Math.max(0, rect.y); y < bottom; y++) {
    let inside = false;
    let any = false;
    for (let x = Math.max(0, rect.x); x < right; x++) {
      const pixel = view.pixels[y * view.stride + x] ?? 0;
      const apart = channelDistance(pixel, ground);
      if (apart > furthest) [furthest, inkColor] = [apart, pixel];
      const isInk = apart > 2 * SAME_LEVELS;
      if (isInk) {
        ink++;
        any = true;
        if (!inside) runs++;
      }
      inside = isInk;
    }
    rowsOfLine = any ? rowsOfLine + 1 : 0;
    tallest = Math.max(tallest, rowsOfLine);
  }
  const share = ink / Math.max(1, rect.width * rect.height);
  if (share < LEAST_INK || share > MOST_INK || tallest > TALLEST_LINE * deviceScale) return undefined;
  const stroke = ink / Math.max(1, runs);
  if (stroke > Math.max(SHORT_STROKE * deviceScale, STROKE_SHARE * tallest)) return undefined;
  return { ground, ink: inkColor };
}

/** Returns true when two texts are written alike: the same ink on the same ground. */
function writtenAlike(a: Glyphs, b: Glyphs): boolean {
  return channelDistance(a.ground, b.ground) <= 2 * SAME_LEVELS && colorDistance(a.ink, b.ink) <= SAME_INK;
}

/** At most about `most` differing pixels inside `rect`, spread evenly in reading order; `area` = how many there are. */
function sampleDifferences(diff: PixelDiff, rect: Rect, area: number, most: number): Point[] {
  const stride = Math.max(1, Math.floor(area / most));
  const points: Point[] = [];
  // Start in the middle of the first stride, so that the sample is not drawn to the upper left edge.
  let skip = stride >> 1;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const row = y * diff.width;
    const end = row + rect.x + rect.width;
    for (let at = nextDifference(diff.mask, row + rect.x, end); at < end; at = nextDifference(diff.mask, at + 1, end)) {
      if (skip-- > 0) continue;
      points.push({ x: at - row, y });
      skip = stride - 1;
      if (points.length >= 2 * most) return points;
    }
  }
  return points;
}

/** Levels per channel from which two neighbours are an edge. */
const EDGE_LEVELS = 12;

/** Pixels of a region that are looked at. */
const STRUCTURE_SAMPLES = 2_048;

/** Share of all edges that both pictures must have in common. */
const COMMON_EDGES = 0.8;

/**
 * Returns true when both pictures have the same edges inside `rect` (one pixel of its surroundings included): then only colours differ.
 * Intersection over union of the places where a pixel differs from its right or lower neighbour.
 */
function sameStructure(reference: PixelView, actual: PixelView, rect: Rect): boolean {
  const step = Math.max(1, Math.floor(Math.sqrt((rect.width * rect.height) / STRUCTURE_SAMPLES)));
  let common = 0;
  let either = 0;
  for (let y = rect.y - 1; y < rect.y + rect.height; y += rowStep(y, rect, step))
    for (let x = rect.x - 1; x < rect.x + rect.width; x += columnStep(x, rect, step)) {
      const a = edgesAt(reference, x, y);
      const b = edgesAt(actual, x, y);
      common += bits(a & b);
      either += bits(a | b);
    }
  return common >= COMMON_EDGES * either;
}

/** The first and last rows and columns are always looked at, whatever the step: borders lie there. */
function rowStep(y: number, rect: Rect, step: number): number {
  return y === rect.y - 1 ? 1 : Math.max(1, Math.min(step, rect.y + rect.height - 1 - y));
}

function columnStep(x: number, rect: Rect, step: number): number {
  return x === rect.x - 1 ? 1 : Math.max(1, Math.min(step, rect.x + rect.width - 1 - x));
}

/** Bit 0: edge to the right, bit 1: edge downwards. */
function edgesAt(view: PixelView, x: number, y: number): number {
  const here = pixelAt(view, x, y);
  if (here === undefined) return 0;
  const right = pixelAt(view, x + 1, y);
  const below = pixelAt(view, x, y + 1);
  return (
    (right !== undefined && channelDistance(here, right) > EDGE_LEVELS ? 1 : 0) |
    (below !== undefined && channelDistance(here, below) > EDGE_LEVELS ? 2 : 0)
  );
}

function bits(value: number): number {
  return (value & 1) + (value >> 1);
}

/** What the pixels alone say about a region. */
export interface Nature {
  kind: RegionKind;
  /** Mean CIEDE2000 distance of its differing pixels (of a sample). */
  deltaE: number;
  /** Only for `moved`, and for `resized` where an edge moved. */
  move?: Move;
  /** Only for what one side lacks: whether that is the actual one. */
  lost?: boolean;
  /** With `lost`: whether a thing that moved by this shift explains it, covering it or laying it bare. */
  follows?: (shift: Point) => boolean;
}

/** The two pictures, of which `diff` is the visible difference. */
export interface Scene {
  reference: PixelView;
  actual: PixelView;
  diff: PixelDiff;
  /** The part that an engine counts. Noise outside it is not reported. */
  counted: MarkedRows;
  /** True when one of the pictures went through lossy compression. */
  lossy: boolean;
  /** Compared pixels per CSS pixel. */
  deviceScale: number;
}

/** Differing pixels looked at per region. */
const SAMPLES = 200;

/** CIEDE2000 that some pixel of a region must reach for a person to see it; a little less than 3, which is what pages are changed by. */
const SEEN = 2.9;

/** Share of the differing pixels that must have the surrounding colour for a side to be empty there; the other side may have so few. */
const EMPTY_SHARE = 0.8;
const FULL_SHARE = 0.5;

/** Share of the differing pixels that must go from one colour to another one for a line or a surface to be recoloured as a whole. */
const ONE_COLOR_SHARE = 0.75;

/** CIEDE2000 from which colours are far enough apart for a move to be told from a recolouring. */
const TELLING = 6;

/** CIEDE2000 below which a difference is so pale (a light grey card on white) that emptiness is judged by fewer levels. */
const PALE = 8;
const EMPTY_LEVELS = 3;

/**
 * The kind of a region, by the first of these that holds:
 * - `moved` by at most 64 px, or `resized` when it hangs on something that did not move (the edge of a box);
 * - `noise` (`isNoise`), which comes after moves so that a part moved by a single pixel says so, in lossy pictures before all else;
 * - `recolored`: the new colours follow from the old ones and what was apart still is (`isColorMap`), or one colour became another;
 * - `missing` (the actual shows only the surrounding colour where the reference has something), `added` (the other way round), or
 *   `resized` when it is a strip of something that both pictures have beside it;
 * - `text`: the same ink on the same ground, other strokes; `recolored` again: the same edges; else `unknown`.
 */
export function classify(component: Component, scene: Scene): Nature {
  const { reference, actual, diff } = scene;
  const { rect } = component;
  const points = sampleDifferences(diff, rect, component.area, SAMPLES);
  const apart = distances(reference, actual, points);
  const deltaE = apart.reduce((sum, one) => sum + one, 0) / Math.max(1, apart.length);
  if (Math.max(...apart) < SEEN) return { kind: 'noise', deltaE };
  const noise = () => isNoise(scene, { ...component, deltaE, points });
  if (scene.lossy && noise()) return { kind: 'noise', deltaE };
  const grounds = { reference: surroundingColor(reference, rect), actual: surroundingColor(actual, rect) };
  const levels = deltaE >= PALE ? SAME_LEVELS : EMPTY_LEVELS;
  const before = emptyShare(reference, points, grounds.reference, levels);
  const after = emptyShare(actual, points, grounds.actual, levels);
  const lost = after >= EMPTY_SHARE && before <= FULL_SHARE;
  const gained = before >= EMPTY_SHARE && after <= FULL_SHARE;
  const move = lost || gained || deltaE < TELLING ? undefined : findMove(reference, actual, points, grounds);
  if (move) {
    const resized = hangsOn(reference, actual, rect, move.shift, grounds.actual);
    return { kind: resized ? 'resized' : 'moved', deltaE, move };
  }
  const solid = !lost && !gained;
  const kind =
    isColorMap(reference, actual, rect, solid) || (solid && isOneColor(scene, points))
      ? 'recolored'
      : lost || gained
        ? lostOrGained(lost, scene, rect, grounds)
        : undefined;
  if (noise()) return { kind: 'noise', deltaE };
  if (kind === 'recolored') return { kind, deltaE };
  if (kind) return { kind, deltaE, lost, follows: (shift) => followsShift(lost, scene, points, shift) };
  if (isRewritten(scene, component, grounds)) return { kind: 'text', deltaE };
  return { kind: sameStructure(reference, actual, rect) ? 'recolored' : 'unknown', deltaE };
}

/** Share of the points of a strip that must be found where a shift brought them. */
const FOLLOWING = 0.9;

function followsShift(lost: boolean, { reference, actual }: Scene, points: readonly Point[], shift: Point): boolean {
  const [from, to, way] = lost ? [reference, actual, 1] : [actual, reference, -1];
  const found = points.filter(({ x, y }) => {
    const there = pixelAt(to, x + way * shift.x, y + way * shift.y);
    return there !== undefined && channelDistance(there, pixelAt(from, x, y) ?? 0) <= 2 * SAME_LEVELS;
  });
  return found.length >= FOLLOWING * points.length;
}

/** Returns true when the differing pixels had one colour and have another one: a border, whatever lies on its sides. */
function isOneColor({ reference, actual }: Scene, points: readonly Point[]): boolean {
  return [reference, actual].every((view) => {
    const pixels = points.map(({ x, y }) => pixelAt(view, x, y) ?? 0);
    const most = mostFrequent(pixels) ?? 0;
    return (
      pixels.filter((pixel) => channelDistance(pixel, most) <= SAME_LEVELS).length >= ONE_COLOR_SHARE * pixels.length
    );
  });
}

interface Grounds {
  reference: number | undefined;
  actual: number | undefined;
}

function lostOrGained(
  lost: boolean,
  { reference, actual }: Scene,
  rect: Component['rect'],
  grounds: Grounds,
): RegionKind {
  if (lost) return continuesBox(reference, actual, rect, grounds.reference) ? 'resized' : 'missing';
  return continuesBox(actual, reference, rect, grounds.actual) ? 'resized' : 'added';
}

function isRewritten({ reference, actual, deviceScale }: Scene, { rect }: Component, grounds: Grounds): boolean {
  if (grounds.reference === undefined || grounds.actual === undefined) return false;
  const before = glyphsIn(reference, rect, grounds.reference, deviceScale);
  const after = glyphsIn(actual, rect, grounds.actual, deviceScale);
  return before !== undefined && after !== undefined && writtenAlike(before, after);
}

function emptyShare(view: PixelView, points: readonly Point[], ground: number | undefined, levels: number): number {
  if (ground === undefined || points.length === 0) return 0;
  return (
    points.filter(({ x, y }) => channelDistance(pixelAt(view, x, y) ?? 0, ground) <= levels).length / points.length
  );
}

function distances(reference: PixelView, actual: PixelView, points: readonly Point[]): number[] {
  return points.map(({ x, y }) => colorDistance(pixelAt(reference, x, y) ?? 0, pixelAt(actual, x, y) ?? 0));
}

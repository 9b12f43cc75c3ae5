import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Region, Severity } from '../core/vocabulary/pair.js';
import { drawIndexedPng, type IndexedPaper, type PaletteColor } from '../image/encode.js';
import type { PixelView } from '../image/pixels.js';
import type { MaskCover } from './pixel-diff.js';
import { nextDifference, type PixelDiff } from './pixel-diff.js';

/** Grey steps of the faded picture; 32 are as good as 256 behind the marks, and shrink better. */
const GREYS = 32;

/** Share of the actual picture's contrast that is kept. */
const KEPT_CONTRAST = 0.35;

const DIFFERENT = GREYS;
const EXTRA = GREYS + 1;
const MASKED = GREYS + 2;
const OUTLINES: Readonly<Record<Severity, number>> = { critical: GREYS + 3, major: GREYS + 4, minor: GREYS + 5 };

const PALETTE: readonly PaletteColor[] = [
  ...Array.from({ length: GREYS }, (_, step): PaletteColor => {
    const grey = Math.round(255 - (255 - (step * 255) / (GREYS - 1)) * KEPT_CONTRAST);
    return [grey, grey, grey];
  }),
  [225, 0, 60],
  [255, 190, 200],
  [170, 200, 235],
  [200, 0, 200],
  [235, 120, 0],
  [120, 120, 120],
];

/** Outlines lie this far outside the differing pixels, and are this thick. */
const OUTLINE_DISTANCE = 3;
const OUTLINE_WIDTH = 2;

/** The content of the diff picture. All in compared pixels. */
interface DiffScene {
  size: Size;
  actual: PixelView;
  diff: PixelDiff;
  /** Parts that only one picture has. */
  extras: readonly Rect[];
  cover: MaskCover;
  regions: readonly Region[];
}

/**
 * The diff picture as PNG, as large as the bounding box: the actual picture faded, differing pixels red, parts that only one
 * picture has pink, masks blue, each region outlined (critical magenta, major orange, minor grey).
 */
export async function drawDiff(scene: DiffScene): Promise<Buffer> {
  const { size, diff } = scene;
  return drawIndexedPng(size, PALETTE, (paper) => {
    drawFaded(paper, scene.actual);
    for (const rect of scene.extras) fill(paper, rect, (grey, x, y) => ((x + y) % 8 < 4 ? EXTRA : grey));
    for (const band of diff.bands)
      for (let y = Math.max(paper.from, band.from); y < Math.min(paper.to, band.to); y++)
        drawDifferences(paper, diff, y);
    for (const rect of scene.cover.rects) fill(paper, rect, (grey, x, y) => ((x + y) % 6 < 2 ? MASKED : grey));
    // The worst come first and are drawn last, on top.
    for (const region of [...scene.regions].reverse()) outline(paper, region.rect, OUTLINES[region.severity]);
  });
}

function drawFaded(paper: IndexedPaper, { pixels, width, height }: PixelView): void {
  const { scanlines, from, to: end } = paper;
  if (width < paper.width || height < end)
    fill(paper, { x: 0, y: from, width: paper.width, height: end - from }, () => GREYS - 1);
  for (let y = from; y < Math.min(height, end); y++)
    for (let x = 0, at = y * width, to = (y - from) * (paper.width + 1) + 1; x < width; x++, at++, to++) {
      const pixel = pixels[at] ?? 0;
      // Red, twice green and blue: near enough to luma for a faded picture, in 32 steps.
      scanlines[to] = ((pixel & 255) + ((pixel >>> 7) & 510) + ((pixel >>> 16) & 255)) >> 5;
    }
}

function drawDifferences({ scanlines, width, from }: IndexedPaper, diff: PixelDiff, y: number): void {
  const end = (y + 1) * diff.width;
  // Offset of a row on the paper less that in the mask.
  const shift = (y - from) * (width + 1) + 1 - y * diff.width;
  for (let at = nextDifference(diff.mask, y * diff.width, end); at < end; at = nextDifference(diff.mask, at + 1, end))
    scanlines[at + shift] = DIFFERENT;
}

function fill(paper: IndexedPaper, rect: Rect, color: (before: number, x: number, y: number) => number): void {
  const right = Math.min(paper.width, rect.x + rect.width);
  const bottom = Math.min(paper.to, rect.y + rect.height);
  for (let y = Math.max(paper.from, rect.y); y < bottom; y++)
    for (let x = Math.max(0, rect.x), at = (y - paper.from) * (paper.width + 1) + 1 + x; x < right; x++, at++)
      paper.scanlines[at] = color(paper.scanlines[at] ?? 0, x, y);
}

function outline(paper: IndexedPaper, rect: Rect, color: number): void {
  const reach = OUTLINE_DISTANCE + OUTLINE_WIDTH;
  const { x, y } = { x: rect.x - reach, y: rect.y - reach };
  const width = rect.width + 2 * reach;
  const height = rect.height + 2 * reach;
  const paint = () => color;
  fill(paper, { x, y, width, height: OUTLINE_WIDTH }, paint);
  fill(paper, { x, y: y + height - OUTLINE_WIDTH, width, height: OUTLINE_WIDTH }, paint);
  fill(paper, { x, y, width: OUTLINE_WIDTH, height }, paint);
  fill(paper, { x: x + width - OUTLINE_WIDTH, y, width: OUTLINE_WIDTH, height }, paint);
}

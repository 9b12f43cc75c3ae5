import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { Region, Severity } from '../core/vocabulary/pair.js';
import { encodeIndexedPng, type PaletteColor } from '../image/indexed-png.js';
import type { RawImage } from '../image/raw-image.js';
import type { ExtraStrip } from './extra-strips.js';
import type { MaskCover } from './mask-cover.js';
import type { PixelDiff } from './pixel-diff.js';

/** Grey steps of the faded picture; 64 are as good as 256 behind the marks, and shrink better. */
const GREYS = 64;

/** How much of the actual picture's contrast is kept. */
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

/** What the diff picture shows. All in compared pixels. */
export interface DiffScene {
  size: Size;
  actual: RawImage;
  diff: PixelDiff;
  strips: readonly ExtraStrip[];
  cover: MaskCover;
  regions: readonly Region[];
}

/**
 * The diff picture as PNG, as large as the bounding box: the actual picture faded, differing pixels red, parts that only one
 * picture has pink, masks blue, each region outlined (critical magenta, major orange, minor grey).
 */
export async function drawDiff(scene: DiffScene): Promise<Buffer> {
  const { size, diff } = scene;
  const paper = new Uint8Array(size.width * size.height).fill(GREYS - 1);
  drawFaded(paper, size, scene.actual);
  for (const { rect } of scene.strips) fill(paper, size, rect, (grey, x, y) => ((x + y) % 8 < 4 ? EXTRA : grey));
  for (const band of diff.bands)
    for (let y = band.from; y < band.to; y++)
      for (let x = 0, at = y * diff.width, to = y * size.width; x < diff.width; x++, at++, to++)
        if (diff.mask[at] === 1) paper[to] = DIFFERENT;
  for (const rect of scene.cover.rects) fill(paper, size, rect, (grey, x, y) => ((x + y) % 6 < 2 ? MASKED : grey));
  // The worst come first and are drawn last, on top.
  for (const region of [...scene.regions].reverse()) outline(paper, size, region.rect, OUTLINES[region.severity]);
  return encodeIndexedPng(paper, size, PALETTE);
}

function drawFaded(paper: Uint8Array, size: Size, { data, width, height }: RawImage): void {
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0, to = y * size.width; x < width; x++, at += 4, to++)
      // Rec. 709 luma in 8-bit fixed point, down to 64 steps.
      paper[to] = ((data[at] ?? 0) * 54 + (data[at + 1] ?? 0) * 183 + (data[at + 2] ?? 0) * 19) >> 10;
}

function fill(
  paper: Uint8Array,
  size: Size,
  rect: Rect,
  color: (before: number, x: number, y: number) => number,
): void {
  const right = Math.min(size.width, rect.x + rect.width);
  const bottom = Math.min(size.height, rect.y + rect.height);
  for (let y = Math.max(0, rect.y); y < bottom; y++)
    for (let x = Math.max(0, rect.x); x < right; x++)
      paper[y * size.width + x] = color(paper[y * size.width + x] ?? 0, x, y);
}

function outline(paper: Uint8Array, size: Size, rect: Rect, color: number): void {
  const reach = OUTLINE_DISTANCE + OUTLINE_WIDTH;
  const { x, y } = { x: rect.x - reach, y: rect.y - reach };
  const width = rect.width + 2 * reach;
  const height = rect.height + 2 * reach;
  const paint = () => color;
  fill(paper, size, { x, y, width, height: OUTLINE_WIDTH }, paint);
  fill(paper, size, { x, y: y + height - OUTLINE_WIDTH, width, height: OUTLINE_WIDTH }, paint);
  fill(paper, size, { x, y, width: OUTLINE_WIDTH, height }, paint);
  fill(paper, size, { x: x + width - OUTLINE_WIDTH, y, width: OUTLINE_WIDTH, height }, paint);
}

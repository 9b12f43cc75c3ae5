import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { GreyImage } from './resize.js';

/** A picture that stood from `tMs` (ms since the first) until the next one's time. */
export interface Sample {
  tMs: number;
  thumb: GreyImage;
}

/** Side of the square that samples fit in, pixels. A menu that opens changes about 1 % of such a picture, a typed word 0.02 %. */
export const SAMPLE_SIDE = 320;
/** Levels of grey by which a pixel differs; codec noise of a picture made this small stays below it. */
const LEVEL = 10;

/** Share of pixels that differ, 0-1; 1 when the sizes differ. */
export function changedShare(before: GreyImage, after: GreyImage): number {
  if (before.width !== after.width || before.height !== after.height) return 1;
  return countChanged(before, after) / before.data.length;
}

/** Pixels that do not count, 1 each; of the same size as the pictures. */
type PixelMask = Uint8Array;

/** As `changedShare`, leaving out the pixels of a mask. */
export function changedShareOutside(before: GreyImage, after: GreyImage, mask: PixelMask): number {
  if (before.width !== after.width || before.height !== after.height) return 1;
  return countChanged(before, after, mask) / before.data.length;
}

/** Marks what lies in boxes, px of a picture of size `of`; edges outwards. */
export function maskBoxes(mask: PixelMask, thumb: GreyImage, boxes: readonly Rect[], of: Size): void {
  const scale = thumb.width / of.width;
  for (const box of boxes) {
    const right = Math.min(thumb.width, Math.ceil((box.x + box.width) * scale) + 1);
    const bottom = Math.min(thumb.height, Math.ceil((box.y + box.height) * scale) + 1);
    const left = Math.max(0, Math.floor(box.x * scale) - 1);
    for (let y = Math.max(0, Math.floor(box.y * scale) - 1); y < bottom; y++)
      if (right > left) mask.fill(1, y * thumb.width + left, y * thumb.width + right);
  }
}

/** Marks the pixels that differ between two pictures, and their neighbours. */
export function maskChanges(mask: PixelMask, before: GreyImage, after: GreyImage): void {
  const { width, height } = after;
  if (before.width !== width || before.height !== height) return;
  for (let at = 0; at < after.data.length; at++) {
    if (!differs(before, after, at)) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++)
      mask.fill(1, row * width + Math.max(0, x - 1), row * width + Math.min(width, x + 2));
  }
}

/** Share of each sample's pixels that differ from the sample before it; the first has 1. */
export function changeShares(samples: readonly Sample[]): number[] {
  return samples.map((sample, index) => {
    const before = samples[index - 1];
    return before === undefined ? 1 : changedShare(before.thumb, sample.thumb);
  });
}

/** Index of the picture that stood at a time, of those that came up at `times`; the first one before it began. */
export function sampleAt(times: readonly number[], tMs: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) <= tMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Share of pixels from which a picture shows one colour only; the same bar as for screenshots. */
const BLANK_SHARE = 0.999;
/** Levels of grey that count as the same colour: JPEG leaves some noise. */
const SAME_LEVELS = 6;

/** True when (nearly) all of a picture is one shade of grey. */
export function isBlankThumb({ data }: GreyImage): boolean {
  const levels = new Uint32Array(256);
  for (const level of data) levels[level] = (levels[level] ?? 0) + 1;
  const common = levels.reduce((best, count, level) => (count > (levels[best] ?? 0) ? level : best), 0);
  let near = 0;
  for (let level = Math.max(0, common - SAME_LEVELS); level <= Math.min(255, common + SAME_LEVELS); level++)
    near += levels[level] ?? 0;
  return near / data.length >= BLANK_SHARE;
}

function countChanged(before: GreyImage, after: GreyImage, mask?: PixelMask): number {
  let changed = 0;
  for (let at = 0; at < after.data.length; at++) if (mask?.[at] !== 1 && differs(before, after, at)) changed++;
  return changed;
}

function differs(before: GreyImage, after: GreyImage, at: number): boolean {
  return Math.abs((after.data[at] ?? 0) - (before.data[at] ?? 0)) > LEVEL;
}

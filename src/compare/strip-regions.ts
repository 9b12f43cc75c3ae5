import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { RawImage } from '../image/pixels.js';
import { channelDistance, pictureStatistics, SAME_LEVELS, viewOf } from '../image/pixels.js';
import { crop } from '../image/resize.js';
import type { Lines } from './match-profiles.js';
import { coveredArea, type MaskCover } from './pixel-diff.js';
import type { Finding } from './regions.js';
import { severityOf, weightOf } from './severity.js';

/** Share of the positions across that may hold something else: a dithered gradient, not a word. */
const OTHER_SHARE = 0.01;

/**
 * Returns true when lines of a picture only go on with what is before or after them: the sides of a card that got taller, a page's ground, a
 * gradient. Nothing was added there, something is larger.
 */
export function isContinued(image: RawImage, rect: Rect, lines: Lines): boolean {
  const other = contentAcross(image, rect, lines).filter((has) => has).length;
  return other <= OTHER_SHARE * (lines.axis === 'y' ? rect.width : rect.height);
}

/** The part of some lines that does not only go on with what is before or after them, from its first to its last column (or row). */
export function contentOf(image: RawImage, rect: Rect, lines: Lines): Rect {
  const has = contentAcross(image, rect, lines);
  const [first, last] = [has.indexOf(true), has.lastIndexOf(true)];
  if (first === -1) return rect;
  return lines.axis === 'y'
    ? { ...rect, x: rect.x + first, width: last + 1 - first }
    : { ...rect, y: rect.y + first, height: last + 1 - first };
}

/** Per position across the lines: whether they show something there that goes on neither from before nor from after them. */
function contentAcross(image: RawImage, rect: Rect, { axis }: Lines): boolean[] {
  const { pixels, stride, width, height } = viewOf(image);
  const down = axis === 'y';
  const [start, count, all] = down ? [rect.y, rect.height, height] : [rect.x, rect.width, width];
  const [across, extent] = down ? [rect.x, rect.width] : [rect.y, rect.height];
  const [lineStep, acrossStep] = down ? [stride, 1] : [1, stride];
  // From line to line: a gradient may end in quite another colour.
  const goesOn = (at: number, from: number, to: number) => {
    for (let line = from; line < to; line++) {
      const [one, next] = [pixels[line * lineStep + at] ?? 0, pixels[(line + 1) * lineStep + at] ?? 0];
      if (one !== next && channelDistance(one, next) > SAME_LEVELS) return false;
    }
    return true;
  };
  return Array.from({ length: extent }, (_, position) => {
    const at = (across + position) * acrossStep;
    const before = start > 0 && goesOn(at, start - 1, start + count - 1);
    const after = start + count < all && goesOn(at, start, start + count);
    return !before && !after;
  });
}

/** A rectangle that only one of the pictures has. */
export interface ExtraStrip {
  rect: Rect;
  side: 'reference' | 'actual';
}

/**
 * The parts of the bounding box of both pictures that only one of them has: at most one strip on the right and one below.
 * They do not overlap. A corner that neither picture has is in none.
 */
export function extraStrips(reference: Size, actual: Size): ExtraStrip[] {
  const width = Math.min(reference.width, actual.width);
  const height = Math.min(reference.height, actual.height);
  const strips: ExtraStrip[] = [];
  if (reference.width !== actual.width) {
    const side = reference.width > actual.width ? 'reference' : 'actual';
    const wider = side === 'reference' ? reference : actual;
    strips.push({ side, rect: { x: width, y: 0, width: wider.width - width, height: wider.height } });
  }
  if (reference.height !== actual.height) {
    const side = reference.height > actual.height ? 'reference' : 'actual';
    const taller = side === 'reference' ? reference : actual;
    strips.push({ side, rect: { x: 0, y: height, width, height: taller.height - height } });
  }
  return strips;
}

/** The parts of a strip on both sides of what was aligned: left and right of some columns, or above and below some rows. */
export function besideLines({ rect, side }: ExtraStrip, { axis, across }: Lines): ExtraStrip[] {
  const [start, extent] = axis === 'y' ? (['x', 'width'] as const) : (['y', 'height'] as const);
  const end = rect[start] + rect[extent];
  const before = { ...rect, [extent]: Math.min(end, across.from) - rect[start] };
  const after = {
    ...rect,
    [start]: Math.max(rect[start], across.to),
    [extent]: end - Math.max(rect[start], across.to),
  };
  return [before, after].filter((part) => part[extent] > 0).map((part) => ({ rect: part, side }));
}

/** The smallest size that holds both. */
export function boundingBox(a: Size, b: Size): Size {
  return { width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) };
}

/** Up to this many pixels a size difference is rounding, not a change of layout. */
export const ROUNDING_PIXELS = 1;

/** Contrast of a strip: there is no other side to compare it with, so what it shows counts in full. */
const FULL_DELTA_E = 100;

/**
 * The findings of what only one picture has: `added` or `missing` when there is something to see in the strip, `resized` when it is
 * one colour or only goes on with what is beside it, `noise` up to one pixel. A strip that is masked as a whole is none.
 */
export function stripFindings(
  strips: readonly ExtraStrip[],
  images: { reference: RawImage; actual: RawImage },
  cover: MaskCover,
  deviceScale: number,
): Finding[] {
  return strips.flatMap(({ rect, side }) => {
    const area = rect.width * rect.height - coveredArea(cover, rect);
    if (area === 0) return [];
    const kind =
      Math.min(rect.width, rect.height) <= ROUNDING_PIXELS
        ? ('noise' as const)
        : pictureStatistics(crop(images[side], rect)).blank || isContinued(images[side], rect, linesOf(rect, images))
          ? ('resized' as const)
          : side === 'actual'
            ? ('added' as const)
            : ('missing' as const);
    const rated = { kind, rect, area, deltaE: FULL_DELTA_E, deviceScale };
    return [
      {
        region: { rect, area, kind, severity: severityOf(rated) },
        weight: weightOf(rated),
        referenceBy: { x: 0, y: 0 },
      },
    ];
  });
}

/** A strip below is rows of its columns, one on the right columns of its rows. */
function linesOf(
  { x, y, width, height }: Rect,
  { reference, actual }: { reference: RawImage; actual: RawImage },
): Lines {
  return y >= Math.min(reference.height, actual.height)
    ? { axis: 'y', across: { from: x, to: x + width } }
    : { axis: 'x', across: { from: y, to: y + height } };
}

import type { Rect } from '../core/vocabulary/geometry.js';
import { crop } from '../image/crop.js';
import type { RawImage } from '../image/raw-image.js';
import { pictureStatistics } from '../image/statistics.js';
import { isContinued } from './continued.js';
import type { ExtraStrip } from './extra-strips.js';
import type { Lines } from './line-place.js';
import { coveredArea, type MaskCover } from './mask-cover.js';
import type { Finding } from './regions.js';
import { severityOf, weightOf } from './severity.js';

/** Up to this many pixels a size difference is rounding, not a change of layout (contract section 5). */
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
    const judged = { kind, rect, area, deltaE: FULL_DELTA_E, deviceScale };
    return [
      {
        region: { rect, area, kind, severity: severityOf(judged) },
        weight: weightOf(judged),
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

import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionKind } from '../core/vocabulary/pair.js';
import { crop } from '../image/crop.js';
import type { RawImage } from '../image/raw-image.js';
import { pictureStatistics } from '../image/statistics.js';
import type { Alignment } from './align-lines.js';
import { contentOf, isContinued } from './continued.js';
import { type Lines, linesRect } from './line-place.js';
import { coveredArea, type MaskCover } from './mask-cover.js';
import type { Point } from './pixel-view.js';
import type { Finding } from './regions.js';
import { severityOf, weightOf } from './severity.js';

/** Contrast of a band: there is no other side to compare it with, so what it shows counts in full. */
const FULL_DELTA_E = 100;

/**
 * The findings of inserted and removed bands: `added` or `missing` when there is something to see in them, `resized` when they are
 * empty space. A region is as wide (or high) as what is in the band. A removed band is marked by the line of the actual picture before which it is missing; its area is what it had.
 */
export function bandFindings(
  alignment: Alignment,
  images: { reference: RawImage; actual: RawImage },
  lines: Lines,
  cover: MaskCover,
  deviceScale: number,
): Finding[] {
  const down = lines.axis === 'y';
  const last = (down ? images.actual.height : images.actual.width) - 1;
  const inserted = alignment.inserted.flatMap(({ from, to }) => {
    const { rect, kind } = look(images.actual, linesRect(lines, from, to - from), lines, 'added');
    const area = rect.width * rect.height - coveredArea(cover, rect);
    return area === 0 ? [] : finding(kind, rect, rect, area, deviceScale, { x: 0, y: 0 });
  });
  const removed = alignment.removed.flatMap(({ band, at }) => {
    const { rect: was, kind } = look(
      images.reference,
      linesRect(lines, band.from, band.to - band.from),
      lines,
      'missing',
    );
    const place = Math.min(at, last);
    const rect = down ? { ...was, y: place, height: 1 } : { ...was, x: place, width: 1 };
    const referenceBy = { x: was.x - rect.x, y: was.y - rect.y };
    return finding(kind, rect, was, was.width * was.height, deviceScale, referenceBy);
  });
  return [...inserted, ...removed];
}

/** Empty space, and lines that only go on with what is beside them, are another size; else what is in the band and where. */
function look(image: RawImage, rect: Rect, lines: Lines, whenSeen: RegionKind): { rect: Rect; kind: RegionKind } {
  return pictureStatistics(crop(image, rect)).blank || isContinued(image, rect, lines)
    ? { rect, kind: 'resized' }
    : { rect: contentOf(image, rect, lines), kind: whenSeen };
}

function finding(
  kind: RegionKind,
  rect: Rect,
  extent: Rect,
  area: number,
  deviceScale: number,
  referenceBy: Point,
): Finding {
  const judged = { kind, rect: extent, area, deltaE: FULL_DELTA_E, deviceScale };
  return { region: { rect, area, kind, severity: severityOf(judged) }, weight: weightOf(judged), referenceBy };
}

import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionKind } from '../core/vocabulary/pair.js';
import { crop } from '../image/crop.js';
import type { RawImage } from '../image/raw-image.js';
import { pictureStatistics } from '../image/statistics.js';
import type { Alignment } from './align-lines.js';
import { type Lines, linesRect } from './line-place.js';
import { coveredArea, type MaskCover } from './mask-cover.js';
import type { Point } from './pixel-view.js';
import type { Finding } from './regions.js';
import { severityOf, weightOf } from './severity.js';

/** Contrast of a band: there is no other side to compare it with, so what it shows counts in full. */
const FULL_DELTA_E = 100;

/**
 * The findings of inserted and removed bands: `added` or `missing` when there is something to see in them, `resized` when they are
 * empty space. A removed band is marked by the line of the actual picture before which it is missing; its area is what it had.
 */
export function bandFindings(
  alignment: Alignment,
  images: { reference: RawImage; actual: RawImage },
  lines: Lines,
  cover: MaskCover,
  deviceScale: number,
): Finding[] {
  const last = (lines.axis === 'y' ? images.actual.height : images.actual.width) - 1;
  const inserted = alignment.inserted.flatMap(({ from, to }) => {
    const rect = linesRect(lines, from, to - from);
    const area = rect.width * rect.height - coveredArea(cover, rect);
    const kind = kindOf(images.actual, rect, lines, 'added');
    return area === 0 ? [] : finding(kind, rect, rect, area, deviceScale, { x: 0, y: 0 });
  });
  const removed = alignment.removed.flatMap(({ band, at }) => {
    const was = linesRect(lines, band.from, band.to - band.from);
    const rect = linesRect(lines, Math.min(at, last), 1);
    const kind = kindOf(images.reference, was, lines, 'missing');
    const referenceBy = { x: was.x - rect.x, y: was.y - rect.y };
    return finding(kind, rect, was, was.width * was.height, deviceScale, referenceBy);
  });
  return [...inserted, ...removed];
}

/** Empty space, and lines that only repeat the one before or after them (the sides of a card that got taller), are another size. */
function kindOf(image: RawImage, rect: Rect, lines: Lines, whenSeen: RegionKind): RegionKind {
  return pictureStatistics(crop(image, rect)).blank || isStretched(image, rect, lines) ? 'resized' : whenSeen;
}

function isStretched(image: RawImage, rect: Rect, lines: Lines): boolean {
  const down = lines.axis === 'y';
  const [start, count, all] = down ? [rect.y, rect.height, image.height] : [rect.x, rect.width, image.width];
  const line = (at: number) => crop(image, linesRect(lines, at, 1)).data;
  const first = line(start);
  for (let at = start + 1; at < start + count; at++) if (Buffer.compare(line(at), first) !== 0) return false;
  return [start - 1, start + count].some((at) => at >= 0 && at < all && Buffer.compare(line(at), first) === 0);
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

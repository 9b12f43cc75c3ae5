import type { Rect } from '../core/vocabulary/geometry.js';
import type { RegionKind } from '../core/vocabulary/pair.js';
import { crop } from '../image/crop.js';
import type { RawImage } from '../image/raw-image.js';
import { pictureStatistics } from '../image/statistics.js';
import type { Alignment } from './align-rows.js';
import { coveredArea, type MaskCover } from './mask-cover.js';
import type { Finding } from './regions.js';
import { severityOf, weightOf } from './severity.js';

/** Contrast of a band: there is no other side to compare it with, so what it shows counts in full. */
const FULL_DELTA_E = 100;

/**
 * The findings of inserted and removed bands: `added` or `missing` when there is something to see in them, `resized` when they are
 * empty space. A removed band is marked by the row of the actual picture above which it is missing; its area is what it had.
 */
export function bandFindings(
  alignment: Alignment,
  images: { reference: RawImage; actual: RawImage },
  columns: { from: number; to: number },
  cover: MaskCover,
  deviceScale: number,
): Finding[] {
  const { height } = images.actual;
  const inserted = alignment.inserted.flatMap(({ from, to }) => {
    const rect = bandRect(columns, from, to - from);
    const area = rect.width * rect.height - coveredArea(cover, rect);
    return area === 0 ? [] : finding(kindOf(images.actual, rect, 'added'), rect, rect, area, deviceScale, 0);
  });
  const removed = alignment.removed.flatMap(({ band, at }) => {
    const was = bandRect(columns, band.from, band.to - band.from);
    const rect = bandRect(columns, Math.min(at, height - 1), 1);
    return finding(
      kindOf(images.reference, was, 'missing'),
      rect,
      was,
      was.width * was.height,
      deviceScale,
      band.from - rect.y,
    );
  });
  return [...inserted, ...removed];
}

function bandRect(columns: { from: number; to: number }, y: number, height: number): Rect {
  return { x: columns.from, y, width: columns.to - columns.from, height };
}

/** Empty space, and rows that only repeat the one above or below them (the sides of a card that got taller), are another size. */
function kindOf(image: RawImage, rect: Rect, whenSeen: RegionKind): RegionKind {
  return pictureStatistics(crop(image, rect)).blank || isStretched(image, rect) ? 'resized' : whenSeen;
}

function isStretched(image: RawImage, { x, y, width, height }: Rect): boolean {
  const row = (at: number) => image.data.subarray((at * image.width + x) * 4, (at * image.width + x + width) * 4);
  const first = row(y);
  for (let at = y + 1; at < y + height; at++) if (Buffer.compare(row(at), first) !== 0) return false;
  return [y - 1, y + height].some((at) => at >= 0 && at < image.height && Buffer.compare(row(at), first) === 0);
}

function finding(
  kind: RegionKind,
  rect: Rect,
  extent: Rect,
  area: number,
  deviceScale: number,
  referenceDy: number,
): Finding {
  const judged = { kind, rect: extent, area, deltaE: FULL_DELTA_E, deviceScale };
  return { region: { rect, area, kind, severity: severityOf(judged) }, weight: weightOf(judged), referenceDy };
}

import type { Rect, Size } from '../core/vocabulary/geometry.js';
import { blankImage, clipRect, crop, growRect, paste } from '../image/crop.js';
import { encode } from '../image/encode.js';
import type { RawImage } from '../image/raw-image.js';
import { fitWithin, resizeTo } from '../image/resize.js';
import { tile } from '../image/tile.js';
import type { Point } from './pixel-view.js';

/** Pixels of surroundings on each side of a region, so that it can be recognised. */
const MARGIN = 24;

/** A wide region's sides lie above each other, others beside each other: a tile stays roughly square. */
const WIDE = 2;

/**
 * Reference and actual of one rectangle in one PNG, with a margin: side by side, or reference above actual for wide ones. Where a
 * picture has no pixels the tile is white. `referenceBy`: how much further right and lower the same content lies in the reference. Scaled down to the inline bounds when larger.
 */
export async function drawTile(
  reference: RawImage,
  actual: RawImage,
  rect: Rect,
  referenceBy: Point = { x: 0, y: 0 },
): Promise<{ png: Buffer; size: Size } | undefined> {
  const bounds = {
    width: Math.max(reference.width, actual.width),
    height: Math.max(reference.height, actual.height),
  };
  const view = clipRect(growRect(rect, MARGIN), bounds);
  if (!view) return undefined;
  const whole = tile(
    [cutOut(reference, { ...view, x: view.x + referenceBy.x, y: view.y + referenceBy.y }), cutOut(actual, view)],
    view.width >= WIDE * view.height ? 'column' : 'row',
  );
  const image = await resizeTo(whole, fitWithin(whole, {}));
  return { png: await encode(image, 'png-fast'), size: { width: image.width, height: image.height } };
}

function cutOut(image: RawImage, view: Rect): RawImage {
  const there = clipRect(view, image);
  if (there && there.width === view.width && there.height === view.height) return crop(image, there);
  const paper = blankImage(view.width, view.height);
  if (there) paste(paper, crop(image, there), there.x - view.x, there.y - view.y);
  return paper;
}

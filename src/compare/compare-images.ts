import { CodeloopError } from '../core/errors.js';
import type { Rect, Size } from '../core/vocabulary/geometry.js';
import type { ImageSource } from '../image/raw-image.js';
import type { Compared, CompareOptions, CompareResult } from './compare.js';
import { coveredArea, coverOf } from './mask-cover.js';
import { scoreOf } from './pixel-diff.js';
import { type OpenPair, openPair } from './prepare.js';

/**
 * Compares two pictures: PNG, JPEG or WebP files or bytes, or decoded pixels. Equal bytes are answered before anything is decoded;
 * else both are flattened onto white, brought to one device pixel ratio and compared over their bounding box minus masks.
 * A side that cannot be read is the outcome `unreadable`, not an exception. Throws CANCELLED when the signal says so.
 */
export async function compareImages(
  reference: ImageSource,
  actual: ImageSource,
  options: CompareOptions,
): Promise<CompareResult> {
  return comparePictures(await openPair(reference, actual, options.scale), options);
}

/** As `compareImages`, of pictures that are open already, at the `scale` that they were opened with. */
export async function comparePictures(pair: OpenPair, options: CompareOptions): Promise<CompareResult> {
  if (options.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
  if ('outcome' in pair) return pair;
  if (pair.kind === 'identical') return identical(pair.size, options.masks ?? []);
  // Loaded when needed: colour science and engines cost a tenth of a second, and most pairs are identical.
  const { compareDecoded } = await import('./compare-decoded.js');
  return compareDecoded(pair, options);
}

function identical(size: Size, masks: readonly Rect[]): Compared {
  const pixels = size.width * size.height;
  const masked = coveredArea(coverOf(masks, size), { x: 0, y: 0, ...size });
  const nothingLeft = masked === pixels;
  return {
    outcome: nothingLeft ? 'mismatch' : 'match',
    comparator: 'identical',
    score: scoreOf(0, pixels - masked),
    diff_pixels: 0,
    total_pixels: pixels - masked,
    masked_ratio: masked / pixels,
    size: { reference: size, actual: size },
    shifts: [],
    regions: [],
    ...(nothingLeft ? { note: 'Everything is masked: nothing was compared.' } : {}),
    tiles: [],
  };
}

/** Ends processes that comparing started (odiff). For the end of a program; may be called twice, and comparing goes on working. */
export async function disposeComparators(): Promise<void> {
  const { stopOdiff } = await import('./odiff-comparator.js');
  await stopOdiff();
}

import type { Size } from '../core/vocabulary/geometry.js';
import type { Region } from '../core/vocabulary/pair.js';
import type { Compared, CompareOptions } from './compare.js';
import { atLeast } from './severity.js';
import { ROUNDING_PIXELS } from './strip-regions.js';

/**
 * `size-mismatch` when the sizes (at one device pixel ratio) differ by more than a pixel and no difference is allowed; else `match`
 * when the score reaches the threshold and no region is at or above the blocking severity; else `mismatch`.
 */
export function outcomeOf(
  found: { score: number; sizes: readonly [Size, Size]; regions: readonly Region[] },
  options: Pick<CompareOptions, 'threshold' | 'blockOnSeverity' | 'allowSizeDifference'>,
): Compared['outcome'] {
  const [a, b] = found.sizes;
  const apart = Math.max(Math.abs(a.width - b.width), Math.abs(a.height - b.height));
  if (apart > ROUNDING_PIXELS && !options.allowSizeDifference) return 'size-mismatch';
  const limit = options.blockOnSeverity ?? 'critical';
  const blocked = found.regions.some((region) => atLeast(region.severity, limit));
  return found.score >= options.threshold && !blocked ? 'match' : 'mismatch';
}

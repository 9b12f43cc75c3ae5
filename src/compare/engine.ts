import { CodeloopError } from '../core/errors.js';
import { odiffComparator } from './odiff-comparator.js';
import type { Comparator, DiffSettings, Overlap, PixelDiff } from './pixel-diff.js';
import { pixelmatchComparator } from './pixelmatch-comparator.js';

/** A diff and the engine it is from. */
export interface EngineDiff {
  diff: PixelDiff;
  comparator: Comparator['id'];
  /** Why another engine than the one due was used. */
  note?: string;
}

/** How near odiff's score may come to the threshold before pixelmatch decides (contract section 5). */
export const DECIDED_BY_PIXELMATCH = 0.001;

/**
 * Where the pictures differ, by the engine that their size asks for: odiff above `odiffAbovePixels` pixels of the bounding box, else
 * pixelmatch. pixelmatch takes over, with a note, when odiff fails, and when `closeCall` says that the verdict hangs on the engine.
 */
export async function diffPixels(
  overlap: Overlap,
  settings: DiffSettings,
  choice: { pixels: number; odiffAbovePixels: number; closeCall: (diff: PixelDiff) => boolean },
): Promise<EngineDiff> {
  const byPixelmatch = async (note?: string): Promise<EngineDiff> => {
    const diff = await pixelmatchComparator.compare(overlap, settings);
    return { diff, comparator: 'pixelmatch', ...(note === undefined ? {} : { note }) };
  };
  if (choice.pixels <= choice.odiffAbovePixels) return byPixelmatch();
  try {
    const diff = await odiffComparator.compare(overlap, settings);
    if (!choice.closeCall(diff)) return { diff, comparator: 'odiff' };
    return byPixelmatch('The score by odiff was close to the threshold, so pixelmatch decided.');
  } catch (error) {
    if (error instanceof CodeloopError && error.code === 'CANCELLED') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return byPixelmatch(`odiff could not compare (${reason}), so pixelmatch did.`);
  }
}

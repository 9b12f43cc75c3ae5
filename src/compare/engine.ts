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

const ENGINES = { pixelmatch: pixelmatchComparator, odiff: odiffComparator };

/** How near odiff's score may come to the threshold before pixelmatch decides, at least (contract section 5). */
const CLOSE_CALL = 0.001;

/**
 * The engines agree on which pixels differ, but not on all that are anti-aliasing: of the differing pixels of real pages up to 3 %
 * are counted by one of them only, of pages full of changed text 12 % (measured with odiff 4.5.0 and pixelmatch 7.2.0).
 */
const ENGINES_APART = 0.15;

/** Whether a score by odiff leaves it open on which side of the threshold pixelmatch's would be. */
export function isCloseCall(score: number, threshold: number): boolean {
  return Math.abs(score - threshold) <= Math.max(CLOSE_CALL, ENGINES_APART * (1 - score));
}

/**
 * Where the pictures differ, by the engine that their size asks for: odiff above `odiffAbovePixels` pixels of the bounding box, else
 * pixelmatch. pixelmatch takes over, with a note, when odiff fails, and when `closeCall` says that the verdict hangs on the engine.
 */
export async function diffPixels(
  overlap: Overlap,
  settings: DiffSettings,
  choice: { pixels: number; odiffAbovePixels: number; closeCall: (diff: PixelDiff) => boolean },
  engines: Readonly<Record<Comparator['id'], Comparator>> = ENGINES,
): Promise<EngineDiff> {
  const byPixelmatch = async (note?: string): Promise<EngineDiff> => {
    const diff = await engines.pixelmatch.compare(overlap, settings);
    return { diff, comparator: 'pixelmatch', ...(note === undefined ? {} : { note }) };
  };
  if (choice.pixels <= choice.odiffAbovePixels) return byPixelmatch();
  try {
    const diff = await engines.odiff.compare(overlap, settings);
    if (!choice.closeCall(diff)) return { diff, comparator: 'odiff' };
    return byPixelmatch('The score by odiff was close to the threshold, so pixelmatch decided.');
  } catch (error) {
    if (error instanceof CodeloopError && error.code === 'CANCELLED') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return byPixelmatch(`odiff could not compare (${reason}), so pixelmatch did.`);
  }
}

import { join } from 'node:path';
import { mapConcurrent } from '../core/lanes.js';
import type { FrameEntry } from '../core/vocabulary/recording.js';
import { greyThumbnail } from '../image/thumbnail.js';
import { SAMPLE_SIDE, type Sample } from './visual-change.js';

/** Least time between samples, ms, and how many there are at most; of a longer recording they lie further apart. */
const SPACING_MS = 100;
const MAX_SAMPLES = 200;
/** Pictures decoded at once: more than there are processors, since reading waits for the disk. */
const CONCURRENCY = 4;

/**
 * The frames of a recording that are looked at, as entries by time: the last of each stretch of 100 ms (longer, when the recording is), so
 * that every state that stood is among them. `marks`: times whose standing picture must be among them, too.
 */
export function spacedEntries(
  entries: readonly FrameEntry[],
  durationMs: number,
  marks: readonly number[],
): FrameEntry[] {
  const spacing = Math.max(SPACING_MS, durationMs / MAX_SAMPLES);
  const wanted = new Set<FrameEntry>();
  for (const [index, entry] of entries.entries()) {
    const next = entries[index + 1];
    const isLast = next === undefined || Math.floor(next.t_ms / spacing) !== Math.floor(entry.t_ms / spacing);
    const isMarked = marks.some((mark) => mark >= entry.t_ms && (next === undefined || mark < next.t_ms));
    if (isLast || isMarked || index === 0) wanted.add(entry);
  }
  return [...wanted];
}

/** The pictures of entries, small and grey. Throws IMAGE_UNREADABLE, CANCELLED. */
export async function sampleFrames(
  dir: string,
  entries: readonly FrameEntry[],
  signal?: AbortSignal,
): Promise<Sample[]> {
  return mapConcurrent(
    entries,
    CONCURRENCY,
    async (entry) => ({ tMs: entry.t_ms, thumb: await greyThumbnail(join(dir, entry.file), SAMPLE_SIDE) }),
    signal,
  );
}

import type { FrameEntry } from '../core/vocabulary/recording.js';

/** Least spacing that thinning begins with, ms. */
const FIRST_SPACING_MS = 50;

/**
 * Leaves out frames, evenly over time, until those that stay need at most `maxBytes`: the spacing is doubled until it fits. The first
 * and the last always stay. `entries` by time; `spacingMs` is the spacing that holds already (0: none).
 */
export function thinFrames(
  entries: readonly FrameEntry[],
  maxBytes: number,
  spacingMs: number,
): { kept: FrameEntry[]; spacingMs: number } {
  let kept = [...entries];
  let spacing = spacingMs;
  while (kept.length > 2 && bytesOf(kept) > maxBytes) {
    spacing = spacing === 0 ? FIRST_SPACING_MS : spacing * 2;
    kept = spaced(kept, spacing);
  }
  return { kept, spacingMs: spacing };
}

/** Bytes on disk: a file that several entries name counts once. */
export function bytesOf(entries: readonly FrameEntry[]): number {
  const files = new Map(entries.map((entry) => [entry.file, entry.bytes]));
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function spaced(entries: readonly FrameEntry[], spacingMs: number): FrameEntry[] {
  const kept: FrameEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const before = kept.at(-1);
    if (before === undefined || index === entries.length - 1 || entry.t_ms - before.t_ms >= spacingMs) kept.push(entry);
  }
  return kept;
}

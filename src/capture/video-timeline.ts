import type { Size } from '../core/vocabulary/geometry.js';
import type { FrameEntry } from '../core/vocabulary/recording.js';

/** What a video is made of. */
export interface VideoTimeline {
  /** By time. */
  frames: FrameEntry[];
  /** Frames of a passing size, left out. */
  dropped: number;
  /** Size of the video, pixels, even; holds the largest frame. */
  canvas: Size;
}

/** A size that lasts shorter than this between two stretches of another one is a by-product of a full-page photograph. */
const PASSING_MS = 1000;

interface Stretch {
  key: string;
  frames: FrameEntry[];
  lastsMs: number;
}

/**
 * Chooses the frames of a video and its size. Frames of a size that passes (see `PASSING_MS`) are dropped; sizes that stay (a window
 * made larger) are kept, each at its own scale in the upper left corner. `entries` by time and not empty; `durationMs` from the first.
 */
export function planVideo(entries: readonly FrameEntry[], durationMs: number): VideoTimeline {
  const stretches = stretchesOf(entries, durationMs);
  const kept = stretches.filter((stretch, index) => {
    if (stretch.lastsMs >= PASSING_MS) return true;
    const before = stretches.slice(0, index).findLast((other) => other.lastsMs >= PASSING_MS);
    const after = stretches.slice(index + 1).find((other) => other.lastsMs >= PASSING_MS);
    return before === undefined || after === undefined || before.key !== after.key || before.key === stretch.key;
  });
  const frames = kept.flatMap((stretch) => stretch.frames);
  return {
    frames,
    dropped: entries.length - frames.length,
    canvas: {
      width: even(Math.max(...frames.map((frame) => frame.width))),
      height: even(Math.max(...frames.map((frame) => frame.height))),
    },
  };
}

/** Runs of frames of one size, with how long each is shown. */
function stretchesOf(entries: readonly FrameEntry[], durationMs: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, entry] of entries.entries()) {
    const key = `${entry.width}x${entry.height}`;
    const lastsMs = (entries[index + 1]?.t_ms ?? Math.max(durationMs, entry.t_ms)) - entry.t_ms;
    const last = stretches.at(-1);
    if (last?.key === key) {
      last.frames.push(entry);
      last.lastsMs += lastsMs;
    } else stretches.push({ key, frames: [entry], lastsMs });
  }
  return stretches;
}

/** H.264 with 4:2:0 colours needs even sides. */
function even(pixels: number): number {
  return pixels + (pixels % 2);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toCodeloopError } from '../core/errors.js';
import type { Size } from '../core/vocabulary/geometry.js';
import type { FrameEntry, Recording } from '../core/vocabulary/recording.js';
import { encodeVideo, evenSize, type TimedPicture } from './encode-video.js';
import type { LiveVideo } from './live-video.js';

/** The frames and times that a video is made of. */
interface VideoTimeline {
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
    canvas: evenSize({
      width: Math.max(...frames.map((frame) => frame.width)),
      height: Math.max(...frames.map((frame) => frame.height)),
    }),
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

/** The files of a recording, and the limits of its video. */
interface ExportRequest {
  /** Absolute; the paths are relative to it. */
  projectDir: string;
  framesDir: string;
  videoFile: string;
  fps: number;
  maxMegabytes: number;
  env?: NodeJS.ProcessEnv;
}

/** Encoding may take this long, ms, and this many times the length of the recording more. */
const DEADLINE_MS = 60_000;
const DEADLINE_FACTOR = 3;

/**
 * The recording with its video written from its frames: `complete` with digest and size, or `incomplete` with a note why. Works on any
 * folder of frames, also on one that a crash has left (`readFrameIndex`). `live`: the video that was encoded meanwhile; where it is whole it is
 * taken. Never throws.
 */
export async function exportVideo(
  recording: Recording,
  entries: readonly FrameEntry[],
  request: ExportRequest,
  signal?: AbortSignal,
  live?: LiveVideo,
): Promise<Recording> {
  const incomplete = (why: string): Recording => ({
    ...recording,
    video: { path: request.videoFile, state: 'incomplete' },
    notes: [...recording.notes, why],
  });
  const first = entries[0];
  if (first === undefined) return incomplete('There are no frames, so there is no video.');
  const plan = planVideo(entries, recording.duration_ms);
  const maxBytes = Math.max(100_000, request.maxMegabytes * 1_000_000 - recording.frames.bytes);
  try {
    const done = plan.dropped === 0 ? await live?.finish(recording.duration_ms, maxBytes) : live?.giveUp();
    const video =
      done ??
      (await encodeVideo({
        pictures: read(join(request.projectDir, request.framesDir), plan.frames),
        type: first.file.endsWith('.png') ? 'png' : 'jpg',
        canvas: plan.canvas,
        fps: request.fps,
        durationMs: recording.duration_ms,
        output: join(request.projectDir, request.videoFile),
        maxBytes,
        deadlineMs: DEADLINE_MS + DEADLINE_FACTOR * recording.duration_ms,
        ...(signal ? { signal } : {}),
        ...(request.env ? { env: request.env } : {}),
      }));
    const { width, height, bytes, sha256 } = video;
    return { ...recording, video: { path: request.videoFile, state: 'complete', sha256, bytes, width, height } };
  } catch (error) {
    return incomplete(toCodeloopError(error).message);
  }
}

async function* read(dir: string, entries: readonly FrameEntry[]): AsyncGenerator<TimedPicture> {
  for (const { file, t_ms } of entries) yield { tMs: t_ms, data: await readFile(join(dir, file)) };
}

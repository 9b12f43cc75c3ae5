import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toCodeloopError } from '../core/errors.js';
import type { FrameEntry, Recording } from '../core/vocabulary/recording.js';
import { encodeVideo, type TimedPicture } from './encode-video.js';
import { planVideo } from './video-timeline.js';

/** Where a recording's files are, and what its video may need. */
export interface ExportRequest {
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
 * folder of frames, also on one that a crash has left (`readFrameIndex`). Never throws.
 */
export async function exportVideo(
  recording: Recording,
  entries: readonly FrameEntry[],
  request: ExportRequest,
  signal?: AbortSignal,
): Promise<Recording> {
  const incomplete = (why: string): Recording => ({
    ...recording,
    video: { path: request.videoFile, state: 'incomplete' },
    notes: [...recording.notes, why],
  });
  const first = entries[0];
  if (first === undefined) return incomplete('There are no frames, so there is no video.');
  const plan = planVideo(entries, recording.duration_ms);
  try {
    const video = await encodeVideo({
      pictures: read(join(request.projectDir, request.framesDir), plan.frames),
      type: first.file.endsWith('.png') ? 'png' : 'jpg',
      canvas: plan.canvas,
      fps: request.fps,
      durationMs: recording.duration_ms,
      output: join(request.projectDir, request.videoFile),
      maxBytes: Math.max(100_000, request.maxMegabytes * 1_000_000 - recording.frames.bytes),
      deadlineMs: DEADLINE_MS + DEADLINE_FACTOR * recording.duration_ms,
      ...(signal ? { signal } : {}),
      ...(request.env ? { env: request.env } : {}),
    });
    const { width, height, bytes, sha256 } = video;
    return { ...recording, video: { path: request.videoFile, state: 'complete', sha256, bytes, width, height } };
  } catch (error) {
    return incomplete(toCodeloopError(error).message);
  }
}

async function* read(dir: string, entries: readonly FrameEntry[]): AsyncGenerator<TimedPicture> {
  for (const { file, t_ms } of entries) yield { tMs: t_ms, data: await readFile(join(dir, file)) };
}

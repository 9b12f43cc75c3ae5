import { z } from 'zod';
import { Artifact } from './artifact.js';
import { Size } from './geometry.js';

/**
 * One line of a recording's `index.jsonl`: a picture and when it came up, ms since the first one. It stands until the next line's time.
 * `file` lies beside the index. Lines are in order of arrival, not of time, and those of pictures thinned out are gone.
 */
export const FrameEntry = z.object({
  t_ms: z.number().nonnegative(),
  file: z.string().regex(/^\d{6,}\.(?:jpg|png)$/),
  bytes: z.number().int().positive(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type FrameEntry = z.infer<typeof FrameEntry>;

/** Why a recording ended: by request, its own limit, because what it showed went away, or (`cut_off`) because the process that made it did. */
export const RecordingEnd = z.enum([
  'stopped',
  'max_seconds',
  'window_closed',
  'app_exited',
  'page_closed',
  'source_failed',
  'cut_off',
]);
export type RecordingEnd = z.infer<typeof RecordingEnd>;

/** One stretch of time, kept as pictures with their times; the video is made from them. Paths are relative to the project folder. */
export const Recording = z.object({
  recording_id: z.string(),
  started_at: z.string(),
  ended_at: z.string(),
  /** From the first picture to the end, ms of the wall clock; the video is as long. */
  duration_ms: z.number().nonnegative(),
  ended_by: RecordingEnd,
  frames: z.object({
    /** `index.jsonl`, whole and hashed; each line holds the digest of its picture. */
    index: Artifact,
    /** Pictures kept; equal ones in a row count once. */
    count: z.number().int().nonnegative(),
    /** Pictures that came in. */
    captured: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
    /** Least time between two kept pictures after thinning out, ms; 0: none was thinned out. */
    thinned_to_ms: z.number().nonnegative(),
    /** Of the last picture, device pixels. */
    size: Size.optional(),
  }),
  /** `finishing` until it is written, then `complete` with digest and size, or `incomplete` when it could not be made. */
  video: Artifact,
  /** What whoever looks at it should know, in our words. */
  notes: z.array(z.string()),
});
export type Recording = z.infer<typeof Recording>;

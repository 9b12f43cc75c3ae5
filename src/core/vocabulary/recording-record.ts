import { z } from 'zod';
import { Artifact } from './artifact.js';
import { Size } from './geometry.js';
import { Recording } from './recording.js';
import { RunWriter } from './run.js';

/** What was recorded. Addresses are untrusted, secrets masked. */
export const RecordedTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('url'), url: z.string() }),
  z.object({ kind: z.literal('app'), app: z.string() }),
]);
export type RecordedTarget = z.infer<typeof RecordedTarget>;

const Origin = z.object({
  schema_version: z.literal(1),
  recording_id: z.string(),
  run_id: z.string(),
  target: RecordedTarget,
  page_id: z.string().nullable(),
  /** CSS px of the page, where it is one: presses are told in them. */
  viewport: Size.optional(),
  label: z.string().optional(),
  tool: z.string(),
});

/** `recording.json` beside the frames while a recording runs: what its video is made from when its process was ended. */
export const RecordingNote = Origin.extend({
  fps: z.number().positive(),
  max_megabytes: z.number().positive(),
  /** Time of the first picture; absent until it is in. */
  started_at: z.string().optional(),
  writer: RunWriter,
});
export type RecordingNote = z.infer<typeof RecordingNote>;

/** `videos/<recording_id>.json`: a recording that has ended. Its newest version says whether the video is complete. */
export const RecordingRecord = Recording.extend(Origin.shape).extend({
  /** `logs/<recording_id>.jsonl`: everything that happened, one `RecordingEvent` a line, by time. */
  log: Artifact,
});
export type RecordingRecord = z.infer<typeof RecordingRecord>;

import { z } from 'zod';
import type { RecordingRecord } from '../core/vocabulary/recording.js';
import { RecordingEnd } from '../core/vocabulary/recording.js';

/** A recording in a reply. */
export const recordingOutput = {
  recording_id: z.string(),
  run_id: z.string(),
  /** `video_state: finishing`: its path is final, the file comes in a moment. */
  video: z.string(),
  video_state: z.string(),
  duration_ms: z.number(),
  ended_by: RecordingEnd,
  frame_count: z.number().int(),
  frames_path: z.string(),
  log_path: z.string(),
  notes: z.array(z.string()),
};

/** A stored recording cut to what a reply shows. */
function recordingReply(record: RecordingRecord) {
  return {
    recording_id: record.recording_id,
    run_id: record.run_id,
    video: record.video.path,
    video_state: record.video.state ?? 'incomplete',
    duration_ms: Math.round(record.duration_ms),
    ended_by: record.ended_by,
    frame_count: record.frames.count,
    frames_path: record.frames.index.path,
    log_path: record.log.path,
    notes: record.notes,
  };
}

/** Returns the reply of a tool that made a recording: its files, the video first, and the replay as the next call. */
export function recordedOutput(record: RecordingRecord) {
  return {
    result: {
      status: 'pass' as const,
      summary: recordingLine(record),
      artifacts: [record.video, record.frames.index, record.log],
      next: [{ tool: 'codeloop_interaction_replay', arguments: { recording_id: record.recording_id } }],
      ...recordingReply(record),
    },
  };
}

/** In one line: how long, how many pictures, and where the video stands. */
function recordingLine(record: RecordingRecord): string {
  const state = { complete: 'the video is there', finishing: 'the video is being written' };
  const video =
    state[record.video.state === 'complete' || record.video.state === 'finishing' ? record.video.state : 'finishing'];
  const what = record.video.state === 'incomplete' ? 'there is no video (see notes); frames and replay remain' : video;
  return `Recorded ${(record.duration_ms / 1000).toFixed(1)} s in ${record.frames.count} frames; ${what}.`;
}

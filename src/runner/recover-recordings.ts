import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exportVideo } from '../capture/export-video.js';
import { formatIndex, INDEX_FILE, readFrameIndex } from '../capture/frame-index.js';
import { bytesOf } from '../capture/thin-frames.js';
import { writeAtomic } from '../core/atomic-write.js';
import type { Clock } from '../core/clock.js';
import { sha256 } from '../core/digest.js';
import { toCodeloopError } from '../core/errors.js';
import type { FrameEntry, Recording } from '../core/vocabulary/recording.js';
import type { RecordingEvent } from '../core/vocabulary/recording-event.js';
import type { RecordingRecord } from '../core/vocabulary/recording-record.js';
import type { Project } from '../project/project.js';
import { RecordingFiles } from '../store/recording-files.js';
import { Run } from '../store/run.js';
import { withFrames } from './live-recording.js';
import { findRecording, runIsThere, storeRecording, storeVideo } from './store-recording.js';

/**
 * Stores the recordings whose process was ended before they were (a kill, a crash), or before their video was there, and begins to write
 * their videos, one after the other; `onFinishing` is given each. Recordings of runs that cannot be read are left alone. Throws DISK_FULL.
 */
export async function recoverRecordings(
  project: Project,
  clock: Clock,
  onFinishing: (id: string, finishing: Promise<RecordingRecord>) => void,
): Promise<RecordingRecord[]> {
  const recovered: RecordingRecord[] = [];
  let before: Promise<unknown> = Promise.resolve();
  for (const files of await RecordingFiles.cutOff(project.dir, clock.now())) {
    if (!runIsThere(project.dir, files.note.run_id)) continue;
    const found = await recoverOne(project, files);
    if (!found) continue;
    recovered.push(found.record);
    const finishing = before.then(() => finish(project, files, found));
    before = finishing.catch(() => undefined);
    onFinishing(found.record.recording_id, finishing);
  }
  return recovered;
}

interface Recovered {
  run: Run;
  record: RecordingRecord;
  entries: FrameEntry[];
}

async function recoverOne(project: Project, files: RecordingFiles): Promise<Recovered | undefined> {
  const { note } = files;
  const dir = join(project.dir, files.framesDir);
  const entries = await readFrameIndex(dir);
  const stored = await storedRecord(project, note.recording_id);
  if (stored) return { ...stored, entries };
  if (entries.length === 0) {
    await files.clear();
    return undefined;
  }
  const run = await Run.open(project.dir, note.run_id, { tool: note.tool });
  await run.begin();
  const events = await files.events();
  const recording = await cutOffRecording(files, dir, entries, events);
  return {
    run,
    record: await storeRecording(run, note, recording, withFrames(events, recording, entries)),
    entries,
  };
}

/** The record of a recording that was stopped in order, and whose video was still to be written. */
async function storedRecord(project: Project, id: string): Promise<{ run: Run; record: RecordingRecord } | undefined> {
  try {
    const found = await findRecording(project.dir, id, 'codeloop_start_recording');
    await found.run.begin();
    return found;
  } catch (error) {
    if (toCodeloopError(error).code === 'RECORDING_NOT_FOUND') return undefined;
    throw error;
  }
}

async function cutOffRecording(
  files: RecordingFiles,
  dir: string,
  entries: readonly FrameEntry[],
  events: readonly RecordingEvent[],
): Promise<Recording> {
  const { note, framesDir, videoFile } = files;
  const last = entries.at(-1);
  const touched = (await stat(join(dir, INDEX_FILE))).mtimeMs;
  const startMs = note.started_at === undefined ? touched - (last?.t_ms ?? 0) : Date.parse(note.started_at);
  const spoken = events.at(-1);
  // The last sign of life: a picture, or a line of the log.
  const durationMs = Math.max(last?.t_ms ?? 0, spoken ? Date.parse(spoken.at) - startMs : 0, 1);
  const text = formatIndex(entries);
  await writeAtomic(join(dir, INDEX_FILE), text);
  return {
    recording_id: note.recording_id,
    started_at: new Date(startMs).toISOString(),
    ended_at: new Date(startMs + durationMs).toISOString(),
    duration_ms: durationMs,
    ended_by: 'cut_off',
    frames: {
      index: {
        path: `${framesDir}/${INDEX_FILE}`,
        sha256: sha256(text),
        bytes: Buffer.byteLength(text),
        state: 'complete',
      },
      count: entries.length,
      captured: entries.length,
      bytes: bytesOf(entries),
      thinned_to_ms: 0,
      ...(last ? { size: { width: last.width, height: last.height } } : {}),
    },
    video: { path: videoFile, state: 'finishing' },
    notes: ['The process that recorded was ended; what it had seen until then is kept, and the video ends there.'],
  };
}

async function finish(project: Project, files: RecordingFiles, { run, record, entries }: Recovered) {
  const { framesDir, videoFile, note } = files;
  try {
    const done =
      record.video.state === 'complete'
        ? record
        : await exportVideo(record, entries, {
            projectDir: project.dir,
            framesDir,
            videoFile,
            fps: note.fps,
            maxMegabytes: note.max_megabytes,
          });
    const stored = await storeVideo(run, { ...record, ...done });
    await files.clear();
    return stored;
  } finally {
    await run.end();
  }
}

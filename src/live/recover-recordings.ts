import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exportVideo } from '../capture/export-video.js';
import { bytesOf } from '../capture/frame-store.js';
import { writeAtomic } from '../core/atomic-write.js';
import type { Clock } from '../core/clock.js';
import { sha256 } from '../core/digest.js';
import { toCodeloopError } from '../core/errors.js';
import { formatIndex, INDEX_FILE, readFrameIndex } from '../core/frame-index.js';
import type { FrameEntry, Recording, RecordingEvent, RecordingRecord } from '../core/vocabulary/recording.js';
import type { Project } from '../project/project.js';
import { RecordingFiles } from '../store/recording-files.js';
import { Run } from '../store/run.js';
import { withFrames } from './live-recording.js';
import { findRecording, PendingVideo, runIsThere, storeRecording, wasLeft } from './store-recording.js';

/** A video that is written, or waits for its turn. */
export interface VideoWork {
  /** The recording once its video is there or given up, or once another process has it in hand. */
  finishing: Promise<RecordingRecord>;
  /** Stores that it is not there, as the process is about to end. */
  leave(): Promise<void>;
}

/**
 * Stores the recordings whose process was ended before they were (a kill, a crash), and begins to write the videos that are missing, one
 * after the other: `first` before the rest, then the shortest, so that a long one delays no other. What another living process
 * works on is left to it. `onWork` is given each. Returns those that were not reported yet. Recordings of runs that cannot be read are
 * left alone. Throws DISK_FULL.
 */
export async function recoverRecordings(
  project: Project,
  clock: Clock,
  onWork: (id: string, work: VideoWork) => void,
  first?: string,
): Promise<RecordingRecord[]> {
  const found: Recovered[] = [];
  for (const files of await RecordingFiles.cutOff(project.dir, clock.now())) {
    if (!runIsThere(project.dir, files.note.run_id)) continue;
    const one = await recoverOne(project, files);
    if (one) found.push(one);
  }
  const rank = ({ record }: Recovered) => (record.recording_id === first ? -1 : record.duration_ms);
  let before: Promise<unknown> = Promise.resolve();
  for (const one of found.toSorted((a, b) => rank(a) - rank(b))) {
    const finishing = before.then(() => finish(project, one));
    before = finishing.catch(() => undefined);
    onWork(one.record.recording_id, { finishing, leave: () => leave(project, one) });
  }
  return found.map(({ record }) => record).filter((record) => !wasLeft(record));
}

interface Recovered {
  files: RecordingFiles;
  run: Run;
  record: RecordingRecord;
  entries: FrameEntry[];
  pending: PendingVideo;
  /** True when this process alone writes it. */
  claimed: boolean;
}

async function recoverOne(project: Project, files: RecordingFiles): Promise<Recovered | undefined> {
  const { note } = files;
  const dir = join(project.dir, files.framesDir);
  const entries = await readFrameIndex(dir);
  const stored = await storedRecord(project, note.recording_id);
  if (stored)
    return { ...stored, files, entries, pending: new PendingVideo(stored.run, stored.record), claimed: false };
  if (!(await files.claim(project.dir, new Date().toISOString()))) return undefined;
  if (entries.length === 0) {
    await files.clear();
    return undefined;
  }
  const run = await Run.open(project.dir, note.run_id, { tool: note.tool });
  await run.begin();
  const events = await files.events();
  const recording = await cutOffRecording(files, dir, entries, events);
  const record = await storeRecording(run, note, recording, withFrames(events, recording, entries));
  return { files, run, record, entries, pending: new PendingVideo(run, record), claimed: true };
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

/** A recording that another process works on is reported by that process. */
async function leave(project: Project, one: Recovered): Promise<void> {
  if (wasLeft(one.record)) return;
  one.claimed ||= await one.files.claim(project.dir, new Date().toISOString());
  if (one.claimed) await one.pending.leave();
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

async function finish(project: Project, one: Recovered): Promise<RecordingRecord> {
  const { files, run, entries, pending } = one;
  const { framesDir, videoFile, note } = files;
  try {
    one.claimed ||= await files.claim(project.dir, new Date().toISOString());
    if (!one.claimed) return (await findRecording(project.dir, note.recording_id, note.tool)).record;
    const done =
      pending.record.video.state === 'complete'
        ? pending.record
        : await exportVideo(pending.record, entries, {
            projectDir: project.dir,
            framesDir,
            videoFile,
            fps: note.fps,
            maxMegabytes: note.max_megabytes,
          });
    const stored = await pending.store({ ...pending.record, ...done });
    await files.clear();
    return stored;
  } finally {
    await run.end();
  }
}

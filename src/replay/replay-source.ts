import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { CodeloopError } from '../core/errors.js';
import { readFrameIndex } from '../core/frame-index.js';
import { slug } from '../core/ids.js';
import { mapConcurrent } from '../core/lanes.js';
import { insideRoots, readStored } from '../core/path-walls.js';
import type { Size } from '../core/vocabulary/geometry.js';
import type { FrameEntry, RecordingEnd, RecordingRecord } from '../core/vocabulary/recording.js';
import type { StoredArtifact } from '../core/vocabulary/screenshot.js';
import { SAMPLE_SIDE, type Sample } from '../image/grey-changes.js';
import { greyThumbnail } from '../image/resize.js';
import { findRecording } from '../live/store-recording.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { parseEvents } from '../store/recording-files.js';
import type { Run } from '../store/run.js';
import { whichRun } from '../store/which-run.js';
import { extractPictures, sampleVideo, sniffVideo } from './read-video.js';
import { type RecordingTimeline, recordingTimeline } from './recording-timeline.js';

/** Least time between samples, ms, and how many there are at most; of a longer recording they lie further apart. */
const SPACING_MS = 100;
const MAX_SAMPLES = 200;
/** Pictures decoded at once: more than there are processors, since reading waits for the disk. */
const CONCURRENCY = 4;

/**
 * The frames of a recording that are looked at, as entries by time: the last of each stretch of 100 ms (longer, when the recording is), so
 * that every state that stood is among them. `marks`: times whose standing picture must be among them, too.
 */
function spacedEntries(entries: readonly FrameEntry[], durationMs: number, marks: readonly number[]): FrameEntry[] {
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

/** The pictures of entries, small and grey. `folder`: theirs, relative to the project. Throws EVIDENCE_TAMPERED, IMAGE_UNREADABLE, CANCELLED. */
async function sampleFrames(
  projectDir: string,
  folder: string,
  entries: readonly FrameEntry[],
  signal?: AbortSignal,
): Promise<Sample[]> {
  return mapConcurrent(
    entries,
    CONCURRENCY,
    async ({ t_ms: tMs, file, sha256: digest }) => {
      const frame = await readStored(projectDir, { path: `${folder}/${file}`, sha256: digest });
      return { tMs, thumb: await greyThumbnail(frame, SAMPLE_SIDE) };
    },
    signal,
  );
}

/** A video whose pictures end this much before its end was cut off, ms; sound and rounding account for less. */
const CUT_MS = 1000;

/** Something to replay: its samples, its time line, and its pictures at full size. */
export interface ReplaySource {
  /** Base name of what replay stores of it. */
  id: string;
  record: RecordingRecord | undefined;
  /** Signed on; the caller must `end` it. */
  run: Run;
  durationMs: number;
  /** Duration that a video file declares, ms, when far less of it could be read. */
  declaredMs?: number;
  endedBy: RecordingEnd | undefined;
  samples: Sample[];
  timeline: RecordingTimeline;
  /** Size of the page in CSS px, the unit of presses; else the pictures' own size. */
  space: Size;
  /** The pictures of samples at these times (ms), by time, with the file each is kept in. */
  pictures(times: readonly number[]): Promise<KeptPicture[]>;
}

export interface KeptPicture {
  tMs: number;
  data: Buffer;
  file: StoredArtifact;
}

/** A recording of ours, by its id or the newest. Throws RECORDING_NOT_FOUND, EVIDENCE_TAMPERED. */
export async function recordingSource(
  project: Project,
  id: string | undefined,
  tool: string,
  signal: AbortSignal,
): Promise<ReplaySource> {
  const { run, record } = await findRecording(project.dir, id, tool);
  const tampered = (reason: string) => new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason });
  const index = { path: record.frames.index.path, sha256: record.frames.index.sha256 ?? '' };
  await run.readEntry(index);
  const log = await run.readEntry({ path: record.log.path, sha256: record.log.sha256 ?? '' });
  const folder = index.path.slice(0, index.path.lastIndexOf('/'));
  const dir = join(run.projectDir, folder);
  const entries = await readFrameIndex(dir);
  if (entries.length === 0) throw tampered(`${folder} holds no frames`);
  const timeline = recordingTimeline(
    parseEvents(log.toString('utf8')),
    Date.parse(record.started_at),
    record.duration_ms,
  );
  const marks = [...timeline.presses, ...timeline.steps].map(({ atMs }) => atMs);
  const chosen = spacedEntries(entries, record.duration_ms, marks);
  const samples = await sampleFrames(run.projectDir, folder, chosen, signal);
  await run.begin();
  const [first] = entries;
  return {
    id: record.recording_id,
    record,
    run,
    durationMs: record.duration_ms,
    endedBy: record.ended_by,
    samples,
    timeline,
    space: record.viewport ?? { width: first?.width ?? 1, height: first?.height ?? 1 },
    pictures: (times) =>
      Promise.all(
        times.map(async (tMs) => {
          const entry = chosen.findLast((one) => one.t_ms <= tMs) ?? chosen[0];
          if (!entry) throw tampered(`${folder} holds no frames`);
          return keptFrame(run.projectDir, folder, entry);
        }),
      ),
  };
}

async function keptFrame(projectDir: string, folder: string, entry: FrameEntry): Promise<KeptPicture> {
  const data = await readStored(projectDir, { path: `${folder}/${entry.file}`, sha256: entry.sha256 });
  const { file, width, height } = entry;
  return {
    tMs: entry.t_ms,
    data,
    file: { path: `${folder}/${file}`, sha256: entry.sha256, bytes: data.length, width, height },
  };
}

/**
 * Any video file that lies inside `roots` (anywhere, without roots: a person typed it). Its container is detected by its bytes and forced on
 * ffmpeg. Throws PATH_OUTSIDE_ROOTS, VIDEO_UNREADABLE, ENCODER_NOT_FOUND.
 */
export async function videoSource(
  project: Project,
  path: string,
  options: { roots: readonly string[] | undefined; cwd: string; tool: string; signal: AbortSignal },
): Promise<ReplaySource> {
  const real = options.roots ? await insideRoots(path, options.roots) : resolve(options.cwd, path);
  const file = { path: real, demuxer: await sniffVideo(real) };
  const { samples, durationMs, declaredMs, size } = await sampleVideo(file, options.signal);
  const name = slug(basename(real).replace(/\.[^.]*$/, '')).slice(0, 60) || 'video';
  const id = `${name}-${createHash('sha256').update(real).digest('hex').slice(0, 8)}`;
  const watch = await watchCode(project);
  const run = await whichRun(project.dir, { rule: 'writable', tool: options.tool, current: watch.state });
  return {
    id,
    record: undefined,
    run,
    durationMs,
    ...(declaredMs !== undefined && declaredMs - durationMs > CUT_MS ? { declaredMs } : {}),
    endedBy: undefined,
    samples,
    timeline: recordingTimeline([], 0, durationMs),
    space: size,
    async pictures(times) {
      const sink = run.recordingSink(id);
      const pictures = await extractPictures(file, times, options.signal);
      return Promise.all(
        pictures.map(async ({ tMs, data, size: shown }) => ({
          tMs,
          data,
          file: await sink.put({ kind: 'frame', name: `at-${Math.round(tMs)}.jpg`, data, size: shown }),
        })),
      );
    },
  };
}

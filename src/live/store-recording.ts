import { CodeloopError } from '../core/errors.js';
import {
  type Recording,
  type RecordingEvent,
  type RecordingNote,
  RecordingRecord,
} from '../core/vocabulary/recording.js';
import { StoredArtifact } from '../core/vocabulary/screenshot.js';
import { Run } from '../store/run.js';
import { readRun, runsNewestFirst } from '../store/run-list.js';

/** Stores what there is of a recording that has ended: its log, the index of its frames (each line with its picture's digest), its record. */
export async function storeRecording(
  run: Run,
  note: RecordingNote,
  recording: Recording,
  events: readonly RecordingEvent[],
): Promise<RecordingRecord> {
  const index = StoredArtifact.parse(recording.frames.index);
  const [log] = await Promise.all([
    run.put({
      kind: 'log',
      name: `${recording.recording_id}.jsonl`,
      data: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    }),
    run.adopt('frame', index),
  ]);
  const { writer: _writer, fps: _fps, max_megabytes: _megabytes, started_at: _started, ...origin } = note;
  const record: RecordingRecord = { ...recording, ...origin, log: { ...log, state: 'complete' } };
  await putRecord(run, record);
  return record;
}

/** Lists the finished video (or that there is none) and stores the record's next version. */
async function storeVideo(run: Run, record: RecordingRecord): Promise<RecordingRecord> {
  const video = StoredArtifact.safeParse(record.video);
  if (record.video.state === 'complete' && video.success) await run.adopt('video', video.data);
  await putRecord(run, record);
  return record;
}

/**
 * A stored recording of a project, by its id, or the newest one, with its run. Throws RECORDING_NOT_FOUND, EVIDENCE_TAMPERED
 * (its record or what it names is not as it was written).
 */
export async function findRecording(
  projectDir: string,
  id: string | undefined,
  tool: string,
): Promise<{ run: Run; record: RecordingRecord }> {
  for (const found of runsNewestFirst(projectDir)) {
    if (!('read' in found)) continue;
    const entry = found.read.manifest.entries.findLast(
      ({ kind, path }) =>
        kind === 'recording' && (id === undefined ? /\/rec-[^/]*\.json$/.test(path) : plainId(path) === id),
    );
    if (!entry) continue;
    const run = await Run.open(projectDir, found.runId, { tool });
    const parsed = RecordingRecord.safeParse(JSON.parse((await run.readEntry(entry)).toString('utf8')));
    if (parsed.success) return { run, record: parsed.data };
    throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: found.runId, reason: `${entry.path} has an unknown shape` });
  }
  throw new CodeloopError('RECORDING_NOT_FOUND', {
    recording: id ?? 'to replay',
    reason: id === undefined ? 'none was made' : 'no run of this project holds it',
  });
}

/** True when a run of a project can be read. */
export function runIsThere(projectDir: string, runId: string): boolean {
  const found = readRun(projectDir, runId);
  return found !== undefined && 'read' in found;
}

function putRecord(run: Run, record: RecordingRecord) {
  return run.put({ kind: 'recording', name: `${record.recording_id}.json`, data: `${JSON.stringify(record)}\n` });
}

/** `rec-…-1a2b3c` of `…/rec-…-1a2b3c.v2.json`. */
function plainId(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.v\d+)?\.json$/, '');
}

/** Said of a recording whose process ended before its video was written; taken back when a later one has written it. */
const LEFT_NOTE =
  'The process ended before the video was written; the frames are whole, and the next start or replay here writes it.';

/** The video of a stored recording, while it is written. What is stored says the truth at any time, also when the process ends now. */
export class PendingVideo {
  readonly #run: Run;
  readonly #record: RecordingRecord;
  #left: Promise<unknown> | undefined;
  #stored = false;

  constructor(run: Run, record: RecordingRecord) {
    this.#run = run;
    this.#record = { ...record, notes: record.notes.filter((note) => note !== LEFT_NOTE) };
  }

  /** The record without what was said of an earlier try. */
  get record(): RecordingRecord {
    return this.#record;
  }

  /** Stores how it ended. Throws DISK_FULL. */
  async store(done: RecordingRecord): Promise<RecordingRecord> {
    this.#stored = true;
    // Versions are in order: that it is there comes after that it was not.
    await this.#left?.catch(() => undefined);
    return storeVideo(this.#run, done);
  }

  /** Stores that the video is not there, as the process is about to end; when it comes all the same, `store` says so. Throws DISK_FULL. */
  async leave(): Promise<void> {
    if (this.#stored) return;
    const { video, notes } = this.#record;
    this.#left ??= storeVideo(this.#run, {
      ...this.#record,
      video: { path: video.path, state: 'incomplete' },
      notes: [...notes, LEFT_NOTE],
    });
    await this.#left;
  }
}

/** True when it is known already, and was said, that its video is still to be written. */
export function wasLeft(record: RecordingRecord): boolean {
  return record.notes.includes(LEFT_NOTE);
}

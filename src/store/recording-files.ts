import { renameSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '../core/atomic-write.js';
import { isErrno } from '../core/errors.js';
import { readPlainSync, readText } from '../core/path-walls.js';
import { redactValue } from '../core/redact.js';
import { RecordingEvent, RecordingNote } from '../core/vocabulary/recording.js';
import { isAlive, thisWriter, withFileLock } from './file-lock.js';
import { artifactDir, RUNS_DIR } from './paths.js';
import { ensureFolder, isRealFolder } from './plain-file.js';
import { listRunIds } from './run-list.js';

const NOTE_FILE = 'recording.json';
const EVENTS_FILE = 'events.jsonl';
/** Lines of the log of one recording; more are counted, not kept. */
const MAX_EVENTS = 20_000;

/** The paths of a recording's files, relative to the project, and the two that exist only while it runs: its note and its log. */
export class RecordingFiles {
  readonly framesDir: string;
  readonly videoFile: string;
  readonly #dir: string;
  #note: RecordingNote;
  #events: FileHandle | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #count = 0;

  private constructor(project: string, note: RecordingNote) {
    this.framesDir = artifactDir(note.run_id, 'frame', note.recording_id);
    this.videoFile = `${artifactDir(note.run_id, 'video')}/${note.recording_id}.mp4`;
    this.#dir = join(project, this.framesDir);
    this.#note = note;
  }

  get note(): RecordingNote {
    return this.#note;
  }

  /** Makes the folders and the note. Throws ARTIFACT_NAME_INVALID, PATH_OUTSIDE_ROOTS, DISK_FULL. */
  static async create(
    project: string,
    origin: Omit<RecordingNote, 'writer' | 'schema_version'>,
    at: string,
  ): Promise<RecordingFiles> {
    const files = new RecordingFiles(project, {
      schema_version: 1,
      ...origin,
      writer: thisWriter(origin.tool, at),
    });
    ensureFolder(project, files.framesDir);
    ensureFolder(project, artifactDir(origin.run_id, 'video'));
    await files.#writeNote();
    files.#events = await open(join(files.#dir, EVENTS_FILE), 'ax', 0o644);
    return files;
  }

  /** The recordings of a project whose process is gone, oldest first. `now`: ms since the epoch. */
  static async cutOff(project: string, now: number): Promise<RecordingFiles[]> {
    const found: RecordingFiles[] = [];
    for (const runId of listRunIds(project).reverse()) {
      const frames = `${RUNS_DIR}/${runId}/frames`;
      if (!isRealFolder(project, frames)) continue;
      for (const entry of await readdir(join(project, frames), { withFileTypes: true })) {
        const note = entry.isDirectory() ? await readNote(join(project, frames, entry.name, NOTE_FILE)) : undefined;
        // A note is a file like any other: what it says must not lead elsewhere.
        if (note?.run_id !== runId || note.recording_id !== entry.name) continue;
        if (!isAlive(note.writer, note.writer.since, now)) found.push(new RecordingFiles(project, note));
      }
    }
    return found;
  }

  /** Writes down when the first picture came up, so that the log can be put on the pictures' time line after a crash. */
  async started(at: string): Promise<void> {
    this.#note = { ...this.#note, started_at: at };
    await this.#writeNote();
  }

  /**
   * Takes over a recording whose process is gone: true for one process only, and as long as that one lives. `at`: ISO 8601. Also removes
   * what writers that were ended left of its video. Throws RUN_BUSY.
   */
  async claim(project: string, at: string): Promise<boolean> {
    const path = join(this.#dir, NOTE_FILE);
    const mine = await withFileLock(
      this.#dir,
      () => {
        const note = parseNote(readIfThere(path));
        if (!note) return false; // Done by another process meanwhile.
        if (isAlive(note.writer, note.writer.since, Date.parse(at))) return false;
        this.#note = { ...note, writer: thisWriter(note.tool, at) };
        writeFileSync(`${path}.claimed`, JSON.stringify(this.#note));
        renameSync(`${path}.claimed`, path);
        return true;
      },
      { what: this.#note.recording_id },
    );
    if (!mine) return false;
    const videos = join(project, artifactDir(this.#note.run_id, 'video'));
    const left = `.${this.#note.recording_id}.mp4.`;
    for (const name of await readdir(videos))
      if (name.startsWith(left) && name.endsWith('.tmp')) await rm(join(videos, name), { force: true });
    return true;
  }

  /** Adds a line to the log; never throws, what cannot be written is missing there. */
  append(event: RecordingEvent): void {
    const handle = this.#events;
    // Errors are kept where chatter has filled the log; a page that floods it with errors has enough of them in it.
    const most = event.kind === 'log' && event.entry.level === 'error' ? 2 * MAX_EVENTS : MAX_EVENTS;
    if (!handle || this.#count >= most) return;
    this.#count += 1;
    this.#queue = this.#queue
      .then(() => handle.appendFile(`${JSON.stringify(redactValue(event))}\n`))
      .catch(() => undefined);
  }

  /** The log by time, as far as it was written; nothing is added any more. */
  async events(): Promise<RecordingEvent[]> {
    const handle = this.#events;
    this.#events = undefined;
    await this.#queue;
    await handle?.close();
    const text = await readText(join(this.#dir, EVENTS_FILE)).catch((error: unknown) => {
      if (isErrno(error) && error.code === 'ENOENT') return '';
      throw error;
    });
    return parseEvents(text).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }

  /** Removes the two files: what they said is stored elsewhere now. */
  async clear(): Promise<void> {
    await this.#events?.close();
    this.#events = undefined;
    await rm(join(this.#dir, EVENTS_FILE), { force: true });
    await rm(join(this.#dir, NOTE_FILE), { force: true });
  }

  #writeNote(): Promise<void> {
    return writeAtomic(join(this.#dir, NOTE_FILE), JSON.stringify(this.#note), { durable: false });
  }
}

/** The lines of a log; torn ones are left out. */
export function parseEvents(text: string): RecordingEvent[] {
  return text.split('\n').flatMap((line) => {
    const parsed = RecordingEvent.safeParse(fromJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

async function readNote(path: string): Promise<RecordingNote | undefined> {
  try {
    return parseNote(await readText(path));
  } catch (error) {
    if (isErrno(error)) return undefined; // It has ended in order, or is no recording.
    throw error;
  }
}

function readIfThere(path: string): string {
  try {
    return readPlainSync(path).toString('utf8');
  } catch (error) {
    if (isErrno(error)) return '';
    throw error;
  }
}

function parseNote(text: string): RecordingNote | undefined {
  const parsed = RecordingNote.safeParse(fromJson(text));
  return parsed.success ? parsed.data : undefined;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Cut off in the middle of a write.
  }
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import { formatIndex, INDEX_FILE } from '../../src/core/frame-index.js';
import type { RecordingRecord } from '../../src/core/vocabulary/recording.js';
import { recoverRecordings, type VideoWork } from '../../src/live/recover-recordings.js';
import { findRecording, PendingVideo, storeRecording, wasLeft } from '../../src/live/store-recording.js';
import { watchCode } from '../../src/project/code-state/code-state.js';
import { RecordingFiles } from '../../src/store/recording-files.js';
import type { Run } from '../../src/store/run.js';
import { whichRun } from '../../src/store/which-run.js';
import { verifies } from '../requirements.js';
import { recordingProject } from '../verify/recording-project.js';

const TOOL = 'codeloop_start_recording';
const AT = '2026-01-01T00:00:00.000Z';
let folder: Awaited<ReturnType<typeof recordingProject>>;
let run: Run;

beforeEach(async () => {
  folder = await recordingProject();
  vi.stubEnv('XDG_STATE_HOME', folder.state);
  const { state } = await watchCode(folder.project);
  run = await whichRun(folder.project.dir, { rule: 'writable', tool: TOOL, current: state });
});
afterEach(async () => {
  await run.end();
  folder.remove();
  vi.unstubAllEnvs();
});

/** A recording of that length that was stopped, whose video was not written, by this process or one that is gone. */
async function stopped(id: string, durationMs: number, alive: boolean): Promise<RecordingRecord> {
  const { dir } = folder.project;
  const files = await RecordingFiles.create(
    dir,
    {
      recording_id: id,
      run_id: run.id,
      target: { kind: 'url', url: 'http://x/' },
      page_id: 'page-1',
      tool: TOOL,
      fps: 25,
      max_megabytes: 50,
    },
    AT,
  );
  const text = formatIndex([]);
  const index = `${files.framesDir}/${INDEX_FILE}`;
  writeFileSync(join(dir, index), text);
  const record = await storeRecording(
    run,
    files.note,
    {
      recording_id: id,
      started_at: AT,
      ended_at: AT,
      duration_ms: durationMs,
      ended_by: 'stopped',
      frames: {
        index: { path: index, sha256: sha256(text), bytes: text.length, state: 'complete' },
        count: 0,
        captured: 0,
        bytes: 0,
        thinned_to_ms: 0,
      },
      video: { path: files.videoFile, state: 'finishing' },
      notes: [],
    },
    await files.events(),
  );
  if (!alive) writtenBy(files, { pid: 2 ** 22 + 1, started: '' });
  return record;
}

function notePath(files: RecordingFiles): string {
  return join(folder.project.dir, files.framesDir, 'recording.json');
}

function writtenBy(files: RecordingFiles, writer: { pid: number; started: string }): void {
  const note = JSON.parse(readFileSync(notePath(files), 'utf8'));
  writeFileSync(notePath(files), JSON.stringify({ ...note, writer: { ...note.writer, ...writer } }));
}

async function known(id: string): Promise<RecordingRecord> {
  return (await findRecording(folder.project.dir, id, TOOL)).record;
}

test('a video that is left says so at once, and that it is there when it comes all the same', async () => {
  verifies('record.left');
  const record = await stopped('rec-20260101-000000-aaaaaa', 2000, true);
  const pending = new PendingVideo(run, record);
  await Promise.all([pending.leave(), pending.leave()]);
  const left = await known(record.recording_id);
  expect([left.video.state, left.frames.index.state, wasLeft(left), left.notes.length]).toEqual([
    'incomplete',
    'complete',
    true,
    1,
  ]);
  const again = new PendingVideo(run, left);
  expect(again.record.notes).toEqual([]);
  await again.store({ ...again.record, notes: ['done'] });
  await again.leave();
  expect((await known(record.recording_id)).notes).toEqual(['done']);
});

test('missing videos are written in order of length, the one that is asked for first; those in hand elsewhere are left', async () => {
  verifies('record.left');
  const [long, short, middle, busy] = [
    'rec-20260101-000000-aaaaaa',
    'rec-20260101-000001-bbbbbb',
    'rec-20260101-000002-cccccc',
    'rec-20260101-000003-dddddd',
  ] as const;
  await stopped(long, 99_000, false);
  await stopped(short, 2000, false);
  await stopped(middle, 9000, false);
  await stopped(busy, 10, true);
  const clock = { now: () => Date.now() };
  const order: string[] = [];
  const work: VideoWork[] = [];
  const onWork = (id: string, one: VideoWork) => {
    order.push(id);
    work.push(one);
  };
  const told = await recoverRecordings(folder.project, clock, onWork, middle);
  expect(order).toEqual([middle, short, long]);
  expect(told.map((record) => record.recording_id).toSorted()).toEqual([long, short, middle].toSorted());
  // Without frames there is nothing to write: each says so, and is never tried again.
  const done = await Promise.all(work.map(({ finishing }) => finishing));
  expect(done.map(({ video }) => video.state)).toEqual(['incomplete', 'incomplete', 'incomplete']);
  expect(await recoverRecordings(folder.project, clock, onWork)).toEqual([]);
  expect(order).toHaveLength(3);
  expect((await known(busy)).video.state).toBe('finishing');
});

test('one process takes a recording over, and what the last one left of its video goes', async () => {
  verifies('record.left');
  const id = 'rec-20260101-000000-aaaaaa';
  const record = await stopped(id, 2000, false);
  const videos = join(folder.project.dir, record.video.path, '..');
  mkdirSync(videos, { recursive: true });
  for (const name of [`.${id}.mp4.1.ff.tmp`, '.other.mp4.1.ff.tmp']) writeFileSync(join(videos, name), '');
  const find = () => RecordingFiles.cutOff(folder.project.dir, Date.now());
  const [[one], [other]] = await Promise.all([find(), find()]);
  const now = new Date().toISOString();
  const claims = await Promise.all([one, other].map((files) => files?.claim(folder.project.dir, now)));
  expect(claims.toSorted()).toEqual([false, true]);
  expect(await find()).toEqual([]);
  expect(readdirSync(videos).filter((name) => name.endsWith('.tmp'))).toEqual(['.other.mp4.1.ff.tmp']);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { replay } from '../../src/replay/replay.js';
import { recordingSource } from '../../src/replay/replay-source.js';
import { Run } from '../../src/store/run.js';
import { inspectRun } from '../../src/store/run-integrity.js';
import { html, type Site, startSite } from '../browser/site.js';
import { probe } from '../capture/picture-files.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { recordingProject } from '../verify/recording-project.js';
import { WarmSession } from './warm-session.js';

const { signal } = new AbortController();
const SCRIPT = join(import.meta.dirname, '../verify/processes/record-until-killed.mjs');
let site: Site;
let folder: Awaited<ReturnType<typeof recordingProject>>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await recordingProject();
  vi.stubEnv('XDG_STATE_HOME', folder.state);
  const button = `<button onclick="this.outerHTML = '<h1>Done</h1>'">Go</button>`;
  site = await startSite({ '/': html(`${button}<p>Something to look at</p>`) });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await site?.close();
  folder?.remove();
  vi.unstubAllEnvs();
});

/** Pid, parent and start time of every process. */
function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return fields[0] === 'Z' ? [] : [{ parent: Number(fields[1]), pid: Number(name), started: fields[19] ?? '' }];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

/** Records, kills the recorder, and waits until nothing of it runs; the recording's id. */
async function killed(...more: string[]): Promise<string> {
  const child = spawn(process.execPath, [SCRIPT, folder.project.dir, site.url, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const id = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
  });
  const all = processes();
  const started = all.filter(({ parent }) => parent === child.pid);
  for (const one of started) started.push(...all.filter(({ parent }) => parent === one.pid));
  expect(started.length).toBeGreaterThan(1);
  child.kill('SIGKILL');
  const runs = () => {
    const now = new Set(processes().map(({ pid, started: at }) => `${pid} ${at}`));
    return started.some(({ pid, started: at }) => now.has(`${pid} ${at}`));
  };
  while (runs()) await new Promise((resolve) => setTimeout(resolve, 50));
  return id;
}

test.each(
  sampleOf<[string, string[], string]>([
    ['while it recorded', [], 'cut_off'],
    ['while the video was written', ['stop'], 'stopped'],
  ]),
)('a server that was killed %s: the next one finds the frames and finishes the video', async (_name, args, endedBy) => {
  verifies('record.recovered', 'record.crash');
  const id = await killed(...args);
  const session = new WarmSession();
  const recovered = await session.recordings.recover(folder.project);
  expect(recovered.map((record) => record.recording_id)).toEqual([id]);
  expect(session.recordings.running(folder.project)).toEqual([]);
  const record = await session.recordings.finished(id);
  expect(record).toMatchObject({ recording_id: id, ended_by: endedBy, video: { state: 'complete' } });
  if (!record) return;
  expect(probe(join(folder.project.dir, record.video.path)).frames).toBe(Math.round((record.duration_ms * 25) / 1000));
  // How long a still page was watched before the kill is not known: what was done there is.
  const source = await recordingSource(folder.project, id, 'codeloop_interaction_replay', signal);
  const shown = await replay({ source, expectedFlow: 'click go → see "Done"', maxFrames: 8, contactSheet: false });
  expect(shown.findings).toEqual([]);
  expect(shown.flow.map(({ status }) => status)).toEqual(['matched', 'matched']);

  const run = await Run.open(folder.project.dir, record.run_id, { tool: 'test' });
  const { changed, orphans } = await inspectRun(run);
  expect([changed, orphans]).toEqual([[], []]);
  expect(existsSync(join(folder.project.dir, record.frames.index.path, '../recording.json'))).toBe(false);
  expect(await new WarmSession().recordings.recover(folder.project)).toEqual([]);
  await session.dispose();
});

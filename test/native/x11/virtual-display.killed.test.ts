import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exportVideo } from '../../../src/capture/export-video.js';
import { sha256 } from '../../../src/core/digest.js';
import { readFrameIndex } from '../../../src/core/frame-index.js';
import type { Recording } from '../../../src/core/vocabulary/recording.js';
import { startVirtualDisplay } from '../../../src/native/x11/virtual-display.js';
import { runOnDisplay } from '../../../src/native/x11/x11-windows.js';
import { probe } from '../../capture/picture-files.js';
import { verifies } from '../../requirements.js';
import { sampled } from '../../sample.js';
import { projectFolder, until } from '../x-programs.js';

const few = sampled(test, 2);

const project = projectFolder();
let child: ChildProcess | undefined;
afterAll(() => {
  child?.kill('SIGKILL');
  project.remove();
});

/** Pid, parent, name and start of every process, from /proc. */
function processes(): { pid: number; parent: number; name: string; started: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (fields[0] === 'Z') return [];
        const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        return [{ pid: Number(name), parent: Number(fields[1]), name: command, started: fields[19] ?? '' }];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

function descendants(of: number) {
  const all = processes();
  const found = all.filter(({ parent }) => parent === of);
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid));
  return found;
}

few('a kill during a recording leaves no process, and frames from which the video can be made', async () => {
  verifies('native.nothing-left', 'record.crash');
  const script = join(import.meta.dirname, '../processes/record-until-killed.mjs');
  child = spawn(process.execPath, [script, project.dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout || child.pid === undefined) throw new Error('it did not start');
  const died = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended by itself, exit code ${code}`)));
  await Promise.race([once(child.stdout, 'data'), died]);
  died.catch(() => undefined);
  const started = descendants(child.pid);
  expect(started.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Xvfb', 'openbox', 'xcompmgr', 'xterm', 'ffmpeg']),
  );
  const folder = readdirSync(tmpdir()).find((name) => name.startsWith(`codeloop-display-${child?.pid}-`)) ?? '';
  expect(folder).not.toBe('');

  child.kill('SIGKILL');
  await until(() => {
    const running = new Set(processes().map(({ pid, started: at }) => `${pid} ${at}`));
    return !started.some(({ pid, started: at }) => running.has(`${pid} ${at}`));
  });

  const framesDir = join(project.dir, 'frames/killed');
  const entries = await readFrameIndex(framesDir);
  expect(entries.length).toBeGreaterThan(3);
  for (const { file, sha256: digest } of entries) expect(sha256(readFileSync(join(framesDir, file)))).toBe(digest);
  const recording: Recording = {
    recording_id: 'killed',
    started_at: '',
    ended_at: '',
    duration_ms: entries.at(-1)?.t_ms ?? 0,
    ended_by: 'source_failed',
    frames: {
      index: { path: 'frames/killed/index.jsonl' },
      count: entries.length,
      captured: 0,
      bytes: 0,
      thinned_to_ms: 0,
    },
    video: { path: 'killed.mp4', state: 'incomplete' },
    notes: [],
  };
  const done = await exportVideo(recording, entries, {
    projectDir: project.dir,
    framesDir: 'frames/killed',
    videoFile: 'killed.mp4',
    fps: 25,
    maxMegabytes: 50,
  });
  expect(done.notes).toEqual([]);
  expect(done.video.state).toBe('complete');
  expect(probe(join(project.dir, 'killed.mp4')).frames).toBe(Math.round((recording.duration_ms * 25) / 1000));

  // The next display cleans up after it.
  const next = await startVirtualDisplay({ width: 320, height: 200 });
  expect(existsSync(join(tmpdir(), folder))).toBe(false);
  await next.stop();
});

test('a display is taken down with everything on it, and opens with its cookie only', async () => {
  verifies('native.nothing-left');
  const display = await startVirtualDisplay({ width: 320, height: 200 });
  const stranger = runOnDisplay({ name: display.name, authority: '/dev/null' }, 'xprop', ['-root']);
  await expect(stranger).rejects.toMatchObject({ code: 'DISPLAY_NOT_FOUND' });
  const before = descendants(process.pid).map(({ name }) => name);
  expect(before).toEqual(expect.arrayContaining(['Xvfb', 'openbox', 'xcompmgr']));
  await display.stop();
  await display.stop();
  await until(() => !descendants(process.pid).some(({ name }) => ['Xvfb', 'openbox', 'xcompmgr'].includes(name)));
  await expect(runOnDisplay(display, 'xprop', ['-root'])).rejects.toMatchObject({ code: 'DISPLAY_NOT_FOUND' });
});

test('displays that come and go at the same time have numbers of their own, and open to nobody else', async () => {
  verifies('native.several-displays');
  const size = { width: 320, height: 200 };
  const open = () => Promise.all([1, 2, 3].map(() => startVirtualDisplay(size)));
  const opens = (name: string, authority: string) =>
    runOnDisplay({ name, authority }, 'xprop', ['-root']).then(
      () => true,
      () => false,
    );
  const first = await open();
  // Some end while others begin.
  const [second] = await Promise.all([open(), ...first.slice(1).map((display) => display.stop())]);
  const all = [...first.slice(0, 1), ...second];
  expect(new Set(all.map(({ name }) => name)).size).toBe(4);
  for (const { name } of all)
    expect(await Promise.all(all.map(({ authority }) => opens(name, authority)))).toEqual(
      all.map((other) => other.name === name),
    );
  await Promise.all(all.map((display) => display.stop()));
});

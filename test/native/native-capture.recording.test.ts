import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import { readFrameIndex } from '../../src/core/frame-index.js';
import type { Recording } from '../../src/core/vocabulary/recording.js';
import { createNativeDriver, type NativeDriver } from '../../src/native/native-capture.js';
import { x11System } from '../../src/native/x11/x11-system.js';
import { runOnDisplay } from '../../src/native/x11/x11-windows.js';
import { colors, probe, runs } from '../capture/picture-files.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { memorySink } from './memory-sink.js';
import { captureOptions, projectFolder, shareOf, startDesktop, terminal, until } from './x-programs.js';

const some = sampled(test, 2, 1);
const few = sampled(test, 2);

const RED = [192, 32, 32] as const;
const BLUE = [32, 64, 160] as const;
const BLACK = [0, 0, 0] as const;
const signal = new AbortController().signal;

let desktop: Awaited<ReturnType<typeof startDesktop>>;
let driver: NativeDriver;
const project = projectFolder();

beforeAll(async () => {
  desktop = await startDesktop();
  await desktop.open('Blue', terminal('Blue', '#2040a0', '+160+150'));
  driver = createNativeDriver({ apps: {} }, { projectDir: project.dir, display: desktop.display });
});
afterAll(async () => {
  await driver?.dispose();
  await desktop?.stop();
  project.remove();
});

const xdotool = (...args: string[]) => runOnDisplay(desktop.display, 'xdotool', args);
const open = async (app: string) => {
  const capture = driver.create(captureOptions, memorySink());
  await capture.open({ kind: 'app', app }, signal);
  const { startRecording, stopRecording, finishRecording } = capture;
  if (!startRecording || !stopRecording || !finishRecording) throw new Error('the native driver records');
  return {
    close: () => capture.close(),
    start: startRecording.bind(capture),
    stop: stopRecording.bind(capture),
    finish: finishRecording.bind(capture),
  };
};
const even = (px: number) => px + (px % 2);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** For each kept frame its shares of some colours. */
async function shares(recording: Recording, ...palette: (readonly [number, number, number])[]) {
  const dir = join(project.dir, recording.frames.index.path, '..');
  return Promise.all(
    (await readFrameIndex(dir)).map(async ({ file }) => {
      const picture = readFileSync(join(dir, file));
      return Promise.all(palette.map((color) => shareOf(picture, color)));
    }),
  );
}

describe('a recording of a window', () => {
  test('holds that window only, covered, moved, resized and minimised, and is as long as it took', async () => {
    verifies('native.only-that-window', 'record.length', 'record.stop-at-once', 'native.focus-restored');
    const { window } = await desktop.open('Red', terminal('Red', '#c02020', '+100+100'));
    const system = x11System(desktop.display, false);
    await xdotool('windowactivate', (await system.list()).find(({ title }) => title === 'Blue')?.id ?? '');
    const before = await system.focused();
    const capture = await open('Red');
    const asked = performance.now();
    await capture.start(project.request('moved'));
    const begun = performance.now();
    expect(await system.focused()).toBe(window.id);
    await wait(400);
    await xdotool('windowactivate', before ?? '');
    await wait(400);
    await xdotool('windowmove', window.id, '140', '130');
    await wait(400);
    await xdotool('windowsize', window.id, '200', '150');
    const frames = () => readFrameIndex(join(project.dir, 'frames/moved'));
    await until(async () => new Set((await frames()).map(({ width }) => width)).size === 2);
    await xdotool('windowminimize', window.id);
    // It is looked at twice a second, by programs that a crowded machine lets wait.
    await wait(3000);
    await xdotool('windowactivate', window.id);
    await until(async () => (await system.look(window))?.minimised === false);
    await wait(800);
    const lasted = performance.now() - begun;
    const recording = await capture.stop();
    const whole = performance.now() - asked;
    expect(recording).toMatchObject({ recording_id: 'moved', ended_by: 'stopped', video: { state: 'finishing' } });
    const index = readFileSync(join(project.dir, recording.frames.index.path));
    expect(sha256(index)).toBe(recording.frames.index.sha256);
    // Between what lies inside the two calls and what lies around them; 2 ms for the clocks' rounding.
    expect(recording.duration_ms).toBeGreaterThan(lasted - 2);
    expect(recording.duration_ms).toBeLessThan(whole + 2);
    const seen = await shares(recording, RED, BLUE, BLACK);
    for (const [red = 0, blue, black = 0] of seen) {
      expect(blue).toBe(0);
      // What its program has not drawn yet, of a window that grew or came up again, is black; nothing else shows through.
      expect(red + black).toBeGreaterThan(0.9);
    }
    expect(Math.max(...seen.map(([red = 0]) => red))).toBeGreaterThan(0.9);
    expect(recording.notes).toEqual([
      expect.stringMatching(/^the window was minimised from \d+\.\d s (?:to \d+\.\d s|on);/),
    ]);
    expect(new Set(index.toString().match(/"width":\d+/g)).size).toBe(2);
    await until(async () => (await system.focused()) === before);

    const done = await capture.finish('moved');
    expect(done.video).toMatchObject({ state: 'complete', width: even(window.width), height: even(window.height) });
    const video = join(project.dir, done.video.path);
    expect(probe(video).frames).toBe(Math.round((recording.duration_ms * 25) / 1000));
    expect([...new Set(colors(video, 20, 20))].filter((color) => color !== '0 0 0')).toEqual(['192 32 32']);
    await capture.close();
    await xdotool('windowclose', window.id);
  });

  some('shows what changes, in time', async () => {
    const flash = ['sh', '-c', 'read x; printf "\\033]11;#20a040\\007"; cat'];
    const { window } = await desktop.open('Flash', terminal('Flash', '#c02020', '+300+300', ...flash));
    const capture = await open('Flash');
    await capture.start(project.request('flash'));
    const frames = () => readFrameIndex(join(project.dir, 'frames/flash'));
    const before = (await frames()).length;
    // What comes within the first picture's slot of the video takes its place.
    await wait(200);
    await xdotool('key', 'Return');
    await until(async () => {
      const last = (await frames()).at(-1);
      if (last === undefined) return false;
      const picture = readFileSync(join(project.dir, 'frames/flash', last.file));
      return (await shareOf(picture, [32, 160, 64])) > 0.9;
    });
    const recording = await capture.stop();
    expect(recording.frames.count).toBeGreaterThan(before);
    const done = await capture.finish('flash');
    const seen = runs(colors(join(project.dir, done.video.path), 20, 20)).map(([color]) => color);
    expect([seen.at(0), seen.at(-1)]).toEqual(['192 32 32', '32 160 64']);
    await capture.close();
    await xdotool('windowclose', window.id);
  });

  few('ends when the window is closed, says so and keeps what it has', async () => {
    verifies('native.window-gone');
    const { window } = await desktop.open('Gone', terminal('Gone', '#c02020', '+100+400'));
    const capture = await open('Gone');
    await capture.start(project.request('gone'));
    const begun = performance.now();
    await wait(1000);
    const shown = performance.now() - begun;
    await xdotool('windowclose', window.id);
    await wait(1500);
    const recording = await capture.stop();
    const whole = performance.now() - begun;
    expect(recording.ended_by).toBe('window_closed');
    expect(recording.notes).toEqual([
      expect.stringMatching(/^the window was closed \d+\.\d s after the start; what was recorded until then is kept$/),
    ]);
    expect(recording.duration_ms).toBeGreaterThan(shown - 2);
    expect(recording.duration_ms).toBeLessThan(whole + 2);
    const done = await capture.finish('gone');
    expect(done.video.state).toBe('complete');
    expect(probe(join(project.dir, done.video.path)).frames).toBe(Math.round((recording.duration_ms * 25) / 1000));
    await expect(capture.start(project.request('again'))).rejects.toMatchObject({ code: 'WINDOW_NOT_FOUND' });
    await capture.close();
  });

  few('is one at a time, and ends by itself at its limit', async () => {
    verifies('record.bounded');
    const capture = await open('Blue');
    await capture.start(project.request('first'));
    await expect(capture.start(project.request('second'))).rejects.toMatchObject({ code: 'RECORDING_ACTIVE' });
    await capture.stop();
    await capture.start(project.request('limited', { maxSeconds: 1 }));
    await wait(1500);
    const recording = await capture.stop();
    // However late this process noticed.
    expect([recording.ended_by, recording.duration_ms]).toEqual(['max_seconds', 1000]);
    await expect(capture.stop()).rejects.toMatchObject({ code: 'RECORDING_NOT_FOUND' });
    await expect(capture.finish('unknown')).rejects.toMatchObject({ code: 'RECORDING_NOT_FOUND' });
    await capture.finish('limited');
    await capture.close();
  });
});

test('no encoder is left behind', async () => {
  verifies('native.nothing-left');
  await driver.dispose();
  const running = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'comm='], { encoding: 'utf8' });
  expect(running).not.toContain('ffmpeg');
  expect(readdirSync(join(project.dir, 'videos')).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(existsSync(join(project.dir, 'videos/moved.mp4'))).toBe(true);
});

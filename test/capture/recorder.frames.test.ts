import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { exportVideo, planVideo } from '../../src/capture/export-video.js';
import { bytesOf, FrameStore, thinFrames } from '../../src/capture/frame-store.js';
import { frameHeader, JpegStream } from '../../src/capture/jpeg-stream.js';
import type { FrameSink } from '../../src/capture/recorder.js';
import { FrameRecording } from '../../src/capture/recorder.js';
import { sha256 } from '../../src/core/digest.js';
import { readFrameIndex } from '../../src/core/frame-index.js';
import { type FrameEntry, Recording } from '../../src/core/vocabulary/recording.js';
import { verifies } from '../requirements.js';
import { jpegOf, pngOf, probe } from './picture-files.js';

const root = mkdtempSync(join(tmpdir(), 'codeloop-frames-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const folder = () => join(root, String(++made));

const [red, green, blue] = await Promise.all([
  jpegOf(64, 40, [255, 0, 0]),
  jpegOf(64, 40, [0, 255, 0]),
  jpegOf(64, 40, [0, 0, 255]),
]);
const names = new Map([red, green, blue].map((data, index) => [sha256(data), ['red', 'green', 'blue'][index]]));
const shown = (entries: readonly FrameEntry[]) =>
  entries.map(({ t_ms, sha256: digest }) => `${t_ms} ${names.get(digest)}`);
const entry = (t_ms: number, more: Partial<FrameEntry> = {}): FrameEntry => ({
  t_ms,
  file: `${String(Math.round(t_ms)).padStart(6, '0')}.jpg`,
  bytes: 1000,
  width: 1280,
  height: 800,
  sha256: '0'.repeat(64),
  ...more,
});

describe('a stream of JPEG files', () => {
  test('is cut into the same files, wherever its chunks are cut', () => {
    const files = [red, green, blue, red];
    const stream = Buffer.concat(files);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (lengths) => {
        const cutter = new JpegStream();
        const found: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const length = lengths[turn % lengths.length] ?? 1;
          found.push(...cutter.push(stream.subarray(at, at + length)));
          at += length;
        }
        expect(found.map((file) => sha256(file))).toEqual(files.map((file) => sha256(file)));
      }),
      { numRuns: 50 },
    );
  });

  test('an end inside a table is none, and a thumbnail stays in its picture', () => {
    // An APP1 segment that holds a whole JPEG, as cameras write it.
    const inner = Buffer.concat([Buffer.from([0xff, 0xe1, (green.length + 2) >> 8, (green.length + 2) & 255]), green]);
    const outer = Buffer.concat([red.subarray(0, 2), inner, red.subarray(2)]);
    expect(new JpegStream().push(Buffer.concat([outer, blue])).map((file) => file.length)).toEqual([
      outer.length,
      blue.length,
    ]);
  });

  test('anything else is refused', () => {
    expect(() => new JpegStream().push(Buffer.from('<html>'))).toThrow('something else than JPEG');
    expect(() => frameHeader(Buffer.from('GIF89a, which is not one of them'))).toThrow('neither JPEG nor PNG');
  });

  test('headers tell format and size', async () => {
    expect(frameHeader(red)).toEqual({ type: 'jpg', width: 64, height: 40 });
    expect(frameHeader(await pngOf(31, 17, [1, 2, 3]))).toEqual({ type: 'png', width: 31, height: 17 });
  });
});

describe('frames', () => {
  test.each<[string, [Buffer, number][], string[]]>([
    [
      'are kept with their times',
      [
        [red, 1000],
        [green, 1040.26],
      ],
      ['0 red', '40.3 green'],
    ],
    [
      'equal ones in a row count once',
      [
        [red, 1000],
        [red, 1040],
        [red, 1080],
        [blue, 1120],
      ],
      ['0 red', '120 blue'],
    ],
    [
      'are put in order of time',
      [
        [red, 1000],
        [blue, 1080],
        [green, 1040],
      ],
      ['0 red', '40 green', '80 blue'],
    ],
    [
      'from before the first are shown from the start',
      [
        [red, 1000],
        [blue, 990],
      ],
      ['0 red', '0 blue'],
    ],
    [
      'that come late between equal ones do not hide the later of those',
      [
        [red, 1000],
        [red, 1100],
        [green, 1050],
      ],
      ['0 red', '50 green', '100 red'],
    ],
  ])('%s', async (_what, frames, expected) => {
    verifies('record.order');
    const dir = folder();
    const store = await FrameStore.create(dir, 1e6);
    await Promise.all(frames.map(([data, at]) => store.add(data, at)));
    const sealed = await store.seal();
    expect(shown(sealed.entries)).toEqual(expected);
    expect(shown(await readFrameIndex(dir))).toEqual(expected);
    expect(sealed.captured).toBe(frames.length);
    const index = readFileSync(join(dir, 'index.jsonl'));
    expect(sealed.index).toEqual({ sha256: sha256(index), bytes: index.length });
    for (const { file, sha256: digest } of sealed.entries) expect(sha256(readFileSync(join(dir, file)))).toBe(digest);
  });

  test('stay within their bytes and keep beginning and end', async () => {
    verifies('record.bounded');
    const dir = folder();
    const limit = red.length * 20;
    const store = await FrameStore.create(dir, limit);
    const colors = [red, green, blue];
    for (let index = 0; index < 500; index++) await store.add(colors[index % 3] ?? red, 1000 + index * 40);
    const sealed = await store.seal();
    const files = readdirSync(dir).filter((name) => name.endsWith('.jpg'));
    expect(files.sort()).toEqual(sealed.entries.map((one) => one.file).sort());
    expect(sealed.bytes).toBe(files.reduce((sum, name) => sum + readFileSync(join(dir, name)).length, 0));
    expect(sealed.bytes).toBeLessThanOrEqual(limit);
    expect(sealed.entries.length).toBeGreaterThan(5);
    expect(shown(sealed.entries).at(0)).toBe('0 red');
    expect(shown(sealed.entries).at(-1)).toBe(`${499 * 40} green`);
    expect(sealed.thinnedToMs).toBeGreaterThan(0);
    expect(await readFrameIndex(dir)).toEqual(sealed.entries);
  });

  test('of a recording that was cut off are found without what is torn or missing', async () => {
    verifies('record.crash');
    const dir = folder();
    const store = await FrameStore.create(dir, 1e6);
    for (const [index, data] of [red, green, blue].entries()) await store.add(data, 1000 + index * 40);
    rmSync(join(dir, '000002.jpg'));
    writeFileSync(join(dir, 'index.jsonl'), '{"t_ms":120,"file":"0000', { flag: 'a' });
    writeFileSync(join(dir, 'index.jsonl'), '\n{"t_ms":9,"file":"../../etc/passwd","bytes":1,"width":1,"height":1}\n', {
      flag: 'a',
    });
    expect(shown(await readFrameIndex(dir))).toEqual(['0 red', '80 blue']);
    expect(await readFrameIndex(folder())).toEqual([]);
    await store.seal();
  });

  test('of two formats are refused', async () => {
    const store = await FrameStore.create(folder(), 1e6);
    await store.add(red, 0);
    await expect(store.add(await pngOf(4, 4, [0, 0, 0]), 10)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
    await store.seal();
  });
});

test('thinning keeps first and last, order and budget, whatever the frames', () => {
  verifies('record.bounded');
  fc.assert(
    fc.property(
      fc.array(fc.record({ gap: fc.integer({ min: 0, max: 500 }), bytes: fc.integer({ min: 1, max: 5000 }) }), {
        minLength: 1,
        maxLength: 200,
      }),
      fc.integer({ min: 10_000, max: 200_000 }),
      (frames, budget) => {
        let at = 0;
        const entries = frames.map(({ gap, bytes }, index) => {
          at += gap;
          return entry(at, { bytes, file: `${String(index).padStart(6, '0')}.jpg` });
        });
        const { kept } = thinFrames(entries, budget, 0);
        expect(bytesOf(kept)).toBeLessThanOrEqual(budget);
        expect([kept.at(0), kept.at(-1)]).toEqual([entries.at(0), entries.at(-1)]);
        expect(kept).toEqual(entries.filter((one) => kept.includes(one)));
      },
    ),
  );
});

describe('the frames of a video', () => {
  const small = { width: 205, height: 128 };
  const tall = { width: 205, height: 801 };
  test.each<[string, FrameEntry[], number, number[], [number, number]]>([
    ['are all of one size', [entry(0), entry(40)], 3000, [0, 40], [1280, 800]],
    [
      'without those of a passing size',
      [entry(0), entry(2000, small), entry(2040, tall), entry(2080)],
      5000,
      [0, 2080],
      [1280, 800],
    ],
    ['with a size that stays', [entry(0), entry(2000, tall)], 5000, [0, 2000], [1280, 802]],
    ['with a short first size', [entry(0, small), entry(100)], 3000, [0, 100], [1280, 800]],
    ['with a short last size', [entry(0), entry(2900, small)], 3000, [0, 2900], [1280, 800]],
    [
      'between two sizes that stay',
      [entry(0), entry(2000, tall), entry(2100, small)],
      5000,
      [0, 2000, 2100],
      [1280, 802],
    ],
  ])('%s', (_what, entries, durationMs, times, [width, height]) => {
    verifies('record.order');
    const plan = planVideo(entries, durationMs);
    expect(plan.frames.map(({ t_ms }) => t_ms)).toEqual(times);
    expect(plan.canvas).toEqual({ width, height });
    expect(plan.dropped).toBe(entries.length - times.length);
  });
});

describe('a recorder', () => {
  const request = (projectDir: string) => {
    mkdirSync(projectDir);
    return {
      id: 'r1',
      projectDir,
      framesDir: 'frames',
      videoFile: 'r1.mp4',
      fps: 25,
      maxSeconds: 60,
      maxMegabytes: 10,
    };
  };
  let now = 1_000_000;
  const clock = { now: () => now };

  test('answers a stop with everything but the video, which follows', async () => {
    verifies('record.stop-at-once', 'record.static');
    const dir = folder();
    const source = {
      start: (sink: FrameSink) => sink.frame(red, now),
      stop: async () => undefined,
    };
    const running = await FrameRecording.start(request(dir), source, clock);
    now += 2000;
    const recording = Recording.parse(await running.stop());
    expect(recording).toMatchObject({
      duration_ms: 2000,
      ended_by: 'stopped',
      frames: { count: 1, captured: 1, size: { width: 64, height: 40 } },
      video: { path: 'r1.mp4', state: 'finishing' },
      notes: [],
    });
    const done = await running.finish();
    expect(done.video).toMatchObject({ state: 'complete', sha256: sha256(readFileSync(join(dir, 'r1.mp4'))) });
    expect(probe(join(dir, 'r1.mp4'))).toMatchObject({ frames: 50, seconds: 2 });
  });

  test.each([
    ['a frame comes after the limit before the start is known', [0, 400, 2500], 2],
    ['all frames come in time, and the process is late', [0, 400], 2],
    ['the first frame alone', [0], 1],
    ['a frame at the limit itself', [0, 1000], 2],
  ])('is no longer than its limit, however late it is noticed: %s', async (_what, times, kept) => {
    verifies('record.bounded');
    const source = {
      // A busy process hears of all of them at once, when its second is over.
      start: async (sink: FrameSink) => {
        const begun = now;
        now += 3000;
        for (const [at, ms] of times.entries()) await sink.frame(at % 2 === 0 ? red : blue, begun + ms);
      },
      stop: async () => undefined,
    };
    const running = await FrameRecording.start({ ...request(folder()), maxSeconds: 1 }, source, clock);
    expect(await running.stop()).toMatchObject({
      ended_by: 'max_seconds',
      duration_ms: 1000,
      frames: { count: kept },
    });
    await running.abort();
  });

  test('ends with its source, whose reason it gives', async () => {
    const dir = folder();
    let sink: FrameSink | undefined;
    const source = {
      async start(given: FrameSink) {
        sink = given;
        await given.frame(red, now);
      },
      stop: async () => undefined,
    };
    const running = await FrameRecording.start(request(dir), source, clock);
    now += 400;
    sink?.ended('page_closed', 'the page was closed');
    now += 5000;
    await sink?.frame(blue, now);
    expect(running.active).toBe(false);
    expect(await running.stop()).toMatchObject({
      duration_ms: 400,
      ended_by: 'page_closed',
      notes: ['the page was closed'],
      frames: { count: 1 },
    });
    await running.finish();
  });

  test('throws what its source throws, and what ended it before the first frame', async () => {
    const broken = { start: () => Promise.reject(new Error('no source')), stop: async () => undefined };
    await expect(FrameRecording.start(request(folder()), broken, clock)).rejects.toThrow('no source');
    const empty = {
      start: async (sink: FrameSink) => sink.ended('page_closed', 'it was closed'),
      stop: async () => undefined,
    };
    await expect(FrameRecording.start(request(folder()), empty, clock)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('keeps frames and says why when there is no encoder', async () => {
    verifies('record.no-encoder');
    const dir = folder();
    const store = await FrameStore.create(join(dir, 'frames'), 1e6);
    await store.add(red, 0);
    const { entries } = await store.seal();
    const recording = Recording.parse({
      recording_id: 'r1',
      started_at: '',
      ended_at: '',
      duration_ms: 1000,
      ended_by: 'stopped',
      frames: { index: { path: 'frames/index.jsonl' }, count: 1, captured: 1, bytes: red.length, thinned_to_ms: 0 },
      video: { path: 'r1.mp4', state: 'finishing' },
      notes: [],
    });
    const without = {
      projectDir: dir,
      framesDir: 'frames',
      videoFile: 'r1.mp4',
      fps: 25,
      maxMegabytes: 1,
      env: { PATH: dir },
    };
    expect(await exportVideo(recording, entries, without)).toMatchObject({
      video: { path: 'r1.mp4', state: 'incomplete' },
      notes: ['No video can be made: there is no ffmpeg on the PATH. The frames are kept, and replay works from them.'],
    });
    expect(readdirSync(join(dir, 'frames')).sort()).toEqual(['000001.jpg', 'index.jsonl']);
  });
});

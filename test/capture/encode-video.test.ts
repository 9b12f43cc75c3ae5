import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type EncodeRequest, encodeArgs, encodeVideo, type TimedPicture } from '../../src/capture/encode-video.js';
import { verifies } from '../requirements.js';
import { boxes, colors, jpegOf, noisyJpegOf, pngOf, probe, runs } from './picture-files.js';

const folder = mkdtempSync(join(tmpdir(), 'codeloop-video-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
const encode = (pictures: TimedPicture[], durationMs: number, more: Partial<EncodeRequest> = {}) => {
  made += 1;
  const output = join(folder, `${made}.mp4`);
  const request: EncodeRequest = {
    pictures,
    type: 'jpg',
    canvas: { width: 320, height: 200 },
    fps: 25,
    durationMs,
    output,
    maxBytes: 1e8,
    deadlineMs: 30_000,
    ...more,
  };
  return encodeVideo(request).then((video) => ({ video, output }));
};

const RED = [224, 0, 0] as const;
const GREEN = [0, 144, 0] as const;
const BLUE = [0, 0, 208] as const;

describe('a video', () => {
  test('shows each picture from its time to the next, and is as long as the recording', async () => {
    verifies('record.length');
    const { output, video } = await encode(
      [
        { tMs: 0, data: await jpegOf(320, 200, RED) },
        { tMs: 400, data: await jpegOf(320, 200, GREEN) },
        { tMs: 1200, data: await jpegOf(320, 200, BLUE) },
      ],
      2000,
    );
    expect(probe(output)).toEqual({ codec: 'h264', width: 320, height: 200, frames: 50, seconds: 2, rate: '25/1' });
    expect(runs(colors(output))).toEqual([
      ['224 0 0', 10],
      ['0 144 0', 20],
      ['0 0 208', 20],
    ]);
    expect(video).toMatchObject({ width: 320, height: 200, frames: 50, durationMs: 2000 });
    expect(boxes(output).slice(0, 2)).toEqual(['ftyp', 'moov']);
  });

  test('of a static page is valid and long enough', async () => {
    verifies('record.static');
    const { output } = await encode([{ tMs: 0, data: await jpegOf(320, 200, RED) }], 3000);
    expect(probe(output)).toMatchObject({ frames: 75, seconds: 3 });
    expect(runs(colors(output))).toEqual([['224 0 0', 75]]);
  });

  test('shows the last picture, however late it came, and the last one of those that came at once', async () => {
    const { output } = await encode(
      [
        { tMs: 0, data: await jpegOf(320, 200, RED) },
        { tMs: 200, data: await jpegOf(320, 200, BLUE) },
        { tMs: 201, data: await jpegOf(320, 200, RED) },
        { tMs: 399, data: await jpegOf(320, 200, GREEN) },
      ],
      400,
    );
    expect(runs(colors(output))).toEqual([
      ['224 0 0', 9],
      ['0 144 0', 1],
    ]);
  });

  test('of one picture that lasts shorter than a frame is one frame long', async () => {
    const { output } = await encode([{ tMs: 0, data: await jpegOf(320, 200, RED) }], 1);
    expect(probe(output).frames).toBe(1);
  });

  test('is whole although the encoder stops reading within the last picture', async () => {
    // Larger than a pipe holds: ffmpeg has all its frames, and closes, while the rest is still being written.
    const noise = await noisyJpegOf(1280, 800);
    const pictures = Array.from({ length: 25 }, (_, at) => ({ tMs: at * 40, data: noise }));
    for (let round = 0; round < 3; round++) {
      const { video } = await encode(pictures, 1000, { canvas: { width: 1280, height: 800 } });
      expect(video.frames).toBe(25);
    }
  });

  test('takes PNG too, and pictures of several sizes', async () => {
    const { output } = await encode(
      [
        { tMs: 0, data: await pngOf(320, 200, RED) },
        { tMs: 400, data: await pngOf(101, 75, BLUE) },
        { tMs: 800, data: await pngOf(320, 200, GREEN) },
      ],
      1200,
      { type: 'png' },
    );
    expect(runs(colors(output))).toEqual([
      ['224 0 0', 10],
      ['0 0 208', 10],
      ['0 144 0', 10],
    ]);
    expect(runs(colors(output, 200, 150)).map(([color]) => color)).toEqual(['224 0 0', '0 0 0', '0 144 0']);
  });
});

describe('what cannot be encoded', () => {
  test('without ffmpeg says so', async () => {
    verifies('record.no-encoder');
    await expect(encode([], 100, { env: { PATH: folder } })).rejects.toMatchObject({ code: 'ENCODER_NOT_FOUND' });
  });

  test('is an error that keeps what the encoder said, and leaves no file', async () => {
    const broken = Buffer.from('not a picture at all');
    await expect(encode([{ tMs: 0, data: broken }], 1000)).rejects.toMatchObject({ code: 'ENCODER_FAILED' });
    expect(existsSync(join(folder, `${made}.mp4`))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('in time ends with its process', async () => {
    const never = async function* () {
      yield { tMs: 0, data: await jpegOf(320, 200, RED) };
      await new Promise(() => undefined);
    };
    await expect(encode([], 1000, { pictures: never(), deadlineMs: 300 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

test.each([
  [1e8, 10_000, []],
  [1e6, 10_000, ['-maxrate', '720000', '-bufsize', '1440000']],
])('the bit rate is bounded when %d bytes are left for %d ms', (maxBytes, durationMs, limit) => {
  verifies('record.bounded');
  const args = encodeArgs(
    { program: 'ffmpeg', codec: 'libx264', args: [] },
    { canvas: { width: 2, height: 2 }, fps: 25, durationMs, maxBytes },
    'out.mp4',
  );
  const from = args.indexOf('-maxrate');
  expect(from < 0 ? [] : args.slice(from, from + 4)).toEqual(limit);
});

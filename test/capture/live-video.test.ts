import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeVideo } from '../../src/capture/encode-video.js';
import { LiveVideo } from '../../src/capture/live-video.js';
import type { FrameEntry } from '../../src/core/vocabulary/recording.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { boxes, colors, jpegOf, probe, runs } from './picture-files.js';

const folder = mkdtempSync(join(tmpdir(), 'codeloop-live-video-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RED = [224, 0, 0] as const;
const GREEN = [0, 144, 0] as const;
const BLUE = [0, 0, 208] as const;
type Shown = readonly [tMs: number, color: readonly [number, number, number], width?: number];

let made = 0;

/** The video of frames that came at their times, encoded meanwhile. `clockMs`: what the clock says at the end, from the first frame. */
async function live(frames: readonly Shown[], durationMs: number, { clockMs = durationMs, maxBytes = 1e8 } = {}) {
  made += 1;
  const output = join(folder, `${made}.mp4`);
  const pictures = await Promise.all(
    frames.map(async ([tMs, color, width = 320]) => {
      const data = await jpegOf(width, 200, color);
      const entry: FrameEntry = {
        t_ms: tMs,
        file: '000001.jpg',
        bytes: data.length,
        width,
        height: 200,
        sha256: 'a'.repeat(64),
      };
      return { entry, data };
    }),
  );
  const [first, ...rest] = pictures;
  if (!first) throw new Error('no frame');
  const clock = { now: () => clockMs };
  const video = await LiveVideo.open({ output, fps: 25, clock }, first.entry, first.data, 0);
  for (const { entry, data } of rest) video.add(entry, data);
  const done = await video.finish(durationMs, maxBytes);
  const timed = pictures.map(({ entry, data }) => ({ tMs: entry.t_ms, data }));
  return { done, output, pictures: timed.sort((a, b) => a.tMs - b.tMs) };
}

describe('a video that is encoded while it is recorded', () => {
  test.each(
    sampleOf<[string, readonly Shown[], number, [string, number][]]>(
      [
        [
          'pictures at their times',
          [
            [0, RED],
            [400, GREEN],
            [1200, BLUE],
          ],
          2000,
          [
            ['224 0 0', 10],
            ['0 144 0', 20],
            ['0 0 208', 20],
          ],
        ],
        ['a page that does not move', [[0, RED]], 3000, [['224 0 0', 75]]],
        [
          'two within one frame, of which the last is seen',
          [
            [0, RED],
            [401, BLUE],
            [409, GREEN],
          ],
          800,
          [
            ['224 0 0', 10],
            ['0 144 0', 10],
          ],
        ],
        [
          'one in the first frame',
          [
            [0, RED],
            [10, GREEN],
          ],
          400,
          [['0 144 0', 10]],
        ],
        [
          'one at the very end',
          [
            [0, RED],
            [1000, GREEN],
          ],
          1000,
          [
            ['224 0 0', 24],
            ['0 144 0', 1],
          ],
        ],
        [
          'two at the very end, of which the last is seen',
          [
            [0, RED],
            [960, GREEN],
            [1000, BLUE],
          ],
          1000,
          [
            ['224 0 0', 24],
            ['0 0 208', 1],
          ],
        ],
        ['one frame in all', [[0, RED]], 1, [['224 0 0', 1]]],
        [
          'one that comes some moments after a later one',
          [
            [0, RED],
            [800, GREEN],
            [400, BLUE],
          ],
          1200,
          [
            ['224 0 0', 10],
            ['0 0 208', 10],
            ['0 144 0', 10],
          ],
        ],
        [
          'two that come out of their order at the end',
          [
            [0, RED],
            [1000, GREEN],
            [880, BLUE],
            [600, GREEN],
          ],
          1200,
          [
            ['224 0 0', 15],
            ['0 144 0', 7],
            ['0 0 208', 3],
            ['0 144 0', 5],
          ],
        ],
      ],
      3,
    ),
  )('is what is made of the frames afterwards: %s', async (_what, frames, durationMs, expected) => {
    verifies('record.live-video');
    const { done, output, pictures } = await live(frames, durationMs);
    const after = join(folder, `after-${made}.mp4`);
    const form = { type: 'jpg' as const, canvas: { width: 320, height: 200 }, fps: 25 };
    const asked = { ...form, pictures, durationMs, output: after, maxBytes: 1e8, deadlineMs: 60_000 };
    const { sha256: _, bytes: __, ...written } = await encodeVideo(asked);
    expect(done).toMatchObject(written);
    expect(probe(output)).toEqual(probe(after));
    expect(runs(colors(output))).toEqual(runs(colors(after)));
    expect(runs(colors(output))).toEqual(expected);
    expect(boxes(output).slice(0, 2)).toEqual(['ftyp', 'moov']);
  });

  test.each(
    sampleOf<[string, readonly Shown[], { maxBytes?: number }]>([
      [
        'a picture of another size',
        [
          [0, RED],
          [400, GREEN, 640],
        ],
        {},
      ],
      [
        'a picture that comes when later ones are encoded',
        [
          [0, RED],
          [800, GREEN],
          [1500, RED],
          [400, BLUE],
        ],
        {},
      ],
      [
        'more bytes than the recording may have',
        [
          [0, RED],
          [400, GREEN],
        ],
        { maxBytes: 100 },
      ],
      [
        'a last picture whose frame is taken',
        [
          [0, RED],
          [960, GREEN],
          [1000, RED],
          [1600, BLUE],
        ],
        {},
      ],
    ]),
  )('is none, and leaves nothing: %s', async (_what, frames, more) => {
    const { done, output } = await live(frames, 1000, more);
    expect(done).toBeUndefined();
    expect(readdirSync(folder).filter((name) => name.includes(basename(output)))).toEqual([]);
  });
});

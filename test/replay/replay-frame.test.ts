import { expect, test } from 'vitest';
import type { RecordingEvent } from '../../src/core/vocabulary/recording.js';
import type { KeyFrame } from '../../src/replay/key-frames.js';
import { recordingTimeline } from '../../src/replay/recording-timeline.js';
import { frameFor, frameOfStep, frameWithin, replayFrames } from '../../src/replay/replay-frame.js';
import { verifies } from '../requirements.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();
const navigated = (ms: number, url: string): RecordingEvent => ({
  kind: 'log',
  at: at(ms),
  entry: { at: at(ms), kind: 'navigation', level: 'info', text: `navigated to ${url}`, url },
});

test('each frame names the address that it shows, not the one that came before the next frame', () => {
  verifies('replay.key-frames');
  const timeline = recordingTimeline(
    [navigated(0, 'http://a/'), navigated(2000, 'http://a/b'), navigated(3050, 'http://a/c')],
    START,
    5000,
  );
  const frames = [0, 2300, 3000, 4000].map((tMs, sample): KeyFrame => ({ sample, tMs, reasons: [], steps: [] }));
  expect(replayFrames(frames, [], timeline).map(({ url }) => url)).toEqual([
    'http://a/',
    'http://a/b',
    'http://a/c',
    'http://a/c',
  ]);
});

test('a text is shown by a frame that was taken while it was there, or by none', () => {
  verifies('replay.flow');
  const frames = [0, 2300, 6000].map((tMs, sample): KeyFrame => ({ sample, tMs, reasons: [], steps: [] }));
  expect(frameWithin(frames, 0)).toEqual({ frame: 1 });
  expect(frameWithin(frames, 1800, 5000)).toEqual({ frame: 2 });
  expect(frameWithin(frames, 2350)).toEqual({ frame: 3 });
  // The last picture may come up a moment before the page tells what is in it.
  expect(frameWithin(frames, 6100)).toEqual({ frame: 3 });
  // It was gone again before the next frame: the one before cannot show it.
  expect(frameWithin(frames, 3000, 5500)).toEqual({});
});

test('a step whose own frame made room is shown by none, and what it caused by the frame that stood then', () => {
  verifies('replay.flow', 'replay.key-frames');
  const frame = (tMs: number, steps: number[], passed?: number[]): KeyFrame => ({
    sample: 0,
    tMs,
    reasons: ['step'],
    steps,
    ...(passed ? { passed } : {}),
  });
  const frames = [frame(0, []), frame(5000, [0, 1]), frame(20_000, [2, 3, 4], [2, 3])];
  expect([1, 2, 3, 5].map((step) => frameOfStep(frames, step))).toEqual([{ frame: 2 }, { frame: 2 }, {}, { frame: 3 }]);
  expect(frameFor(frames, 5600, 3)).toEqual({ frame: 2 });
  expect(frameFor(frames, 19_000, 5)).toEqual({ frame: 3 });
});

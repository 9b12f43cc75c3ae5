import { expect, test } from 'vitest';
import type { KeyFrame } from '../../src/capture/key-frames.js';
import type { RecordingEvent } from '../../src/core/vocabulary/recording-event.js';
import { recordingTimeline } from '../../src/guidance/recording-timeline.js';
import { frameWithin, replayFrames } from '../../src/runner/replay/replay-frame.js';
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

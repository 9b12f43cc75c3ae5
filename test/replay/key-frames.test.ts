import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseKeyFrames, findBursts, type KeyFrameRequest, NEAR_SHARE } from '../../src/replay/key-frames.js';
import { verifies } from '../requirements.js';

/** A recording as the looks of its samples: equal numbers look the same, their distance is the share that differs. */
function request(looks: readonly [tMs: number, look: number][], more: Partial<KeyFrameRequest> = {}): KeyFrameRequest {
  const values = looks.map(([, look]) => look);
  const differ = (one: number, other: number) => Math.min(1, Math.abs((values[one] ?? 0) - (values[other] ?? 0)));
  return {
    times: looks.map(([tMs]) => tMs),
    shares: values.map((_, index) => (index === 0 ? 1 : differ(index - 1, index))),
    steps: [],
    moments: [],
    max: 8,
    differ,
    ...more,
  };
}

describe('key frames', () => {
  test.each<[string, [number, number][], Partial<KeyFrameRequest>, [number, string][]]>([
    ['of a page that stands still is one', [[0, 0]], {}, [[0, 'first,last']]],
    [
      'show a menu that opened, not the moment it opens',
      [
        [0, 0],
        [2000, 0.01],
        [2100, 0.03],
        [2200, 0.05],
      ],
      {},
      [
        [0, 'first'],
        [2200, 'settled,last'],
      ],
    ],
    [
      'show the page as it stood before a big change',
      [
        [0, 0],
        [1000, 0.01],
        [3000, 0.5],
      ],
      {},
      [
        [0, 'first'],
        [1000, 'settled,before'],
        [3000, 'settled,last'],
      ],
    ],
    [
      'leave out a state of passage',
      [
        [0, 0],
        [1000, 0.02],
        [1400, 0.05],
        [3000, 0.06],
      ],
      {},
      [
        [0, 'first'],
        [1400, 'settled'],
        [3000, 'settled,last'],
      ],
    ],
    [
      'show the state after each step as it stood when the next began',
      [
        [0, 0],
        [1100, 0.02],
        [1900, 0.03],
        [3100, 0.05],
      ],
      {
        steps: [
          { startMs: 1000, endMs: 1200 },
          { startMs: 3000, endMs: 3050 },
        ],
      },
      [
        [0, 'first'],
        [1100, 'settled'],
        [1900, 'step,settled'],
        [3100, 'step,settled,last'],
      ],
    ],
    [
      'show a step that changed nothing with the frame before it',
      [
        [0, 0],
        [1100, 0.02],
      ],
      {
        steps: [
          { startMs: 1000, endMs: 1200 },
          { startMs: 3000, endMs: 3050 },
        ],
      },
      [
        [0, 'first'],
        [1100, 'step,settled,last'],
      ],
    ],
    [
      'show the middle of a long movement',
      Array.from({ length: 31 }, (_, i): [number, number] => [i * 100, i * 0.01]),
      {},
      [
        [0, 'first,before'],
        [1500, 'moving'],
        [3000, 'settled,last'],
      ],
    ],
  ])('%s', (_name, looks, more, expected) => {
    verifies('replay.key-frames');
    const frames = chooseKeyFrames(request(looks, more));
    expect(frames.map(({ tMs, reasons }) => [tMs, reasons.join(',')])).toEqual(expected);
  });

  test('that are left out hand their steps to the next one', () => {
    verifies('replay.key-frames');
    const looks = Array.from({ length: 6 }, (_, i): [number, number] => [i * 1000, i * 0.02]);
    const steps = looks.slice(1).map(([tMs]) => ({ startMs: tMs - 10, endMs: tMs }));
    const frames = chooseKeyFrames(request(looks, { steps, max: 3 }));
    expect(frames.map(({ tMs }) => tMs)).toHaveLength(3);
    expect(frames.flatMap((frame) => frame.steps).sort()).toEqual([0, 1, 2, 3, 4]);
    expect([frames[0]?.tMs, frames.at(-1)?.tMs]).toEqual([0, 5000]);
  });

  test('keep their rules whatever is recorded', () => {
    verifies('replay.key-frames');
    const recording = fc
      .array(fc.record({ wait: fc.integer({ min: 20, max: 3000 }), look: fc.integer({ min: 0, max: 20 }) }), {
        minLength: 1,
        maxLength: 60,
      })
      .map((parts) => {
        let tMs = 0;
        return parts.map(({ wait, look }, index): [number, number] => {
          if (index > 0) tMs += wait;
          return [tMs, look / 20];
        });
      });
    const times = fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(recording, times, times, fc.integer({ min: 1, max: 40 }), (looks, starts, moments, max) => {
        const steps = starts.sort((a, b) => a - b).map((startMs) => ({ startMs, endMs: startMs + 50 }));
        const asked = request(looks, { steps, moments, max });
        const frames = chooseKeyFrames(asked);
        expect(frames.length).toBeGreaterThan(0);
        expect(frames.length).toBeLessThanOrEqual(max);
        const samples = frames.map(({ sample }) => sample);
        expect(samples).toEqual([...new Set(samples)].sort((a, b) => a - b));
        if (max > 1) expect(samples[0]).toBe(0);
        expect(new Set(frames.flatMap((frame) => frame.steps))).toEqual(new Set(steps.keys()));
        for (const [index, sample] of samples.slice(1).entries())
          if (max === 40) expect(asked.differ(samples[index] ?? 0, sample)).toBeGreaterThanOrEqual(NEAR_SHARE);
        if (max > 1) expect(asked.differ(samples.at(-1) ?? 0, looks.length - 1)).toBeLessThan(NEAR_SHARE);
      }),
      { numRuns: 300 },
    );
  });
});

test.each<[string, number[], number[], { from: number; to: number }[]]>([
  ['nothing', [0, 100, 200], [1, 0, 0.0001], []],
  ['changes close together are one', [0, 100, 200, 500], [1, 0.01, 0.01, 0.01], [{ from: 0, to: 3 }]],
  [
    'changes far apart are two',
    [0, 100, 401],
    [1, 0.01, 0.01],
    [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ],
  ],
])('bursts: %s', (_name, times, shares, expected) => {
  verifies('replay.key-frames');
  expect(findBursts(times, shares)).toEqual(expected);
});

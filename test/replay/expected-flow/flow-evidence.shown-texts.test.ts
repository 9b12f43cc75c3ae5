import { expect, test } from 'vitest';
import { shownTexts } from '../../../src/replay/expected-flow/flow-evidence.js';
import type { RecordingTimeline } from '../../../src/replay/recording-timeline.js';
import { verifies } from '../../requirements.js';

const went = (atMs: number, url: string): RecordingTimeline['logs'][number] => ({
  atMs,
  entry: { at: '2026-01-01T00:00:00.000Z', kind: 'navigation', level: 'info', text: '', url },
});
const ENDLESS = Number.POSITIVE_INFINITY;

test.each<[string, [number, string[], string[]?][], [number, string][], [string, number, number][]]>([
  ['stays', [[10, ['Hello']]], [[0, 'http://a/']], [['Hello', 10, ENDLESS]]],
  [
    'is replaced by the same with another number',
    [
      [10, ['2 items left', 'Hello']],
      [50, ['1 item left']],
    ],
    [],
    [
      ['2 items left', 10, 50],
      ['Hello', 10, ENDLESS],
      ['1 item left', 50, ENDLESS],
    ],
  ],
  [
    'goes, and nothing takes its place',
    [
      [10, ['Saved', 'Hello']],
      [50, [], ['Saved']],
    ],
    [],
    [
      ['Saved', 10, 50],
      ['Hello', 10, ENDLESS],
    ],
  ],
  [
    'is told again',
    [
      [10, ['Saved']],
      [50, ['Saved']],
    ],
    [],
    [
      ['Saved', 10, 50],
      ['Saved', 50, ENDLESS],
    ],
  ],
  [
    'bare numbers replace nothing',
    [
      [10, ['4']],
      [50, ['5']],
    ],
    [],
    [
      ['4', 10, ENDLESS],
      ['5', 50, ENDLESS],
    ],
  ],
  [
    'another page is gone to',
    [[10, ['Hello']]],
    [
      [0, 'http://a/'],
      [40, 'http://a/b'],
    ],
    [['Hello', 10, 40]],
  ],
  [
    'only the fragment changes',
    [[10, ['Hello']]],
    [
      [0, 'http://a/'],
      [40, 'http://a/#/active'],
    ],
    [['Hello', 10, ENDLESS]],
  ],
])('a text that %s', (_name, texts, logs, expected) => {
  verifies('replay.flow-lasting');
  const shown = shownTexts({
    texts: texts.map(([atMs, lines, gone]) => ({ atMs, texts: lines, gone })),
    logs: logs.map(([atMs, url]) => went(atMs, url)),
  });
  expect(shown.map(({ text, atMs, untilMs }) => [text, atMs, untilMs])).toEqual(expected);
});

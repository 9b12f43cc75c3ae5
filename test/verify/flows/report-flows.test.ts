import { expect, test } from 'vitest';
import type { FrameEntry } from '../../../src/core/vocabulary/recording.js';
import type { ReportMoment } from '../../../src/core/vocabulary/report-model.js';
import { chooseFrames, recordedMoments } from '../../../src/verify/flows/report-flows.js';
import { finding } from '../../checks/workflow-samples.js';
import { verifies } from '../../requirements.js';

const record = { started_at: '2026-11-30T10:00:00.000Z', duration_ms: 5000 };
const at = (ms: number) => new Date(Date.parse(record.started_at) + ms).toISOString();
const log = (when: unknown, text: string, kind = 'console') =>
  JSON.stringify({ kind: 'log', at: when, entry: { at: when, kind, level: 'error', text } });
const step = (when: unknown, detail: string) => {
  const line = {
    timestamp: when,
    duration_ms: 1,
    recording_id: null,
    page_id: 'p1',
    action: 'click',
    target_type: 'role',
  };
  return JSON.stringify({
    kind: 'step',
    at: when,
    line: {
      ...line,
      success: true,
      detail,
      input_args: {},
      console_errors: [],
      screenshot_ref: null,
      frame: null,
      url: null,
    },
  });
};

test('a log that is broken or lies about its times is told whole, each moment within the recording', () => {
  verifies('report.recording');
  const lines = [
    step(at(400), 'clicks'),
    '{"kind":"log","at":"2026-11-30T10:00:00.500Z","entry":{"at":"',
    'no JSON at all',
    '\u0000\u001b]0;title\u0007',
    '[]',
    'null',
    '{"kind":"log"}',
    '{"__proto__":{"kind":"log"}}',
    log(null, 'no time'),
    log(12, 'a number'),
    log('yesterday', 'no date'),
    log('', 'empty'),
    log('NaN', 'not a number'),
    log(at(600), 'in time'),
    log('+275760-09-13T00:00:00.000Z', 'the last day there is'),
    log('-271821-04-20T00:00:00.000Z', 'the first one'),
    log('9'.repeat(5000), 'a long one'),
    log(at(900), 'GET /stock', 'failed_request'),
    `${log(at(950), 'cut off').slice(0, -9)}`,
  ];
  const found = [
    finding('page_error', { at_ms: 1e300, text: 'found late' }),
    finding('frozen', { at_ms: 0, text: 'found' }),
  ];
  expect(recordedMoments(lines.join('\n'), record, found)).toEqual({
    moments: [
      { at_ms: 0, kind: 'error', text: 'the first one' },
      { at_ms: 0, kind: 'error', text: 'a long one' },
      { at_ms: 0, kind: 'finding', text: 'found' },
      { at_ms: 400, kind: 'step', text: 'clicks' },
      { at_ms: 400, kind: 'error', text: 'no date' },
      { at_ms: 400, kind: 'error', text: 'empty' },
      { at_ms: 400, kind: 'error', text: 'not a number' },
      { at_ms: 600, kind: 'error', text: 'in time' },
      { at_ms: 900, kind: 'request', text: 'GET /stock' },
      { at_ms: 5000, kind: 'error', text: 'the last day there is' },
      { at_ms: 5000, kind: 'finding', text: 'found late' },
    ],
  });
  // A recording whose own beginning is no time, and an empty one.
  expect(recordedMoments(log(at(1), 'x'), { ...record, started_at: '?' }, [])).toEqual({
    moments: [{ at_ms: 0, kind: 'error', text: 'x' }],
  });
  expect(recordedMoments('', record, [])).toEqual({ moments: [] });
});

test('of too many moments findings and steps stay, and how many are left out is told', () => {
  verifies('report.nothing-hidden');
  const errors = Array.from({ length: 400 }, (_, index) => log(at(index), `boom ${index}`));
  const told = recordedMoments([...errors, step(at(4000), 'pays')].join('\n'), record, [
    finding('dead_click', { at_ms: 4500 }),
  ]);
  expect(told.left).toBe(202);
  expect(told.moments).toHaveLength(200);
  expect(told.moments.slice(-2).map(({ kind, at_ms }) => [kind, at_ms])).toEqual([
    ['step', 4000],
    ['finding', 4500],
  ]);
});

const entry = (t_ms: number, picture: string): FrameEntry => ({
  ...{ t_ms, file: `${String(t_ms).padStart(6, '0')}.jpg`, bytes: 1, width: 9, height: 9 },
  sha256: picture.repeat(64),
});
const moment = (at_ms: number, kind: ReportMoment['kind']): ReportMoment => ({ at_ms, kind, text: '' });

test('key frames show beginning, end, what went wrong and what each step did, each picture once', () => {
  verifies('report.key-frames');
  const entries = [entry(0, 'a'), entry(900, 'b'), entry(1800, 'a'), entry(2500, 'c'), entry(4000, 'd')];
  const moments = [moment(500, 'step'), moment(1000, 'step'), moment(2600, 'error'), moment(2700, 'finding')];
  expect(chooseFrames(entries, moments, 5000).map((one) => [one.at_ms, one.entry.t_ms])).toEqual([
    [0, 0],
    [1000, 900],
    [2700, 2500],
    [5000, 4000],
  ]);
  // As many as there is room for; nothing where there are none, and none of what is before the first.
  const many = Array.from({ length: 30 }, (_, index) => entry(index * 100, (index % 16).toString(16)));
  const steps = many.map(({ t_ms }) => moment(t_ms, 'step'));
  expect(chooseFrames(many, steps, 3000)).toHaveLength(8);
  expect(chooseFrames([], moments, 5000)).toEqual([]);
  expect(chooseFrames([entry(300, 'a')], [], 5000).map(({ at_ms }) => at_ms)).toEqual([0]);
});

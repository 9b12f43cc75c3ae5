import { describe, expect, test } from 'vitest';
import type { RecordingEvent } from '../../src/core/vocabulary/recording.js';
import type { LogEntry } from '../../src/core/vocabulary/screenshot.js';
import type { SeenPictures } from '../../src/replay/recording-timeline.js';
import { recordingTimeline } from '../../src/replay/recording-timeline.js';
import { findProblems } from '../../src/replay/replay-findings.js';
import { verifies } from '../requirements.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();
const log = (ms: number, entry: Partial<LogEntry> & Pick<LogEntry, 'kind' | 'text'>): RecordingEvent => ({
  kind: 'log',
  at: at(ms),
  entry: { at: at(ms), level: 'error', ...entry },
});
const step = (ms: number, action: 'click' | 'fill' | 'assert_text', success = true): RecordingEvent => ({
  kind: 'step',
  at: at(ms),
  line: {
    timestamp: at(ms),
    duration_ms: 100,
    recording_id: 'rec',
    page_id: 'page',
    action,
    target_type: 'role',
    success,
    detail: 'button "Pay"',
    input_args: {},
    console_errors: [],
    screenshot_ref: null,
    frame: null,
    url: null,
  },
});
const press = (ms: number): RecordingEvent => ({
  kind: 'press',
  at: at(ms),
  box: { x: 100, y: 100, width: 80, height: 30 },
});
const aside = (ms: number, x: number): RecordingEvent => ({
  kind: 'aside',
  at: at(ms),
  boxes: [{ x, y: 20, width: 200, height: 40 }],
});
const activity = (ms: number): RecordingEvent => ({ kind: 'activity', at: at(ms), what: 'dom' });

const MOVING: SeenPictures = {
  changedShare: () => 0,
  moved: () => false,
  blank: [],
  still: [
    { fromMs: 0, toMs: 500 },
    { fromMs: 700, toMs: 10_000 },
  ],
};
const problems = (
  events: RecordingEvent[],
  pictures: Partial<SeenPictures> = {},
  endedBy: 'stopped' | 'app_exited' | undefined = 'stopped',
) =>
  findProblems({ timeline: recordingTimeline(events, START, 10_000), pictures: { ...MOVING, ...pictures }, endedBy });
const kinds = (...args: Parameters<typeof problems>) =>
  problems(...args).map(({ kind, at_ms, step: number }) => [kind, at_ms, number ?? null]);

describe('a press', () => {
  test.each<[string, RecordingEvent[], Partial<SeenPictures>, unknown[]]>([
    ['that came to nothing is named', [step(1000, 'click'), press(1050)], {}, [['dead_click', 1050, 1]]],
    [
      'is not saved by a message that goes after its time, neither in the document nor in the picture',
      [step(1000, 'click'), press(1050), aside(1200, 500)],
      { changedShare: (_fromMs, _toMs, except) => (except.some(({ x }) => x < 500 && x > 480) ? 0 : 0.01) },
      [['dead_click', 1050, 1]],
    ],
    [
      'that changed the picture elsewhere than where the message went is alive',
      [step(1000, 'click'), press(1050), aside(1200, 500)],
      { changedShare: () => 0.01 },
      [],
    ],
    ['that changed the document is alive', [step(1000, 'click'), press(1050), activity(1200)], {}, []],
    [
      'is not saved by what happened before it',
      [step(1000, 'click'), activity(1040), press(1050)],
      {},
      [['dead_click', 1050, 1]],
    ],
    [
      'is not saved by a page that is drawn late after it was scrolled to the button',
      [step(1000, 'click'), activity(1020), press(1050)],
      { changedShare: (fromMs) => (fromMs < 1200 ? 0.5 : 0) },
      [['dead_click', 1050, 1]],
    ],
    [
      'that changed the picture at once is alive',
      [step(1000, 'click'), press(1050)],
      { changedShare: (fromMs) => (fromMs < 1200 ? 0.5 : 0) },
      [],
    ],
    [
      'that changed the picture elsewhere is alive',
      [step(1000, 'click'), press(1050)],
      { changedShare: () => 0.01 },
      [],
    ],
    [
      'that said something is alive',
      [step(1000, 'click'), press(1050), log(1100, { kind: 'console', level: 'info', text: 'hi' })],
      {},
      [],
    ],
    ['at the very end cannot be judged', [step(9800, 'click'), press(9850)], {}, []],
    [
      'that was followed at once is judged by the time after it',
      [step(1000, 'click'), press(1010), step(1100, 'fill'), activity(1300)],
      {},
      [],
    ],
    ['that failed is a failed step', [step(1000, 'click', false)], {}, [['failed_step', 1000, 1]]],
    ['in a field to type is no press', [step(1000, 'fill')], {}, []],
  ])('%s', (_name, events, pictures, expected) => {
    verifies('replay.findings');
    expect(kinds(events, pictures)).toEqual(expected);
  });

  test('looks past what was pressed, and what was pressed before it', () => {
    verifies('replay.findings');
    const asked: number[] = [];
    const changedShare: SeenPictures['changedShare'] = (_from, _to, except) => {
      asked.push(except.length);
      return 0;
    };
    problems([step(1000, 'click'), press(1050), activity(1060), step(3000, 'click'), press(3050)], { changedShare });
    expect(asked).toEqual([2]);
  });
});

describe('the log', () => {
  const http = (status: number, type: string) => ({
    kind: 'http_error' as const,
    text: `GET /x: HTTP ${status}`,
    status,
    resource_type: type,
    url: 'http://a/x',
  });
  test.each<[string, RecordingEvent[], unknown[]]>([
    [
      'a console error',
      [step(900, 'click'), activity(950), log(1000, { kind: 'console', text: 'boom' })],
      [['console_error', 1000, 1]],
    ],
    ['a warning is none', [log(1000, { kind: 'console', level: 'warning', text: 'hm' })], []],
    ['a thrown error', [log(1000, { kind: 'page_error', text: 'TypeError' })], [['page_error', 1000, null]]],
    ['an answer 500', [log(1000, http(500, 'fetch'))], [['failed_request', 1000, null]]],
    ['a page that is answered with 404', [log(1000, http(404, 'document'))], [['error_page', 1000, null]]],
    ['a crash', [log(1000, { kind: 'crash', text: 'The page crashed.' })], [['crash', 1000, null]]],
    ['a blocked request is not the app', [log(1000, { kind: 'blocked_request', level: 'warning', text: 'x' })], []],
    [
      'the browser repeats a request that failed',
      [
        log(1000, http(500, 'fetch')),
        log(1001, { kind: 'console', text: 'Failed to load resource: 500', location: 'http://a/x:0:0' }),
      ],
      [['failed_request', 1000, null]],
    ],
    ['an icon nobody named', [log(1000, { ...http(404, 'other'), url: 'http://a/favicon.ico' })], []],
    [
      'a server that speaks for itself',
      [{ kind: 'texts', at: at(1000), texts: ['Error', 'Cannot GET /missing'] }],
      [['error_page', 1000, null]],
    ],
    [
      'a shop that sells 404 cleaner',
      [{ kind: 'texts', at: at(1000), texts: ['Stain remover 404 - not found anywhere else'] }],
      [],
    ],
    ['a page that holds everything up', [{ kind: 'stuck', at: at(6000), ms: 4000 }], [['frozen', 2000, null]]],
  ])('%s', (_name, events, expected) => {
    verifies('replay.findings');
    expect(kinds(events)).toEqual(expected);
  });

  const GAP = { kind: 'stuck' as const, at: at(12_000), ms: 9000 };
  test.each<[string, Partial<Extract<RecordingEvent, { kind: 'stuck' }>>, boolean]>([
    ['with processor time to spare nobody had to wait', { ms: 3500, idle: 0.4, own_ms: 20, held_ms: 0 }, true],
    ['also when its end was not seen', { ms: 3500, idle: 0.4, held_ms: 0 }, true],
    ['the machine slept', { ms: 9000, idle: 0.4, own_ms: 5, held_ms: 8500 }, false],
    ['a crowded machine', { ms: 7000, idle: 0, own_ms: 400, held_ms: 0 }, false],
    ['a very crowded machine', { ms: 20_000, idle: 0.02, own_ms: 450, held_ms: 0 }, false],
    ['a crowded machine, its end not seen', { ms: 7000, idle: 0, held_ms: 0 }, false],
    ['a crowded machine on which a page loads', { ms: 12_000, idle: 0, own_ms: 900, held_ms: 0, loading: true }, false],
    ['a loop by the clock on a crowded machine', { ms: 9000, idle: 0, own_ms: 700, held_ms: 0 }, true],
    ['long work on a crowded machine', { ms: 20_000, idle: 0, own_ms: 3500, held_ms: 0, loading: true }, true],
    ['it waits for an answer on a crowded machine', { ms: 9000, idle: 0, own_ms: 10, held_ms: 0 }, true],
    ['it never came back on a crowded machine', { ms: 9000, idle: 0, held_ms: 0 }, true],
    ['a recording of before', { ms: 4000 }, true],
  ])('a standstill: %s', (_name, more, frozen) => {
    verifies('replay.frozen');
    expect(kinds([{ ...GAP, ...more }])).toEqual(
      frozen ? [['frozen', Math.max(0, 12_000 - (more.ms ?? 0)), null]] : [],
    );
  });

  test('counts what is said again', () => {
    verifies('replay.findings');
    const events = [1000, 2000, 3000].map((ms) => log(ms, { kind: 'console', text: 'boom' }));
    expect(problems(events)).toMatchObject([{ kind: 'console_error', at_ms: 1000, times: 3, said: 'boom' }]);
  });

  test('an app that ended is a crash', () => {
    verifies('replay.findings');
    expect(kinds([], {}, 'app_exited')).toEqual([['crash', 10_000, null]]);
  });
});

describe('the pictures', () => {
  const whole = { still: [{ fromMs: 0, toMs: 10_000 }] };
  test.each<[string, Partial<SeenPictures>, 'stopped' | undefined, unknown[]]>([
    ['one colour for long', { blank: [{ fromMs: 2000, toMs: 4000 }] }, 'stopped', [['blank_page', 2000, null]]],
    ['one colour at the end', { blank: [{ fromMs: 9300, toMs: 10_000 }] }, 'stopped', [['blank_page', 9300, null]]],
    ['one colour between two pages', { blank: [{ fromMs: 2000, toMs: 2900 }] }, 'stopped', []],
    ['one colour while it loads', { blank: [{ fromMs: 0, toMs: 3000 }] }, 'stopped', []],
    ['nothing moves', whole, 'stopped', [['static_video', 0, null]]],
    ['nothing moves in a video', whole, undefined, [['static_video', 0, null]]],
    [
      'somebody thinks',
      {
        still: [
          { fromMs: 0, toMs: 100 },
          { fromMs: 200, toMs: 9000 },
          { fromMs: 9100, toMs: 10_000 },
        ],
      },
      'stopped',
      [],
    ],
    [
      'a video stands still between two movements',
      {
        still: [
          { fromMs: 0, toMs: 100 },
          { fromMs: 200, toMs: 9000 },
          { fromMs: 9100, toMs: 10_000 },
        ],
      },
      undefined,
      [['frozen', 200, null]],
    ],
  ])('%s', (_name, pictures, endedBy, expected) => {
    verifies('replay.findings', 'replay.healthy');
    const found = findProblems({
      timeline: recordingTimeline([], START, 10_000),
      pictures: { ...MOVING, ...pictures },
      endedBy,
    });
    expect(found.map(({ kind, at_ms, step: number }) => [kind, at_ms, number ?? null])).toEqual(expected);
  });
});

describe('a picture of one colour just before the end', () => {
  const clicked = (ms: number, at_rest: boolean): RecordingEvent => {
    const event = step(ms, 'click');
    return event.kind === 'step' ? { ...event, line: { ...event.line, at_rest } } : event;
  };
  const navigation = (ms: number) => log(ms, { kind: 'navigation', text: '', url: 'http://127.0.0.1/next' });
  const looked = step(9850, 'assert_text');
  test.each<[string, RecordingEvent[], number]>([
    ['counts when the page had come to rest', [clicked(9700, true), navigation(9720)], 1],
    ['counts when the page had come to rest before something was looked for', [clicked(9700, true), looked], 1],
    ['may be loading', [clicked(9700, false), navigation(9720)], 0],
    ['may be what comes after a page that was left later', [clicked(9700, true), navigation(9820)], 0],
    ['may be loading when nobody took a step', [navigation(9720)], 0],
  ])('%s', (_name, events, times) => {
    verifies('replay.findings', 'replay.healthy');
    const found = kinds([...events, activity(9730)], { blank: [{ fromMs: 9750, toMs: 10_000 }] });
    expect(found.filter(([kind]) => kind === 'blank_page')).toHaveLength(times);
  });
});

test.each([
  ['soon after a navigation is what the step that navigated led to', 2700, 1],
  ['long after it is what the later step led to', 4000, 2],
])('a blank picture %s', (_when, fromMs, number) => {
  verifies('replay.findings');
  const events = [
    step(1500, 'click'),
    log(1600, { kind: 'navigation', text: '', url: 'http://127.0.0.1/next' }),
    activity(1700),
    step(2600, 'fill'),
    activity(2650),
  ];
  const found = kinds(events, { blank: [{ fromMs, toMs: 9000 }] }).filter(([kind]) => kind === 'blank_page');
  expect(found).toEqual([['blank_page', fromMs, number]]);
});

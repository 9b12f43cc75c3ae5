import { expect, test } from 'vitest';
import type { RecordingEvent } from '../../../src/core/vocabulary/recording.js';
import type { InteractionLine } from '../../../src/core/vocabulary/step.js';
import { flowEvidence } from '../../../src/replay/expected-flow/flow-evidence.js';
import { matchFlow } from '../../../src/replay/expected-flow/match-flow.js';
import { recordingTimeline } from '../../../src/replay/recording-timeline.js';
import { verifies } from '../../requirements.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();
const click = (ms: number, target: Record<string, unknown>): RecordingEvent => {
  const line: InteractionLine = {
    timestamp: at(ms),
    duration_ms: 100,
    recording_id: 'rec',
    page_id: 'page',
    action: 'click',
    target_type: 'selector',
    success: true,
    detail: 'click on it',
    input_args: { target },
    console_errors: [],
    screenshot_ref: null,
    frame: null,
    url: null,
  };
  return { kind: 'step', at: at(ms), line };
};
const press = (ms: number, name: string): RecordingEvent => ({ kind: 'press', at: at(ms), name });

const went = (ms: number, url: string): RecordingEvent => ({
  kind: 'log',
  at: at(ms),
  entry: { at: at(ms), kind: 'navigation', level: 'info', text: '', url },
});
const came = (ms: number, ...texts: string[]): RecordingEvent => ({ kind: 'texts', at: at(ms), texts });

test.each<[string, RecordingEvent[], string]>([
  [
    'open the todos',
    [went(0, 'http://a/index.html'), came(500, 'VanillaJS • TodoMVC', 'Source')],
    'matched navigation',
  ],
  ['open Walk dog', [went(0, 'http://a/'), came(500, 'TodoMVC', 'todos', 'All', 'Walk dog')], 'not_seen'],
  ['open the desk lamp', [went(0, 'http://a/'), came(500, 'Lamps', 'Lamps', 'Desk lamp')], 'not_seen'],
  ['open Walk dog', [went(0, 'http://a/'), went(900, 'http://a/#/done'), came(950, 'Walk dog')], 'not_seen'],
])('a page is gone to by what it is called: %s %#', (expected, events, shown) => {
  verifies('replay.flow-acts');
  const [match] = matchFlow([expected], flowEvidence(recordingTimeline(events, START, 5000)));
  expect(`${match?.status} ${match?.matched_by ?? ''}`.trim()).toBe(shown);
});

test.each<[string, RecordingEvent[], string, string]>([
  [
    'what was pressed is called',
    [click(1000, { selector: '.x9' }), press(1050, 'Check out')],
    'click Check out',
    'step 1',
  ],
  ['a press of another step is called', [click(1000, { x: 1, y: 2 }), press(2000, 'Check out')], 'click Check out', ''],
  ['code calls it', [click(1000, { selector: '#userDropdown' })], 'click the user menu', 'step 1'],
  // Names that are words for parts themselves.
  ['the alerts menu', [click(1000, { selector: '#alertsDropdown' })], 'click the alerts menu', 'step 1'],
  ['the message list', [click(1000, { selector: '#messages' })], 'click the message list', 'step 1'],
  ['the label column', [click(1000, { selector: '#label' })], 'click the label column', 'step 1'],
  ['another menu', [click(1000, { selector: '#userMenu' })], 'click the alerts menu', ''],
])('a step is told by how %s', (_name, events, expected, by) => {
  verifies('replay.flow');
  const [match] = matchFlow([expected], flowEvidence(recordingTimeline(events, START, 5000)));
  expect(match?.matched_by ?? '').toBe(by);
});

test.each<[string, number, string | undefined, number]>([
  ['told before the browser reports where it is', 960, 'http://a/login.html', Number.POSITIVE_INFINITY],
  ['told after that', 1000, 'http://a/login.html', Number.POSITIVE_INFINITY],
  ['of the page before it', 960, undefined, 990],
])('the first texts of a page come after it was gone to: %s', (_name, ms, url, untilMs) => {
  verifies('replay.flow');
  const first: RecordingEvent = { kind: 'texts', at: at(ms), texts: ['Welcome Back!'], ...(url ? { url } : {}) };
  const events = [went(0, 'http://a/'), came(100, 'Shop'), first, went(990, 'http://a/login.html')];
  const evidence = flowEvidence(recordingTimeline(events, START, 5000));
  const matches = matchFlow(['go to the login page', 'see "Welcome Back!"'], evidence);
  expect(matches.map(({ status }) => status)).toEqual(['matched', 'matched']);
  const [gone, text] = ['navigation', 'text'].map((kind) => evidence.findLastIndex((one) => one.kind === kind));
  expect(gone).toBeLessThan(text === undefined || url === undefined ? Number.POSITIVE_INFINITY : text);
  expect(evidence.find((one) => one.text === 'Welcome Back!')?.untilMs).toBe(untilMs);
});

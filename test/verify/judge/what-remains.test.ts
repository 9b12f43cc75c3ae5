import { expect, test } from 'vitest';
import type { GateVerdict } from '../../../src/core/vocabulary/gate.js';
import type { Pair, Region } from '../../../src/core/vocabulary/pair.js';
import { nextCalls, suggestion, verdictLine } from '../../../src/verify/judge/verdict-status.js';
import { whatRemains } from '../../../src/verify/judge/what-remains.js';
import { verifies } from '../../requirements.js';

const region = (severity: Region['severity'], kind: Region['kind'], area: number): Region => ({
  rect: { x: 1, y: 2, width: 3, height: 4 },
  area,
  kind,
  severity,
});

const pair = (screen: string, outcome: Pair['outcome'], ...regions: Region[]): Pair => ({
  screen,
  viewport: 'desktop',
  outcome,
  size: {},
  shifts: [],
  regions,
});

const shot = (screen: string) => ({ screen, viewport: 'desktop', screenshot: { settle: {} } as never });

const green: GateVerdict = {
  stage: 'section',
  passed: true,
  recommendation: 'ready_for_review',
  confidence_score: 100,
  threshold: 94,
  failing_gates: [],
  passing_gates: [],
  not_applicable: [],
  checks: [],
};

const nothing = { verdict: green, compare: undefined, visual: undefined, cells: [], newer: [] };

test('a green verdict names the visible differences that remain, worst first, and noise is none', () => {
  verifies('verify.green-names-rest');
  const compare = {
    pairs: [
      pair(
        'home',
        'match',
        region('minor', 'recolored', 50),
        region('major', 'text', 20),
        region('minor', 'noise', 900),
      ),
      pair('about', 'match', region('major', 'missing', 30)),
    ],
  };
  const remaining = whatRemains({ ...nothing, compare, cells: [shot('home'), shot('about')] });
  expect(remaining.difference_count).toBe(3);
  expect(remaining.differences.map(({ screen, kind }) => [screen, kind])).toEqual([
    ['about', 'missing'],
    ['home', 'text'],
    ['home', 'recolored'],
  ]);
  expect(verdictLine(green, remaining)).toBe(
    'PASS 100 of 100: ready for review, 0 gate(s) hold. 3 visible difference(s) from the designs remain, worst: major at about@desktop.',
  );
  expect(suggestion(green, remaining)).not.toContain('nothing is left');
  expect(nextCalls(green, remaining, 'run-1')[0]).toMatchObject({
    tool: 'codeloop_design_compare',
    arguments: { run_id: 'run-1', detail: 'tiles' },
  });
});

test('regions that a bounded list left out are counted, and noise, which comes last, is not', () => {
  const visible = { ...pair('home', 'match', region('minor', 'text', 5)), region_count: 40 };
  expect(whatRemains({ ...nothing, compare: { pairs: [visible] } }).difference_count).toBe(40);
  const noisy = { ...pair('home', 'match', region('minor', 'text', 5), region('minor', 'noise', 5)), region_count: 40 };
  expect(whatRemains({ ...nothing, compare: { pairs: [noisy] } }).difference_count).toBe(1);
});

test('differences from accepted pictures are shown by the review of these pictures', () => {
  const same = { environment: 'linux', same_environment: true };
  const visual = { pairs: [{ ...pair('home', 'match', region('minor', 'text', 5)), ...same }] };
  const remaining = whatRemains({ ...nothing, visual, cells: [shot('home')] });
  expect(verdictLine(green, remaining)).toContain('1 visible difference(s) from the baselines remain');
  expect(nextCalls(green, remaining, 'run-1')[0]).toMatchObject({ tool: 'codeloop_visual_review' });
});

test('a green without design, baseline, test and flow says what nothing holds, and which call adds it', () => {
  verifies('verify.green-names-unheld');
  const missing = ['design_compare_evidence', 'visual_regression', 'required_tests_pass', 'workflow_evidence'];
  const verdict = { ...green, not_applicable: missing.map((id) => ({ id, reason: 'there are none' })) };
  const remaining = whatRemains({ ...nothing, verdict, cells: [shot('home'), shot('about')] });
  expect(verdictLine(verdict, remaining)).toContain(
    'Not covered: no design or baseline holds the look; no test or flow holds the behaviour.',
  );
  expect(nextCalls(verdict, remaining, 'run-1')[0]).toMatchObject({
    tool: 'codeloop_update_baseline',
    arguments: { screens: ['home', 'about'] },
  });
});

test('more screens than can be named that nothing holds: the call to hold them names none, and takes all', () => {
  verifies('verify.green-names-unheld');
  const cells = (many: number) => Array.from({ length: many }, (_, at) => shot(`screen-${at}`));
  const [few, many] = [20, 37].map((count) => whatRemains({ ...nothing, cells: cells(count) }));
  if (!few || !many) throw new Error('there are two');
  expect([few, many].map(({ unheld_screens: all, unheld_screen_count: count }) => [all.length, count])).toEqual([
    [20, 20],
    [20, 37],
  ]);
  const reason = 'first accepted look';
  expect(nextCalls(green, few, 'run-1')[0]).toEqual({
    tool: 'codeloop_update_baseline',
    arguments: { screens: few.unheld_screens, reason },
    why: 'nothing says how these screens are to look',
  });
  expect(nextCalls(green, many, 'run-1')[0]).toEqual({
    tool: 'codeloop_update_baseline',
    arguments: { reason },
    why: 'nothing says how 37 screens are to look',
  });
});

test('what the settings leave out is said with every verdict', () => {
  verifies('bars.left-out');
  const unheld = (bars: NonNullable<Parameters<typeof whatRemains>[0]['verdict']['bars']>) =>
    whatRemains({ ...nothing, verdict: { ...green, bars } }).unheld;
  expect(unheld({ 'screens./.mask': [], 'screens./.full_page': 'auto', 'stories.exclude': [] })).toEqual([]);
  expect(
    unheld({
      ...{ 'screens./.mask': ['.ad'], 'screens./b.mask': ['time'], 'screens./.full_page': false },
      ...{ 'pages.left_out': ['/a', '/b', '/c', '/d'], 'stories.exceptions': ['skip a'] },
    }),
  ).toEqual([
    'what masks cover on 2 screen(s)',
    'what lies below the window on 1 screen(s) (full_page)',
    '4 page(s) that are no screens (/a, /b, /c, …)',
    'stories that settings or their own parameters leave out',
  ]);
});

test('how much of a picture masks cover at most is said with them', () => {
  verifies('bars.left-out');
  const verdict = { ...green, bars: { 'screens./.mask': ['.ad'] } };
  const covered = [0.02, 0.143].map(
    (masked_ratio) => ({ screen: 'home', viewport: 'desktop', screenshot: { settle: {}, masked_ratio } }) as never,
  );
  expect(whatRemains({ ...nothing, verdict, cells: covered }).unheld).toContain(
    'what masks cover on 1 screen(s), up to 14.3 % of a picture',
  );
});

test('what pages had no answer to is named once, with the kind and how long it was open', () => {
  verifies('capture.open-requests');
  const open = [{ url: 'http://127.0.0.1:4000/api/items', kind: 'fetch', open_ms: 9440, unfinished: false }];
  const waiting = (viewport: string) =>
    ({ screen: 'home', viewport, screenshot: { settle: { open_requests: open } } }) as never;
  const remaining = whatRemains({ ...nothing, cells: [waiting('desktop'), waiting('mobile')] });
  expect(verdictLine(green, remaining)).toContain(
    'what 1 unanswered request(s) would bring (fetch http://127.0.0.1:4000/api/items, open for 9.4 s at home@desktop)',
  );
});

test('answers that the page gets along with, and a part that says that it failed, are told with the verdict', () => {
  verifies('runtime.standing');
  const text = 'GET http://127.0.0.1/api/me: HTTP 401';
  const entry = { at: '2026-11-21T00:00:00.000Z', kind: 'http_error', level: 'info', text } as const;
  const picture = { logs: [{ ...entry, excuse: 'nobody is signed in' }], error_parts: ['Error loading data'] };
  const screenshot = { settle: {}, ...picture } as never;
  const cells = ['desktop', 'mobile'].map((viewport) => ({ screen: 'home', viewport, screenshot }));
  expect(whatRemains({ ...nothing, cells }).unheld).toEqual([
    'no design or baseline holds the look',
    `what 1 answer(s) did not bring (${text}: nobody is signed in, at home@desktop)`,
    'what belongs where 1 part(s) say that they failed ("Error loading data" at home@desktop)',
  ]);
});

test('parts that may be missing are not covered; certain ones are told by their check', () => {
  verifies('capture.waits-alone');
  const unseen = [
    { selector: '#reviews', reason: 'it waits', likely: true },
    { selector: '#late', reason: 'it never shows' },
  ];
  const waiting = (viewport: string) => ({ screen: 'home', viewport, screenshot: { settle: { unseen } } }) as never;
  const remaining = whatRemains({ ...nothing, cells: [waiting('desktop'), waiting('mobile')] });
  expect(verdictLine(green, remaining)).toContain('what may be missing in 1 part(s) (#reviews at home@desktop)');
});

test('some cells without a design are counted, and tests alone hold the behaviour', () => {
  const verdict = { ...green, not_applicable: [{ id: 'workflow_evidence', reason: 'no flows' }] };
  const compare = { pairs: [pair('home', 'match'), pair('late', 'missing-reference')] };
  const remaining = whatRemains({ ...nothing, verdict, compare, cells: [shot('home'), shot('about'), shot('late')] });
  expect(remaining.unheld).toEqual(['2 of 3 cells have neither a design nor a baseline']);
  expect(remaining.unheld_screens).toEqual(['about', 'late']);
});

test('warnings and newer pictures are told, and only a green without any of it leaves nothing', () => {
  const warning = { id: 'layout-likely', title: '', status: 'fail', severity: 'warn', gate: 'layout_sound' } as const;
  const verdict = { ...green, checks: [{ ...warning, problems: [], problem_count: 4, examined: 9 }] };
  const remaining = whatRemains({ ...nothing, verdict, newer: [{ screen: 'home', viewport: 'desktop' }] });
  expect(verdictLine(verdict, remaining)).toContain(
    '1 cell(s) looked otherwise in a newer picture that does not count: run codeloop_verify again. Warnings: layout-likely (4).',
  );
  expect(suggestion(green, whatRemains(nothing))).toBe('Ask a person to review; nothing is left to fix.');
});

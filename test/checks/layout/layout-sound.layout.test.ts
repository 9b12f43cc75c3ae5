import { expect, test } from 'vitest';
import type { LayoutEvidence } from '../../../src/checks/evidence.js';
import layoutAccepted from '../../../src/checks/layout/layout-accepted.js';
import layoutLikely from '../../../src/checks/layout/layout-likely.js';
import layoutSound from '../../../src/checks/layout/layout-sound.js';
import type { LayoutFinding } from '../../../src/core/vocabulary/layout.js';
import type { ExpectedCell } from '../../../src/core/vocabulary/run.js';
import { verifies } from '../../requirements.js';

const finding = (more: Partial<LayoutFinding> = {}): LayoutFinding => ({
  screen: 'home',
  kind: 'covered',
  certainty: 'certain',
  from_width: 690,
  to_width: 720,
  element: { selector: '#buy', source: 'src/Buy.tsx:14' },
  other: { selector: 'div.banner' },
  rect: { x: 24, y: 144, width: 99, height: 39 },
  width: 690,
  what: 'is covered: a press at its middle does not reach it',
  repair: 'Move what lies over it.',
  siblings: [],
  new: true,
  ...more,
});
const expected: ExpectedCell[] = [{ screen: 'home', viewport: 'mobile', url: 'http://127.0.0.1/', width: 375 }];
const evidence = (findings: LayoutFinding[], more: Partial<LayoutEvidence> = {}): LayoutEvidence => ({
  enabled: true,
  conditions: [],
  report: {
    schema_version: 1,
    findings,
    screens: [{ screen: 'home', widths: [320, 375], limits: [], conditions: [], shifts: [], cells: ['mobile#1'] }],
  },
  cells: [{ screen: 'home', viewport: 'mobile' }],
  baseline: { file: '.codeloop/layout.json', accepted: [], committed: true },
  ...more,
});
const accepting = (entry: LayoutEvidence['baseline']['accepted'][number], committed = true) => ({
  baseline: { file: '.codeloop/layout.json', accepted: [entry], committed },
});

test('a certain finding fails, with element, place, widths and what to write to accept it', () => {
  verifies('layout.gate');
  const { status, problems } = layoutSound.run({ layout: evidence([finding()]), expected });
  expect(status).toBe('fail');
  expect(problems).toEqual([
    {
      screen: 'home',
      title: 'Something is covered at 690 to 720 px.',
      text: '#buy is covered: a press at its middle does not reach it\nby div.banner\nto accept it: {"kind":"covered","selector":"#buy","screens":["home"],"reason":"…"}',
      element: '#buy',
      file: 'src/Buy.tsx',
      line: 14,
      fix: 'Move what lies over it. Where it is meant so, a person writes the quoted entry, with a reason, into "accepted" of .codeloop/layout.json and commits it.',
    },
  ]);
});

test('what is the same in every word on several screens is one problem, and what differs is not', () => {
  verifies('layout.gate');
  const { problems } = layoutSound.run({
    layout: evidence([
      finding(),
      finding({ screen: 'cart', rect: { x: 24, y: 400, width: 99, height: 39 } }),
      finding({ screen: 'cart', to_width: 700 }),
      finding({ screen: 'cart', element: { selector: '#buy', source: 'src/Cart.tsx:3' } }),
      finding({ screen: 'cart', siblings: ['#a'] }),
      finding({ screen: 'help', what: 'is covered: a press at its left does not reach it' }),
      finding({ screen: 'help', viewport: 'mobile' }),
      finding({ screen: 'help', other: { selector: '#chat' } }),
      finding({ screen: 'help', new: false }),
      finding({ screen: 'about' }),
    ]),
    expected,
  });
  expect(problems.map(({ screen, also }) => [screen, also])).toEqual([
    ['home', { cart: '', about: '' }],
    ...['cart', 'cart', 'cart', 'help', 'help', 'help', 'help'].map((screen) => [screen, undefined]),
  ]);
  expect(problems[0]?.text).toContain('"screens":["home","cart","about"]');
});

test('what the last green run had too says so, and so do siblings', () => {
  const { problems } = layoutSound.run({
    layout: evidence([finding({ new: false, siblings: ['#a', '#b'] })]),
    expected,
  });
  expect(problems[0]?.title).toBe('Something is covered at 690 to 720 px (3 alike), as in the last green run.');
  expect(problems[0]?.text).toContain('so do #a, #b');
});

test('a likely finding, and what was judged in part, only warn', () => {
  const layout = evidence([finding({ certainty: 'likely' })]);
  expect(layoutSound.run({ layout, expected }).status).toBe('pass');
  const [screen] = layout.report.screens;
  screen?.limits.push('12 controls were not tried at 375 px');
  expect(layoutLikely.run({ layout }).problems.map(({ title }) => title)).toEqual([
    'Something is covered at 690 to 720 px.',
    'The layout of this screen was judged in part.',
  ]);
});

test('what a person accepted passes: the element, on its screens, in its widths', () => {
  verifies('layout.accepted');
  const entry = { kind: 'covered' as const, selector: '#buy', reason: 'the banner leaves' };
  const status = (more: object) =>
    layoutSound.run({ layout: evidence([finding()], accepting({ ...entry, ...more })), expected }).status;
  expect(status({})).toBe('pass');
  expect(status({ screens: ['home'], from_width: 600, to_width: 800 })).toBe('pass');
  expect(status({ screens: ['other'] })).toBe('fail');
  expect(status({ to_width: 700 })).toBe('fail');
  expect(status({ kind: 'clipped' })).toBe('fail');
  expect(status({ viewport: 'mobile' })).toBe('fail');
});

test('a file of accepted layouts that is not committed, or cannot be read, does not count', () => {
  const entry = { kind: 'covered' as const, selector: '#buy', reason: 'the banner leaves' };
  expect(layoutSound.run({ layout: evidence([finding()], accepting(entry, false)), expected }).status).toBe(
    'needs_human',
  );
  const broken = { baseline: { file: '.codeloop/layout.json', accepted: [], committed: true, problem: 'line 3' } };
  expect(layoutSound.run({ layout: evidence([], broken), expected }).status).toBe('fail');
});

test('an accepted layout is shown, and named when it is gone', () => {
  const entry = { kind: 'covered' as const, selector: '#buy', reason: 'the banner leaves' };
  const titles = (findings: LayoutFinding[]) =>
    layoutAccepted.run({ layout: evidence(findings, accepting(entry)) }).problems.map(({ title }) => title);
  expect(titles([finding()])).toEqual(['A layout is accepted as it is.']);
  expect(titles([])).toEqual(['A layout is accepted that is not there any more.']);
});

test('a page that was not judged is no pass', () => {
  verifies('layout.missing');
  const missing = { cells: [{ screen: 'home', viewport: 'mobile', missing: 'the page hung' }] };
  const { status, problems } = layoutSound.run({ layout: evidence([], missing), expected });
  expect([status, problems[0]?.text]).toEqual(['could_not_run', 'the page hung']);
  expect(layoutSound.run({ layout: evidence([], { cells: [] }), expected }).problems[0]?.text).toBe(
    'it was not photographed',
  );
});

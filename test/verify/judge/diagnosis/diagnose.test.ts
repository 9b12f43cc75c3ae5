import { expect, test } from 'vitest';
import type { CheckResult, Problem } from '../../../../src/core/vocabulary/check.js';
import type { Pair, Region } from '../../../../src/core/vocabulary/pair.js';
import { diagnose, focusFirst } from '../../../../src/verify/judge/diagnosis/diagnose.js';
import { verifies } from '../../../requirements.js';

function failed(id: string, problems: readonly Partial<Problem>[], severity: 'block' | 'warn' = 'block'): CheckResult {
  return {
    id,
    title: id,
    status: 'fail',
    severity,
    gate: 'g',
    problems: problems.map((problem) => ({ title: `${id}.`, ...problem })),
    problem_count: problems.length,
    examined: 1,
  };
}
const region = (part: Partial<Region>): Region => ({
  rect: { x: 1, y: 2, width: 80, height: 32 },
  area: 2560,
  kind: 'missing',
  severity: 'critical',
  ...part,
});
const pair = (viewport: string, ...regions: Region[]): Pair => ({
  screen: 'cart',
  viewport,
  outcome: 'mismatch',
  threshold: 0.95,
  size: {},
  shifts: [],
  regions,
});
const of = (checks: readonly CheckResult[], pairs: readonly Pair[] = []) =>
  diagnose({ checks, pairs, blockOnSeverity: 'critical' });

test('the same problem on several screens and viewports is one issue', () => {
  verifies('diagnose.grouped');
  const [issue, ...more] = of([
    failed('page-errors', [
      { screen: 'home', viewport: 'mobile, desktop', text: 'TypeError: x is undefined at a.js:1:2' },
      { screen: 'cart', viewport: 'mobile', text: 'TypeError: x is undefined at a.js:1:2' },
    ]),
  ]);
  expect(more).toEqual([]);
  expect(issue).toMatchObject({
    category: 'runtime',
    severity: 'critical',
    screens: ['home', 'cart'],
    viewports: ['mobile', 'desktop'],
    evidence: [{ text: 'TypeError: x is undefined at a.js:1:2' }],
    verify_with: {
      tool: 'codeloop_verify',
      arguments: { screens: ['home', 'cart'], viewports: ['mobile', 'desktop'] },
    },
  });
});

test('an element that differs at three viewports is one issue, with its properties and the cheapest call', () => {
  const element = { selector: '#pay', role: 'button', name: 'Pay' };
  const properties = [{ property: 'background-color', expected: '#00aa77', actual: '#777777' }];
  const changed = region({ kind: 'recolored', element, properties });
  const [issue, ...more] = of([failed('design-regions', [{}])], [pair('mobile', changed), pair('desktop', changed)]);
  expect(more).toEqual([]);
  expect(issue).toMatchObject({
    severity: 'critical',
    title: 'Something is recolored on cart (background-color).',
    element,
    properties,
    viewports: ['mobile', 'desktop'],
    verify_with: { arguments: { screens: ['cart'], viewports: ['mobile', 'desktop'], skip_tests: true } },
  });
});

test('regions below what blocks are told and hold up nothing, noise is not told', () => {
  const found = of([], [pair('mobile', region({ severity: 'minor', kind: 'moved' }), region({ kind: 'noise' }))]);
  expect(found.map(({ severity }) => severity)).toEqual(['info']);
});

test('what follows from a root failure is folded under it', () => {
  verifies('diagnose.roots');
  const said = 'Error: cannot load the basket of this user';
  const found = of(
    [
      failed('console-errors', [{ screen: 'cart', viewport: 'mobile', text: `caught ${said}` }]),
      failed('failed-requests', [
        { screen: 'cart', viewport: 'mobile', text: 'HTTP 500', url: 'http://localhost:1/api/basket' },
      ]),
      failed('page-errors', [{ screen: 'cart', viewport: 'mobile', text: said }]),
      failed('screenshots-painted', [{ screen: 'cart', viewport: 'mobile' }]),
      failed('flows-replayed', [{ flow: 'buy', viewport: 'mobile', text: 'asked http://localhost:1/api/basket: 500' }]),
      failed('design-score', [{ screen: 'cart', viewport: 'mobile' }]),
    ],
    [pair('mobile', region({}))],
  );
  expect(found.map(({ title, consequences }) => [title, consequences.map((one) => one.title)])).toEqual([
    ['page-errors.', ['console-errors.', 'screenshots-painted.']],
    ['failed-requests.', ['flows-replayed.']],
    ['Something is missing on cart.', ['design-score.']],
  ]);
});

test('what has nothing to do with each other stays apart', () => {
  const found = of([
    failed('page-errors', [{ screen: 'home', viewport: 'mobile', text: 'Error: the one thing that went wrong' }]),
    failed('console-errors', [{ screen: 'cart', viewport: 'mobile', text: 'Error: another thing went wrong' }]),
    failed('screenshots-painted', [{ screen: 'cart', viewport: 'desktop' }]),
  ]);
  expect(found.map(({ consequences }) => consequences)).toEqual([[], [], []]);
});

test('what makes the rest hard to judge comes first, then what is worse, then what concerns more', () => {
  const found = of([
    failed('tests-pass', [{ text: 'adds', file: 'test/a.test.ts', line: 3 }]),
    failed('blocked-requests', [{}], 'warn'),
    failed('build-succeeds', [{ text: 'TS2304', file: 'src/a.ts', line: 1 }]),
    failed('assets-loaded', [{}], 'warn'),
    failed('console-errors', [
      { screen: 'a', viewport: 'x', text: '1' },
      { screen: 'b', viewport: 'x, y', text: '2' },
    ]),
    failed('evidence-fresh', [{}]),
  ]);
  expect(found.map(({ id, severity }) => [id.replace(/-[0-9a-f]{6}$/, ''), severity])).toEqual([
    ['evidence-fresh', 'blocker'],
    ['build-succeeds', 'blocker'],
    ['console-errors', 'critical'],
    ['console-errors', 'critical'],
    ['tests-pass', 'critical'],
    ['assets-loaded', 'warning'],
    ['blocked-requests', 'info'],
  ]);
  expect(found[2]?.screens).toEqual(['b']);
});

test('issues in the files somebody works on come first, and ids stay the same', () => {
  const checks = [
    failed('build-succeeds', [{ text: 'x', file: 'src/a.ts', line: 1 }]),
    failed('tests-pass', [{ text: 'y', file: 'test/b.test.ts', line: 2 }]),
  ];
  expect(focusFirst(of(checks), ['test/b.test.ts'])[0]).toMatchObject({ file: 'test/b.test.ts', line: 2 });
  expect(of(checks).map(({ id }) => id)).toEqual(of([...checks].reverse()).map(({ id }) => id));
});

import { expect, test } from 'vitest';
import type { CheckResult, Problem } from '../../../../src/core/vocabulary/gate.js';
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

test.each([
  ['the port', 'GET http://localhost:5173/api failed', 'GET http://127.0.0.1:41234/api failed', true],
  ['the port, bare', 'connect ECONNREFUSED 127.0.0.1:8080', 'connect ECONNREFUSED 127.0.0.1:8081', true],
  ['a socket', 'WebSocket to ws://app.localhost:1/ closed', 'WebSocket to ws://[::1]:24678/ closed', true],
  ['the time', 'Failed at 2026-11-29T14:52:42.120Z', 'Failed at 2026-12-01T08:00:01Z', true],
  ['the clock', 'It is 9:05:01 pm', 'It is 12:31', true],
  ['milliseconds since 1970', 'stamp 1764427962', 'stamp 1764427963120', true],
  ['pixels', 'The page is 1413 px wide: it overflows.', 'The page is 1409.5 px wide: it overflows.', true],
  ['a duration', 'timeout of 5000 ms exceeded', 'timeout of 4998 ms exceeded', true],
  ['a count of a whole', '34 of 40 rows are not seen', '33 of 41 rows are not seen', true],
  ['a hash', 'chunk app-3f2a91bc0d.js', 'chunk app-77e0c1aa19.js', true],
  [
    'a stack',
    'Error: boom\n    at f (http://localhost:1/a.js:1:172)',
    'Error: boom\n    at g (http://localhost:2/a.js:9:1)',
    true,
  ],
  ['the status', 'The page answered with HTTP 404.', 'The page answered with HTTP 500.', false],
  ['the path', 'GET http://localhost:5173/a failed', 'GET http://localhost:5173/b failed', false],
  ['a name with a number', 'field2 is undefined', 'field3 is undefined', false],
  ['another site', 'GET https://example.com:8443/ failed', 'GET https://example.org:8443/ failed', false],
])('the id of an issue whose runs differ by %s', (_what, one, other, same) => {
  verifies('diagnose.stable-ids');
  const [first, second] = [one, other].map((text) => of([failed('page-errors', [{ text }])])[0]?.id);
  expect(first).toMatch(/^page-errors-[0-9a-f]{6}$/);
  expect(second === first).toBe(same);
});

test('issues that only a number tells apart have ids of their own, and a region keeps its id when it moves a little', () => {
  verifies('diagnose.stable-ids');
  const ids = of([failed('page-errors', [{ text: 'in 3 ms' }, { text: 'in 5 ms' }])]).map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  expect(ids[1]).toBe(`${ids[0]}-2`);
  const size = { reference: { width: 300, height: 300 } };
  const at = (x: number) => {
    const seen = { ...pair('mobile', region({ rect: { x, y: 10, width: 40, height: 20 } })), size };
    return of([], [seen])[0]?.id;
  };
  expect([at(12), at(200)]).toEqual([at(10), at(210)]);
  expect(at(200)).not.toBe(at(10));
});

import { describe, expect, test } from 'vitest';
import type { Cell } from '../../src/core/vocabulary/run.js';
import { buildEntries, viewportsOf } from '../../src/report/entries.js';
import { chipsOf } from '../../src/report/findings.js';
import { verifies } from '../requirements.js';
import { cell, check, pair, region, reportPair, sampleModel, screenshot, verdict } from './sample-model.js';

const bare = { verdict: undefined, pairs: [], cells: [] };

describe('order', () => {
  test('failing by critical regions and score, then what could not run, then the good', () => {
    verifies('report.worst-first');
    const pairs = [
      pair('good', 'a'),
      pair('minor', 'a', { outcome: 'mismatch', score: 0.5, regions: [region(0, 0, 1, 1, { severity: 'minor' })] }),
      pair('critical', 'a', { outcome: 'mismatch', score: 0.998, regions: [region(0, 0, 1, 1)] }),
      pair('unreadable', 'a', { outcome: 'unreadable', score: undefined }),
      pair('lonely', 'a', { outcome: 'missing-reference', score: undefined }),
      pair('gone', 'a', { outcome: 'missing-actual', score: undefined }),
      pair('waits', 'a'),
    ].map((of) => reportPair(of));
    pairs[6] = { ...reportPair(pair('waits', 'a')), status: 'needs_human' };
    const expected = ['critical', 'gone', 'minor', 'unreadable', 'waits', 'lonely', 'good'];
    expect(buildEntries(sampleModel({ ...bare, pairs })).map(({ screen }) => screen)).toEqual(expected);
    const turned = sampleModel({ ...bare, pairs: [...pairs].reverse() });
    expect(buildEntries(turned).map(({ screen }) => screen)).toEqual(expected);
  });
});

describe('status', () => {
  const statusOf = (model: Parameters<typeof sampleModel>[0]) =>
    buildEntries(sampleModel({ ...bare, ...model }))[0]?.status;

  test('a pair that was judged otherwise than its outcome keeps the judgement', () => {
    const allowed = { ...reportPair(pair('home', 'a', { outcome: 'size-mismatch' })), status: 'pass' as const };
    expect(statusOf({ pairs: [allowed] })).toBe('pass');
  });

  const captures: [name: string, more: Partial<Cell>, status: string][] = [
    ['unsteady', { screenshot: screenshot('home', { steady: unsteady() }) }, 'could_not_run'],
    ['blank', { screenshot: screenshot('home', { blank: true }) }, 'fail'],
    ['stale', { stale: { reason: 'changed', files: ['a.ts'] } }, 'could_not_run'],
    ['good', {}, 'pass'],
  ];
  test.each(captures)('a matching pair whose capture is %s', (_name, more, status) => {
    expect(statusOf({ pairs: [reportPair(pair('home', 'a'))], cells: [{ cell: cell('home', 'a', more) }] })).toBe(
      status,
    );
  });

  test('a good capture that nothing was compared with is not called a pass', () => {
    expect(statusOf({ cells: [{ cell: cell('home', 'a') }] })).toBe('not_compared');
  });

  test('a blocking problem at its place fails a matching pair, a warning does not', () => {
    const problems = [{ screen: 'home', viewport: 'a', title: 'An error was logged' }];
    const pairs = [reportPair(pair('home', 'a'))];
    const blocking = verdict({ checks: [check('runtime_clean', problems)] });
    const warning = verdict({ checks: [check('runtime_clean', problems, { severity: 'warn' })] });
    expect(statusOf({ pairs, verdict: blocking })).toBe('fail');
    expect(statusOf({ pairs, verdict: warning })).toBe('pass');
  });
});

test('viewports stand by their width, those without a picture last and by name', () => {
  const wide = (screen: string, viewport: string, width: number, ratio = 1) => ({
    cell: cell(screen, viewport, {
      screenshot: screenshot(screen, { size: { width, height: 300 }, device_scale_factor: ratio }),
    }),
  });
  const cells = [
    wide('home', 'desktop', 1440),
    wide('home', 'phone', 1170, 3),
    wide('home', 'tablet', 768),
    wide('cart', 'b-flow', 100),
    { cell: cell('cart', 'zeta', { screenshot: undefined }) },
    { cell: cell('cart', 'alpha', { screenshot: undefined }) },
  ];
  const size = { width: 600, height: 10 };
  const pairs = [reportPair(pair('cart', 'mid', { size: { actual: size } }))];
  expect(viewportsOf(buildEntries(sampleModel({ pairs, cells })))).toEqual([
    ...['b-flow', 'phone', 'mid', 'tablet', 'desktop', 'alpha', 'zeta'],
  ]);
});

test('a problem told once for several screens or viewports, or for a whole screen, counts at each of them', () => {
  verifies('report.one-status');
  const problems = [
    { screen: 'home', viewport: 'a, b', title: 'Uncaught error on the page.', text: 'ReferenceError: x\n  at y' },
    { screen: 'cart', title: 'Uncaught error on the page.' },
    { screen: 'odd', viewport: 'a, b', title: 'Uncaught error on the page.' },
    { screen: 'shop', viewport: 'a', title: 'A flow stopped.', flow: 'buy' },
    { screen: 'menu', viewport: 'a', also: { help: 'b, c', cart: 'a' }, title: 'Uncaught error on the page.' },
  ];
  const places: [string, string][] = [
    ['home', 'a'],
    ['home', 'b'],
    ['home', 'c'],
    ['cart', 'a'],
    // A viewport may be called so: then it is that one.
    ['odd', 'a, b'],
    ['odd', 'a'],
    ['shop', 'a'],
    ['menu', 'a'],
    ['help', 'a'],
    ['help', 'b'],
    ['help', 'c'],
  ];
  const model = sampleModel({
    pairs: places.map(([screen, viewport]) => reportPair(pair(screen, viewport))),
    cells: [],
    verdict: verdict({ checks: [check('runtime_clean', problems)] }),
  });
  const entries = buildEntries(model).map(({ screen, viewport, status, findings }) => [
    `${screen}@${viewport}`,
    status,
    chipsOf(findings)
      .map(({ text }) => text)
      .join(),
  ]);
  expect(entries.toSorted()).toEqual([
    ['cart@a', 'fail', '2 errors'],
    ['help@a', 'pass', ''],
    ['help@b', 'fail', '1 error'],
    ['help@c', 'fail', '1 error'],
    ['home@a', 'fail', '1 error'],
    ['home@b', 'fail', '1 error'],
    ['home@c', 'pass', ''],
    ['menu@a', 'fail', '1 error'],
    ['odd@a, b', 'fail', '1 error'],
    ['odd@a', 'pass', ''],
    ['shop@a', 'pass', ''],
  ]);
});

test('a cell joins its pair, its last counting version wins, and ids are unique', () => {
  const pairs = [
    reportPair(pair('home page', 'a')),
    reportPair(pair('home-page', 'a')),
    reportPair(pair('home page', 'a')),
  ];
  const cells = [1, 3, 2].map((version) => ({ cell: cell('home page', 'a', { version }) }));
  cells.push({ cell: cell('home page', 'a', { version: 4, ad_hoc: true }) });
  const entries = buildEntries(sampleModel({ ...bare, pairs, cells }));
  expect(entries.map(({ id, cell: joined }) => [id, joined?.cell.version])).toEqual([
    ['home-page.a', 3],
    ['home-page.a-2', 3],
    ['home-page.a-3', undefined],
  ]);
});

function unsteady() {
  return {
    settled: false as const,
    frames: 9,
    waited_ms: 10_000,
    moving_region: { x: 0, y: 0, width: 1, height: 1 },
    mask_proposal: '.x',
  };
}

import { expect, test } from 'vitest';
import { buildEntries } from '../../src/report/entries.js';
import { renderHtml } from '../../src/report/render-html.js';
import { check, pair, reportPair, sampleModel, verdict } from './sample-model.js';

const problem = (title: string) => ({ screen: 'home', viewport: 'a', title });
const failing = (gate: string, title: string) => check(gate, [problem(title)]);
const judged = verdict({ checks: [failing('visual_regression', 'changed'), failing('runtime_clean', 'noisy')] });
const design = reportPair(pair('home', 'a'));
const accepted = {
  ...reportPair(pair('home', 'a', { outcome: 'mismatch', score: 0.9 })),
  against: 'baseline' as const,
};
const titlesOf = (pairs: (typeof design)[]) =>
  buildEntries(sampleModel({ verdict: judged, pairs, cells: [] })).map(({ pair: of, problems }) => [
    of?.against,
    problems.map(({ problem: { title } }) => title),
  ]);

test('a place with design and baseline has an entry for each, with its own problems', () => {
  expect(titlesOf([design, accepted])).toEqual([
    // An error is worse than a difference.
    [undefined, ['noisy']],
    ['baseline', ['changed']],
  ]);
});

test('a place with a baseline alone keeps all its problems', () => {
  expect(titlesOf([accepted])).toEqual([['baseline', ['changed', 'noisy']]]);
});

test('the page names the accepted picture as such', () => {
  const html = renderHtml(sampleModel({ verdict: undefined, pairs: [accepted], cells: [] }));
  expect(html).toContain('Accepted picture of home at a');
  expect(html).not.toContain('Reference of home at a');
});

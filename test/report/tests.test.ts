import { expect, test } from 'vitest';
import type { ReportTest } from '../../src/core/vocabulary/report-model.js';
import { renderHtml } from '../../src/report/render-html.js';
import { verifies } from '../requirements.js';
import { picture, sampleModel } from './sample-model.js';

const seen = (look: Partial<ReportTest['look']> = {}, more: Partial<ReportTest> = {}): ReportTest => ({
  screen: 'checkout',
  viewport: 'desktop',
  status: 'pass',
  look: {
    ...{ runner: 'playwright', title: 'shop › pays', place: 'e2e/shop.spec.ts:12', asserted: 'toMatchDesign' },
    ...{ negated: false, holds: true, found: ['checkout@desktop: match'] },
    ...look,
  },
  ...more,
});

/** The part of the page about tests. */
const shown = (...tests: ReportTest[]) => {
  const html = renderHtml(sampleModel({ tests }));
  const start = html.indexOf('<section id="tests"');
  return start < 0 ? '' : html.slice(start, html.indexOf('</section>', start));
};

test('what a test saw is told with its place and what it found, as pictures that count for no gate', () => {
  verifies('matchers.evidence');
  const found = ['checkout@desktop: mismatch', 'major: button "<b>" (#pay): color a -> b'];
  const failed = seen(
    { holds: false, found },
    { status: 'fail', reference: picture('a.png'), actual: picture('b.png'), diff: picture('d.png') },
  );
  const html = shown(failed, seen({ asserted: 'toMatchBaseline', negated: true }));
  for (const part of [
    '2 assertions, 1 of them do not hold',
    'count for no gate',
    'shop › pays',
    'e2e/shop.spec.ts:12',
    'major: button &quot;&lt;b>&quot; (#pay): color a -> b',
    '<figcaption>Expected</figcaption>',
    '<figcaption>Received</figcaption>',
    '<figcaption>Difference</figcaption>',
    'not.',
  ])
    expect(html).toContain(part);
  // What holds is one line.
  expect(html).not.toContain('checkout@desktop: match<');
});

test('a run that no test looked into has no such part', () => {
  expect(shown()).toBe('');
});

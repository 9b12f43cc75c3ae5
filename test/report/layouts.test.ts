import { expect, test } from 'vitest';
import type { LayoutFinding } from '../../src/core/vocabulary/layout.js';
import type { ReportLayout } from '../../src/core/vocabulary/report-model.js';
import { renderHtml } from '../../src/report/render-html.js';
import { verifies } from '../requirements.js';
import { sampleModel } from './sample-model.js';

const finding: LayoutFinding = {
  screen: 'home',
  kind: 'covered',
  certainty: 'certain',
  from_width: 690,
  to_width: 720,
  element: { selector: '#buy<script>', source: 'src/Buy.tsx:14' },
  rect: { x: 24, y: 144, width: 99, height: 39 },
  width: 690,
  what: 'is covered: a press at its middle does not reach it',
  repair: 'Move what lies over it.',
  siblings: ['#a', '#b'],
  new: false,
};

/** The part of the page about layouts. */
const shown = (...layouts: ReportLayout[]) => {
  const html = renderHtml(sampleModel({ layouts }));
  const start = html.indexOf('<section id="layouts"');
  return start < 0 ? '' : html.slice(start, html.indexOf('</section>', start));
};

test('a fault is shown with its widths on a strip, its picture, place and repair', () => {
  verifies('layout.report');
  const picture = { data_uri: 'data:image/png;base64,AAAA', size: { width: 20, height: 10 } };
  const html = shown({ finding, widest: 1440, picture });
  for (const part of [
    '690 to 720 px',
    '<rect class="held" x="690" width="30" height="12"',
    'src="data:image/png;base64,AAAA"',
    'src/Buy.tsx:14',
    'and 2 elements alike',
    ', as in the last green run',
    'Move what lies over it.',
    '#buy&lt;script>',
  ])
    expect(html).toContain(part);
});

test('a single width is still to be seen, and without a fault there is no section', () => {
  const html = shown({ finding: { ...finding, to_width: 690 }, widest: 1440 });
  expect(html).toContain('<rect class="held" x="690" width="14.4" height="12"');
  expect(html).not.toContain('<img');
  expect(shown()).toBe('');
});

test('the picture of a screen carries the boxes of its faults, with their numbers in the list', () => {
  verifies('layout.boxes');
  const model = sampleModel({ layouts: [{ finding, widest: 1440 }] });
  const cells = model.cells.map((cell, index) =>
    index === 0
      ? {
          ...cell,
          picture: { data_uri: 'data:image/png;base64,AAAA', size: { width: 750, height: 600 } },
          faults: [{ rect: { x: 48, y: 288, width: 198, height: 78 }, severity: 'critical' as const, number: 1 }],
        }
      : cell,
  );
  const html = renderHtml({ ...model, pairs: [], cells });
  expect(html).toContain('<rect class="line" x="48" y="288" width="198" height="78"');
  expect(html).toMatch(/dy="0\.35em">\s*L1\s*<\/text>/);
  expect(html).toMatch(/L1 <code>covered<\/code>/);
});

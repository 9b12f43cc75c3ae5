import { describe, expect, test } from 'vitest';
import {
  COMMENT_MARK,
  MAX_COMMENT,
  markdownCode,
  markdownText,
  renderMarkdown,
} from '../../src/report/render-markdown.js';
import { verifies } from '../requirements.js';
import { hostileTexts } from './hostile-text.js';
import { check, pair, reportPair, sampleModel, verdict } from './sample-model.js';

describe('summary', () => {
  test('of a small run', async () => {
    verifies('report.markdown', 'report.worst-first');
    await expect(renderMarkdown(sampleModel())).toMatchFileSnapshot('../golden/report.md');
  });

  test('of a good run', () => {
    const good = verdict({
      passed: true,
      recommendation: 'ready_for_review',
      confidence_score: 100,
      failing_gates: [],
      checks: [],
    });
    const model = sampleModel({ verdict: good, status: 'pass', pairs: [reportPair(pair('home', 'a'))], cells: [] });
    expect(renderMarkdown(model)).toContain('## codeloop: Ready for review (100 of 100, 94 needed)');
    expect(renderMarkdown(model)).toContain('All 1 screenshot hold.');
  });

  test('lists ten of each and says how many more', () => {
    verifies('report.nothing-hidden');
    const pairs = Array.from({ length: 25 }, (_, at) =>
      reportPair(pair(`s${at}`, 'a', { outcome: 'mismatch', score: 0.5 })),
    );
    const problems = Array.from({ length: 20 }, (_, at) => ({ title: `problem ${at}` }));
    const text = renderMarkdown(
      sampleModel({
        pairs,
        cells: [],
        verdict: verdict({ checks: [check('design_compare_evidence', problems, { problem_count: 300 })] }),
      }),
    );
    expect(text).toContain('… and 15 more.');
    expect(text).toContain('… and 290 more.');
  });
});

test.each([
  ['a*b_c`d', 'a\\*b\\_c\\`d'],
  ['[x](https://evil.example)', '\\[x\\](https&#58;//evil.example)'],
  ['@team <b> | c', '&#64;team &lt;b&gt; \\| c'.replace('&gt;', '\\>')],
  ['# a\n- b', '\\# a \\- b'],
])('our words escaped: %s', (text, escaped) => {
  verifies('report.untrusted');
  expect(markdownText(text)).toBe(escaped);
});

test.each([
  ['plain', '`plain`'],
  ['a`b', '``a`b``'],
  ['`a', '`` `a ``'],
  ['a | b', '`a \\| b`'],
  ['x\ny', '`x y`'],
  ['', ''],
])('foreign text as code: %s', (text, code) => {
  expect(markdownCode(text)).toBe(code);
});

test.each(hostileTexts.map((text) => [text.slice(0, 40), text] as const))(
  'a table keeps its columns: %s',
  (_name, text) => {
    verifies('report.untrusted', 'report.markdown');
    const markdown = renderMarkdown(
      sampleModel({
        summary: text,
        pairs: [reportPair(pair(text, text, { outcome: 'mismatch', score: 0.5, regions: [] }))],
        cells: [],
        verdict: verdict({
          checks: [check('design_compare_evidence', [{ title: text, text, screen: text, viewport: text }])],
        }),
      }),
    ).replace(`${COMMENT_MARK}\n`, '');
    for (const line of markdown.split('\n').filter((row) => row.startsWith('|'))) {
      const bars = line.replace(/\\./g, '').split('|').length - 1;
      expect([4, 5]).toContain(bars);
    }
    const outsideCode = markdown.replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/<(?!\/?$)|(?<!&#64;|\w)@\w|(?<!\\)\]\(|:\/\//);
  },
);

describe('a comment', () => {
  const strips = [{ screen: 'home', viewport: 'a', path: 'report-pictures/1-home.a.png' }];

  test('shows the worst places where readers can load them, and names them otherwise', () => {
    verifies('report.comment');
    const shown = renderMarkdown(sampleModel({ strips, pictures_url: 'https://x.test/raw/pics/7/' }));
    const address = 'https://x.test/raw/pics/7/report-pictures/1-home.a.png';
    expect(shown.startsWith(`${COMMENT_MARK}\n`)).toBe(true);
    expect(shown).toContain(`home · a<br>\n[![home · a](${address})](${address})`);
    const named = renderMarkdown(sampleModel({ strips }));
    expect(named).toContain('- home · a: `report-pictures/1-home.a.png`');
    expect(named).not.toContain('![');
  });

  test('no name of a screen leads elsewhere', () => {
    verifies('report.comment');
    const hostile = [{ screen: '](https://evil.test/) ![x', viewport: 'a', path: 'p/1-) "x.png' }];
    const text = renderMarkdown(sampleModel({ strips: hostile, pictures_url: 'https://x.test/' }));
    const targets = [...text.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, to]) => to);
    expect(new Set(targets)).toEqual(new Set(['https://x.test/p/1-%29%20%22x.png']));
  });

  test('is never longer than a service takes, and says what it leaves out', () => {
    verifies('report.comment');
    const screen = 'ä'.repeat(5000);
    const next = Array.from({ length: 400 }, () => ({
      tool: 'codeloop_verify',
      arguments: { screens: [screen] },
      why: '',
    }));
    const text = renderMarkdown(sampleModel({ next }));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_COMMENT);
    expect(text).toContain('(Too long to be shown here: see the report.)');
    expect(text).toContain('## codeloop: Keep fixing');
    expect(text).toContain('Run `r1`');
  });
});

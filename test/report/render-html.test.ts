import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReviewModel } from '../../src/core/vocabulary/report-model.js';
import { renderHtml } from '../../src/report/render-html.js';
import { liveCell, liveEnd } from '../../src/report/render-live.js';
import { renderReview } from '../../src/report/render-review.js';
import { script } from '../../src/report/script/script.js';
import { styles } from '../../src/report/style/style.js';
import { verifies } from '../requirements.js';
import { hostileTexts } from './hostile-text.js';
import { cell, check, logEntry, pair, region, reportPair, sampleModel, screenshot, verdict } from './sample-model.js';

/** The page without its constants, one element a line, so that a change of the markup shows as a small difference. */
function skeleton(html: string): string {
  const own = html
    .replace(styles, '')
    .replace(script, '')
    .replace(/'sha256-[^']+'/g, "'sha256-…'")
    .replace(/data:image\/png;base64,[A-Za-z0-9+/=]+/g, 'data:image/png;base64,…');
  return own.replace(/></g, '>\n<');
}

describe('markup', () => {
  test('of a small run', async () => {
    verifies('report.worst-first');
    await expect(skeleton(renderHtml(sampleModel()))).toMatchFileSnapshot('../golden/report.html');
  });

  test('is the same bytes for the same model', () => {
    expect(renderHtml(sampleModel())).toBe(renderHtml(sampleModel()));
  });

  test('of an empty run says that there is nothing', () => {
    const html = renderHtml(
      sampleModel({ pairs: [], cells: [], verdict: undefined, next: [], incomplete_reason: 'The process was killed.' }),
    );
    expect(html).toContain('No screen was captured or compared in this run.');
    expect(html).toContain('No gate has judged this run.');
    expect(html).toContain('This run is not complete.');
  });
});

test('the policy allows this script and this style sheet by hash, and no connection', () => {
  verifies('report.self-contained');
  const html = renderHtml(sampleModel());
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1]?.replace(/&#39;/g, "'");
  const hash = (text: string) => createHash('sha256').update(text).digest('base64');
  expect(policy).toBe(
    `default-src 'none'; img-src data: file: 'self'; media-src data: file: 'self'; style-src 'sha256-${hash(styles)}'; script-src 'sha256-${hash(script)}'; base-uri 'none'; form-action 'none'`,
  );
  expect(html.includes(`<script>${script}</script>`)).toBe(true);
  expect(html.includes(`<style>${styles}</style>`)).toBe(true);
  const markup = html.replace(script, '').replace(styles, '');
  expect(markup.match(/<[^>]* (?:style|on[a-z]+)=/)?.[0]).toBeUndefined();
  expect(markup.match(/(?:src|href)="https?:/)?.[0]).toBeUndefined();
});

test('what a check says of many elements is said once, what blocks comes first, and each has its place', () => {
  verifies('report.worst-first', 'report.nothing-hidden');
  const at = { screen: 'home', viewport: 'mobile' };
  const contrast = Array.from({ length: 9 }, (_, index) => ({
    ...{
      ...at,
      title: 'Text must be readable.',
      fix: 'Make it darker.',
      text: `#text-${index}\n<p>`,
      element: `#text-${index}`,
    },
    ...(index === 1 ? { also: { cart: 'mobile', help: 'mobile' } } : {}),
  }));
  const checks = [
    check('screenshot_evidence', [{ ...at, title: 'A font did not load.' }], { severity: 'warn' }),
    check('accessibility', contrast),
  ];
  const html = renderHtml(
    sampleModel({ pairs: [], cells: [{ cell: cell('home', 'mobile') }], verdict: verdict({ checks }) }),
  );
  const list = /<ul class="findings">.*?<\/article>/s.exec(html)?.[0] ?? '';
  const lines = [...list.matchAll(/<li id="([^"]+)" class="([^"]+)"/g)].map(([, id, of]) => [id, of]);
  expect(lines).toEqual([
    ['home.mobile~p2', 'blocks'],
    ...Array.from({ length: 8 }, (_, index) => [`home.mobile~p${index + 3}`, 'blocks same']),
    ['home.mobile~p1', 'warns'],
  ]);
  expect(list.match(/Make it darker/g)).toHaveLength(1);
  expect(list.match(/#text-\d/g)).toHaveLength(9);
  expect(list).toContain('<summary>6 more elements</summary>');
  expect(list.match(/also on <bdi>cart, help<\/bdi>/g)).toHaveLength(1);
});

test('each screen and viewport that a problem names leads there, and so does the rule that an element breaks; no other address does', () => {
  verifies('report.links');
  const rule = 'https://dequeuniversity.com/rules/axe/4.14/button-name?application=axeAPI';
  const fixes = [
    `Fix it. ${rule} Else accept it.`,
    'See https://evil.example/rules/axe/4.14/button-name',
    'See https://dequeuniversity.com.evil.example/rules/axe/4.14/x javascript:alert(1)',
    'See https://dequeuniversity.com/rules/axe/4.14/a"onmouseover=alert(1) x',
  ];
  const problems = [
    { screen: 'home', viewport: 'mobile, desktop', title: 'On both.', fix: fixes[0] },
    { screen: 'home', title: 'On the whole screen.', fix: fixes[1] },
    {
      screen: 'home',
      viewport: 'tablet',
      also: { cart: 'mobile, tablet', help: '' },
      title: 'On others.',
      fix: fixes[2],
    },
    { title: 'Nowhere.', fix: fixes[3] },
  ];
  const cells = ['home mobile', 'home desktop', 'cart mobile'].map((place) => {
    const [screen = '', viewport = ''] = place.split(' ');
    return { cell: cell(screen, viewport) };
  });
  const html = renderHtml(
    sampleModel({ pairs: [], cells, verdict: verdict({ checks: [check('design_compare_evidence', problems)] }) }),
  );
  const list = /<section id="problems".*?<\/section>/s.exec(html)?.[0] ?? '';
  const places = [...list.matchAll(/<\/b> (.*?)<\/p>/gs)].map(([, said = '']) =>
    said.replace(/<\/?(?:bdi|span class="place")>/g, ''),
  );
  expect(
    places.map((said) => said.replace(/<a href="(#[^"]+)">(.*?)<\/a>/g, '[$2]($1)').replace(/<\/span>/g, '')),
  ).toEqual([
    '[home · mobile](#home.mobile), [desktop](#home.desktop)',
    '[home](#home.desktop)',
    'home · tablet; [cart · mobile](#cart.mobile), tablet; help',
    '',
  ]);
  const links = [...list.matchAll(/<a href="([^"]*)" target[^>]*>(.*?)<\/a>/g)].map(([, href, said]) => [href, said]);
  expect(links).toEqual([
    [rule, '<bdi>button-name</bdi>'],
    ['https://dequeuniversity.com/rules/axe/4.14/a', '<bdi>a</bdi>'],
  ]);
});

test('ten megabytes of anything make no large report, and stay text', () => {
  verifies('report.untrusted');
  const big = '<script>hacked()</script>\u001b[31m '.repeat(300_000);
  const home = (more: object) => [{ cell: cell('home', 'mobile', { screenshot: screenshot('home', more) }) }];
  const lines = Array.from({ length: 50_000 }, (_, at) => logEntry(`line ${at} ${'y'.repeat(200)}`));
  const problem = { title: 't', text: big, screen: 'home', viewport: 'mobile', url: big, element: big, fix: big };
  const element = { selector: big, name: big, role: big };
  const properties = [{ property: big, expected: big, actual: big }];
  // Sizes that no picture has.
  const wild = region(-5, Number.NaN, 1e9, -3, { element, properties });
  const models = {
    'one line of log': { cells: home({ logs: [logEntry(big)] }) },
    'fifty thousand lines': { cells: home({ logs: lines }) },
    'names and addresses': {
      cells: [{ cell: cell(big, big, { screenshot: screenshot('x', { title: big, url: big }) }) }],
      summary: big,
      project: big,
    },
    'a problem': { verdict: verdict({ checks: [check('runtime_clean', [problem])] }) },
    'a region': { pairs: [reportPair(pair('home', 'mobile', { outcome: 'mismatch', note: big, regions: [wild] }))] },
  };
  const plain = renderHtml(sampleModel()).length;
  for (const [what, model] of Object.entries(models)) {
    const html = renderHtml(sampleModel(model));
    expect(html.length - plain, what).toBeLessThan(60_000);
    expect(html.split('<script').length, what).toBe(2);
  }
});

/** What nobody sees and what a terminal or a reader obeys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
const unseen = /.{0,60}[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

/** A review page in which every text that can come from outside is `text`. */
function hostileReview(text: string): ReviewModel {
  const item = { key: 'k', title: text, detail: text, before: text, after: text };
  const run = {
    ...{ run_id: text, started_at: text, duration_ms: 1, status: 'fail' as const, commit: text },
    screens: { [text]: { problems: 1 } },
  };
  return {
    project: text,
    runs: [run],
    waiting: { baselines: [item], findings: [item], bars: [item] },
    known: [item],
    under_way: { run_id: text, started_at: text },
    unknown: text,
    decisions: [
      { id: '000001', at: text, by: text, verdict: 'accept', items: [text], reason: text },
      { id: '000002', at: text, by: text, verdict: 'refuse', items: [text], reason: text, settled: text },
    ],
    compared: { before: text, after: text, same: 1, left: 1, cells: [{ screen: text, viewport: text, before: text }] },
    message: { text, bad: true },
  };
}

describe('hostile text', () => {
  test.each(hostileTexts.map((text) => [text.slice(0, 40), text] as const))('%s stays text', (_name, text) => {
    verifies('report.untrusted');
    const html = renderHtml(hostileModel(text));
    // Exactly the tags of the harmless page: nothing was opened, closed or given an attribute.
    expect(tags(html)).toEqual(tags(renderHtml(hostileModel('harmless'))));
    expect(Buffer.from(html, 'utf8').toString('utf8')).toBe(html);
    expect(html.match(unseen)?.[0]).toBeUndefined();
  });

  test('stays text on the review page, and in the verification that it shows as it comes', () => {
    verifies('report.untrusted');
    const pages = (text: string) => [
      renderReview(hostileReview(text)),
      liveCell({ screen: text, viewport: text, picture: text, bad: text }) + liveEnd(text),
    ];
    const harmless = pages('harmless').map(tags);
    for (const text of hostileTexts)
      for (const [at, html] of pages(text).entries()) {
        expect(tags(html), text.slice(0, 60)).toEqual(harmless[at]);
        expect(html.match(unseen)?.[0], text.slice(0, 60)).toBeUndefined();
      }
  });
});

test('the review page shows a finding where it is, and says of a run without a verdict that it was not judged', () => {
  verifies('review.page');
  const where = `data:image/webp;base64,${Buffer.from('picture').toString('base64')}`;
  const item = { key: 'k', title: 'button-name', detail: '#buy on home: Buttons must have discernible text', where };
  const run = { started_at: '2026-01-01T00:00:00Z', duration_ms: 1000 };
  const html = renderReview({
    project: 'shop',
    runs: [
      { ...run, run_id: 'run-20260101-2', status: 'pass', score: 100, screens: { home: { problems: 0 } } },
      { ...run, run_id: 'run-20260101-1', status: 'not_judged', screens: { home: { problems: 0 } } },
    ],
    waiting: { baselines: [], findings: [item], bars: [] },
    known: [{ ...item, where: 'javascript:alert(1)' }],
    decisions: [],
  });
  expect(html.match(/<img [^>]*>/g)).toEqual([`<img src="${where}" alt="Where it is: button-name" loading="lazy"/>`]);
  const row = /<th scope="row"><bdi>home<\/bdi><\/th>(.*?)<\/tr>/s.exec(html)?.[1] ?? '';
  expect(
    row
      .replace(/<[^>]+>/g, ' ')
      .trim()
      .split(/\s{2,}/),
  ).toEqual(['not judged', 'none']);
  expect(row).toMatch(/^<td class>not judged/);
});

test('lists that are cut say how many are left out', () => {
  verifies('report.nothing-hidden');
  const regions = Array.from({ length: 130 }, (_, at) => region(at, at, 5, 5));
  const logs = Array.from({ length: 75 }, (_, at) => logEntry(`line ${at}`));
  const html = renderHtml(
    sampleModel({
      pairs: [reportPair(pair('home', 'a', { outcome: 'mismatch', score: 0.5, regions }))],
      cells: [{ cell: cell('home', 'a', { screenshot: screenshot('home', { logs }) }) }],
      verdict: verdict({ checks: [check('design_compare_evidence', [{ title: 'first' }], { problem_count: 31 })] }),
    }),
  );
  expect(html).toContain('30 more are in design_compare_summary.json');
  expect(html).toContain('15 more lines');
  expect(html).toContain('30 more are not listed here');
  expect(html).toContain('31 problems');
});

/** A model in which every text that can come from outside is `text`. */
function hostileModel(text: string) {
  const hostile = pair(text, text, {
    outcome: 'mismatch',
    score: 0.5,
    note: text,
    regions: [
      region(1, 2, 3, 4, {
        element: { selector: text, role: text, name: text, test_id: text },
        properties: [{ property: text, expected: text, actual: text }],
      }),
    ],
  });
  const shot = screenshot('x', {
    title: text,
    url: text,
    logs: [logEntry(text, { url: text, location: text, method: text, config_line: text })],
    settle: { ...screenshot('x').settle, fonts_missing: [text], images_missing: [text] },
  });
  return sampleModel({
    project: text,
    summary: text,
    environment: text,
    incomplete_reason: text,
    pairs: [{ pair: hostile, actual: { path: text, size: { width: 10, height: 10 } } }],
    cells: [
      { cell: cell(text, text, { screenshot: shot, stale: { reason: text, files: [text] } }) },
      { cell: cell(`2${text}`, 'b', { screenshot: undefined, failure: { code: text, message: text } }) },
    ],
    verdict: verdict({
      checks: [
        check('design_compare_evidence', [{ screen: text, viewport: text, title: text, text, url: text, fix: text }]),
      ],
    }),
    unmatched: {
      references: [{ path: text, reason: text, nearest: text }],
      screenshots: [{ screen: text, viewport: text }],
    },
    next: [{ tool: 'codeloop_verify', arguments: { screens: [text] }, why: text }],
  });
}

/** Names and attribute names of all tags, sorted: where a screen stands in a list depends on its name. */
function tags(html: string): string[] {
  const body = html.replace(styles, '').replace(script, '');
  return (body.match(/<[^>"]+(?:"[^"]*"[^>"]*)*>/g) ?? []).map((tag) => tag.replace(/="[^"]*"/g, '')).sort();
}

import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../src/report/render-junit.js';
import { verifies } from '../requirements.js';
import { hostileTexts } from './hostile-text.js';
import { cell, check, logEntry, pair, region, reportPair, sampleModel, screenshot, verdict } from './sample-model.js';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => ['testsuite', 'testcase'].includes(name),
});

interface Suite {
  name: string;
  tests: string;
  failures: string;
  errors: string;
  skipped: string;
  testcase: Record<string, unknown>[];
}

function parse(xml: string): { testsuites: Omit<Suite, 'testcase'> & { testsuite: Suite[] } } {
  expect(XMLValidator.validate(xml)).toBe(true);
  return parser.parse(xml);
}

test('the file of a small run', async () => {
  verifies('report.junit');
  await expect(renderJunit(sampleModel())).toMatchFileSnapshot('../golden/report.junit.xml');
});

describe('counts', () => {
  test('agree with the cases, in each suite and in all', () => {
    verifies('report.junit');
    const pairs = (['match', 'mismatch', 'unreadable', 'missing-reference', 'missing-actual'] as const).map(
      (outcome, at) => reportPair(pair(`s${at}`, 'a', { outcome })),
    );
    const cells = [
      { cell: cell('s0', 'a') },
      { cell: cell('s1', 'a', { screenshot: undefined, failure: { code: 'X', message: 'm' } }) },
    ];
    const { testsuites } = parse(renderJunit(sampleModel({ pairs, cells })));
    const suites = testsuites.testsuite.map(({ name, tests, failures, errors, skipped }) => [
      name,
      tests,
      failures,
      errors,
      skipped,
    ]);
    expect(suites).toEqual([
      ['codeloop.gates', '3', '1', '0', '1'],
      ['codeloop.pairs', '5', '2', '1', '1'],
      ['codeloop.cells', '2', '0', '1', '0'],
    ]);
    expect([testsuites.tests, testsuites.failures, testsuites.errors, testsuites.skipped]).toEqual([
      '10',
      '3',
      '2',
      '2',
    ]);
    for (const suite of testsuites.testsuite) {
      const having = (key: string) => String(suite.testcase.filter((entry) => key in entry).length);
      expect([String(suite.testcase.length), having('failure'), having('error'), having('skipped')]).toEqual([
        suite.tests,
        suite.failures,
        suite.errors,
        suite.skipped,
      ]);
    }
  });
});

function modelSaying(text: string) {
  return sampleModel({
    pairs: [
      reportPair(
        pair(text, text, {
          outcome: 'mismatch',
          score: 0.5,
          note: text,
          regions: [region(1, 2, 3, 4, { element: { selector: text } })],
        }),
      ),
    ],
    cells: [
      {
        cell: cell(text, 'a', { screenshot: screenshot('x', { blank: true, logs: [logEntry(text, { url: text })] }) }),
      },
    ],
    verdict: verdict({ checks: [check('design_compare_evidence', [{ title: text, text }])] }),
  });
}

test.each(hostileTexts.map((text) => [text.slice(0, 40), text] as const))(
  'well-formed whatever the page says: %s',
  (_name, text) => {
    verifies('report.untrusted', 'report.junit');
    const xml = renderJunit(modelSaying(text));
    const pairs = parse(xml).testsuites.testsuite[1];
    expect(pairs?.testcase).toHaveLength(1);
    expect(pairs?.testcase[0]?.failure).toHaveProperty('message', 'Differs, 50.00 % (needs 95 %), 1 critical');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}|<hacked|<script/u);
  },
);

test('any text gives well-formed XML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parse(renderJunit(modelSaying(text)));
    }),
    { numRuns: 60 },
  );
});

test('a case has its time, its place in the sources and the files that show it', () => {
  verifies('report.junit');
  const at = (path: string) => ({ path, sha256: '0'.repeat(64), bytes: 1 });
  const bad = pair('home', 'a', {
    outcome: 'mismatch',
    reference: at('designs/a/home.png'),
    diff: at('artifacts/d.png'),
  });
  const issue = { ...{ id: 'x-000001', severity: 'critical', category: 'visual', title: 't', evidence: [] } };
  const model = sampleModel({
    pairs: [reportPair(bad), reportPair(pair('cart', 'a'))],
    cells: [{ cell: cell('home', 'a') }],
    issues: [{ ...issue, screens: ['home'], viewports: [], file: 'src/home.html', line: 7 }] as unknown as NonNullable<
      Parameters<typeof renderJunit>[0]['issues']
    >,
    source_root: 'apps/shop/',
  });
  const [, pairs, cells] = parse(renderJunit(model)).testsuites.testsuite;
  expect(pairs?.testcase[0]).toMatchObject({
    ...{ name: 'home at a', file: 'apps/shop/src/home.html', line: '7' },
    'system-out': expect.stringContaining('[[ATTACHMENT|designs/a/home.png]]'),
  });
  expect(String(pairs?.testcase[0]?.['system-out'])).toContain('[[ATTACHMENT|artifacts/d.png]]');
  expect(pairs?.testcase[1]).not.toHaveProperty('system-out');
  expect(cells?.testcase[0]).toMatchObject({ name: 'home at a', time: '0.180', file: 'apps/shop/src/home.html' });
});

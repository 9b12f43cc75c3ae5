import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/core/vocabulary/pair.js';
import { chipsOf, differenceWords, findingsOf, knownOf, knownProblem, knownRegion } from '../../src/report/findings.js';
import { verifies } from '../requirements.js';
import { cell, pair, region, reportPair, screenshot } from './sample-model.js';

const button = { selector: 'form > button', role: 'button', name: 'Buy' };
const changed = (property: string, expected: string, actual: string) => [{ property, expected, actual }];

describe('a difference in one sentence', () => {
  const cases: [Partial<Region>, string][] = [
    [{ kind: 'missing', element: button }, 'Button “Buy” is missing.'],
    [{ kind: 'missing', element: { ...button, relation: 'container' } }, 'Something is missing in button “Buy”.'],
    [{ kind: 'added', element: button }, 'Button “Buy” is not in the reference.'],
    [
      { kind: 'moved', element: button, properties: changed('x', '68px', '76px') },
      'Button “Buy” is 8 px further right.',
    ],
    [{ kind: 'moved', element: button, properties: changed('y', '10.5', '8') }, 'Button “Buy” is 2.5 px higher.'],
    [
      {
        kind: 'resized',
        element: button,
        properties: [...changed('width', '80px', '76px'), ...changed('height', '32px', '40px')],
      },
      'Button “Buy” is 4 px narrower and 8 px taller.',
    ],
    [
      { kind: 'text', element: button, properties: changed('text', 'Buy', 'Bye') },
      'Button “Buy” reads “Bye”, not “Buy”.',
    ],
    [
      {
        kind: 'recolored',
        element: { selector: 'main > #side' },
        properties: changed('background-color', '#fff', '#000'),
      },
      '#side: background-color is #000, not #fff.',
    ],
    [{ kind: 'recolored', element: button }, 'Button “Buy” has another colour.'],
    [{ kind: 'moved', element: { ...button, relation: 'cause' } }, 'What button “Buy” pushes moved.'],
    [{ kind: 'unknown' }, 'Something looks different.'],
    [
      { kind: 'missing', element: { selector: 'main > div.hero-actions.wide', relation: 'container' } },
      'Something is missing in hero-actions.',
    ],
    [
      {
        kind: 'missing',
        element: { selector: 'main > #hero', relation: 'container' },
        properties: changed('text', 'Shop now', ''),
      },
      '“Shop now” is missing in hero.',
    ],
    [
      {
        kind: 'added',
        element: { selector: 'li:nth-of-type(2)', relation: 'container' },
        properties: changed('text', '', 'Sale'),
      },
      '“Sale” is new in li:nth-of-type(2).',
    ],
    [
      { kind: 'added', element: { ...button, relation: 'container' }, properties: changed('text', '', 'another text') },
      'Something new is in button “Buy”.',
    ],
    [
      {
        kind: 'moved',
        element: { selector: '[data-testid="card-mug"]', role: 'article', test_id: 'card-mug' },
        properties: changed('x', '0px', '8px'),
      },
      'Article card-mug is 8 px further right.',
    ],
    [
      { kind: 'unknown', element: button, properties: changed('picture', 'another picture', '/media/a.webp') },
      'Button “Buy” shows /media/a.webp; the reference shows another picture.',
    ],
    [{ kind: 'text', element: { selector: 'p:nth-of-type(3)', role: 'paragraph' } }, 'Paragraph has another text.'],
    [
      {
        kind: 'moved',
        element: { ...button, relation: 'cause' },
        properties: changed('presence', 'present', 'missing'),
      },
      'What button “Buy” pushes moved.',
    ],
    [{ kind: 'recolored', element: { selector: 'main > div.bar' } }, 'div.bar has another colour.'],
  ];
  test.each(cases)('%o', (more, words) => {
    verifies('report.chips');
    expect(differenceWords(region(0, 0, 1, 1, more))).toBe(words);
  });
});

describe('chips', () => {
  const of = (regions: Region[], problems: Parameters<typeof findingsOf>[2] = [], faults = 0) =>
    chipsOf(
      findingsOf(
        reportPair(pair('home', 'a', { outcome: regions.length > 0 ? 'mismatch' : 'match', regions })),
        {
          cell: cell('home', 'a'),
          faults: Array.from({ length: faults }, (_, at) => ({
            rect: region(0, 0, 1, 1).rect,
            severity: 'critical' as const,
            number: at + 1,
          })),
        },
        problems,
      ),
    ).map(({ text }) => text);
  const problem = (gate: string, blocks = true) => ({ gate, blocks, problem: { title: 'It is so.' } });

  test('count what is wrong by what it is, the worst first', () => {
    verifies('report.chips');
    const major = (n: number) => Array.from({ length: n }, () => region(0, 0, 1, 1, { severity: 'major' }));
    expect(of([...major(7), region(0, 0, 1, 1, { kind: 'noise', severity: 'minor' })])).toEqual(['7 major']);
    expect(
      of(
        [...major(2), region(0, 0, 1, 1)],
        [problem('runtime_clean'), problem('accessibility'), problem('accessibility')],
        1,
      ),
    ).toEqual(['1 error', '1 critical', '1 layout', '2 major', '2 accessibility']);
    expect(of([], [problem('runtime_clean', false), problem('zero_critical_issues')])).toEqual([]);
  });

  test('a single difference is said in words', () => {
    verifies('report.chips');
    const moved = region(0, 0, 1, 1, {
      kind: 'moved',
      severity: 'minor',
      element: button,
      properties: changed('x', '10px', '8px'),
    });
    expect(of([moved])).toEqual(['Button “Buy” is 2 px further left']);
  });

  test('a single difference that is long to say is said in two words', () => {
    verifies('report.chips');
    const named = { ...button, name: 'Buy everything that lies in the bag at once' };
    expect(of([region(0, 0, 1, 1, { element: named })])).toEqual(['something missing']);
    expect(of([region(0, 0, 1, 1, { kind: 'recolored', severity: 'minor', element: named })])).toEqual([
      'another colour',
    ]);
  });

  test('a picture of another size, a page that is blank or was not taken say so', () => {
    const larger = pair('home', 'a', {
      outcome: 'size-mismatch',
      size: { reference: { width: 4, height: 3 }, actual: { width: 4, height: 5 } },
    });
    expect(findingsOf(reportPair(larger), undefined, []).map(({ words }) => words)).toEqual([
      'The picture is 4 × 5 px, not 4 × 3.',
    ]);
    expect(findingsOf({ ...reportPair(larger), status: 'pass' }, undefined, [])).toEqual([]);
    const blank = { cell: cell('home', 'a', { screenshot: screenshot('home', { blank: true }) }) };
    expect(chipsOf(findingsOf(undefined, blank, [])).map(({ text }) => text)).toEqual(['not seen properly']);
  });
});

test('what the last green run showed as well is known, all else is new, and without such a run nobody knows', () => {
  verifies('report.known');
  const of = pair('home', 'mobile', {
    outcome: 'mismatch',
    regions: [
      region(10, 10, 50, 20, { kind: 'text', element: button }),
      region(203, 100, 50, 20, { kind: 'recolored' }),
      region(10, 200, 50, 20, { kind: 'recolored' }),
      region(0, 0, 50, 20, { kind: 'moved', element: button }),
    ],
  });
  const axe = (element: string) => ({
    problem: { screen: 'home', title: 'Buttons must have discernible text.', rule: 'button-name', element },
    gate: 'accessibility',
    blocks: true,
  });
  const thrown = {
    problem: { screen: 'home', title: 'Uncaught error on the page.' },
    gate: 'runtime_clean',
    blocks: true,
  };
  const known = knownOf([
    knownRegion(of, region(11, 12, 60, 20, { kind: 'text', element: button })),
    knownRegion(of, region(201, 98, 51, 22, { kind: 'recolored' })),
    knownRegion({ ...of, viewport: 'desktop' }, region(10, 200, 50, 20, { kind: 'recolored' })),
    knownProblem('home', 'button-name', '#buy'),
    knownProblem('cart', 'button-name', '#sell'),
  ]);
  const ages = (before?: ReturnType<typeof knownOf>) =>
    findingsOf(reportPair(of), undefined, [axe('#buy'), axe('#sell'), thrown], before).map(
      ({ kind, region: at, element, isNew }) => [kind, at ?? element, isNew],
    );
  expect(ages(known)).toEqual([
    ['error', undefined, true],
    ['difference', 0, false],
    ['difference', 1, false],
    ['difference', 2, true],
    ['difference', 3, true],
    ['accessibility', '#buy', false],
    ['accessibility', '#sell', true],
  ]);
  expect(ages().map(([, , isNew]) => isNew)).toEqual(Array(7).fill(undefined));
});

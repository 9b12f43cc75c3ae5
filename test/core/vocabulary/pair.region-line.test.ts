import { describe, expect, test } from 'vitest';
import type { Region } from '../../../src/core/vocabulary/pair.js';
import { regionLine } from '../../../src/core/vocabulary/pair.js';
import { verifies } from '../../requirements.js';

describe('regionLine', () => {
  const pay = { selector: '#pay', role: 'button', name: 'Pay now' };
  const color = { property: 'background-color', expected: '#00aa77', actual: '#00bb88' };
  const cases: [string, Pick<Region, 'element' | 'properties'>, string][] = [
    ['nothing is known', {}, ''],
    ['an element', { element: pay }, 'button "Pay now" (#pay)'],
    ['one without role and name', { element: { selector: 'div.card' } }, 'div.card'],
    [
      'a property',
      { element: pay, properties: [color] },
      'button "Pay now" (#pay): background-color #00aa77 -> #00bb88',
    ],
    [
      'a measured one',
      { element: pay, properties: [{ ...color, source: 'measured' }] },
      'button "Pay now" (#pay): background-color #00aa77 -> #00bb88 (measured)',
    ],
    [
      'an emptied text',
      { element: { selector: 'p' }, properties: [{ property: 'text', expected: 'Hi', actual: '' }] },
      'p: text Hi -> (empty)',
    ],
    ['a container', { element: { selector: 'nav', relation: 'container' } }, 'in nav'],
    ['a cause', { element: { selector: 'h1', relation: 'cause' } }, 'because of h1'],
    [
      'many properties',
      {
        element: { selector: 'p' },
        properties: [1, 2, 3, 4, 5, 6].map((at) => ({ property: `p${at}`, expected: '1', actual: '2' })),
      },
      'p: p1 1 -> 2; p2 1 -> 2; p3 1 -> 2; p4 1 -> 2; 2 more',
    ],
    [
      'texts of the page stay on one line and short',
      { element: { selector: 'p', name: `a\nb\u202e${'x'.repeat(100)}` } },
      `"a b ${'x'.repeat(55)}…" (p)`,
    ],
  ];
  test.each(cases)('%s', (_, region, expected) => {
    verifies('report.differences');
    expect(regionLine(region)).toBe(expected);
  });
});

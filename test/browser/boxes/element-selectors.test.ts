import { describe, expect, test } from 'vitest';
import { elementSelectors } from '../../../src/browser/boxes/element-selectors.js';
import type { SnapshotElement } from '../../../src/browser/boxes/snapshot-tree.js';
import { verifies } from '../../requirements.js';

/** A page of `tag`, attributes and children, as the snapshot gives it. */
type Part = [tag: string, attributes: Record<string, string>, ...children: Part[]];

function snapshot([tag, attributes, ...children]: Part, parent?: SnapshotElement): SnapshotElement[] {
  const element: SnapshotElement = {
    tag,
    parent,
    inShadow: false,
    shadowed: false,
    attributes: new Map(Object.entries(attributes)),
    backendNodeId: 0,
    text: '',
    rect: undefined,
    textRect: undefined,
    lines: [],
    scroll: undefined,
    pseudo: [],
    chosenSource: '',
    paintOrder: 0,
    styles: [],
    skipped: false,
    folded: false,
  };
  return [element, ...children.flatMap((child) => snapshot(child, element))];
}

function selectors(...parts: Part[]): string[] {
  const elements = snapshot(['body', {}, ...parts]);
  const named = elementSelectors(elements);
  return elements.slice(1).map((element) => named.get(element) ?? '');
}

describe('elementSelectors', () => {
  const cases: [string, Part[], string[]][] = [
    ['a test id before all else', [['p', { 'data-testid': 'x', id: 'y', class: 'z' }]], ['[data-testid="x"]']],
    ['an id', [['p', { id: 'total', class: 'z' }]], ['#total']],
    [
      'not a generated id',
      [
        ['p', { id: 'radix-8' }],
        ['p', { id: 'el12345', class: 'note' }],
      ],
      ['body > p:nth-of-type(1)', 'p.note'],
    ],
    [
      'not an id that is there twice',
      [
        ['p', { id: 'a' }],
        ['p', { id: 'a' }],
      ],
      ['body > p:nth-of-type(1)', 'body > p:nth-of-type(2)'],
    ],
    [
      'a label',
      [
        ['button', { 'aria-label': 'Close' }],
        ['button', {}],
      ],
      ['button[aria-label="Close"]', 'body > button:nth-of-type(2)'],
    ],
    ['the name of a field', [['input', { name: 'email' }]], ['input[name="email"]']],
    [
      'the target of a link',
      [
        ['a', { href: 'pricing.html' }],
        ['a', { href: 'faq.html' }],
      ],
      ['a[href="pricing.html"]', 'a[href="faq.html"]'],
    ],
    ['a class that only it has', [['div', { class: 'mb-4 active hero' }]], ['div.hero']],
    [
      'no class that says how it looks or that it is open',
      [
        ['div', { class: 'mb-4 d-flex active' }],
        ['div', {}],
      ],
      ['body > div:nth-of-type(1)', 'body > div:nth-of-type(2)'],
    ],
    [
      'no hashed class',
      [
        ['div', { class: 'css-1x2y3z' }],
        ['div', { class: 'Button_root__aB3dE' }],
      ],
      ['body > div:nth-of-type(1)', 'body > div:nth-of-type(2)'],
    ],
    [
      'the way from the nearest name',
      [['main', {}, ['ul', {}, ['li', {}], ['li', {}]]]],
      ['main', 'main > ul', 'main > ul > li:nth-of-type(1)', 'main > ul > li:nth-of-type(2)'],
    ],
    ['quotes kept apart', [['p', { 'data-testid': 'a"b' }]], ['[data-testid="a\\"b"]']],
  ];
  test.each(cases)('%s', (_, page, expected) => {
    verifies('capture.boxes');
    expect(selectors(...page)).toEqual(expected);
  });

  test('fifty thousand in one box, all alike but one', () => {
    verifies('capture.boxes');
    const named = selectors(
      ...Array.from({ length: 50_000 }, (_, at): Part => ['li', { class: at === 41_000 ? 'item last-read' : 'item' }]),
    );
    expect(new Set(named).size).toBe(50_000);
    expect([named[0], named[41_000], named[49_999]]).toEqual([
      'body > li:nth-of-type(1)',
      'li.last-read',
      'body > li:nth-of-type(50000)',
    ]);
  });
});

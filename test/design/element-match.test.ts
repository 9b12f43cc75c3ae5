import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchElements } from '../../src/design/element-match.js';
import { elementTree } from '../../src/design/element-tree.js';
import { verifies } from '../requirements.js';
import { type Drawn, dom, el } from './draw-dom.js';

const row = (text: string, y: number, facts = {}): Drawn => el('li', [0, y, 400, 20], { text, ...facts });
const list = (...rows: Drawn[]): Drawn =>
  el('body', [0, 0, 400, 600], {}, [el('ul', [0, 0, 400, 20 * rows.length], {}, rows)]);

/** Texts of matched list items as `reference>actual`, then what only one side has, then what changed places. */
function matched(reference: Drawn, actual: Drawn) {
  const match = matchElements(elementTree(dom(reference)), elementTree(dom(actual)));
  const name = (node: { element: { text?: string | undefined; tag: string } }) => node.element.text ?? node.element.tag;
  return {
    pairs: match.actual.nodes.flatMap((node) => {
      const other = match.toReference[node.index];
      return other ? [`${name(other)}>${name(node)}`] : [];
    }),
    gone: match.reference.nodes.filter((node) => !match.toActual[node.index]).map(name),
    come: match.actual.nodes.filter((node) => !match.toReference[node.index]).map(name),
    reordered: [...match.reordered].map(name),
  };
}

describe('matchElements', () => {
  const cases: [string, Drawn, Drawn, Partial<ReturnType<typeof matched>>][] = [
    [
      'an insertion leaves the rest as it was',
      list(row('a', 0), row('b', 20)),
      list(row('new', 0), row('a', 20), row('b', 40)),
      { pairs: ['body>body', 'ul>ul', 'a>a', 'b>b'], gone: [], come: ['new'], reordered: [] },
    ],
    [
      'so does a removal',
      list(row('a', 0), row('b', 20), row('c', 40)),
      list(row('b', 0), row('c', 20)),
      { pairs: ['body>body', 'ul>ul', 'b>b', 'c>c'], gone: ['a'], come: [], reordered: [] },
    ],
    [
      'an edited text keeps its element',
      list(row('a', 0), row('b', 20), row('c', 40)),
      list(row('a', 0), row('B!', 20), row('c', 40)),
      { pairs: ['body>body', 'ul>ul', 'a>a', 'b>B!', 'c>c'], gone: [], come: [], reordered: [] },
    ],
    [
      'what changed places is found again',
      list(row('a', 0), row('b', 20), row('c', 40)),
      list(row('c', 0), row('a', 20), row('b', 40)),
      { gone: [], come: [], reordered: ['c'] },
    ],
    [
      'a test id names an element wherever it goes',
      list(row('a', 0, { test_id: 'x' }), row('b', 20)),
      el('body', [0, 0, 400, 600], {}, [
        el('ul', [0, 0, 400, 20], {}, [row('b', 0)]),
        el('ol', [0, 20, 400, 20], {}, [row('other', 20, { test_id: 'x' })]),
      ]),
      { pairs: ['body>body', 'ul>ul', 'b>b', 'a>other'], gone: [], come: ['ol'] },
    ],
    [
      'other test ids are other elements, however alike',
      list(row('a', 0, { test_id: 'x' })),
      list(row('a', 0, { test_id: 'y' })),
      { gone: ['a'], come: ['a'] },
    ],
    [
      'a wrapper that comes between is the only new element',
      list(row('a', 0), row('b', 20)),
      el('body', [0, 0, 400, 600], {}, [
        el('section', [0, 0, 400, 40], {}, [el('ul', [0, 0, 400, 40], {}, [row('a', 0), row('b', 20)])]),
      ]),
      { gone: [], come: ['section'] },
    ],
    [
      'and one that goes, the only missing one',
      el('body', [0, 0, 400, 600], {}, [
        el('section', [0, 0, 400, 40], {}, [el('ul', [0, 0, 400, 40], {}, [row('a', 0), row('b', 20)])]),
      ]),
      list(row('a', 0), row('b', 20)),
      { gone: ['section'], come: [] },
    ],
  ];
  test.each(cases)('%s', (_, reference, actual, expected) => {
    verifies('design.match-elements');
    expect(matched(reference, actual)).toMatchObject(expected);
  });

  test('a page matches itself element by element, and any list its own shuffled self', () => {
    verifies('design.match-elements');
    const texts = fc.uniqueArray(
      fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text.trim() === text),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.nat()), (names, order) => {
        const rows = names.map((text, at) => row(text, 20 * at));
        const shuffled = rows
          .map((drawn) => ({ drawn, key: order.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ drawn }, at) => row(drawn.facts.text ?? '', 20 * at));
        expect(matched(list(...rows), list(...rows)).reordered).toEqual([]);
        const { pairs, gone, come } = matched(list(...rows), list(...shuffled));
        expect([gone, come]).toEqual([[], []]);
        for (const pair of pairs.slice(2))
          expect(pair.slice(0, (pair.length - 1) / 2)).toBe(pair.slice((pair.length + 1) / 2));
      }),
      { numRuns: 60 },
    );
  });
});

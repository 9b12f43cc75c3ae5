import { expect, test } from 'vitest';
import { disputed, factsOf, type Visit } from '../../src/browser/seen-by-others.js';
import { verifies } from '../requirements.js';

const visit = (steady: string[], ever: string[] = []): Visit => ({
  steady: new Set(steady),
  ever: new Set([...steady, ...ever]),
});

test.each<[name: string, marked: Visit[], plain: Visit[], found: ReturnType<typeof disputed>]>([
  ['the same', [visit(['a'])], [visit(['a'])], { marked: [], plain: [] }],
  ['each its own', [visit(['a', 'b']), visit(['a', 'b'])], [visit(['a', 'c'])], { marked: ['b'], plain: ['c'] }],
  [
    'what one of the visits had not',
    [visit(['a', 'b']), visit(['a'])],
    [visit(['a', 'c']), visit(['a'])],
    { marked: [], plain: [] },
  ],
  ['what came and went', [visit(['a', 'b'])], [visit(['a'], ['b'])], { marked: [], plain: [] }],
  ['what passes by is no difference', [visit(['a'])], [visit(['a'], ['toast'])], { marked: [], plain: [] }],
  ['nothing seen yet', [], [visit(['a'])], { marked: [], plain: ['a'] }],
])('what the one kind of look had each time, and the other never: %s', (_name, marked, plain, found) => {
  verifies('integrity.second-look');
  expect(disputed(marked, plain)).toEqual(found);
});

test('facts are what can be seen: words without their numbers, pictures without stamps, places and colours', () => {
  verifies('integrity.second-look');
  const strings = [
    '',
    'P',
    'Visit 17 of 20',
    'visible',
    '1',
    'black',
    'white',
    'none',
    '16px',
    'hidden',
    'http://a/b/c.0123abcdef.png?v=3',
    'IMG',
  ];
  const styles = [3, 4, 5, 6, 7, 8];
  const facts = factsOf({
    strings,
    documents: [
      {
        nodes: { nodeName: [1, 11, 1], currentSourceURL: { index: [1], value: [10] } },
        layout: {
          nodeIndex: [0, 1, 2],
          bounds: [
            [8, 8.4, 100, 20],
            [0, 0, 9, 9],
            [0, 40, 10, 10],
          ],
          styles: [styles, styles, [9, 4, 5, 6, 7, 8]],
          text: [2, -1, 2],
        },
      },
    ],
  });
  expect([...facts]).toEqual([
    'says Visit # of #',
    'lies p 100 x 20 at 8, 8, black on white, 16px',
    'shows /b/c.#.png',
    'lies img 9 x 9 at 0, 0, black on white, 16px',
  ]);
});

test('the name that a browser gives itself is no difference, nor is the room that it takes; what else the page says and where it lies is', () => {
  verifies('integrity.second-look');
  const style = [1, 2, 3, 4, 5, 6];
  const seen = (name: string, width: number) =>
    factsOf({
      strings: [
        '',
        'visible',
        '1',
        'black',
        'white',
        'none',
        '16px',
        'MAIN',
        'P',
        '#text',
        `You use ${name} 141`,
        'Buy',
      ],
      documents: [
        {
          nodes: { nodeName: [7, 8, 9, 8, 9], parentIndex: [-1, 0, 1, 0, 3] },
          layout: {
            nodeIndex: [0, 1, 2, 3, 4],
            bounds: [
              [0, 0, 300, 80],
              [0, 0, width, 20],
              [0, 0, width, 20],
              [0, 40, 90, 20],
              [0, 40, 30, 20],
            ],
            styles: [style, style, style, style, style],
            text: [-1, -1, 10, -1, 11],
          },
        },
      ],
    });
  expect([...seen('HeadlessChrome', 210)]).toEqual([
    'says You use Chrome #',
    'lies p 90 x 20 at 0, 40, black on white, 16px',
    'says Buy',
    'lies #text 30 x 20 at 0, 40, black on white, 16px',
  ]);
  expect(seen('Chrome', 150)).toEqual(seen('HeadlessChrome', 210));
});

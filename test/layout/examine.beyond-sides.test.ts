import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { beyondSides } from '../../src/layout/kinds/outside-viewport.js';
import { verifies } from '../requirements.js';
import { element, page, rect } from './page-of-boxes.js';

const HIDDEN = { 'overflow-x': 'hidden', 'overflow-y': 'hidden' };
type More = Partial<LaidOutElement>;
/** A page of 1100 px in a window of 800 px. */
const wide = { content: { width: 1100, height: 600 } };
const told = (elements: LaidOutElement[]) =>
  beyondSides(page(elements, wide)).map(({ certainty, kind, element: { el }, other, what }) =>
    [certainty, kind, el.selector, other?.el.selector, /\d+ px beyond the \w+/.exec(what)?.[0]].join(' '),
  );

/** A row that is too wide, with words and a control at its end. */
const rowOf = (control: LaidOutElement, styles: Record<string, string> = {}, around: More = { styles: HIDDEN }) => [
  element('body', rect(0, 0, 800, 600), around),
  element('#row', rect(0, 20, 1100, 60), { parent: 0, styles }),
  element('#words', rect(0, 30, 500, 20), { parent: 1 }),
  control,
];
const button = (x: number, more: More = {}) =>
  element('#pay', rect(x, 30, 100, 30), { tag: 'button', parent: 1, ...more });
const OUT = '#row 200 px beyond the right';

test.each<[string, LaidOutElement[], string[]]>([
  ['a button on a page whose body hides it', rowOf(button(900)), [`certain unreachable #pay ${OUT}`]],
  [
    'a field on a page whose body clips it',
    rowOf(
      element('#mail', rect(900, 30, 100, 30), { tag: 'input', parent: 1 }),
      {},
      { styles: { 'overflow-x': 'clip' } },
    ),
    [`certain unreachable #mail ${OUT}`],
  ],
  [
    'a link with an icon alone',
    rowOf(element('#cart', rect(984, 30, 16, 16), { tag: 'a', parent: 1, attributes: { href: '#c' } })),
    [`certain unreachable #cart ${OUT}`],
  ],
  [
    'a button in a list at the end of the row',
    [
      ...rowOf(element('#list', rect(880, 30, 120, 30), { tag: 'ul', parent: 1 })),
      element('#item', rect(890, 30, 110, 30), { tag: 'li', parent: 3 }),
      button(900, { parent: 4 }),
    ],
    [`certain unreachable #pay ${OUT}`],
  ],
  [
    'a button in a box as wide as the window that hides it',
    [
      element('body', rect(0, 0, 800, 600)),
      element('#row', rect(0, 20, 790, 60), { parent: 0, styles: HIDDEN }),
      element('#words', rect(0, 30, 850, 20), { parent: 1 }),
      button(890),
    ],
    [`certain unreachable #pay ${OUT}`],
  ],
  [
    'a button left of the window, where no page scrolls to',
    [
      element('body', rect(0, 0, 800, 600)),
      element('#row', rect(0, 20, 800, 60), { parent: 0 }),
      element('#words', rect(-50, 30, 850, 20), { parent: 1 }),
      button(-190),
    ],
    ['certain unreachable #pay #row 190 px beyond the left'],
  ],
  [
    'the last of several like ones, which may be dragged',
    [
      ...rowOf(button(700)),
      ...[810, 920].map((x) => element(`#b${x}`, rect(x, 30, 100, 30), { tag: 'button', parent: 1 })),
    ],
    ['likely unreachable #b920 #row 220 px beyond the right'],
  ],
])('no scrolling reaches %s', (_, elements, expected) => {
  verifies('layout.faults');
  expect(told(elements)).toEqual(expected);
});

/** Two cards with a button each, of which the second lies beyond the window, or is cut by its edge. */
const cards = (x: number) => [
  element('body', rect(0, 0, 800, 600), { styles: HIDDEN }),
  element('#row', rect(0, 20, 1100, 60), { parent: 0 }),
  element('#one', rect(0, 20, 400, 60), { parent: 1, attributes: { class: 'card' } }),
  element('#two', rect(x, 20, 400, 60), { parent: 1, attributes: { class: 'card' } }),
  button(x + 290, { parent: 3 }),
];

test.each<[string, LaidOutElement[]]>([
  ['a page that scrolls there', rowOf(button(900), {}, {})],
  [
    'one that a box around it scrolls to',
    [
      element('body', rect(0, 0, 800, 600), { styles: HIDDEN }),
      element('#row', rect(0, 20, 800, 60), {
        parent: 0,
        styles: { 'overflow-x': 'auto' },
        scroll: { content: { width: 1100, height: 60 }, seen: { width: 800, height: 60 } },
      }),
      element('#words', rect(0, 30, 500, 20), { parent: 1 }),
      button(900),
    ],
  ],
  ['one that is set there', rowOf(button(900, { styles: { position: 'absolute', left: '900px' } }))],
  ['one that a margin sends away', rowOf(button(-150, { styles: { 'margin-left': '-150px' } }))],
  ['one that waits right beside the window', rowOf(button(800))],
  ['a row that is moved', rowOf(button(900), { transform: 'matrix(1, 0, 0, 1, 0, 0)' })],
  ['a row that goes on by itself', rowOf(button(900), { 'animation-name': 'go' })],
  ['one that nobody is to use', rowOf(button(900, { attributes: { inert: '' } }))],
  ['cards of a strip', cards(820)],
  ['cards of a strip that the edge cuts', cards(600)],
  [
    'a drawer as high as the page',
    [...rowOf(element('#drawer', rect(820, 0, 280, 600), { parent: 1 })), button(900, { parent: 3 })],
  ],
])('silent: %s', (_, elements) => {
  verifies('layout.silence');
  expect(told(elements)).toEqual([]);
});

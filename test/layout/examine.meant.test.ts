import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { clipped } from '../../src/layout/kinds/clipped.js';
import { covered } from '../../src/layout/kinds/covered.js';
import { textOverlap } from '../../src/layout/kinds/text-overlap.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

type More = Partial<LaidOutElement>;
const told = (found: ReturnType<typeof clipped>) =>
  found.map(({ certainty, kind, element: { el } }) => `${certainty} ${kind} ${el.selector}`);
const words = (selector: string, box: ReturnType<typeof rect>, more: More = {}) =>
  element(selector, box, { lines: [{ rect: box, text: 'Oslo main street' }], ...more });

/** Words that end behind the edge of a box of 400 x 200 px, in a drawing of this width. */
const cutIn = (box: More, label: More, drawing: number, y = 60) =>
  page([
    body,
    element('#box', rect(20, 20, 400, 200), {
      ...{ parent: 0, ...box },
      styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' },
    }),
    element('#drawing', rect(20, 20, drawing, 200), { parent: 1, tag: label.tag === 'text' ? 'svg' : 'div' }),
    words('#label', rect(360, y, 120, 20), { parent: 2, ...label }),
  ]);
const DRAWN = { tag: 'text', styles: { fill: 'rgb(0, 0, 0)' } };

test.each<[string, ReturnType<typeof page>, string[]]>([
  ['a map of one picture', cutIn({ attributes: { role: 'img' } }, DRAWN, 600), []],
  ['a map of one picture, at its lower edge', cutIn({ attributes: { role: 'img' } }, DRAWN, 400, 212), []],
  [
    'a map whose labels are set by themselves',
    cutIn({ attributes: { role: 'graphics-document' } }, { styles: { position: 'absolute', left: '340px' } }, 400),
    [],
  ],
  [
    'a picture of boxes whose words are a text',
    cutIn({ attributes: { role: 'img' } }, {}, 400),
    ['certain clipped #label'],
  ],
  ['a drawing that goes on there', cutIn({}, DRAWN, 600), ['likely clipped #label']],
  ['a drawing that ends there: its words do not', cutIn({}, DRAWN, 400), ['certain clipped #label']],
  ['a plain box', cutIn({}, {}, 400), ['certain clipped #label']],
])('words that an edge cuts: %s', (_, model, expected) => {
  verifies('layout.silence');
  expect(told(clipped(model))).toEqual(expected);
});

const BOXED = { 'background-color': 'rgb(0, 0, 0)' };
const TICK = { attributes: { type: 'checkbox' }, styles: { appearance: 'auto' } };
const PANEL = { position: 'absolute', 'background-color': 'rgb(255, 255, 255)' };
/** A text of which a panel hides a part; `around`: what holds the panel, `beside`: the switch before it, `inside`: what it holds. */
const under = (panel: More['attributes'], { around = 'div', beside = {}, inside = {} }: Record<string, unknown> = {}) =>
  page([
    body,
    words('p', rect(20, 40, 300, 20), { parent: 0 }),
    element('#around', rect(20, 10, 300, 20), { parent: 0, tag: String(around) }),
    element('#switch', rect(20, 10, 80, 20), { parent: 2, tag: 'button', attributes: { ...(beside as object) } }),
    element('#panel', rect(20, 30, 120, 90), { parent: 2, attributes: panel ?? {}, styles: PANEL }),
    element('#inside', rect(22, 32, 116, 80), { parent: 4, attributes: { ...(inside as object) } }),
  ]);

test.each<[string, ReturnType<typeof page>, string[]]>([
  ['a menu', under({ role: 'menu' }), []],
  ['a hint', under({ role: 'tooltip' }), []],
  ['a list of choices in a box that is put there', under({}, { inside: { role: 'listbox' } }), []],
  ['what its switch says is open', under({}, { beside: { 'aria-expanded': 'true' } }), []],
  ['what a summary opened', under({}, { around: 'details' }), []],
  ['a popover', under({ popover: '' }), []],
  ['what its switch says is closed', under({}, { beside: { 'aria-expanded': 'false' } }), ['certain covered p']],
  ['a message that nobody opened', under({ role: 'status' }), ['likely covered p']],
  ['a card', under({}), ['certain covered p']],
])('a text under a panel: %s', (_, model, expected) => {
  verifies('layout.silence');
  expect(told(covered(model))).toEqual(expected);
});

/** A huge word of a section that cuts it, with a heading over it. */
const behind = (word: More, color: string) =>
  page([
    body,
    element('#section', rect(0, 0, 400, 300), {
      parent: 0,
      styles: { position: 'relative', 'z-index': '0', 'overflow-x': 'hidden', 'overflow-y': 'hidden' },
    }),
    element('#word', rect(0, 0, 600, 120), {
      ...{ parent: 1, lines: [{ rect: rect(0, 0, 600, 120), text: 'LAMPSHADES' }], ...word },
      styles: { position: 'absolute', 'font-size': '110px', color, ...word.styles },
    }),
    words('h2', rect(20, 50, 200, 30), { parent: 1, styles: { 'font-size': '24px' } }),
  ]);
const PALE = 'rgb(204, 204, 204)';
const HIDDEN = { 'aria-hidden': 'true' };

test.each<[string, ReturnType<typeof page>, string[]]>([
  [
    'pale, marked as decoration and under all else',
    behind({ attributes: HIDDEN, styles: { 'z-index': '-1' } }, PALE),
    [],
  ],
  [
    'the same, as dark as a text',
    behind({ attributes: HIDDEN, styles: { 'z-index': '-1' } }, 'rgb(51, 51, 51)'),
    ['certain text_overlap h2', 'certain clipped #word'],
  ],
  [
    'pale, and not marked',
    behind({ styles: { 'z-index': '-1' } }, PALE),
    ['certain text_overlap h2', 'certain clipped #word'],
  ],
  [
    'pale and marked, in the flow',
    behind({ attributes: HIDDEN, styles: { position: 'relative' } }, PALE),
    ['likely text_overlap h2', 'certain clipped #word'],
  ],
])('a huge word behind a heading: %s', (_, model, expected) => {
  verifies('layout.silence');
  expect([...told(textOverlap(model)), ...told(clipped(model))]).toEqual(expected);
});

const GLASS = { 'background-color': 'rgba(255, 255, 255, 0.6)', 'backdrop-filter': 'saturate(180%) blur(20px)' };
/** A text, and another in a bar over it. */
const passing = (bar: Record<string, string>, text: Record<string, string> = {}) =>
  page([
    body,
    words('#rows', rect(20, 560, 300, 20), { parent: 0, styles: text }),
    element('#bar', rect(0, 550, 800, 50), { parent: 0, styles: { position: 'fixed', bottom: '0px', ...bar } }),
    element('#prices', rect(20, 562, 300, 20), {
      ...{ parent: 2, lines: [{ rect: rect(20, 562, 300, 20), text: 'Prices of today' }] },
    }),
  ]);

test.each<[string, ReturnType<typeof page>, string[]]>([
  ['in a bar of glass', passing(GLASS), []],
  ['blurred, under a lock', passing({}, { filter: 'blur(6px)' }), []],
  [
    'under a bar of hardly any blur',
    passing({ ...GLASS, 'backdrop-filter': 'blur(1px)' }),
    ['certain text_overlap #rows'],
  ],
  ['under a bar without a ground', passing({}), ['certain text_overlap #rows']],
])('letters that a text lies over: %s', (_, model, expected) => {
  verifies('layout.silence');
  expect(told(textOverlap(model)).map((one) => one.replace('#prices', '#rows'))).toEqual(expected);
});

test.each<[string, Parameters<typeof openOver>, string]>([
  ['what a summary opened', ['details', {}], 'likely'],
  ['choices of a field that says it is open', ['div', { 'aria-expanded': 'true' }], 'likely'],
  ['a card', ['div', {}], 'certain'],
])('a control under a panel: %s', (_, given, expected) => {
  verifies('layout.silence');
  expect(covered(openOver(...given)).map(({ certainty }) => certainty)).toEqual([expected]);
});

/** A button under a panel of something that holds the panel and its switch. */
function openOver(around: string, beside: Record<string, string>) {
  return page([
    body,
    element('#save', rect(30, 50, 80, 30), {
      ...{ parent: 0, tag: 'button', press: { reached: Array(5).fill(false), by: 4 } },
    }),
    element('#around', rect(20, 10, 300, 20), { parent: 0, tag: around }),
    element('#switch', rect(20, 10, 80, 20), { parent: 2, tag: 'input', attributes: beside }),
    element('#panel', rect(20, 30, 160, 90), { parent: 2, styles: PANEL }),
  ]);
}

/** A week of days with these numbers, and below them an event whose title is cut by its own box. */
const week = (days: readonly string[], { wide = 100, y = 60 } = {}) =>
  clipped(
    page([
      body,
      element('#plan', rect(0, 0, 720, 300), { parent: 0 }),
      element('#days', rect(0, 20, 720, 30), { parent: 1 }),
      element('#event', rect(10, y, 80, 20), {
        ...{ parent: 1, styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' } },
        lines: [{ rect: rect(12, y, 160, 18), text: 'A meeting of everybody' }],
      }),
      ...days.map((text, at) =>
        element(`#d${at}`, rect(at * wide, 20, wide, 30), {
          parent: 2,
          lines: [{ rect: rect(at * wide + 40, 25, 20, 18), text }],
        }),
      ),
    ]),
  );
test.each<[string, ReturnType<typeof week>, string]>([
  ['below the days of a month', week(['8', '9', '10', '11', '12', '13', '14']), 'likely clipped #event'],
  [
    'below days with names',
    week('Mo 1/6,Di 2/6,Mi 3/6,Do 4/6,Fr 5/6,Sa 6/6,So 7/6'.split(',')),
    'likely clipped #event',
  ],
  ['below the end of a month', week(['28', '29', '30', '31', '1', '2', '3']), 'likely clipped #event'],
  ['above them', week(['8', '9', '10', '11', '12', '13', '14'], { y: 2 }), 'certain clipped #event'],
  ['below prices', week(['8', '12', '10', '9', '14', '13', '11']), 'certain clipped #event'],
  ['below six numbers', week(['1', '2', '3', '4', '5', '6']), 'certain clipped #event'],
  ['below the numbers of pages', week(['1', '2', '3', '4', '5', '6', '7'], { wide: 40 }), 'certain clipped #event'],
])('a title that its box cuts %s', (_, found, expected) => {
  verifies('layout.silence');
  expect(told(found)).toEqual([expected]);
});

/** A line that a frame cuts through, in a box that scrolls this much. */
const scrolled = (styles: Record<string, string>, content: number, y = 92) =>
  clipped(
    page([
      body,
      element('#frame', rect(0, 0, 400, 100), {
        parent: 0,
        styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' },
      }),
      element('#lines', rect(0, 0, 400, 150), {
        ...{ parent: 1, styles },
        scroll: { content: { width: 400, height: content }, seen: { width: 400, height: 150 } },
      }),
      words('p', rect(10, y, 200, 20), { parent: 2 }),
    ]),
  );
test('a line at the edge of a frame is cut where nothing scrolls it clear of that', () => {
  verifies('layout.silence');
  const [auto, scroll] = [{ 'overflow-y': 'auto' }, { 'overflow-y': 'scroll', 'overflow-x': 'scroll' }];
  expect([scrolled(auto, 600), scrolled(scroll, 170), scrolled(auto, 152), scrolled({}, 600)].map(told)).toEqual([
    ...[[], []],
    ...[['certain clipped p'], ['certain clipped p']],
  ]);
});

/** A field of this size under something else. */
const kept = (size: number, more: More = {}) =>
  covered(
    page([
      body,
      element('#box', rect(0, 0, 300, 100), { parent: 0 }),
      element('#field', rect(20, 20, size, size), {
        ...{ parent: 1, tag: 'input', press: { reached: [false, false, false, false, false], by: 3 }, ...more },
      }),
      element('#over', rect(0, 0, 300, 100), { parent: 0, styles: { 'background-color': 'rgb(220, 230, 255)' } }),
    ]),
  );
test('a field that a script keeps beneath what it draws is not there to be pressed', () => {
  verifies('layout.silence');
  expect([kept(4), kept(4, { tag: 'select' }), kept(30), kept(4, { styles: BOXED }), kept(4, TICK)].map(told)).toEqual([
    ...[[], []],
    ...Array(3).fill(['certain covered #field']),
  ]);
});

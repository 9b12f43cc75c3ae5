import { expect, test } from 'vitest';
import type { LaidOutElement, LaidOutPage } from '../../src/core/vocabulary/laid-out-page.js';
import { clipped, ellipsis } from '../../src/layout/kinds/clipped.js';
import { covered } from '../../src/layout/kinds/covered.js';
import { outsideViewport } from '../../src/layout/kinds/outside-viewport.js';
import { protrudes } from '../../src/layout/kinds/protrudes.js';
import { shifts, uneven } from '../../src/layout/kinds/sizes.js';
import { keyboard } from '../../src/layout/kinds/under-condition.js';
import { leftoverText, missingGlyph } from '../../src/layout/kinds/unreadable.js';
import { modelOf } from '../../src/layout/page-model.js';
import { verifies } from '../requirements.js';

const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
let paint = 0;
const element = (
  selector: string,
  box: ReturnType<typeof rect>,
  more: Partial<LaidOutElement> = {},
): LaidOutElement => ({
  ...{ tag: selector.replace(/\W.*/, '') || 'div', selector, rect: box, paint: ++paint, attributes: {} },
  ...more,
  styles: { display: 'block', color: 'rgb(0, 0, 0)', 'font-size': '16px', ...more.styles },
});
const page = (elements: LaidOutElement[], more: Partial<LaidOutPage> = {}) =>
  modelOf({
    ...{ window: { width: 800, height: 600 }, content: { width: 800, height: 600 } },
    ...{ elements, omitted: { elements: 0, presses: 0 } },
    ...more,
  });
const body = element('body', rect(0, 0, 800, 600));
const card = (at: number, width: number, height: number, name = 'card') =>
  element(`div.${name}:nth-of-type(${at})`, rect(at * 120, 10, width, height), {
    parent: 0,
    attributes: { class: name },
    styles: { 'background-color': 'rgb(200, 200, 200)' },
  });

test.each([
  ['one is taller', [card(0, 100, 80), card(1, 100, 104), card(2, 100, 80)], ['div.card:nth-of-type(1) 24']],
  ['one is wider', [card(0, 100, 80), card(1, 112, 80), card(2, 100, 80)], ['div.card:nth-of-type(1) 12']],
  ['all are alike', [card(0, 100, 80), card(1, 100, 80), card(2, 100, 80.6)], []],
  ['each is of its own size', [card(0, 90, 80), card(1, 100, 100), card(2, 110, 120)], []],
  ['one is another thing', [card(0, 100, 80), card(1, 100, 104, 'best'), card(2, 100, 80)], []],
  ['two of them only', [card(0, 100, 80), card(1, 100, 104)], []],
  ['the last takes what is left', [card(0, 100, 80), card(1, 100, 80), card(2, 112, 80)], []],
])('a row of like things: %s', (_, cards, expected) => {
  verifies('layout.rows');
  expect(uneven(page([body, ...cards])).map(({ element: { el }, by_px }) => `${el.selector} ${by_px}`)).toEqual(
    expected,
  );
});

test('a text that ends in dots is listed, with what is hidden; one that just fits is not', () => {
  verifies('layout.listed');
  const dots = { 'overflow-x': 'hidden', 'overflow-y': 'hidden', 'text-overflow': 'ellipsis' };
  const line = (width: number) => ({
    styles: dots,
    parent: 0,
    lines: [{ rect: rect(0, 0, width, 20), text: 'Warm white lamp' }],
  });
  const found = ellipsis(
    page([body, element('p.cut', rect(0, 0, 90, 20), line(140)), element('p.whole', rect(0, 0, 90, 20), line(89))]),
  );
  expect(found.map(({ element: { el }, certainty, by_px }) => [el.selector, certainty, by_px])).toEqual([
    ['p.cut', 'listed', 50],
  ]);
});

test('a private sign without a shape is certain, a letter of a living script may only be missing here', () => {
  verifies('layout.glyphs');
  const text = (selector: string, missing: string) =>
    element(selector, rect(0, 0, 90, 20), { parent: 0, missing, lines: [{ rect: rect(0, 0, 90, 20), text: missing }] });
  const found = missingGlyph(page([body, text('#icon', '\uf8ff'), text('#word', '\u4e2d')]));
  expect(found.map(({ certainty, what }) => [certainty, what])).toEqual([
    ['certain', 'shows a box for U+F8FF, of which no font has a shape'],
    ['likely', 'shows a box for U+4E2D, of which no font has a shape'],
  ]);
});

test('of a walk that is not complete, and behind a trap, nothing is said to be passed over', () => {
  verifies('layout.conditions.silence');
  const focus = { expected: true, focusable: true, taken_out: false, reached: false };
  const button = element('button', rect(10, 10, 80, 30), { parent: 0, focus });
  const told = (walk: LaidOutPage['walk']) =>
    keyboard(page([body, button], walk ? { walk } : {})).map(({ kind, certainty }) => `${certainty} ${kind}`);
  expect(told({ presses: 3, complete: true })).toEqual(['certain not_tabbable']);
  expect(told({ presses: 120, complete: false })).toEqual([]);
  expect(told({ presses: 3, complete: true, trap: 1 })).toEqual(['certain focus_trap']);
  expect(told(undefined)).toEqual([]);
});

test('what moved most while the page loaded is listed where that was more than is good', () => {
  verifies('layout.shifts');
  const told = (score: number) =>
    shifts(page([body], { shift: { score, element: 0, by_px: 120 } })).map(({ what }) => what);
  expect(told(0.1)).toEqual([]);
  expect(told(0.24)).toEqual([
    'moved 120 px while the page loaded; its Cumulative Layout Shift is 0.24, and 0.1 is good',
  ]);
});

test.each([
  ['faces of a group, pulled over each other', { 'margin-left': '-14px' }, 40, []],
  ['buttons that collide', {}, 40, ['likely a:nth-of-type(1)']],
  ['a small thing pulled over a larger one', { 'margin-left': '-14px' }, 24, ['likely a:nth-of-type(1)']],
])('a control whose corners another one covers: %s', (_, styles, size, expected) => {
  verifies('layout.silence');
  const link = (at: number, side: number) => ({
    parent: 1,
    attributes: { href: `#${at}` },
    styles: { ...styles, 'background-color': 'rgb(200, 200, 200)' },
    rect: rect(at * 26, 10, side, side),
  });
  const row = element('div.row', rect(0, 0, 200, 60), { parent: 0 });
  const first = element('a:nth-of-type(1)', rect(0, 10, 40, 40), {
    ...link(0, 40),
    press: { reached: [true, true, false, false, false], by: 3 },
  });
  const found = covered(page([body, row, first, element('a:nth-of-type(2)', rect(26, 10, size, size), link(1, size))]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

test('a text that was typed in and is longer than its field is listed; a choice that its list cuts is a fault', () => {
  const field = (kind: 'value' | 'choice', selector: string) =>
    element(selector, rect(0, 0, 90, 24), {
      parent: 0,
      field: { kind, wants: 140, room: 80, high: 12, tall: 22, start: 4 },
    });
  const found = clipped(page([body, field('value', 'input'), field('choice', 'select')]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual([
    'listed input',
    'certain select',
  ]);
});

test('a floated card that its box does not hold falls out of it; one that hangs over by a little is pulled there', () => {
  const bar = element('#bar', rect(0, 0, 400, 20), { parent: 0, styles: { 'background-color': 'rgb(220, 220, 220)' } });
  const card = (height: number) =>
    element('#card', rect(4, 4, 180, height), {
      parent: 1,
      styles: { float: 'left', 'background-color': 'rgb(240, 240, 240)' },
    });
  const told = (height: number) => protrudes(page([body, bar, card(height)])).map(({ by_px }) => by_px);
  expect(told(80)).toEqual([64]);
  expect(told(24)).toEqual([]);
});

test.each([
  ['a layer that waits beneath the page', 'absolute', 3, ['likely #a1', 'likely #a2', 'likely #a3']],
  ['a layer of which a control can be pressed', 'absolute', 2, ['certain #a1', 'certain #a2']],
  ['controls of the page itself', 'static', 3, ['certain #a1', 'certain #a2', 'certain #a3']],
])('controls that no press reaches anywhere: %s', (_, position, hidden, expected) => {
  verifies('layout.silence');
  const layer = element('#drawer', rect(0, 0, 200, 400), { parent: 0, styles: { position } });
  const links = [1, 2, 3].map((at) =>
    element(`#a${at}`, rect(0, at * 50, 160, 30), {
      ...{ tag: 'a', parent: 1, attributes: { href: `#${at}` } },
      press: at > hidden ? { reached: Array(5).fill(true) } : { reached: Array(5).fill(false), by: 4 + at },
    }),
  );
  const tops = [1, 2, 3].map((at) =>
    element(`#top${at}`, rect(0, at * 50, 800, 40), {
      parent: 0,
      styles: { 'background-color': 'rgb(255, 255, 255)' },
    }),
  );
  const found = covered(page([body, layer, ...links, ...tops]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

test.each([
  ['a changelog', "Don't show y if value is undefined (#853)", ['likely']],
  ['advice', 'The property was NaN before this change was made to it', ['likely']],
  ['a name that was not there', 'Your balance is undefined', ['certain']],
  ['a price', 'Total: NaN', ['certain']],
])('words for what is not there: %s', (_, text, expected) => {
  verifies('layout.silence');
  const said = element('p', rect(0, 0, 400, 20), { parent: 0, lines: [{ rect: rect(0, 0, 400, 20), text }] });
  expect(leftoverText(page([body, said])).map(({ certainty }) => certainty)).toEqual(expected);
});

test.each([
  ['a ground that runs off the edge behind its words', {}, 60, ['likely #on']],
  ['a ground whose border is cut', { 'border-left-width': '1px' }, 60, ['certain #on']],
  ['words that are cut', {}, -4, ['certain #on']],
  ['a round end of which a part is cut', { 'border-top-left-radius': '50%' }, 60, ['certain #on']],
  ['a round corner that lies outside whole', { 'border-bottom-left-radius': '8px' }, 60, ['likely #on']],
  ['round corners at the other end', { 'border-top-right-radius': '20px' }, 60, ['likely #on']],
])('a control over the edge of the window: %s', (_, styles, x, expected) => {
  verifies('layout.silence');
  const on = element('#on', rect(-10, 0, 300, 40), {
    ...{ tag: 'a', parent: 0, attributes: { href: '#on' } },
    styles: { 'background-color': 'rgb(200, 200, 200)', ...styles },
    lines: [{ rect: rect(x, 10, 100, 20), text: 'Inbox' }],
  });
  const found = outsideViewport(page([body, on]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

test('words at the edge of a scroller are not cut by a box in it that reaches further', () => {
  verifies('layout.silence');
  const strip = element('#strip', rect(0, 0, 300, 60), {
    parent: 0,
    styles: { 'overflow-x': 'auto', 'overflow-y': 'hidden' },
  });
  const badge = (right: number) =>
    element('#badge', rect(220, 10, right - 220, 20), {
      parent: 1,
      styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden', 'background-color': 'rgb(0, 90, 0)' },
      lines: [{ rect: rect(224, 10, 90, 20), text: 'Requested' }],
    });
  const told = (right: number) =>
    clipped(page([body, strip, badge(right)])).map(({ element: { el }, other }) => [el.selector, other?.el.selector]);
  expect(told(330)).toEqual([]);
  expect(told(280)).toEqual([['#badge', '#badge']]);
});

test.each([
  ['that its box holds in a row of two', 'tr', 'td', []],
  ['in a row that says that it is one', 'div', 'div', [], { display: 'table-row' }],
  ['that sticks out of a painted box', 'div', 'p', ['p']],
])(
  'words of a cell below the first of its rows: %s',
  (_, rowTag, cellTag, expected, styles: Record<string, string> = {}) => {
    verifies('layout.silence');
    const row = element(rowTag, rect(0, 0, 300, 30), {
      parent: 0,
      styles: { 'background-color': 'rgb(230, 230, 230)', ...styles },
    });
    const cell = element(cellTag, rect(0, 0, 100, 60), {
      parent: 1,
      lines: [{ rect: rect(4, 20, 60, 20), text: 'Room' }],
    });
    expect(protrudes(page([body, row, cell])).map(({ element: { el } }) => el.selector)).toEqual(expected);
  },
);

test.each([
  ['a column at the end of a table that scrolls', { 'overflow-x': 'auto' }, 250, []],
  ['a column at its start', { 'overflow-x': 'auto' }, -60, ['certain #text']],
  ['a table that does not scroll so far', { 'overflow-x': 'auto' }, 250, ['certain #text'], 320],
  ['a table that cuts', { 'overflow-x': 'hidden' }, 250, ['certain #text']],
  ['a table that cuts and goes along with one that scrolls', { 'overflow-x': 'hidden' }, 250, [], 600, 'auto'],
])(
  'what stays while a box scrolls lies over its words: %s',
  (_, styles, x, expected, wide = 600, beside = 'visible') => {
    verifies('layout.silence');
    const scroll = { content: { width: wide, height: 60 }, seen: { width: 300, height: 60 } };
    const more = { parent: 1, scroll };
    const found = covered(
      page([
        body,
        element('#table', rect(0, 0, 300, 200), { parent: 0 }),
        element('#box', rect(0, 0, 300, 60), { ...more, styles: { 'overflow-y': 'hidden', ...styles } }),
        element('#rows', rect(0, 60, 300, 140), {
          ...more,
          styles: beside === 'visible' ? {} : { 'overflow-x': beside },
        }),
        element('#text', rect(x < 0 ? 0 : 200, 10, 100, 20), {
          ...{ parent: 2, lines: [{ rect: rect(x < 0 ? 0 : 200, 10, 100, 20), text: 'Brass and glass' }] },
        }),
        element('#column', rect(x, 0, 100, 60), {
          ...{ parent: 1, styles: { position: 'absolute', 'background-color': 'rgb(255, 255, 255)' } },
        }),
      ]),
    );
    expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
  },
);

test.each([
  ['what was typed in', 'value', 160, 0, ['certain #field']],
  ['its hint, which goes with the first letter', 'placeholder', 160, 0, ['likely #field']],
  ['words that end before it', 'value', 90, 0, []],
  ['words that it hides by less than two letters', 'value', 138, 0, []],
  ['a field that the whole of a layer lies over', 'value', 160, 200, []],
] as const)('a button with a ground over the end of a field: %s', (_, kind, wants, more, expected) => {
  verifies('layout.faults');
  const field = element('#field', rect(0, 0, 200, 30), {
    ...{ tag: 'input', parent: 0, field: { kind, wants, room: 190, high: 12, tall: 28, start: 5 } },
  });
  const button = element('#go', rect(135 - more, 0, 65 + more, 30), {
    ...{ tag: 'button', parent: 0, styles: { position: 'absolute', 'background-color': 'rgb(0, 90, 0)' } },
  });
  const found = covered(page([body, field, button]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

test.each([
  ['a popover', { popover: '' }, {}],
  ['a menu by its role', { role: 'menu' }, {}],
  ['a modal dialog', {}, { tag: 'dialog' }],
])(
  'what is opened over a button for a while is no certain fault: %s',
  (_, attributes: Record<string, string>, more) => {
    verifies('layout.silence');
    const told = (open: Partial<LaidOutElement>) => {
      const button = element('#go', rect(20, 20, 80, 30), {
        ...{ tag: 'button', parent: 0, press: { reached: Array(5).fill(false), by: 2 } },
      });
      const over = element('#over', rect(0, 0, 300, 100), {
        ...{ parent: 0, styles: { position: 'absolute', 'background-color': 'rgb(255, 255, 255)' } },
        ...open,
      });
      return covered(page([body, button, over])).map(({ certainty }) => certainty);
    };
    expect(told({ attributes, ...more })).toEqual(['likely']);
    expect(told({})).toEqual(['certain']);
  },
);

test.each([
  ['one that lies straight', {}, 40, ['certain #text']],
  [
    'one that is turned, whose box is larger than it',
    { transform: 'matrix(0.7, 0.7, -0.7, 0.7, 0, 0)' },
    40,
    ['likely #text'],
  ],
  ['one that is turned by a right angle', { transform: 'matrix(0, 1, -1, 0, 0, 0)' }, 40, ['certain #text']],
  ['one that is cut to a shape', { 'clip-path': 'polygon(0 0, 100% 0, 0 100%)' }, 40, ['likely #text']],
  ['the round corner of one', { 'border-top-left-radius': '50%' }, 88, []],
  [
    'the middle of a round one',
    { 'border-top-left-radius': '50%', 'border-bottom-left-radius': '50%' },
    40,
    ['certain #text'],
  ],
])('something with a ground over the end of a text: %s', (_, styles, y, expected) => {
  verifies('layout.silence');
  const text = element('#text', rect(0, y, 100, 20), {
    ...{ parent: 0, lines: [{ rect: rect(0, y, 100, 20), text: 'Brass and glass' }] },
  });
  const over = element('#over', rect(60, y === 88 ? 90 : 0, 100, 100), {
    ...{ parent: 0, styles: { position: 'absolute', 'background-color': 'rgb(85, 85, 85)', ...styles } },
  });
  const found = covered(page([body, text, over]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

test.each([
  ['of a slide under another one', true, { 'background-color': 'rgb(255, 255, 255)' }, []],
  ['of a slide under one that can be seen through', true, {}, ['outside #words']],
  ['of a slide that lies on top', false, { 'background-color': 'rgb(255, 255, 255)' }, ['outside #words']],
])('words that go on beyond a window that does not scroll: %s', (_, isUnder, styles, expected) => {
  verifies('layout.silence');
  const slide = (selector: string, more: Record<string, string>) =>
    element(selector, rect(0, 0, 800, 600), { parent: 0, styles: { position: 'absolute', ...more } });
  const words = element('#words', rect(500, 40, 400, 80), {
    ...{ parent: 1, lines: [{ rect: rect(500, 40, 400, 80), text: 'Configurable' }] },
    styles: { 'font-size': '80px' },
  });
  const [first, second] = [slide('#first', {}), slide('#second', styles)];
  if (!isUnder) second.paint = 0;
  const model = page([{ ...body, styles: { 'overflow-x': 'hidden' } }, first, words, second]);
  const found = [
    ...outsideViewport(model).map(({ element: { el } }) => `outside ${el.selector}`),
    ...covered(model).map(({ element: { el } }) => `covered ${el.selector}`),
  ];
  expect(found).toEqual(expected);
});

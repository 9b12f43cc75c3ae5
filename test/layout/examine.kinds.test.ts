import { expect, test } from 'vitest';
import type { LaidOutPage } from '../../src/core/vocabulary/laid-out-page.js';
import { clipped, ellipsis } from '../../src/layout/kinds/clipped.js';
import { outsideViewport } from '../../src/layout/kinds/outside-viewport.js';
import { protrudes } from '../../src/layout/kinds/protrudes.js';
import { crushed, imageDistorted, notShown, shifts, uneven } from '../../src/layout/kinds/sizes.js';
import { leftoverText, missingGlyph } from '../../src/layout/kinds/unreadable.js';
import { keyboard } from '../../src/layout/under-condition.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

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

test.each([
  [
    'two words in a narrow column',
    ['P', 'r', 'o', 'j ', 'T', 'w', 'o'],
    ['certain is broken within its words into 7 lines'],
  ],
  ['one word, which may be set upright', ['F', 'e', 'e', 'd'], ['likely is broken within its words into 4 lines']],
  ['a word too long for that', [...'Lampenschirm'], ['certain is broken within its words into 12 lines']],
  ['words each in a line of its own', ['To ', 'be ', 'or ', 'no'], []],
  ['a script without spaces', ['\u706f', '\u5149', '\u6696', '\u767d'], []],
])('text in a narrow column: %s', (_, texts, expected) => {
  verifies('layout.rows');
  const lines = texts.map((text, at) => ({ rect: rect(0, at * 20, 10, 20), text }));
  const found = crushed(page([body, element('p', rect(0, 0, 10, 200), { parent: 0, lines })]));
  expect(found.map(({ certainty, what }) => `${certainty} ${what.replace(/^“.*” /, '')}`)).toEqual(expected);
});

test('a listing of code that is too wide is one fault, whichever of its words are out', () => {
  verifies('layout.folded');
  const word = (at: number, x: number) =>
    element(`span:nth-of-type(${at})`, rect(x, at * 20, 120, 20), {
      ...{ parent: 1, styles: { display: 'inline' } },
      lines: [{ rect: rect(x, at * 20, 120, 20), text: 'lamp.warm()' }],
    });
  const pre = element('pre', rect(0, 0, 800, 80), { parent: 0 });
  const found = outsideViewport(
    page([body, pre, word(1, 700), word(2, 760)], { content: { width: 880, height: 600 } }),
  );
  expect(found.map(({ certainty, element: { el }, by_px }) => [certainty, el.selector, by_px])).toEqual([
    ['certain', 'pre', 80],
  ]);
});

test.each([
  ['a field whose button lies beyond the edge', 'input', {}, ['certain #first 100']],
  ['a field that slides', 'input', { transform: 'matrix(1, 0, 0, 1, 0, 0)' }, []],
  ['a button of a strip', 'button', {}, []],
])('a control that the window cuts: %s', (_, tag, styles, expected) => {
  verifies('layout.silence');
  const grey = { 'background-color': 'rgb(230, 230, 230)' };
  const html = element('html', rect(0, 0, 800, 600), { styles: { 'overflow-x': 'hidden' } });
  const row = element('#row', rect(600, 10, 500, 40), { parent: 0, styles });
  const first = element('#first', rect(700, 10, 200, 40), { tag, parent: 1, styles: grey });
  const second = element('#second', rect(900, 10, 100, 40), { tag: 'button', parent: 1, styles: grey });
  const found = outsideViewport(page([html, row, first, second]));
  expect(found.map(({ certainty, element: { el }, by_px }) => `${certainty} ${el.selector} ${by_px}`)).toEqual(
    expected,
  );
});

test('a squeezed picture that was put somewhere is certain, unless words lie on it or it is a ground of the window', () => {
  verifies('layout.silence');
  const picture = (selector: string, y: number, width: number) =>
    element(selector, rect(0, y, width, 60), {
      ...{ tag: 'img', parent: 0, natural: { width: 400, height: 400 }, styles: { position: 'absolute' } },
    });
  const words = element('p', rect(0, 110, 90, 20), {
    ...{ parent: 0, lines: [{ rect: rect(0, 110, 90, 20), text: 'Lamps' }] },
  });
  const found = imageDistorted(
    page([body, picture('#face', 0, 120), picture('#under', 100, 120), picture('#ground', 200, 700), words]),
  );
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual([
    'certain #face',
    'likely #under',
    'likely #ground',
  ]);
});

test.each([
  ['as it stands', {}, {}, ['certain']],
  ['moved, enlarged and mirrored', { transform: 'matrix(-2, 0, 0, 2, 30, 0)' }, {}, ['certain']],
  [
    'moved towards the eye',
    { transform: 'matrix3d(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 40, 1)' },
    {},
    ['certain'],
  ],
  ['turned by a half', { rotate: '180deg' }, {}, ['certain']],
  [
    'laid on a drawn plane',
    { transform: 'matrix3d(0.5, -0.7, 0.5, 0, 0.6, 0.7, 0.4, 0, -0.6, 0.1, 0.8, 0, 0, 0, 0, 1)' },
    {},
    [],
  ],
  ['turned a little', { transform: 'matrix(0.98, 0.17, -0.17, 0.98, 0, 0)' }, {}, []],
  ['turned by a right angle', { transform: 'matrix(0, 1, -1, 0, 0, 0)' }, {}, []],
  ['slanted', { transform: 'matrix(1, 0, -0.36, 1, 0, 0)' }, {}, []],
  ['turned by the property of that name', { rotate: '-12deg' }, {}, []],
  ['turned about another axis', { rotate: 'y 40deg' }, {}, []],
  ['in a card that is turned', {}, { transform: 'matrix(0.98, 0.17, -0.17, 0.98, 0, 0)' }, []],
  ['on the back of a card', {}, { transform: 'matrix3d(-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1)' }, []],
])(
  'a picture whose box has another ratio than its file is squeezed, unless it was turned: %s',
  (_, own, card, expected) => {
    verifies('layout.silence');
    const holder = element('#card', rect(0, 0, 400, 400), { parent: 0, styles: card });
    const picture = element('img', rect(0, 0, 120, 60), {
      ...{ tag: 'img', parent: 1, natural: { width: 400, height: 400 }, styles: own },
    });
    expect(imageDistorted(page([body, holder, picture])).map(({ certainty }) => certainty)).toEqual(expected);
  },
);

test.each([
  ['a photograph', 'lamp.jpg', ['certain']],
  ['a drawing in a file', '/logos/acme.svg?v=2', []],
  ['a drawing that fits itself into its box', "data:image/svg+xml,%3Csvg viewBox='0 0 400 400'/%3E", []],
  ['a drawing without a view box', "data:image/svg+xml,%3Csvg width='400' height='400'/%3E", ['certain']],
  [
    'a drawing that is stretched on purpose of its file',
    "data:image/svg+xml,%3Csvg viewBox='0 0 400 400' preserveAspectRatio='none'/%3E",
    ['certain'],
  ],
])('of a picture in a box of another ratio: %s', (_, src, expected) => {
  verifies('layout.silence');
  const picture = element('img', rect(0, 0, 120, 60), {
    ...{ tag: 'img', parent: 0, natural: { width: 400, height: 400 }, attributes: { src } },
  });
  expect(imageDistorted(page([body, picture])).map(({ certainty }) => certainty)).toEqual(expected);
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
  ['a changelog', "Don't show y if value is undefined (#853)", ['likely']],
  ['a heading about them', 'Handling undefined and null', ['likely']],
  ['a link to what is said of one', 'The undefined type', ['likely']],
  ['a message that is quoted', 'TypeError: Cannot read properties of undefined', ['likely']],
  ['an entry about one', 'NaN in totals, [object Object] in the mail', ['likely']],
  ['a greeting', 'Welcome back, undefined', ['certain']],
  ['a count', 'Page 1 of NaN', ['certain']],
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
  ['pushed out by an indent', { 'text-indent': '-40px' }, []],
  ['with a first line set in', { 'text-indent': '16px' }, ['#word']],
  ['that do not fit', {}, ['#word']],
])('words beside the box that holds them: %s', (_, styles, expected) => {
  verifies('layout.silence');
  const word = element('#word', rect(80, 10, 28, 28), {
    ...{ parent: 0, lines: [{ rect: rect(36, 14, 30, 20), text: 'On' }] },
    styles: { 'background-color': 'rgb(230, 230, 230)', ...styles },
  });
  expect(protrudes(page([body, word])).map(({ element: { el } }) => el.selector)).toEqual(expected);
});

test('the name of an icon is told by its font: it is not there, or has none of this name', () => {
  verifies('layout.faults');
  const icon = (text: string, width: number, family: string) =>
    element(`#${text}`, rect(0, 0, width, 24), {
      ...{ parent: 0, styles: { 'font-family': family, 'font-size': '24px' } },
      lines: [{ rect: rect(0, 0, width, 24), text }],
    });
  const says = (...icons: ReturnType<typeof icon>[]) => leftoverText(page([body, ...icons])).map(({ what }) => what);
  const [home, wrong] = [icon('home', 24, 'Material Icons'), icon('hoem', 58, 'Material Icons')];
  expect(says(wrong)).toEqual(['shows “hoem”: the name of an icon, whose font is not there']);
  expect(says(home, wrong)).toEqual(['shows “hoem”: its font of icons is there, and has none of this name']);
  expect(says(icon('home', 24, 'Tabler Icons'), wrong)).toEqual([
    'shows “hoem”: the name of an icon, whose font is not there',
  ]);
  expect(says(icon('home', 60, 'Material Icons'), wrong)).toEqual([
    'shows “home”: the name of an icon, whose font is not there',
    'shows “hoem”: the name of an icon, whose font is not there',
  ]);
});

const LOADED = { width: 400, height: 200 };
const SPECK = { width: 1, height: 1 };
/** A picture of this size, by its attributes and the pixels of its file. */
const picture = (
  [width, height]: [number, number],
  attributes: Record<string, string>,
  natural?: { width: number; height: number },
  more: Parameters<typeof element>[2] = { name: 'A lamp' },
) =>
  notShown(
    page([
      body,
      element('img', rect(20, 20, width, height), { parent: 0, attributes, ...(natural ? { natural } : {}), ...more }),
    ]),
  ).map(({ certainty, kind }) => `${certainty} ${kind}`);
const SRC = { src: '/lamp.jpg' };
const WAITS = { 'data-src': 'data-lazy' };
test.each<[string, string[], string[]]>([
  ['whose address waits', picture([300, 200], WAITS), ['certain vanishes']],
  ['whose address waits behind a dot', picture([300, 200], { ...WAITS, ...SRC }, SPECK), ['certain vanishes']],
  ['that came after all', picture([300, 200], { ...WAITS, ...SRC }, LOADED), []],
  ['with a larger one for whoever points there', picture([300, 200], { ...WAITS, ...SRC }), []],
  ['that names no file', picture([300, 200], {}), ['likely vanishes']],
  ['whose file failed', picture([300, 200], SRC), []],
  ['of no size', picture([0, 0], SRC, LOADED), ['certain vanishes']],
  ['of no height', picture([300, 0], SRC, LOADED), ['certain vanishes']],
  ['of no size and no name', picture([0, 0], SRC, LOADED, {}), ['likely vanishes']],
  ['that counts visits', picture([0, 0], SRC, SPECK), []],
  [
    'of no size, put there by itself',
    picture([0, 0], SRC, LOADED, { name: 'A', styles: { position: 'absolute' } }),
    [],
  ],
  [
    'of no size until it opens',
    picture([0, 0], SRC, LOADED, { name: 'A', styles: { 'transition-duration': '1s' } }),
    [],
  ],
  ['that is there', picture([400, 200], SRC, LOADED), []],
])('a picture %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { covered } from '../../src/layout/kinds/covered.js';
import { outsideViewport } from '../../src/layout/kinds/outside-viewport.js';
import { textOverlap } from '../../src/layout/kinds/text-overlap.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

test.each([
  ['faces of a group, pulled over each other', { 'margin-left': '-14px' }, 40, []],
  ['buttons that collide', {}, 40, ['likely a:nth-of-type(1)']],
  ['a small thing pulled over a larger one', { 'margin-left': '-14px' }, 24, ['likely a:nth-of-type(1)']],
  [
    'a circle whose corners are none of it',
    {
      'border-top-left-radius': '50%',
      'border-top-right-radius': '50%',
      'border-bottom-left-radius': '50%',
      'border-bottom-right-radius': '50%',
    },
    40,
    [],
  ],
  [
    'corners that are a little round',
    { 'border-top-left-radius': '6px', 'border-bottom-right-radius': '6px' },
    40,
    ['likely a:nth-of-type(1)'],
  ],
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

test.each([
  ['a layer that waits beneath the page', 'absolute', 3, ['likely #a1', 'likely #a2', 'likely #a3']],
  ['a layer of which a control can be pressed', 'absolute', 2, ['certain #a1', 'certain #a2']],
  ['controls of the page itself', 'static', 3, ['certain #a1', 'certain #a2', 'certain #a3']],
  [
    'a layer of which the page leaves a strip',
    'absolute',
    3,
    ['likely #a1', 'likely #a2', 'likely #a3'],
    'relative',
    true,
  ],
  [
    'a menu under a banner that was put on it',
    'absolute',
    3,
    ['certain #a1', 'certain #a2', 'certain #a3'],
    'absolute',
    true,
  ],
])('controls that no press reaches anywhere: %s', (_, position, hidden, expected, over = 'static', strip = false) => {
  verifies('layout.silence');
  const layer = element('#drawer', rect(0, 0, 200, 400), { parent: 0, styles: { position } });
  const links = [1, 2, 3].map((at) =>
    element(`#a${at}`, rect(0, at * 50, 160, 30), {
      ...{ tag: 'a', parent: 1, attributes: { href: `#${at}` } },
      press:
        at > hidden ? { reached: Array(5).fill(true) } : { reached: [false, strip, false, false, false], by: 4 + at },
    }),
  );
  const tops = [1, 2, 3].map((at) =>
    element(`#top${at}`, rect(0, at * 50, 800, 40), {
      parent: 0,
      styles: { position: over, 'background-color': 'rgb(255, 255, 255)' },
    }),
  );
  const found = covered(page([body, layer, ...links, ...tops]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

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

test.each([
  ['a drawer at the side of the window', rect(0, 0, 240, 600), {}, ['likely #menu']],
  ['a drawer at the other side, in its frame', rect(0, 0, 460, 600), {}, ['likely #menu']],
  ['a box of its size', rect(0, 0, 60, 60), {}, ['certain #menu']],
  ['a bar over the top', rect(0, 0, 800, 60), {}, ['certain #menu']],
  ['a drawer that hides a part of it', rect(0, 0, 40, 600), {}, ['certain #menu']],
  ['a bar beside a box that scrolls it away', rect(0, 8, 800, 60), { 'overflow-y': 'auto' }, ['certain #menu']],
  ['a bar over the end of a box that scrolls', rect(0, -40, 800, 100), { 'overflow-y': 'auto' }, []],
])('a button that no press reaches, under %s', (_, over, styles, expected) => {
  verifies('layout.silence');
  const atEnd = over.y < 0;
  const box = element('#box', rect(0, atEnd ? -540 : 0, 800, 600), {
    ...{ parent: 0, styles, scroll: { content: { width: 800, height: 900 }, seen: { width: 800, height: 600 } } },
  });
  const menu = element('#menu', rect(12, 12, 40, 40), {
    ...{ tag: 'button', parent: 1, press: { reached: Array(5).fill(false), by: 3 } },
  });
  const cover = element('#cover', over, {
    ...{ parent: 0, styles: { position: 'absolute', 'background-color': 'rgb(40, 50, 60)' } },
  });
  const found = covered(page([body, box, menu, cover]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

test.each([
  ['a notice with a ground that one sees through', 'ui-pnotify', 'rgba(40, 40, 40, 0.8)', ['likely #note']],
  ['a notification that slides in', 'app-notification in', 'rgba(255, 255, 255, 0.9)', ['likely #note']],
  ['a menu without a ground', 'dropdown show', 'rgba(0, 0, 0, 0)', ['certain #note']],
  ['a card that is no notice', 'card', 'rgba(40, 40, 40, 0.8)', ['certain #note']],
])('words over other words: %s', (_, name, ground, expected) => {
  verifies('layout.silence');
  const words = (text: string) => ({ lines: [{ rect: rect(20, 20, 200, 20), text }] });
  const heading = element('#title', rect(0, 0, 400, 60), { parent: 0, ...words('Everything about lamps') });
  const note = element('#note', rect(0, 10, 300, 40), {
    ...{ parent: 0, attributes: { class: name }, ...words('Welcome to the shop of lamps') },
    styles: { position: 'fixed', 'background-color': ground },
  });
  expect(textOverlap(page([body, heading, note])).map((one) => `${one.certainty} ${one.element.el.selector}`)).toEqual(
    expected,
  );
});

/** A line of 400 px from the top of the page, and a bar with a ground over a part of it. */
function underBadge(text: string, part: ReturnType<typeof rect>) {
  const line = element('#line', rect(0, 0, 400, 30), {
    ...{ parent: 0, lines: [{ rect: rect(0, 0, 400, 30), text }] },
    styles: { 'font-size': '25px' },
  });
  const badge = element('#badge', part, { parent: 0, styles: { 'background-color': 'rgb(200, 0, 0)' } });
  return covered(page([body, line, badge])).map(({ certainty, element: { el }, claim }) => ({
    told: `${certainty} ${el.selector}`,
    rows: claim && [claim.rect.y, claim.rect.height],
  }));
}

test.each([
  [
    'tall letters',
    'LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL',
    rect(100, 0, 60, 11),
    [{ told: 'certain #line', rows: [11, 2] }],
  ],
  ['letters without anything above an x', 'rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr', rect(100, 0, 60, 11), []],
  [
    'the foot of letters',
    'LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL',
    rect(100, 19, 60, 11),
    [{ told: 'certain #line', rows: [17, 2] }],
  ],
  ['less than two letters', 'LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL', rect(100, 0, 20, 11), []],
  ['the space above letters', 'LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL', rect(100, 0, 60, 7), []],
])(
  'a badge over a part of the height of a line, where the picture shows letters that go on beside it: %s',
  (_, text, part, expected) => {
    verifies('layout.faults');
    expect(underBadge(text, part)).toEqual(expected);
  },
);

/** Two lines of 16 px, the second so many px below the first. */
function apart(by: number, styles: Record<string, string> = {}) {
  const line = (selector: string, y: number) =>
    element(selector, rect(0, y, 200, 18), {
      ...{ parent: 0, lines: [{ rect: rect(0, y, 200, 18), text: `Ceiling lamp of glass ${selector}` }] },
      styles,
    });
  return textOverlap(page([body, line('#a', 0), line('#b', by)])).map(
    ({ certainty, element: { el }, claim }) =>
      `${certainty} ${el.selector} ${claim?.shows} ${claim?.rect.y.toFixed(1)} ${claim?.rect.height.toFixed(1)}`,
  );
}

test.each([
  [8, ['certain #b ink 11.2 3.5']],
  [9, ['certain #b touch 9.0 9.0']],
  [10, ['certain #b touch 9.0 10.0']],
  [12, []],
])('two lines of 16 px that lie %d px apart', (by, expected) => {
  verifies('layout.faults');
  expect(apart(by)).toEqual(expected);
});

test.each<[string, Partial<LaidOutElement>, string[]]>([
  ['what was typed in', {}, ['certain label #field']],
  [
    'its hint, which goes with the first letter',
    { field: { ...{ kind: 'placeholder', wants: 120, room: 276 }, high: 12, tall: 48, start: 12 } },
    ['likely label #field'],
  ],
  ['a label that floats, above what was typed in', { styles: { 'padding-top': '30px' } }, []],
  [
    'a word that is short',
    { field: { ...{ kind: 'value', wants: 14, room: 276 }, high: 12, tall: 48, start: 200 } },
    [],
  ],
  [
    'the first of several lines',
    {
      tag: 'textarea',
      styles: { 'padding-top': '14px' },
      field: { ...{ kind: 'value', rows: true, wants: 20, room: 40, first: 80 }, high: 14, tall: 48, start: 12 },
    },
    ['certain label #field'],
  ],
  [
    'the choice of a list',
    { tag: 'select', field: { ...{ kind: 'choice', wants: 80, room: 200 }, high: 12, tall: 48, start: 12 } },
    ['certain label #field'],
  ],
  ['an empty field', { field: undefined }, []],
])('a label over %s', (_, more, expected) => {
  verifies('layout.faults');
  const field = element('#field', rect(0, 0, 300, 48), {
    ...{ tag: 'input', parent: 0, field: { kind: 'value', wants: 180, room: 276, high: 12, tall: 48, start: 12 } },
    ...more,
  });
  const label = element('label', rect(12, 14, 110, 18), {
    ...{ parent: 0, lines: [{ rect: rect(12, 14, 110, 18), text: 'E-mail address' }] },
    styles: { position: 'absolute' },
  });
  const found = textOverlap(page([body, field, label]));
  expect(
    found.map(({ certainty, element: { el }, other }) => `${certainty} ${el.selector} ${other?.el.selector}`),
  ).toEqual(expected);
});

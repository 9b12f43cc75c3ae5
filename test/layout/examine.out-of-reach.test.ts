import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { covered } from '../../src/layout/kinds/covered.js';
import { outOfReach } from '../../src/layout/kinds/out-of-reach.js';
import type { PageModel } from '../../src/layout/page-model.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

const WHITE = { 'background-color': 'rgb(255, 255, 255)' };
const told = (model: PageModel) =>
  outOfReach(model).map(({ certainty, kind, element: { el }, other }) =>
    [certainty, kind, el.selector, ...(other ? [other.el.selector] : [])].join(' '),
  );
/** A line of words at a place of the page. */
const words = (selector: string, box: ReturnType<typeof rect>, more: Partial<LaidOutElement> = {}) =>
  element(selector, box, { lines: [{ rect: box, text: 'Everything about lamps' }], ...more });

test.each<[string, Record<string, string>, ReturnType<typeof rect>, number, Partial<LaidOutElement>, string[]]>([
  ['too low', {}, rect(200, 100, 400, 700), 740, {}, ['certain unreachable #go #panel']],
  [
    'set in the middle, too high',
    { transform: 'matrix(1, 0, 0, 1, -200, -500)' },
    rect(200, -200, 400, 1000),
    -150,
    {},
    ['certain unreachable #go #panel'],
  ],
  ['half above the window', {}, rect(200, -60, 400, 120), -40, {}, ['certain unreachable #go #panel']],
  ['in the window', {}, rect(200, 100, 400, 400), 440, {}, []],
  [
    'that scrolls by itself',
    { 'overflow-y': 'auto' },
    rect(200, 100, 400, 400),
    840,
    {
      scroll: { content: { width: 400, height: 800 }, seen: { width: 400, height: 400 } },
    },
    [],
  ],
  [
    'that scrolls, and whose end lies beyond the window',
    { 'overflow-y': 'auto' },
    rect(200, 300, 400, 500),
    1060,
    {
      scroll: { content: { width: 400, height: 800 }, seen: { width: 400, height: 500 } },
    },
    ['certain unreachable #go #panel'],
  ],
  [
    'that is scrolled to its end: its top comes back',
    { 'overflow-y': 'auto' },
    rect(200, 100, 400, 400),
    -200,
    {
      scroll: { content: { width: 400, height: 800 }, seen: { width: 400, height: 400 }, at: { x: 0, y: 400 } },
    },
    [],
  ],
  ['that waits below the window', {}, rect(0, 600, 800, 200), 700, {}, []],
  ['of which a strip peeks in', {}, rect(0, 540, 800, 240), 700, {}, []],
  ['that is pulled up', { transform: 'matrix(1, 0, 0, 1, 0, 200)' }, rect(0, 300, 800, 500), 700, {}, []],
])('a panel of the window, %s', (_, styles, box, y, more, expected) => {
  verifies('layout.faults');
  const panel = element('#panel', box, { parent: 0, ...more, styles: { position: 'fixed', ...WHITE, ...styles } });
  const go = element('#go', rect(box.x + 20, y, 100, 30), { tag: 'button', parent: 1 });
  expect(told(page([body, panel, go]))).toEqual(expected);
});

test.each<[string, Record<string, string>, Partial<LaidOutElement>, string[]]>([
  ['at the top, over a heading', {}, {}, ['certain covered h1 #bar']],
  ['over a heading that waits under all else', {}, { styles: { position: 'absolute', 'z-index': '-1' } }, []],
  ['that can be looked through', { 'background-color': 'rgba(255, 255, 255, 0.5)' }, {}, []],
  ['over words for screen readers', {}, { styles: { position: 'absolute', clip: 'rect(0px, 0px, 0px, 0px)' } }, []],
  ['that is taken away', {}, {}, []],
])('a bar that stays in the window, %s', (about, styles, more, expected) => {
  verifies('layout.faults');
  const closer = element('#close', rect(740, 10, 40, 40), { tag: 'button', parent: 2, name: 'Close' });
  const found = told(
    page(
      [
        body,
        words('h1', rect(20, 10, 200, 30), { parent: 0, ...more }),
        element('#bar', rect(0, 0, 800, 60), { parent: 0, styles: { position: 'fixed', ...WHITE, ...styles } }),
        ...(about === 'that is taken away' ? [closer] : []),
      ],
      { content: { width: 800, height: 2000 } },
    ),
  );
  expect(found).toEqual(expected);
});

test.each([
  ['the last line of a page without room for it', 1960, 2000, ['certain covered p #bar']],
  ['a line that scrolls out from under it', 560, 2000, []],
  ['the same of a page that does not scroll', 560, 600, ['certain covered p #bar']],
  ['a line above it', 1900, 2000, []],
])('a bar at the foot of the window over %s', (_, y, height, expected) => {
  verifies('layout.faults');
  const line = words('p', rect(20, y, 200, 18), { parent: 0 });
  const bar = element('#bar', rect(0, 540, 800, 60), { parent: 0, styles: { position: 'fixed', ...WHITE } });
  expect(told(page([body, line, bar], { content: { width: 800, height } }))).toEqual(expected);
});

test('a button whole behind a bar is no layer that waits there, and one put under all else is', () => {
  verifies('layout.silence');
  const button = (styles: Record<string, string>) =>
    element('#buy', rect(20, 550, 90, 30), {
      ...{ tag: 'button', parent: 0, styles: { position: 'absolute', ...styles } },
      press: { reached: [false, false, false, false, false], by: 2 },
    });
  const bar = () => element('#bar', rect(0, 540, 800, 60), { parent: 0, styles: { position: 'fixed', ...WHITE } });
  expect(covered(page([body, button({}), bar()])).map(({ certainty }) => certainty)).toEqual(['certain']);
  expect(covered(page([body, button({ 'z-index': '-1' }), bar()]))).toEqual([]);
});

const hit = { press: { reached: [false, false, false, false, false], by: 2 } };
const dialog = () =>
  element('#dialog', rect(200, 100, 400, 200), { parent: 0, styles: { position: 'fixed', ...WHITE } });
const chat = () =>
  element('#chat', rect(730, 530, 56, 56), {
    ...{ tag: 'button', parent: 0, styles: { position: 'fixed', ...WHITE } },
    press: { reached: [true, true, true, true, true] },
  });
test.each<[string, Record<string, string>, (() => LaidOutElement)[], string[]]>([
  ['and nothing is there', { 'background-color': 'rgba(0, 0, 0, 0.5)' }, [], ['certain covered #veil']],
  ['that nobody sees', {}, [], ['certain covered #veil']],
  ['under a dialog', {}, [dialog], []],
  ['with a sign that it waits', {}, [() => words('#wait', rect(350, 290, 100, 20), { parent: 2 })], []],
  ['with a picture of waiting', { 'background-image': 'url("wait.gif")' }, [], []],
  ['under a button that floats in a corner', {}, [chat], ['likely covered #veil']],
])('a layer over the window that takes every press, %s', (_, styles, more, expected) => {
  verifies('layout.faults');
  const buy = element('#buy', rect(20, 20, 90, 30), { tag: 'button', parent: 0, ...hit });
  const veil = element('#veil', rect(0, 0, 800, 600), { parent: 0, styles: { position: 'fixed', ...styles } });
  expect(told(page([body, buy, veil, ...more.map((make) => make())]))).toEqual(expected);
});

test('what lies behind a veil is not covered by the drawer above it', () => {
  verifies('layout.silence');
  const elements = (veiled: boolean) => [
    body,
    element('#buy', rect(20, 20, 90, 30), {
      ...{ tag: 'button', parent: 0 },
      press: { reached: [false, false, false, true, true], by: 3 },
    }),
    element('#veil', rect(0, 0, 800, veiled ? 600 : 60), {
      parent: 0,
      styles: { position: 'fixed', 'background-color': 'rgba(0, 0, 0, 0.5)' },
    }),
    element('#drawer', rect(0, 0, 80, 500), { parent: 0, styles: { position: 'fixed', ...WHITE } }),
  ];
  const certain = (veiled: boolean) => covered(page(elements(veiled))).map(({ certainty }) => certainty);
  expect([certain(true), certain(false)]).toEqual([[], ['certain']]);
});

test.each<[string, number, Record<string, string>, Record<string, string>, string[]]>([
  ['pulled over each other', 40, { 'margin-right': '-24px' }, {}, []],
  ['round ones that were put there', 40, {}, { 'border-top-left-radius': '50%' }, []],
  ['squares that collide', 40, {}, {}, ['certain #f1']],
  ['cards, though pulled', 140, { 'margin-right': '-110px' }, {}, ['certain #f1']],
])('faces of a group with letters: %s', (_, side, styles, round, expected) => {
  verifies('layout.silence');
  const face = (at: number) => {
    const box = rect(at * 16, 10, side, side);
    return words(`#f${at + 1}`, box, {
      ...{ tag: 'span', parent: 1, lines: [{ rect: rect(box.x + 4, 20, 32, 18), text: 'WM' }] },
      styles: { ...styles, ...round, 'background-color': 'rgb(200, 220, 240)', position: 'relative' },
    });
  };
  const group = element('#group', rect(0, 0, 400, 60), { parent: 0 });
  const found = covered(page([body, group, face(0), face(1)]));
  expect(found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`)).toEqual(expected);
});

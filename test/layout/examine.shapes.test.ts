import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { examineAcross } from '../../src/layout/kinds/across-widths.js';
import { illegible } from '../../src/layout/kinds/illegible.js';
import { outOfReach } from '../../src/layout/kinds/out-of-reach.js';
import { protrudes } from '../../src/layout/kinds/protrudes.js';
import { unreadable } from '../../src/layout/kinds/unreadable.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

const GROUND = { 'background-color': 'rgb(238, 238, 255)' };
const words = (selector: string, box: ReturnType<typeof rect>, more: Partial<LaidOutElement> = {}) =>
  element(selector, box, { parent: 0, lines: [{ rect: box, text: 'Lamps for every room' }], ...more });

const NO_FILL = { '-webkit-text-fill-color': 'rgba(0, 0, 0, 0)' };
const CLIPPED = { ...NO_FILL, 'background-clip': 'text' };
test.each<[string, Partial<LaidOutElement>, string[]]>([
  ['no fill', { styles: NO_FILL }, ['certain plain']],
  ['no fill, and no ground cut to them', { styles: CLIPPED }, ['certain plain']],
  ['a ground cut to them', { styles: { ...CLIPPED, 'background-image': 'linear-gradient(red, blue)' } }, []],
  ['an outline', { styles: { ...NO_FILL, '-webkit-text-stroke-width': '1px' } }, []],
  ['no colour either, for what a script shows instead', { styles: { ...NO_FILL, color: 'rgba(0, 0, 0, 0)' } }, []],
  ['3 px', { styles: { 'font-size': '3px' } }, ['certain ink']],
  ['3 px in a picture of a page', { styles: { 'font-size': '3px' }, attributes: { 'aria-hidden': 'true' } }, []],
  [
    '3 px in the colour of the ground, for mail programs',
    { styles: { 'font-size': '3px', color: 'rgb(255, 255, 255)' } },
    [],
  ],
  ['1.7 px, scaled down', { lines: [{ rect: rect(20, 20, 15, 1.7), text: 'Lamps for every room' }] }, ['likely ink']],
  [
    'their letters on each other',
    { styles: { 'letter-spacing': '-7.2px' }, lines: [{ rect: rect(20, 20, 20, 18), text: 'Lamps for every room' }] },
    ['certain ink'],
  ],
  [
    'narrow letters, a little tighter',
    { styles: { 'letter-spacing': '-0.8px' }, lines: [{ rect: rect(20, 20, 30, 18), text: 'illi till lit' }] },
    [],
  ],
  ['an icon by its name', { lines: [{ rect: rect(20, 20, 24, 24), text: 'shopping_cart' }] }, []],
])('letters with %s', (_, more, expected) => {
  verifies('layout.faults');
  const model = page([body, words('#a', rect(20, 20, 200, 18), more)]);
  const found = [...unreadable(model), ...illegible(model)];
  expect(found.map(({ certainty, claim }) => `${certainty} ${claim?.shows}`)).toEqual(expected);
});

test.each<[string, Partial<LaidOutElement>, Partial<LaidOutElement>, string[]]>([
  ['out of its own box', {}, {}, ['certain protrudes #b ink', 'certain covered #b gone']],
  ['that was moved there', { styles: { position: 'relative', left: '60px' } }, {}, []],
  ['over a box that nobody sees', {}, { styles: { 'background-color': 'rgba(0, 0, 0, 0)' } }, []],
  ['over the cell of a table', {}, { tag: 'td' }, []],
  [
    'that ends before it',
    { rect: rect(20, 20, 100, 18), lines: [{ rect: rect(20, 20, 110, 18), text: 'Lamps for rooms' }] },
    {},
    [],
  ],
])('a text over the edge of the box beside it, %s', (_, more, box, expected) => {
  verifies('layout.faults');
  const row = element('#row', rect(0, 0, 600, 80), { parent: 0 });
  const text = words('#a', rect(20, 20, 100, 18), {
    ...{ parent: 1, lines: [{ rect: rect(20, 20, 190, 18), text: 'Lamps for every room' }] },
    ...more,
  });
  const beside = element('#b', rect(140, 0, 200, 80), { parent: 1, styles: GROUND, ...box });
  // Boxes of one layer have one rank in painting.
  beside.paint = text.paint;
  const found = protrudes(page([body, row, text, beside]));
  expect(
    found.map(({ certainty, kind, other, claim }) => `${certainty} ${kind} ${other?.el.selector} ${claim?.shows}`),
  ).toEqual(expected);
});

test.each<[string, Partial<LaidOutElement>, Record<string, string>, number, string[]]>([
  ['a button', {}, {}, 60, ['certain unreachable #go']],
  ['a field', { tag: 'input' }, {}, 60, ['certain unreachable #go']],
  [
    'a link like a button',
    { tag: 'a', attributes: { href: '#x' }, styles: GROUND },
    {},
    60,
    ['certain unreachable #go'],
  ],
  ['a link', { tag: 'a', attributes: { href: '#x' } }, {}, 60, []],
  ['a button of a box that grows by and by', {}, { 'transition-duration': '0.3s' }, 60, []],
  ['a button of the next slide', {}, {}, 120, []],
])('what lies whole below a box that cuts it, at any width: %s', (_, more, styles, height, expected) => {
  verifies('layout.faults');
  const at = (width: number) => {
    const box = element('#box', rect(0, 0, 300, 120), {
      parent: 0,
      styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden', ...(width === 800 ? styles : {}) },
    });
    const part = element('#part', rect(0, 130, 300, height), { parent: 1 });
    const go = element('#go', rect(0, 140, 90, 30), { tag: 'button', parent: 2, ...more });
    return { width, model: page([body, box, part, go], { window: { width, height: 600 } }) };
  };
  const found = examineAcross([at(320), at(560), at(800)]);
  expect(found.map(({ certainty, kind, element: { el } }) => `${certainty} ${kind} ${el.selector}`)).toEqual(expected);
});

test.each<[string, Record<string, string>, boolean, string[]]>([
  ['cuts through its words', {}, false, ['certain unreachable #go body']],
  ['cuts nothing, as pages of slides', {}, true, []],
  ['a script moves', { transform: 'matrix(1, 0, 0, 1, 0, 0)' }, false, []],
])('a page that does not scroll and whose window %s', (_, styles, whole, expected) => {
  verifies('layout.faults');
  const still = element('body', rect(0, 0, 800, 600), { styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' } });
  const all = element('#all', rect(0, 0, 800, 900), { parent: 0, styles });
  const text = words('#text', rect(20, whole ? 560 : 592, 300, 18), { parent: 1 });
  const go = element('#go', rect(20, 700, 90, 30), { tag: 'button', parent: 1 });
  const found = outOfReach(page([still, all, text, go], { content: { width: 800, height: 900 } }));
  expect(
    found.map(
      ({ certainty, kind, element: { el }, other }) => `${certainty} ${kind} ${el.selector} ${other?.el.selector}`,
    ),
  ).toEqual(expected);
});

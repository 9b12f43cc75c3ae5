import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { covered } from '../../src/layout/kinds/covered.js';
import { outOfReach } from '../../src/layout/kinds/out-of-reach.js';
import { beyondSides } from '../../src/layout/kinds/outside-viewport.js';
import { shutAway } from '../../src/layout/kinds/shut-away.js';
import { textOverlap } from '../../src/layout/kinds/text-overlap.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

type More = Partial<LaidOutElement>;
const words = (selector: string, box: ReturnType<typeof rect>, more: More = {}) =>
  element(selector, box, { lines: [{ rect: box, text: 'Everything about lamps' }], ...more });
const told = (found: ReturnType<typeof shutAway>) =>
  found.map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`);
const HIDDEN = { 'overflow-x': 'hidden', 'overflow-y': 'hidden' };

/** A button in a box of this height, in a form with a field, beside more. */
const shut = (height: number, styles: Record<string, string>, tag: string, ...more: LaidOutElement[]) =>
  shutAway(
    page([
      body,
      element('#around', rect(0, 0, 800, 300), { parent: 0, tag }),
      element('#box', rect(0, 100, 800, height), { parent: 1, styles: { ...HIDDEN, ...styles } }),
      words('#pay', rect(10, 100, 90, 30), { parent: 2, tag: 'button' }),
      ...more,
    ]),
  );
const opener = (more: More = {}) => element('#open', rect(10, 20, 90, 30), { parent: 0, tag: 'button', ...more });
const mail = element('#mail', rect(10, 20, 200, 30), { parent: 1, tag: 'input', attributes: { type: 'email' } });

test.each<[string, ReturnType<typeof shut>, string[]]>([
  ['that nothing opens', shut(0, {}, 'div'), ['certain #pay']],
  [
    'beside a link to another page',
    shut(0, {}, 'div', opener({ tag: 'a', attributes: { href: '/a' } })),
    ['certain #pay'],
  ],
  ['that moves', shut(0, { 'transition-duration': '0.3s' }, 'div'), ['likely #pay']],
  ['that has all there is to send a form', shut(0, {}, 'form', mail), ['likely #pay']],
  ['that a button may open', shut(0, {}, 'div', opener()), []],
  ['that a link on the page may open', shut(0, {}, 'div', opener({ tag: 'a', attributes: { href: '#box' } })), []],
  ['of a form with another button', shut(0, {}, 'form', mail, opener({ parent: 1 })), []],
  ['that is open', shut(60, {}, 'div'), []],
  ['that is hidden besides', shut(0, { visibility: 'hidden' }, 'div'), []],
])('a button in a box of no height %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(found)).toEqual(expected);
});

const beside = (box: ReturnType<typeof rect>, more: More = {}) =>
  shutAway(
    page([
      body,
      element('main', rect(0, 0, 800, 400), { parent: 0 }),
      words('#go', box, { parent: 1, tag: 'button', ...more }),
    ]),
  );
test.each<[string, ReturnType<typeof beside>, string[]]>([
  ['left of the page', beside(rect(-180, 100, 160, 30)), ['likely #go']],
  ['above the page', beside(rect(20, -60, 160, 30)), ['likely #go']],
  ['that slides in', beside(rect(-180, 100, 160, 30), { styles: { 'transition-duration': '0.3s' } }), []],
  ['that skips the menu', beside(rect(-180, 100, 160, 30), { name: 'Skip to content' }), []],
  ['that is a link', beside(rect(-180, 100, 160, 30), { tag: 'a', attributes: { href: '#a' } }), []],
  ['in part', beside(rect(-20, 100, 160, 30)), []],
])('a button put %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(found)).toEqual(expected);
});

/** A page that does not scroll, with two parts of these heights and a line at the end of the one and the begin of the other. */
const cut = (first: ReturnType<typeof rect>, second: ReturnType<typeof rect>, gap = 20) =>
  outOfReach(
    page(
      [
        element('body', rect(0, 0, 800, 600), { styles: { 'overflow-y': 'hidden' } }),
        element('#one', first, { parent: 0 }),
        words('#above', rect(10, 600 - 6 - 14, 300, 14), { parent: 1 }),
        element('#two', second, { parent: 0 }),
        words('#below', rect(10, 600 + gap, 300, 14), { parent: 3 }),
        words('#send', rect(10, 680, 90, 30), { parent: 3, tag: 'button' }),
      ],
      { content: { width: 800, height: 1200 } },
    ),
  );
test.each<[string, ReturnType<typeof cut>, string[]]>([
  ['between two paragraphs', cut(rect(0, 540, 800, 60), rect(0, 610, 800, 200)), ['certain #send']],
  ['between a paragraph and a form that go on', cut(rect(0, 540, 800, 80), rect(0, 610, 800, 400)), ['certain #send']],
  ['between two screens', cut(rect(0, 0, 800, 600), rect(0, 600, 800, 600)), []],
  ['where nothing goes on near to it', cut(rect(0, 540, 800, 60), rect(0, 640, 800, 400), 120), []],
])('a page that does not scroll is cut %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(found)).toEqual(expected);
});

test('what begins right at the edge of a row waits there, with what goes on from it', () => {
  verifies('layout.silence');
  const row = (at: number) =>
    beyondSides(
      page([
        body,
        element('#li', rect(0, 0, 800, 50), { parent: 0, styles: HIDDEN }),
        element('#in', rect(0, 0, 960, 50), { parent: 1 }),
        words('#mail', rect(0, 0, at, 50), { parent: 2 }),
        words('#flag', rect(at, 0, 80, 50), { parent: 2, tag: 'button' }),
        words('#delete', rect(at + 80, 0, 80, 50), { parent: 2, tag: 'button' }),
      ]),
    ).map(({ element: { el } }) => el.selector);
  expect([row(800), row(760)]).toEqual([[], ['#delete']]);
});

/** A layer in a card over a button and a text of it. */
const under = (styles: Record<string, string>, width: number, sign?: More) =>
  page([
    body,
    element('#card', rect(0, 0, 400, 200), { parent: 0, styles: { position: 'relative' } }),
    words('#more', rect(20, 20, 200, 30), {
      parent: 1,
      tag: 'a',
      attributes: { href: '#a' },
      press: { reached: Array(5).fill(false), by: 3 },
    }),
    element('#layer', rect(0, 0, width, 200), { parent: 1, styles: { position: 'absolute', ...styles } }),
    ...(sign ? [element('#sign', rect(20, 20, 200, 30), { parent: 3, ...sign })] : []),
  ]);
const DIM = { 'background-color': 'rgba(255, 255, 255, 0.7)' };
const SIGN = { lines: [{ rect: rect(20, 20, 200, 30), text: 'Loading' }] };
test.each<[string, ReturnType<typeof under>, string[], string[]]>([
  ['that waits, as a sign says', under(DIM, 400, SIGN), [], []],
  ['that waits, as something going round says', under({}, 400, { styles: { 'animation-name': 'spin' } }), [], []],
  ['that is dimmed', under(DIM, 400), ['likely #more'], []],
  ['that a clear layer lies over', under({}, 400), ['certain #more'], []],
  ['of which a layer lies over a part', under(DIM, 300, SIGN), ['certain #more'], ['certain #sign']],
])('a card %s', (_, model, pressed, overlaps) => {
  verifies(pressed.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(covered(model))).toEqual(pressed);
  expect(told(textOverlap(model))).toEqual(overlaps);
});

/** A window of 600 x 200 px on parts at these places, each with words. */
const window = (
  places: readonly number[],
  more: LaidOutElement['styles'] = HIDDEN,
  part: More = {},
  own: More = {},
  ...others: LaidOutElement[]
) =>
  told(
    shutAway(
      page([
        body,
        element('#window', rect(20, 100, 600, 200), { parent: 0, ...own, styles: more }),
        ...places.map((x, at) => words(`#p${at}`, rect(x, 100, 600, 200), { parent: 1, ...part })),
        ...others,
      ]),
    ),
  );
const arrow = element('#next', rect(580, 180, 30, 30), { parent: 1, tag: 'button' });
const FAINT = { styles: { opacity: '0', position: 'absolute' } };
test.each<[string, string[], string[]]>([
  ['all moved to the left', window([-1780, -1180, -580]), ['certain #window']],
  ['all beyond its right', window([620, 1220]), ['certain #window']],
  [
    'none with opacity, with an arrow',
    window([20, 20], HIDDEN, FAINT, {}, { ...arrow, parent: 1 }),
    ['certain #window'],
  ],
  ['none with opacity', window([20, 20], HIDDEN, FAINT), ['likely #window']],
  ['none with a box', window([], {}, {}, { folded: 3 }), ['likely #window']],
  ['the second of them', window([-580, 20, 620]), []],
  ['on their way', window([620, 1220], HIDDEN, { styles: { 'animation-name': 'pass' } }), []],
  [
    'none with a box, a field in it',
    window([], {}, {}, { folded: 3 }, element('#f', rect(30, 110, 90, 30), { parent: 1, tag: 'input' })),
    [],
  ],
  ['one of which has no box', window([], {}, {}, { folded: 1 }), []],
])('a window on parts: %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

/** Words in a box of this size that cuts. */
const column = (width: number, height: number, styles: Record<string, string> = {}, ...more: LaidOutElement[]) =>
  told(
    shutAway(
      page([
        body,
        element('#column', rect(20, 100, width, height), { parent: 0, styles: { ...HIDDEN, ...styles } }),
        words('p', rect(20, 100, 200, 20), { parent: 1 }),
        ...more,
      ]),
    ),
  );
test.each<[string, string[], string[]]>([
  ['of no width', column(0, 200), ['certain #column']],
  ['of no height', column(300, 0), ['certain #column']],
  ['that a button opens', column(0, 200, {}, opener()), []],
  ['that moves', column(0, 200, { 'transition-duration': '0.2s' }), []],
  ['of neither: for screen readers', column(1, 1), []],
  ['with room', column(300, 200), []],
])('words in a box %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { unseenWords } from '../../src/layout/kinds/unseen-words.js';
import { look, type Pixels } from '../../src/layout/look.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

type More = Partial<LaidOutElement>;
const words = (selector: string, box: ReturnType<typeof rect>, more: More = {}) =>
  element(selector, box, { lines: [{ rect: box, text: 'Warm light' }], ...more });
/** A text in a box of these styles, and others beside it. */
const within = (styles: Record<string, string>, text: More = {}, ...more: LaidOutElement[]) =>
  unseenWords(
    page([
      body,
      element('#box', rect(0, 0, 800, 200), { parent: 0, styles }),
      words('p', rect(20, 20, 200, 20), { parent: 1, ...text }),
      ...[300, 330].map((y) => words(`#at${y}`, rect(20, y, 90, 20), { parent: 0 })),
      ...more.map((one, at) => ({ ...one, paint: 1e6 + at })),
    ]),
  ).map(({ certainty, element: { el }, claim, asked }) => [certainty, el.selector, claim?.shows, asked].join(' '));
const layer = (styles: Record<string, string>, more: More = {}) =>
  element('#layer', rect(0, 0, 800, 100), { parent: 1, styles: { position: 'absolute', ...styles }, ...more });
const VEIL = { 'background-color': 'rgba(255, 255, 255, 0.95)' };
const FROST = { 'backdrop-filter': 'blur(8px)' };

test.each<[string, string[], string[]]>([
  ['a filter of the page', within({ filter: 'url("#b")' }), ['certain #box faint true']],
  ['a filter that makes all white', within({ filter: 'brightness(20)' }), ['certain #box faint true']],
  [
    'a mask',
    within({ 'mask-image': 'linear-gradient(rgba(0, 0, 0, 0), rgba(0, 0, 0, 0))' }),
    ['certain #box faint true'],
  ],
  ['blending', within({}, { styles: { 'mix-blend-mode': 'screen' } }), ['certain p faint true']],
  [
    'a blur that stays at the end, in a part',
    within({ filter: 'blur(6px)', 'animation-name': 'a' }),
    ['likely #box faint true'],
  ],
  [
    'a filter until somebody points there',
    within({ filter: 'url("#b")', 'transition-duration': '0.2s' }),
    ['likely #box faint true'],
  ],
  ['a veil over a part', within({}, {}, layer(VEIL)), ['likely p faint true']],
  ['frost over a part', within({}, {}, layer(FROST)), ['likely p faint true']],
  [
    'frost that a style writes',
    within(
      { position: 'relative' },
      {},
      words('#q', rect(20, 120, 90, 20), {
        parent: 1,
        pseudo: [{ name: 'after', text: '', rect: rect(0, 0, 800, 200), styles: { position: 'absolute', ...FROST } }],
      }),
    ),
    ['likely #q faint true'],
  ],
  ['grey', within({ filter: 'grayscale(1)' }), []],
  ['a blur that is told by its radius', within({ filter: 'blur(6px)' }), []],
  ['a filter of pale words', within({ filter: 'url("#b")' }, { styles: { color: 'rgb(200, 200, 200)' } }), []],
  ['a filter of decoration', within({ filter: 'url("#b")' }, { attributes: { 'aria-hidden': 'true' } }), []],
  ['a veil with words on it', within({}, {}, layer(VEIL), words('#offer', rect(100, 30, 200, 20), { parent: 1 })), []],
  ['a light shade', within({}, {}, layer({ 'background-color': 'rgba(0, 0, 0, 0.2)' })), []],
])('the photograph is asked whether words are left by %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

test('a place that the edge of a picture cuts is not known to be empty', () => {
  verifies('layout.pixels');
  const white: Pixels = {
    data: new Uint8Array(40 * 20 * 4).fill(255),
    width: 40,
    height: 20,
    origin: { x: 0, y: 10 },
    scale: 1,
  };
  const at = (y: number, shows: 'plain' | 'ink' | 'faint') => look({ shows, rect: rect(4, y, 10, 8) }, white);
  expect([at(12, 'plain'), at(12, 'faint'), at(9, 'plain')]).toEqual([true, true, true]);
  expect([at(5, 'plain'), at(5, 'faint'), at(26, 'plain')]).toEqual([undefined, undefined, undefined]);
  expect(at(5, 'ink')).toBe(false);
});

const CLEAR = { color: 'rgba(0, 0, 0, 0)' };
const SAID = 'Two lamps of brass are left in stock, order soon.';
const said = (text = SAID) => ({ lines: [{ rect: rect(20, 20, 200, 20), text }] });
test.each<[string, string[], string[]]>([
  ['in a clear colour', within({}, { styles: CLEAR }), ['certain p plain true']],
  ['that is nearly clear', within({}, { styles: { color: 'rgba(0, 0, 0, 0.06)' } }), ['certain p plain true']],
  [
    'with a fill that is clear',
    within({}, { styles: { '-webkit-text-fill-color': 'rgba(0, 0, 0, 0)', color: 'rgba(0, 0, 0, 0)' } }),
    ['certain p plain true'],
  ],
  ['of a button', within({}, { tag: 'button', styles: CLEAR }), ['certain p plain true']],
  [
    'until somebody points there',
    within({}, { styles: { ...CLEAR, 'transition-duration': '0.2s' } }),
    ['likely p plain true'],
  ],
  ['in a sentence', within({}, { tag: 'span', styles: { ...CLEAR, display: 'inline' } }), ['likely p plain true']],
  [
    'of a button that works',
    within(
      {},
      {
        tag: 'button',
        styles: CLEAR,
        pseudo: [{ name: 'after', text: '', rect: rect(20, 20, 16, 16), styles: { 'animation-name': 'turn' } }],
      },
    ),
    [],
  ],
  ['of the way past a menu', within({}, { ...said('Skip to the content'), tag: 'a', styles: CLEAR }), []],
  ['of three letters', within({}, { ...said('New'), styles: CLEAR }), []],
  ['marked as decoration', within({}, { styles: CLEAR, attributes: { 'aria-hidden': 'true' } }), []],
  ['that is there', within({}), []],
])('words %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

const GONE = { opacity: '0' };
test.each<[string, string[], string[]]>([
  ['a text', within({}, { ...said(), styles: GONE }), ['certain p plain true']],
  ['a text of which a trace is left', within({}, { ...said(), styles: { opacity: '0.04' } }), ['certain p plain true']],
  ['a section with a heading', within(GONE, { tag: 'h2' }), ['certain #box plain true']],
  [
    'a section that a script did not bring',
    within({ ...GONE, 'transition-duration': '0.6s' }, said()),
    ['certain #box plain true'],
  ],
  [
    'a picture',
    within(
      {},
      { tag: 'img', lines: [], natural: { width: 200, height: 120 }, rect: rect(20, 20, 200, 120), styles: GONE },
    ),
    ['certain p plain true'],
  ],
  ['a few words', within({}, { styles: GONE }), ['likely p plain true']],
  ['what is animated', within(GONE, { ...said(), styles: { 'animation-name': 'rise' } }), ['likely #box plain true']],
  [
    'a caption that fades',
    within({}, { ...said(), styles: { ...GONE, 'transition-duration': '0.2s' } }),
    ['likely p plain true'],
  ],
  ['the other word of a switch', within({}, { ...said('ON'), styles: GONE }), []],
  ['what is put over others', within({}, { ...said(), styles: { ...GONE, position: 'absolute' } }), []],
  ['a message', within({}, { ...said(), attributes: { role: 'status' }, styles: GONE }), []],
  ['what is wrong with a field', within({}, { ...said(), attributes: { class: 'field-error' }, styles: GONE }), []],
  ['the end of a row that is pointed at', within({}, { ...said(), tag: 'td', styles: GONE }), []],
  [
    'one of two in one place',
    within({}, { ...said(), styles: GONE }, words('#on', rect(20, 24, 200, 20), { parent: 1 })),
    [],
  ],
  ['what is marked as decoration', within(GONE, { ...said() }).slice(1), []],
])('what keeps its room and is not drawn: %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

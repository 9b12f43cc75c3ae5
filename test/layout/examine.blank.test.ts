import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { blank } from '../../src/layout/kinds/illegible.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

type More = Partial<LaidOutElement>;
const [BUTTON, ICON] = [rect(20, 20, 40, 40), rect(30, 30, 20, 20)];
const told = (control: More, ...inside: More[]) =>
  blank(
    page([
      body,
      element('#go', BUTTON, { parent: 0, tag: 'button', ...control }),
      ...inside.map((one) => element('#in', ICON, { parent: 1, ...one })),
    ]),
  ).map(({ certainty, kind, element: { el }, claim, asked }) =>
    [certainty, kind, el.selector, claim?.shows, claim?.rect.width, asked].join(' '),
  );

test('boxes that are seen, of which a row or a table has many, may be all that there is to see', () => {
  verifies('layout.silence');
  const days = (styles: Record<string, string>) =>
    [0, 1, 2, 3].flatMap((at) => [
      element(`#day${at}`, rect(20 + 50 * at, 20, 40, 40), { parent: 0, tag: 'button', styles }),
      element(`#seat${at}`, rect(30 + 50 * at, 30, 20, 20), { parent: 1 + 2 * at, tag: 'i' }),
    ]);
  const certainties = (styles: Record<string, string>) =>
    blank(page([body, ...days(styles)])).map(({ certainty }) => certainty);
  expect(certainties({ 'background-color': 'rgb(155, 233, 168)' })).toEqual(Array(4).fill('likely'));
  expect(certainties({})).toEqual(Array(4).fill('certain'));
});

test.each<[string, string[], string[]]>([
  ['an empty drawing', told({}, { tag: 'svg' }), ['certain vanishes #go plain 20 true']],
  ['a picture that did not load', told({}, { tag: 'img' }), ['certain vanishes #go plain 20 true']],
  ['a letter of an icon font', told({}, { tag: 'i' }), ['certain vanishes #go plain 20 true']],
  [
    'a link with a ground that is a file',
    told({ tag: 'a', attributes: { href: '#a' }, styles: { 'background-image': 'url("a.svg")' } }),
    ['certain vanishes #go plain 32 true'],
  ],
  [
    'a shape in the colour of its ground',
    told({}, { tag: 'svg' }, { tag: 'path', parent: 2 }),
    ['likely vanishes #go plain 20 true'],
  ],
  ['a plain one, of a colour to choose', told({}), []],
  ['one with words', told({}, { tag: 'svg' }, { tag: 'span', lines: [{ rect: ICON, text: 'Go' }] }), []],
  ['one with a picture', told({}, { tag: 'img', natural: { width: 20, height: 20 } }), []],
  ['one whose icon waits for a pointer', told({}, { tag: 'svg', styles: { opacity: '0' } }), []],
  [
    'a card that is a link',
    told({ tag: 'a', attributes: { href: '#a' }, rect: rect(0, 0, 300, 200) }, { tag: 'svg' }),
    [],
  ],
  ['one marked as decoration', told({ attributes: { 'aria-hidden': 'true' } }, { tag: 'svg' }), []],
])('the photographs are asked whether a control shows its icon: %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import type { Found } from '../../src/layout/found.js';
import { blank } from '../../src/layout/kinds/blank-controls.js';
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
  ).map(tell);
const tell = ({ certainty, kind, element: { el }, claim, asked }: Found) =>
  [certainty, kind, el.selector, claim?.shows, claim?.rect.width, asked].join(' ');

test('frames with nothing in them, of several colours or many, may be what is chosen', () => {
  verifies('layout.silence');
  const choice = (...colours: string[]) =>
    blank(
      page([
        body,
        ...colours.map((color, at) =>
          element(`#c${at}`, rect(20 + 50 * at, 20, 40, 40), {
            ...{ parent: 0, tag: 'button', styles: { ...FRAME, 'background-color': color } },
          }),
        ),
      ]),
    ).length;
  expect([choice('red', 'blue'), choice(...Array(5).fill('red')), choice('red', 'red')]).toEqual([0, 0, 2]);
});

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

const CLEAR = { fill: 'none', stroke: 'rgba(0, 0, 0, 0)' };
const FRAME = Object.fromEntries(
  ['top', 'right', 'bottom', 'left'].flatMap((side) => [
    [`border-${side}-width`, '3px'],
    [`border-${side}-style`, 'solid'],
    [`border-${side}-color`, 'rgb(200, 200, 200)'],
  ]),
);
/** An arrow on a picture of a carousel. */
const onMissing = (natural: LaidOutElement['natural']) =>
  blank(
    page([
      body,
      element('#show', rect(0, 0, 800, 400), { parent: 0, styles: { position: 'relative' } }),
      element('img', rect(0, 0, 800, 400), { parent: 1, ...(natural ? { natural } : {}) }),
      element('#go', BUTTON, { parent: 1, tag: 'button', styles: { position: 'absolute' } }),
      element('#in', ICON, { parent: 3, tag: 'i' }),
    ]),
  ).map(tell);

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
  ['a plain one', told({}), []],
  ['an icon in a colour that is clear', told({}, { tag: 'i', styles: { color: 'rgba(0, 0, 0, 0)' } }), []],
  ['a mark that is clear until it is chosen', told({}, { tag: 'svg' }, { tag: 'path', parent: 2, styles: CLEAR }), []],
  [
    'a drawing with nothing to paint it',
    told({}, { tag: 'svg' }, { tag: 'path', parent: 2, styles: { fill: 'none' } }),
    ['likely vanishes #go plain 20 true'],
  ],
  ['an arrow on a picture that did not come', onMissing(undefined), []],
  ['an arrow on a picture', onMissing({ width: 800, height: 400 }), ['certain vanishes #go plain 20 true']],
  ['a frame with nothing in it', told({ styles: FRAME }), ['likely vanishes #go plain 30 true']],
  ['a frame around an empty span', told({ styles: FRAME }, { tag: 'span' }), ['likely vanishes #go plain 30 true']],
  [
    'a wide ground with nothing in it',
    told({ rect: rect(20, 20, 500, 48), styles: { 'background-color': 'rgb(29, 78, 216)' } }),
    ['likely vanishes #go plain 492 true'],
  ],
  [
    'a frame with a line that a style draws',
    told({ styles: FRAME, pseudo: [{ name: 'after', text: '', rect: ICON, styles: FRAME }] }),
    [],
  ],
  [
    'a frame around three bars',
    told({ styles: FRAME }, { tag: 'span', styles: { 'background-color': 'rgb(0, 0, 0)' } }),
    [],
  ],
  ['a frame that is not to be pressed now', told({ styles: FRAME, attributes: { disabled: '' } }), []],
  [
    'a box to tick without a box',
    told({ tag: 'input', attributes: { type: 'checkbox' } }),
    ['certain vanishes #go plain 44 true'],
  ],
  [
    'a box to tick as the browser draws it',
    told({ tag: 'input', attributes: { type: 'checkbox' }, styles: { appearance: 'auto' } }),
    [],
  ],
  [
    'a box to tick that a style draws',
    told({
      tag: 'input',
      attributes: { type: 'radio' },
      pseudo: [{ name: 'before', text: '', rect: ICON, styles: FRAME }],
    }),
    [],
  ],
  ['a box to tick with a frame', told({ tag: 'input', attributes: { type: 'checkbox' }, styles: FRAME }), []],
  [
    'a field without an edge',
    told({ tag: 'input', attributes: { type: 'email' } }),
    ['likely vanishes #go plain 44 true'],
  ],
  [
    'a field with a hint',
    told({ tag: 'input', field: { kind: 'placeholder', wants: 20, room: 30, high: 9, tall: 30, start: 2 } }),
    [],
  ],
  ['a field with a shadow', told({ tag: 'input', styles: { 'box-shadow': 'rgb(0, 0, 0) 0px 0px 1px 0px' } }), []],
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

/** The label of a box to tick or a list in a form with a field; `control`: where that has a box, `inside`: what lies in the label. */
const labelled = (
  type: string,
  control: More | undefined,
  { inside, ...label }: More & { inside?: More } = {},
  form = 'form',
) =>
  blank(
    page([
      body,
      element(form, rect(0, 0, 700, 400), { parent: 0 }),
      element('#name', rect(20, 300, 200, 30), { parent: 1, tag: 'input', styles: FRAME }),
      element('#agree', rect(20, 40, 200, 20), {
        ...{ parent: 1, tag: 'label', labels: { type, ...(control ? { element: 4 } : {}) } },
        ...{ lines: [{ rect: rect(44, 40, 120, 20), text: 'I agree' }], ...label },
      }),
      ...(control
        ? [
            element('#box', rect(20, 42, 14, 14), {
              parent: 3,
              tag: 'input',
              attributes: { type: 'checkbox' },
              ...control,
            }),
          ]
        : []),
      ...(inside ? [element('#in', rect(20, 42, 14, 14), { parent: 3, ...inside })] : []),
    ]),
  ).map(({ certainty, element: { el } }) => `${certainty} ${el.selector}`);
const NATIVE = { appearance: 'auto' };
const SEEN = { styles: NATIVE };
test.each<[string, string[], string[]]>([
  ['that has no box', labelled('checkbox', undefined), ['certain #agree']],
  ['with no opacity', labelled('radio', { styles: { ...NATIVE, opacity: '0' } }), ['certain #agree']],
  ['of one px', labelled('checkbox', { ...SEEN, rect: rect(20, 42, 1, 1) }), ['certain #agree']],
  ['left of the page', labelled('checkbox', { ...SEEN, rect: rect(-9999, 42, 14, 14) }), ['certain #agree']],
  ['without its looks', labelled('checkbox', { styles: {} }), ['certain #agree']],
  ['a list that has no box', labelled('select', undefined), ['certain #agree']],
  ['with a part that has no box', labelled('checkbox', undefined, { folded: 1 }), ['likely #agree']],
  ['as the browser draws it', labelled('checkbox', SEEN), []],
  ['that a shape is drawn for', labelled('checkbox', undefined, { inside: { styles: FRAME } }), []],
  ['that a drawing is there for', labelled('checkbox', undefined, { inside: { tag: 'svg' } }), []],
  ['that the label draws', labelled('checkbox', undefined, { styles: FRAME }), []],
  [
    'that a style writes',
    labelled('radio', undefined, { pseudo: [{ name: 'before', text: '', rect: ICON, styles: FRAME }] }),
    [],
  ],
  ['outside of a form: a menu, an answer', labelled('checkbox', undefined, {}, 'div'), []],
  [
    'whose label is a sign',
    labelled('radio', undefined, { lines: [{ rect: rect(44, 40, 20, 20), text: '\u2605' }] }),
    [],
  ],
])('a box to tick %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

const GONE = { ...FRAME, opacity: '0' };
test.each<[string, string[], string[]]>([
  ['a button', told({ styles: GONE }), ['certain vanishes #go plain 40 true']],
  ['a list', told({ tag: 'select', styles: GONE }), ['certain vanishes #go plain 40 true']],
  ['a field', told({ tag: 'input', styles: GONE }), ['likely vanishes #go plain 40 true']],
  ['one that fades', told({ styles: { ...GONE, 'transition-duration': '0.2s' } }), []],
  ['one put over others', told({ styles: { ...GONE, position: 'absolute' } }), []],
  ['a file to choose', told({ tag: 'input', attributes: { type: 'file' }, styles: GONE }), []],
])('what keeps its room and has no opacity: %s', (_, found, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(found).toEqual(expected);
});

import { expect, test } from 'vitest';
import type { LaidOutElement } from '../../src/core/vocabulary/laid-out-page.js';
import { confirm } from '../../src/layout/found.js';
import { illegible } from '../../src/layout/kinds/illegible.js';
import { unreadable } from '../../src/layout/kinds/unreadable.js';
import type { Pixels } from '../../src/layout/look.js';
import { verifies } from '../requirements.js';
import { body, element, page, rect } from './page-of-boxes.js';

type More = Partial<LaidOutElement>;
const words = (selector: string, box: ReturnType<typeof rect>, more: More = {}) =>
  element(selector, box, { lines: [{ rect: box, text: 'Warm light' }], ...more });
const told = (found: ReturnType<typeof illegible>) =>
  found.map(({ certainty, element: { el }, asked }) => [certainty, el.selector, ...(asked ? ['asked'] : [])].join(' '));

/** A text in a box of these styles, with more on the page. */
const within = (styles: Record<string, string>, text: More = {}, ...more: LaidOutElement[]) =>
  page([
    body,
    element('#box', rect(0, 0, 800, 500), { parent: 0, styles }),
    words('p', rect(20, 20, 200, 20), { parent: 1, ...text }),
    // It is painted over the text.
    ...more.map((one, at) => ({ ...one, paint: 1e6 + at })),
  ]);
const BLUR = { filter: 'blur(5px)' };
const WHITE = { 'background-color': 'rgb(255, 255, 255)' };
/** A blurred box in one that says that it waits, or no longer. */
const waiting = (busy: string) =>
  page([
    body,
    element('#list', rect(0, 0, 800, 600), { parent: 0, attributes: { 'aria-busy': busy } }),
    element('#box', rect(0, 0, 800, 500), { parent: 1, styles: BLUR }),
    words('p', rect(20, 20, 200, 20), { parent: 2 }),
  ]);
const veil = (pseudo?: More['pseudo']) =>
  element('#veil', rect(0, 0, 800, 600), {
    ...{ parent: 0, ...(pseudo ? { pseudo } : {}) },
    styles: { position: 'fixed', ...(pseudo ? {} : { 'backdrop-filter': 'blur(6px)' }) },
  });
const dialog = (role = 'dialog') =>
  element('#sign', rect(200, 100, 300, 100), {
    parent: 0,
    attributes: { role },
    styles: { position: 'fixed', ...WHITE },
  });
const offer = () =>
  element('#offer', rect(300, 100, 100, 40), { parent: 0, tag: 'button', styles: { position: 'absolute' } });

test.each<[string, ReturnType<typeof page>, string[]]>([
  ['by what it lies in', within(BLUR), ['certain #box']],
  ['with other filters', within({ filter: 'saturate(1.2) blur(4px)' }), ['certain #box']],
  ['by a veil that takes no press', within({}, {}, veil()), ['certain #veil']],
  [
    'by a veil that a style writes',
    within(
      {},
      {},
      veil([{ name: 'after', text: '', rect: rect(0, 0, 800, 600), styles: { 'backdrop-filter': 'blur(6px)' } }]),
    ),
    ['certain #veil'],
  ],
  ['until somebody points at it', within({ ...BLUR, 'transition-duration': '0.2s' }), ['likely #box']],
  [
    'in one part of the page: an amount, a spoiler',
    within(
      BLUR,
      {},
      words('#a', rect(20, 520, 90, 20), { parent: 0 }),
      words('#b', rect(20, 550, 90, 20), { parent: 0 }),
    ),
    ['likely #box'],
  ],
  ['in a box that says that it waits', waiting('true'), ['likely #box']],
  ['in a box that waits no more', waiting('false'), ['certain #box']],
  ['hardly', within({ filter: 'blur(1px)' }), []],
  ['and marked as decoration', within(BLUR, { attributes: { 'aria-hidden': 'true' } }), []],
  ['behind a dialog', within(BLUR, {}, dialog()), []],
  ['by the veil of a dialog', within({}, {}, veil(), dialog()), []],
  ['under an offer to read on', within(BLUR, {}, offer()), []],
  ['while it comes up', within({ ...BLUR, 'animation-name': 'come' }), []],
])('a text that is blurred %s', (_, model, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(illegible(model))).toEqual(expected);
});

const MIRROR = { transform: 'matrix(-1, 0, 0, 1, 0, 0)' };
const BACK = { transform: 'matrix3d(-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1)' };
const SPACE = { transform: 'matrix3d(0.9, 0, -0.5, 0, 0, 1, 0, 0, 0.5, 0, 0.9, 0, 0, 0, -80, 1)' };
const LONG = 'All that we sell is made by hand';
const SMALL = { 'font-size': '7px' };
/** A box that is scaled down with a text, on a page of its size. */
const miniature = (...more: LaidOutElement[]) =>
  within(
    { transform: 'matrix(0.3, 0, 0, 0.3, 0, 0)' },
    { lines: [{ rect: rect(20, 20, 60, 6), text: LONG }] },
    ...more,
    ...[300, 330, 360].map((y) => words(`#at${y}`, rect(20, y, 90, 20), { parent: 0 })),
  );
test.each<[string, ReturnType<typeof page>, string[]]>([
  ['mirrored', within(MIRROR), ['certain p']],
  ['upside down', within({ transform: 'matrix(1, 0, 0, -1, 0, 0)' }), ['certain p']],
  ['mirrored by its scale', within({ scale: '-1 1' }), ['certain p']],
  ['shown from behind', within(BACK), ['certain p']],
  ['on the far side of a cube', within(SPACE, { styles: BACK }), ['likely p']],
  ['turned around', within({ rotate: 'y 180deg' }), ['certain p']],
  ['mirrored twice', within(MIRROR, { styles: MIRROR }), []],
  ['turned by half a circle', within({ transform: 'matrix(-1, 0, 0, -1, 0, 0)' }), ['certain p']],
  ['turned by its own half circle', within({}, { styles: { rotate: '180deg' } }), ['certain p']],
  ['mirrored both ways by scales', within({ scale: '-1 1' }, { styles: { scale: '1 -1' } }), ['certain p']],
  ['turned back', within({ rotate: '180deg' }, { styles: { transform: 'matrix(-1, 0, 0, -1, 0, 0)' } }), []],
  [
    'that is written upwards',
    within({ rotate: '180deg' }, { lines: [{ rect: rect(20, 20, 20, 200), text: 'Warm light' }] }),
    [],
  ],
  ['squeezed from the sides', within({ transform: 'matrix(0.15, 0, 0, 1, 0, 0)' }), ['certain p']],
  ['squeezed from above by two scales', within({ scale: '1 0.5' }, { styles: { scale: '1 0.5' } }), ['certain p']],
  ['slanted nearly flat', within({ transform: 'matrix(1, 0, 2.75, 1, 0, 0)' }), ['certain p']],
  ['of a card that turns away', within({ transform: BACK.transform.replace('-1', '0.2') }), ['likely p']],
  ['a little narrower', within({ transform: 'matrix(0.8, 0, 0, 1, 0, 0)' }), []],
  ['whose words begin on each other', within({}, { styles: { 'word-spacing': '-32px' } }), ['certain p']],
  ['whose words stand closer', within({}, { styles: { 'word-spacing': '-2px' } }), []],
  ['filled up by a line around it', within({}, { styles: { '-webkit-text-stroke-width': '6px' } }), ['certain p']],
  ['with a thin line around it', within({}, { styles: { '-webkit-text-stroke-width': '1px' } }), []],
  [
    'with a broad line behind it',
    within({}, { styles: { '-webkit-text-stroke-width': '6px', 'paint-order': 'stroke' } }),
    [],
  ],
  [
    'whose letters touch',
    within({}, { lines: [{ rect: rect(20, 20, 50, 20), text: 'Warm light' }], styles: { 'letter-spacing': '-3px' } }),
    ['likely p'],
  ],
  [
    'of 7 px that goes on',
    within({}, { lines: [{ rect: rect(20, 20, 200, 9), text: LONG }], styles: SMALL }),
    ['likely p'],
  ],
  ['scaled down by itself', miniature(), ['likely p']],
  ['in the picture of a page', miniature(words('h2', rect(20, 30, 40, 6), { parent: 1 })), []],
  ['of a card that shows no back', within({ ...BACK, 'backface-visibility': 'hidden' }), []],
  ['that mirrors another for show', within(MIRROR, { attributes: { 'aria-hidden': 'true' } }), []],
  ['of 6 px', within({}, { styles: { 'font-size': '6px' } }), ['certain p']],
  ['of 7 px', within({}, { styles: { 'font-size': '7px' } }), []],
  [
    'whose letters are all at one place',
    within({}, { lines: [{ rect: rect(20, 20, 0, 20), text: 'Warm light' }], styles: { 'letter-spacing': '-8px' } }),
    ['certain p'],
  ],
])('a text %s', (_, model, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(illegible(model))).toEqual(expected);
});

const SHADOW = { color: 'rgba(0, 0, 0, 0)', 'text-shadow': 'rgb(34, 34, 34) 0px 0px 12px' };
test.each<[string, ReturnType<typeof page>, string[]]>([
  ['blurred, of all that there is', within({}, { styles: SHADOW }), ['certain p']],
  [
    'blurred by two, of one text',
    within(
      {},
      { styles: { ...SHADOW, 'text-shadow': `${SHADOW['text-shadow']}, rgba(0, 0, 0, 0.5) 2px 2px 8px` } },
      words('#a', rect(20, 520, 90, 20), { parent: 0 }),
      words('#b', rect(20, 550, 90, 20), { parent: 0 }),
    ),
    ['likely p'],
  ],
  ['that is sharp', within({}, { styles: { ...SHADOW, 'text-shadow': 'rgb(34, 34, 34) 0px 0px 0px' } }), []],
  [
    'of which one is sharp',
    within({}, { styles: { ...SHADOW, 'text-shadow': `${SHADOW['text-shadow']}, rgb(0, 0, 0) 0px 0px 1px` } }),
    [],
  ],
  ['under letters of a colour', within({}, { styles: { ...SHADOW, color: 'rgb(34, 34, 34)' } }), []],
])('a text that is its shadow, %s', (_, model, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(illegible(model))).toEqual(expected);
});

const gradient = (...stops: string[]) => ({ 'background-image': `linear-gradient(${stops.join(', ')})` });
const BLUE = 'rgb(34, 68, 102)';
const blue = { styles: { color: BLUE } };
const field = (color: string, kind: 'value' | 'placeholder' = 'value') =>
  page([
    body,
    element('#name', rect(20, 20, 200, 30), {
      ...{ parent: 0, tag: 'input', styles: { color, ...WHITE } },
      field: { kind, wants: 70, room: 196, high: 12, tall: 26, start: 4 },
    }),
  ]);
const drawn = (fill: Record<string, string>, ...shapes: LaidOutElement[]) =>
  page([
    element('body', rect(0, 0, 800, 600), { styles: { 'background-color': 'rgb(28, 28, 34)' } }),
    ...shapes,
    words('text', rect(20, 20, 100, 20), { parent: 0, styles: fill }),
  ]);
const picture = (paint: 'under' | 'over') => {
  const text = words('p', rect(20, 20, 200, 20), { parent: 0, paint: 1e5, ...blue });
  const img = element('img', rect(0, 0, 400, 200), {
    parent: 0,
    paint: paint === 'under' ? 1e4 : 1e6,
    natural: { width: 400, height: 200 },
  });
  return page([body, ...(paint === 'under' ? [img, text] : [text, img])]);
};

test.each<[string, ReturnType<typeof page>, string[]]>([
  ['on a gradient of its colour', within(gradient(BLUE, BLUE), blue), ['certain p asked']],
  ['on a gradient that ends in its colour', within(gradient('rgb(255, 255, 255)', BLUE), blue), ['certain p asked']],
  ['on a picture behind it', within({ 'background-image': 'url("a.png")' }, blue), ['certain p asked']],
  ['on a picture that it is put on', picture('under'), ['certain p asked']],
  ['of a drawing, as dark as the page', drawn({}), ['certain text asked']],
  ['in a field of its colour', field('rgb(255, 255, 255)'), ['certain #name']],
  ['on a gradient of other colours', within(gradient('rgb(255, 255, 255)', 'rgb(200, 200, 0)'), blue), []],
  ['with a picture over it', picture('over'), []],
  [
    'on a picture, cut to a shape',
    within({ 'background-image': 'url("a.png")', 'clip-path': 'circle(40%)' }, blue),
    [],
  ],
  ['of a drawing, in light', drawn({ fill: 'rgb(238, 238, 238)' }), []],
  ['in a field, as a hint with a colour of its own', field('rgb(255, 255, 255)', 'placeholder'), []],
  ['in a field of another colour', field('rgb(17, 17, 17)'), []],
])('a text %s', (_, model, expected) => {
  verifies(expected.length > 0 ? 'layout.faults' : 'layout.silence');
  expect(told(unreadable(model))).toEqual(expected);
});

test('what the boxes only ask is a fault where the picture shows no letters, and nothing without a picture', () => {
  verifies('layout.pixels');
  const [asked] = unreadable(within(gradient(BLUE, BLUE), blue));
  if (!asked) throw new Error('nothing was asked');
  const plain = (ink: boolean): Pixels => {
    const data = new Uint8Array(300 * 100 * 4).fill(80);
    if (ink) data.fill(255, (30 * 300 + 40) * 4, (30 * 300 + 60) * 4);
    return { data, width: 300, height: 100, origin: { x: 0, y: 0 }, scale: 1 };
  };
  expect(confirm(asked, plain(false))).toBe(asked);
  expect(confirm(asked, plain(true))).toBeUndefined();
  expect(confirm(asked, undefined)).toBeUndefined();
});

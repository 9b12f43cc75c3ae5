import { expect, test } from 'vitest';
import type { LaidOutElement, LaidOutPage } from '../../src/core/vocabulary/laid-out-page.js';
import { carriedInto, judgeScreen } from '../../src/layout/judge-screen.js';
import { verifies } from '../requirements.js';

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

/** A page of these elements under its body; `styles` leaves out initial values, as evidence does. */
function page(width: number, ...elements: Partial<LaidOutElement>[]): LaidOutPage {
  const base = { paint: 1, styles: {}, attributes: {} };
  const right = Math.max(width, ...elements.map(({ rect }) => (rect ? rect.x + rect.width : 0)));
  return {
    window: { width, height: 600 },
    content: { width: right, height: 600 },
    elements: [
      { ...base, tag: 'html', selector: 'html', rect: box(0, 0, width, 600) },
      { ...base, tag: 'body', selector: 'body', rect: box(0, 0, width, 600), parent: 0 },
      ...elements.map((one, at) => ({
        ...base,
        ...{ tag: 'div', selector: `#e${at}`, rect: box(0, 0, 10, 10), parent: 1 },
        ...one,
      })),
    ],
    omitted: { elements: 0, presses: 0 },
  };
}

/** A menu of `count` items, of which `perRow` fit. */
function menu(width: number, count: number, perRow: number): LaidOutPage {
  const items = Array.from({ length: count }, (_, at) => ({
    ...{ tag: 'li', selector: `#i${at}`, parent: 2 },
    rect: box((at % perRow) * 80, Math.floor(at / perRow) * 30, 76, 24),
  }));
  return page(width, { tag: 'ul', selector: '#menu', rect: box(0, 0, width, 60) }, ...items);
}

const laid = (...pages: LaidOutPage[]) => pages.map((one) => ({ page: one, pictures: [] }));
const told = (pages: readonly LaidOutPage[]) =>
  judgeScreen(laid(...pages)).map(({ kind, certainty, from_width, to_width, element }) => [
    ...[kind, certainty, from_width, to_width, element.selector],
  ]);

test('an item that wraps alone is named with the widths in which it does', () => {
  verifies('layout.ranges');
  expect(told([menu(320, 5, 4), menu(400, 5, 4), menu(500, 5, 5), menu(600, 5, 5)])).toEqual([
    ['wrapped', 'likely', 320, 400, '#i4'],
  ]);
});

test('a list that is never one row, or whose rows are even, wraps as it is meant to', () => {
  expect(told([menu(320, 5, 4), menu(400, 5, 4), menu(500, 5, 4)])).toEqual([]);
  expect(told([menu(320, 6, 3), menu(500, 6, 6), menu(600, 6, 6)])).toEqual([]);
});

/** A header of a logo and a menu beside it, or below it where `below`. */
function header(width: number, below: boolean, styles = {}, menuWidth = 300, links = 3): LaidOutPage {
  const float = { float: 'left', ...styles };
  return page(
    width,
    { selector: '#head', rect: box(0, 0, width, 90) },
    { selector: '#logo', parent: 2, rect: box(0, 0, 200, 40), styles: float },
    {
      tag: 'ul',
      selector: '#nav',
      parent: 2,
      rect: box(below ? 0 : 220, below ? 44 : 0, menuWidth, 40),
      styles: float,
    },
    ...Array.from({ length: links }, (_, at) => ({
      ...{ tag: 'a', selector: `#link${at}`, parent: 4, attributes: { href: '#' } },
      rect: box((below ? 0 : 220) + at * 60, below ? 44 : 0, 50, 24),
    })),
  );
}

test('the second of two wraps when nothing but the window changed; what a style sheet stacks does not', () => {
  expect(told([header(480, true), header(600, false), header(800, false)])).toEqual([
    ['wrapped', 'likely', 480, 480, '#nav'],
  ]);
  expect(told([header(480, true, { float: 'none' }), header(600, false), header(800, false)])).toEqual([]);
  expect(told([header(480, true, {}, 470), header(600, false), header(800, false)])).toEqual([]);
  expect(told([header(480, true), header(600, true), header(800, true)])).toEqual([]);
  // A hint, or one button, goes below what it belongs to.
  expect(told([header(480, true, {}, 300, 1), header(600, false, {}, 300, 1), header(800, false)])).toEqual([]);
});

test('the words of coloured code go on in the next line as every text does', () => {
  const code = (width: number, perRow: number, styles: Record<string, string>) =>
    page(
      width,
      { tag: 'code', selector: '#code', rect: box(0, 0, width, 60) },
      ...Array.from({ length: 5 }, (_, at) => ({
        ...{ tag: 'span', selector: `#s${at}`, parent: 2, styles },
        rect: box((at % perRow) * 80, Math.floor(at / perRow) * 30, 76, 24),
      })),
    );
  const laidOut = (styles: Record<string, string>) => [
    code(320, 4, styles),
    code(500, 5, styles),
    code(600, 5, styles),
  ];
  expect(told(laidOut({ display: 'inline' }))).toEqual([]);
  expect(told(laidOut({ display: 'inline-block' }))).toEqual([['wrapped', 'likely', 320, 320, '#s4']]);
});

test('a text that runs into a picture in narrower windows only is named; on a ground of its own, or in it whole, it is not', () => {
  const at = (width: number, x: number, ground = {}) =>
    page(
      width,
      { tag: 'img', selector: '#logo', rect: box(10, 10, 200, 40), natural: { width: 200, height: 40 } },
      { selector: '#nav', rect: box(x, 10, 100, 40), styles: ground },
      {
        ...{ selector: '#link', parent: 3, rect: box(x, 20, 80, 20), styles: { color: 'rgb(0, 0, 0)' } },
        lines: [{ rect: box(x, 20, 80, 20), text: 'Desk lamps' }],
      },
    );
  expect(told([at(500, 180), at(700, 300), at(900, 400)])).toEqual([['text_overlap', 'likely', 500, 500, '#link']]);
  expect(told([at(500, 40), at(700, 300), at(900, 400)])).toEqual([]);
  expect(told([at(500, 180), at(700, 180), at(900, 180)])).toEqual([]);
  const chip = { 'background-color': 'rgb(255, 255, 255)' };
  expect(told([at(500, 180, chip), at(700, 300, chip), at(900, 400, chip)])).toEqual([]);
});

test('two pictures that meet in narrow windows are named', () => {
  const at = (width: number, x: number) =>
    page(
      width,
      ...['#one', '#two'].map((selector, which) => ({
        ...{ tag: 'img', selector, natural: { width: 200, height: 100 } },
        rect: box(which * x, 10, 200, 100),
      })),
    );
  expect(told([at(320, 120), at(450, 250), at(600, 400)])).toEqual([['text_overlap', 'likely', 320, 320, '#two']]);
});

test('a blob with a negative z-index lies under the text that it crosses, though its layer comes later', () => {
  const at = (style: Record<string, string>) =>
    page(
      600,
      {
        ...{ selector: '#blob', rect: box(0, 0, 60, 60), paint: 2 },
        styles: { position: 'absolute', 'background-color': 'rgb(200, 0, 0)', ...style },
      },
      {
        ...{ selector: '#text', rect: box(0, 10, 120, 20), styles: { color: 'rgb(0, 0, 0)' } },
        lines: [{ rect: box(0, 10, 120, 20), text: 'Warm white lamp' }],
      },
    );
  expect(told([at({})])).toEqual([['covered', 'likely', 600, 600, '#text']]);
  expect(told([at({ 'z-index': '-1' })])).toEqual([]);
});

test('what is gone for one width, or takes other columns for a few, holds between two breakpoints', () => {
  const menus = (width: number, ...shown: string[]) =>
    page(width, ...shown.map((selector) => ({ selector, rect: box(0, 0, 90, 30) })));
  expect(
    told([menus(900, '#big'), menus(979, '#big'), menus(980), menus(981, '#small'), menus(1200, '#small')]),
  ).toEqual([['small_range', 'likely', 980, 980, '#small']]);
  const card = (width: number, wide: number) => page(width, { selector: '#card', rect: box(0, 0, wide, 30) });
  expect(told([card(599, 599), card(600, 300), card(603, 301), card(604, 151), card(900, 225)])).toEqual([
    ['small_range', 'likely', 600, 603, '#card'],
  ]);
});

test('a layout that holds between two breakpoints a pixel apart is named', () => {
  const at = (width: number, top: string, fixed: boolean) =>
    page(width, { styles: fixed ? { position: 'fixed' } : {} }, { styles: { 'margin-top': top } });
  expect(
    told([
      at(900, '0px', false),
      at(979, '0px', false),
      at(980, '0px', true),
      at(981, '60px', true),
      at(1200, '60px', true),
    ]),
  ).toEqual([['small_range', 'likely', 980, 980, '#e1']]);
  expect(told([at(900, '0px', false), at(979, '0px', false), at(980, '60px', true), at(1200, '60px', true)])).toEqual(
    [],
  );
});

test('a control that fell out of a box that cuts is unreachable, unless a switch takes its place', () => {
  const bar = (height: number) => ({
    ...{ selector: '#bar', rect: box(0, 0, 300, height), styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' } },
  });
  const link = (y: number) => ({
    tag: 'a',
    selector: '#link',
    parent: 2,
    rect: box(0, y, 60, 20),
    attributes: { href: '/a' },
  });
  const burger = { tag: 'button', selector: '#burger', parent: 2, rect: box(200, 0, 40, 40) };
  const wide = page(900, bar(50), link(10));
  expect(told([page(320, bar(50), link(60)), wide, page(1000, bar(50), link(10))])).toEqual([
    ['unreachable', 'certain', 320, 320, '#link'],
  ]);
  expect(told([page(320, bar(50), link(60), burger), wide, page(1000, bar(50), link(10))])).toEqual([]);
});

test('of a list that goes on below its box a script may be scrolling it', () => {
  const list = (height: number) => ({
    ...{ selector: '#list', rect: box(0, 0, 300, height), styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' } },
  });
  const links = [0, 1, 2, 3].map((at) => ({
    ...{ tag: 'a', selector: `#l${at}`, parent: 2, rect: box(0, at * 40, 200, 30), attributes: { href: `/${at}` } },
  }));
  const high = [page(900, list(200), ...links), page(1000, list(200), ...links)];
  expect(told([page(320, list(120), ...links), ...high])).toEqual([['unreachable', 'likely', 320, 320, '#l3']]);
  expect(told([page(320, list(80), ...links), ...high])).toEqual([['unreachable', 'certain', 320, 320, '#l2']]);
});

test('the button that sends a form is missed in all windows where a box that shows its fields cuts it off', () => {
  verifies('layout.faults');
  const cutter = {
    selector: '#cut',
    rect: box(0, 0, 300, 90),
    styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' },
  };
  const form = (width: number, button: Partial<LaidOutElement>, ...beside: Partial<LaidOutElement>[]) =>
    page(
      width,
      { tag: 'form', selector: 'form', rect: box(0, 0, 300, 90) },
      { ...cutter, parent: 2 },
      { tag: 'input', selector: '#name', parent: 3, rect: box(0, 10, 200, 30) },
      { tag: 'button', selector: '#send', parent: 3, rect: box(0, 110, 80, 30), ...button },
      ...beside,
    );
  const everywhere = (...more: [Partial<LaidOutElement>, ...Partial<LaidOutElement>[]]) =>
    told([320, 500, 800].map((width) => form(width, ...more)));
  expect(everywhere({})).toEqual([['unreachable', 'certain', 320, 800, '#send']]);
  expect(everywhere({ tag: 'input', attributes: { type: 'submit' } })).toEqual([
    ['unreachable', 'certain', 320, 800, '#send'],
  ]);
  // A button beside the box may unfold it.
  const unfolds = { tag: 'button', selector: '#more', parent: 2, rect: box(0, 92, 80, 20) };
  expect(everywhere({}, unfolds)).toEqual([['unreachable', 'likely', 320, 800, '#send']]);
  // Any other button is missed as well, a link alone may be of what is folded.
  expect(everywhere({ attributes: { type: 'button' } })).toEqual([['unreachable', 'certain', 320, 800, '#send']]);
  expect(everywhere({ tag: 'a', attributes: { href: '#more' } })).toEqual([]);
});

/** A label that its chip cuts off, in a window of this width. */
const cutLabel = (width: number) =>
  page(
    width,
    { selector: '#chip', rect: box(10, 10, 60, 24), styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' } },
    {
      ...{ selector: '#text', parent: 2, rect: box(10, 10, 60, 24) },
      styles: { color: 'rgb(0, 0, 0)', 'font-size': '16px' },
      lines: [{ rect: box(10, 12, 120, 20), text: 'Warm white lamp' }],
    },
  );

/** A picture of it with letters of this grey. */
function pictureOf(ink: number) {
  const data = new Uint8Array(400 * 100 * 4).fill(255);
  for (let y = 14; y < 28; y++)
    for (let x = 12; x < 70; x += 2) data.fill(ink, (y * 400 + x) * 4, (y * 400 + x) * 4 + 3);
  return { data, width: 400, height: 100, origin: { x: 0, y: 0 }, scale: 1 };
}

test('what no picture was taken of is likely at most, what a picture does not show is nothing', () => {
  verifies('layout.pixels');
  const cut = cutLabel(400);
  expect(told([cut])).toEqual([['clipped', 'likely', 400, 400, '#text']]);
  const judged = (ink: number) =>
    judgeScreen([{ page: cut, viewport: 'mobile', pictures: [pictureOf(ink)] }]).map(({ certainty, viewport }) => [
      certainty,
      viewport,
    ]);
  expect(judged(0)).toEqual([['certain', 'mobile']]);
  expect(judged(255)).toEqual([]);
});

test('like elements with the same fault by the same cause are one finding', () => {
  verifies('layout.folded');
  const card = (at: number) => [
    {
      ...{ selector: `main > div:nth-of-type(${at + 1})`, rect: box(10, 10 + at * 60, 60, 24) },
      styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' },
    },
    {
      ...{
        selector: `main > div:nth-of-type(${at + 1}) > h3`,
        parent: 2 + at * 2,
        rect: box(10, 10 + at * 60, 60, 24),
      },
      styles: { color: 'rgb(0, 0, 0)', 'font-size': '16px' },
      lines: [{ rect: box(10, 12 + at * 60, 120, 20), text: `Lamp number ${at}` }],
    },
  ];
  const [finding, ...others] = judgeScreen(laid(page(400, ...card(0), ...card(1), ...card(2))));
  expect(others).toEqual([]);
  expect([finding?.element.selector, finding?.siblings]).toEqual([
    'main > div:nth-of-type(1) > h3',
    ['main > div:nth-of-type(2) > h3', 'main > div:nth-of-type(3) > h3'],
  ]);
});

/** A window with a drawer over a button, or the drawer beside the window. */
function drawer(width: number, open: boolean): LaidOutPage {
  return page(
    width,
    {
      tag: 'button',
      selector: '#buy',
      rect: box(20, 20, 80, 30),
      press: { reached: [!open, !open, !open, !open, !open], by: 3 },
    },
    { selector: '#drawer', rect: box(open ? 0 : -250, 0, 250, 600), styles: { position: 'fixed' }, paint: 2 },
  );
}

test('what stays open only since the window became another covers nothing; where the page opens it, it does', () => {
  verifies('layout.silence');
  const between = laid(drawer(320, true), drawer(375, true), drawer(600, true), drawer(900, true), drawer(1200, true));
  const told = (photographed: LaidOutPage[]) => {
    const others = carriedInto(between, laid(...photographed));
    return judgeScreen([...laid(...photographed), ...others]).map((one) => [one.kind, one.from_width, one.to_width]);
  };
  expect(told([drawer(375, false), drawer(1200, false)])).toEqual([]);
  expect(told([drawer(375, true), drawer(1200, true)])).toEqual([['covered', 320, 1200]]);
  expect(told([drawer(375, false), drawer(900, true), drawer(1200, true)])).toEqual([['covered', 900, 1200]]);
});

test.each([
  ['that a script gave it when the page was opened', 240, 160, ['likely']],
  ['that its style gives it in all windows', 240, 240, ['certain']],
  ['that is rounded otherwise', 240, 238.5, ['certain']],
])('what is too wide between the viewports for a width %s', (_, resized, opened, expected) => {
  verifies('layout.silence');
  const lines = [{ rect: box(0, 10, 300, 20), text: 'Warm white ceiling lamp of brass' }];
  const cutter = { 'overflow-x': 'hidden', 'overflow-y': 'hidden', 'font-size': '16px', color: 'rgb(0, 0, 0)' };
  const at = (width: number, own: number) =>
    page(
      width,
      { selector: '#box', rect: box(0, 0, 600, 40) },
      {
        selector: '#cut',
        rect: box(0, 0, own, 40),
        parent: 2,
        lines: own < 300 && own > 200 ? lines : [],
        styles: cutter,
      },
    );
  const photographed = [at(700, opened), at(1400, 320)];
  const between = [at(700, resized), at(900, resized), at(1400, 320)];
  const pixels = new Uint8Array(700 * 60 * 4).map((_, byte) => ((byte >> 2) % 7 === 0 && byte % 4 < 3 ? 0 : 255));
  const picture = { data: pixels, width: 700, height: 60, origin: { x: 0, y: 0 }, scale: 1 };
  const others = carriedInto(laid(...between), laid(...photographed)).map((one) => ({ ...one, pictures: [picture] }));
  expect(judgeScreen(others).map(({ certainty }) => certainty)).toEqual(expected);
});

test('what is measured as certain and kept out of the picture says by what, unless a picture of another width shows it', () => {
  verifies('bars.hiding');
  const at = (width: number, pictures: ReturnType<typeof pictureOf>[], viewport?: string) => ({
    ...{ page: cutLabel(width), pictures },
    ...(viewport === undefined ? {} : { viewport }),
  });
  const judged = (...given: Parameters<typeof judgeScreen>[0]) =>
    judgeScreen(given).map(({ certainty, hidden_by }) => [certainty, hidden_by]);
  const covered = { ...pictureOf(0), masks: [box(0, 0, 400, 30)] };
  const below = { ...pictureOf(0), origin: { x: 0, y: 500 } };
  expect(judged(at(400, [pictureOf(0)], 'desk'))).toEqual([['certain', undefined]]);
  expect(judged(at(400, [covered], 'desk'))).toEqual([['likely', 'mask']]);
  expect(judged(at(400, [below], 'desk'))).toEqual([['likely', 'window']]);
  // No setting keeps these from being looked at: there is no picture, or one of another part.
  expect(judged(at(400, [], 'desk'))).toEqual([['likely', undefined]]);
  expect(judged(at(400, [below]))).toEqual([['likely', undefined]]);
  expect(judged(at(400, [covered]))).toEqual([['likely', 'mask']]);
  expect(judged(at(400, [below], 'desk'), at(410, [pictureOf(0)]))).toEqual([['certain', undefined]]);
  expect(judged(at(400, [below], 'desk'), at(410, [pictureOf(255)]))).toEqual([]);
});

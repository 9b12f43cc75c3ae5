import { expect, test } from 'vitest';
import type { LaidOutElement, LaidOutPage } from '../../src/core/vocabulary/laid-out-page.js';
import { judgeScreen } from '../../src/layout/judge-screen.js';
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

test('what no picture was taken of is likely at most, what a picture does not show is nothing', () => {
  verifies('layout.pixels');
  const cut = page(
    400,
    { selector: '#chip', rect: box(10, 10, 60, 24), styles: { 'overflow-x': 'hidden', 'overflow-y': 'hidden' } },
    {
      ...{
        selector: '#text',
        parent: 2,
        rect: box(10, 10, 60, 24),
        styles: { color: 'rgb(0, 0, 0)', 'font-size': '16px' },
      },
      lines: [{ rect: box(10, 12, 120, 20), text: 'Warm white lamp' }],
    },
  );
  const picture = (ink: number) => {
    const data = new Uint8Array(400 * 100 * 4).fill(255);
    for (let y = 14; y < 28; y++)
      for (let x = 12; x < 70; x += 2) data.fill(ink, (y * 400 + x) * 4, (y * 400 + x) * 4 + 3);
    return { data, width: 400, height: 100, origin: { x: 0, y: 0 }, scale: 1 };
  };
  expect(told([cut])).toEqual([['clipped', 'likely', 400, 400, '#text']]);
  const judged = (ink: number) =>
    judgeScreen([{ page: cut, viewport: 'mobile', pictures: [picture(ink)] }]).map(({ certainty, viewport }) => [
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

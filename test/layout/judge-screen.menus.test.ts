import { expect, test } from 'vitest';
import { judgeScreen } from '../../src/layout/judge-screen.js';
import { verifies } from '../requirements.js';
import { element, page, rect } from './page-of-boxes.js';

const CUT = { 'overflow-x': 'hidden', 'overflow-y': 'hidden' };

/** A menu of four links, 100 px each, in a window and a box of these widths. */
function menu(width: number, box: number, strip: Record<string, string> = {}, arrow = false) {
  const links = [0, 1, 2, 3].map((at) =>
    element(`a:nth-of-type(${at + 1})`, rect(at * 100, 10, 90, 24), { parent: 2, attributes: { href: `#${at}` } }),
  );
  return page(
    [
      element('body', rect(0, 0, width, 600)),
      element('nav', rect(0, 0, box, 44), { parent: 0, styles: CUT }),
      element('div.strip', rect(0, 0, 400, 44), { parent: 1, styles: strip }),
      ...links,
      ...(arrow ? [element('button', rect(box, 0, 40, 44), { parent: 0 })] : []),
    ],
    { window: { width, height: 600 } },
  ).page;
}

const told = (...pages: ReturnType<typeof menu>[]) =>
  judgeScreen(pages.map((one) => ({ page: one, pictures: [] })))
    .filter(({ kind }) => kind === 'unreachable')
    .map(({ certainty, from_width, to_width, element: { selector }, what }) => [
      ...[certainty, from_width, to_width, selector],
      what,
    ]);

test('a menu of which links lie behind the end of its box between two breakpoints is certain', () => {
  verifies('layout.ranges');
  const lost = 'is cut off whole, with 1 more: no scrolling reaches it';
  expect(told(menu(500, 450), menu(700, 200), menu(900, 450))).toEqual([
    ['certain', 700, 700, 'a:nth-of-type(3)', lost],
  ]);
  // Without a narrower window that shows them they may be drawn along by hand.
  expect(told(menu(500, 200), menu(700, 200), menu(900, 450))).toEqual([
    ['likely', 500, 700, 'a:nth-of-type(3)', lost],
  ]);
});

test('what slides, and what a button beside it brings into view, is not lost', () => {
  const moved = { transform: 'matrix(1, 0, 0, 1, 0, 0)' };
  expect(told(menu(500, 450, moved), menu(700, 200, moved), menu(900, 450, moved))).toEqual([]);
  expect(told(menu(500, 450, {}, true), menu(700, 200, {}, true), menu(900, 450, {}, true))).toEqual([]);
});

import { expect, test } from 'vitest';
import { readRegions } from '../../../src/design/reading/read-pair.js';
import { readReference } from '../../../src/design/reading/read-reference.js';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { type Drawn, dom, el } from '../draw-dom.js';
import { drawPage, OTHERS, OURS, type Shape, widthOf } from './draw-page.js';

const SIZE = { width: 400, height: 240 };
const INK: Color = [40, 40, 40];
const TEAL: Color = [20, 130, 140];

const WORDS = ['PRICES', 'SUPPORT', 'LESSONS'];

/** Things that are drawn, and their boxes. */
interface Page {
  shapes: Shape[];
  drawn: Drawn[];
}

function written(text: string, at: readonly [number, number], test_id: string, paint_order = 0): Page {
  const box = [at[0], at[1], widthOf(text, 14) + 2, 14] as const;
  const text_rect = { x: box[0], y: box[1], width: box[2], height: box[3] };
  return {
    shapes: [{ text, at, high: 14, color: INK }],
    drawn: [el('a', box, { text, text_rect, test_id, paint_order, styles: { 'font-size': '19px', display: 'block' } })],
  };
}

function together(...pages: readonly Page[]): Page {
  return { shapes: pages.flatMap(({ shapes }) => shapes), drawn: pages.flatMap(({ drawn }) => drawn) };
}

/** Three links in a row or one below the other, with a line of text after them. */
function links(direction: 'row' | 'column'): Page {
  const items = together(
    ...WORDS.map((word, at) => written(word, direction === 'row' ? [20 + at * 110, 20] : [20, 20 + at * 30], word)),
  );
  const height = direction === 'row' ? 24 : 84;
  const styles: Record<string, string> = {
    display: 'flex',
    ...(direction === 'row' ? {} : { 'flex-direction': 'column' }),
  };
  const nav = el('nav', [20, 15, 360, height], { test_id: 'nav', styles }, items.drawn);
  return together({ shapes: items.shapes, drawn: [nav] }, written('OPTIONS', [20, 40 + height], 'after'));
}

/** A bar with a name at its left and a link at its right, 360 px wide or wider than there is room. */
function bar(width: number): Page {
  const name = written('PEOPLE', [30, 28], 'name');
  const link = written('CONTACT', [20 + width - 100, 28], 'link');
  const header = el(
    'header',
    [20, 20, width, 40],
    { test_id: 'bar', styles: { 'background-color': 'rgb(215, 228, 240)', display: 'flex' } },
    [...name.drawn, ...link.drawn],
  );
  const color: Color = [215, 228, 240];
  return together(
    { shapes: [{ box: [20, 20, width, 40], color }], drawn: [] },
    { shapes: [...name.shapes, ...link.shapes], drawn: [el('main', [20, 20, 360, 200], {}, [header])] },
    written('LESSONS', [20, 90], 'after'),
  );
}

/** Three boxes one below the other with a label each, the second one lower by some px. */
function stack(lower: number): Page {
  const boxes = WORDS.map((word, at) => {
    const y = 20 + at * 50 + (at === 1 ? lower : 0);
    const label = written(word, [40, y + 8], `label ${at + 1}`, at === 1 ? 9 : at);
    const color = at === 1 ? TEAL : ([200, 210, 220] as Color);
    const styles = {
      'background-color': `rgb(${color.join(', ')})`,
      ...(at === 1 && lower > 0 ? { position: 'relative' } : {}),
    };
    return {
      shapes: [{ box: [20, y, 200, 30], color } as Shape, ...label.shapes],
      drawn: [
        el('div', [20, y, 200, 30], { test_id: `box-${at + 1}`, paint_order: at === 1 ? 9 : at, styles }, label.drawn),
      ],
    };
  });
  // The second one is painted last.
  const [first, second, third] = boxes;
  const shapes = [first, third, second].flatMap((one) => one?.shapes ?? []);
  return {
    shapes,
    drawn: [
      el(
        'section',
        [20, 20, 200, 130],
        { test_id: 'stack' },
        boxes.flatMap(({ drawn }) => drawn),
      ),
    ],
  };
}

/** What is said first, and how much there is in all. */
function said(wrong: Page, right: Page, drawer = OURS): { first: string | undefined; count: number } {
  const reading = readReference({
    boxes: { ...dom(el('body', [0, 0, SIZE.width, SIZE.height], {}, wrong.drawn)), size: SIZE },
    actual: drawPage(SIZE.width, SIZE.height, wrong.shapes, OURS),
    reference: drawPage(SIZE.width, SIZE.height, right.shapes, drawer),
    scale: 1,
  });
  const regions = readRegions(reading, SIZE);
  const [region] = regions;
  const property = region?.properties?.[0];
  return {
    first:
      region &&
      `${region.kind} ${region.element?.selector} ${property?.property}: ${property?.expected} -> ${property?.actual}`,
    count: regions.length,
  };
}

test.each([
  ['the same renderer', OURS],
  ['another one', OTHERS],
])('links in a column that stand in a row in the design are one issue of their container, drawn by %s', (_, drawer) => {
  verifies('design.layout-cause');
  expect(said(links('row'), links('row'), drawer)).toEqual({ first: undefined, count: 0 });
  expect(said(links('column'), links('row'), drawer)).toEqual({
    first: 'moved [data-testid="nav"] flex-direction: row -> column',
    count: 1,
  });
  expect(said(links('row'), links('column'), drawer)).toEqual({
    first: 'moved [data-testid="nav"] flex-direction: column -> row',
    count: 1,
  });
});

test.each([
  ['the same renderer', OURS],
  ['another one', OTHERS],
])('a bar wider than its room is one issue of the bar, drawn by %s', (_, drawer) => {
  verifies('design.layout-cause');
  expect(said(bar(360), bar(360), drawer).count).toBe(0);
  expect(said(bar(460), bar(360), drawer)).toEqual({
    first: 'resized [data-testid="bar"] width: 360px -> 460px',
    count: 1,
  });
});

test.each([
  ['the same renderer', OURS],
  ['another one', OTHERS],
])('a box that moved onto the next one is the issue, not what it covers, drawn by %s', (_, drawer) => {
  verifies('design.layout-cause');
  const { first, count } = said(stack(35), stack(0), drawer);
  expect(first).toMatch(/^moved \[data-testid="box-2"\] margin-top: -35px -> 0px$/);
  expect(count).toBe(1);
});

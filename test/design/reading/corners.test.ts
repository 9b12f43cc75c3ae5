import path from 'node:path';
import { expect, test } from 'vitest';
import { radiusApart } from '../../../src/design/reading/corners.js';
import { decode } from '../../../src/image/decode.js';
import { viewOf } from '../../../src/image/pixels.js';
import type { Color } from '../../compare/draw.js';
import { verifies } from '../../requirements.js';
import { drawPage, OURS, type Shape } from './draw-page.js';

const SURFACE: Color = [230, 236, 245];
const LINE: Color = [120, 130, 150];
const WHITE: Color = [255, 255, 255];

const filled = (box: readonly [number, number, number, number], radius: number): Shape[] => [
  { box, color: SURFACE, radius },
];
const outlined = ([x, y, width, height]: readonly [number, number, number, number], radius: number): Shape[] => [
  { box: [x, y, width, height], color: LINE, radius },
  { box: [x + 1, y + 1, width - 2, height - 2], color: WHITE, radius: Math.max(0, radius - 1) },
];

const ALL = [
  { right: false, lower: false },
  { right: true, lower: false },
  { right: false, lower: true },
  { right: true, lower: true },
];

test.each<[string, number, number, typeof filled]>([
  ['a surface', 8, 14, filled],
  ['a surface', 16, 8, filled],
  ['a surface', 6, 0, filled],
  ['a surface', 0, 10, filled],
  ['a border', 8, 14, outlined],
  ['a border', 14, 6, outlined],
  ['a border', 4, 10, outlined],
  ['a surface', 12, 12, filled],
  ['a border', 12, 12, outlined],
])(
  '%s of radius %i of which the reference shows %i is read to a pixel, wherever it stands',
  (_what, now, then, shape) => {
    verifies('design.read-picture');
    const box = [20, 15, 90, 60] as const;
    const actual = viewOf(drawPage(140, 100, shape(box, now), OURS));
    for (const by of [0, 0.5, 3.3]) {
      const moved = [box[0] + by, box[1], box[2], box[3]] as const;
      const reference = viewOf(drawPage(140, 100, shape(moved, then), OURS));
      const rect = { x: box[0], y: box[1], width: box[2], height: box[3] };
      for (const corner of ALL) {
        const apart = radiusApart({ actual, reference }, rect, { ...rect, x: moved[0] }, corner, now, 16);
        expect(Math.abs((apart ?? Number.NaN) - (then - now))).toBeLessThanOrEqual(1.3);
      }
    }
  },
);

test('a corner that is of the colour of what is about it says nothing', () => {
  verifies('design.read-silent');
  const view = viewOf(drawPage(100, 100, [{ box: [20, 20, 60, 60], color: WHITE, radius: 8 }], OURS));
  const rect = { x: 20, y: 20, width: 60, height: 60 };
  const views = { actual: view, reference: view };
  expect(radiusApart(views, rect, rect, { right: false, lower: false }, 8, 16)).toBeUndefined();
});

/** What the rows of the stored pictures are, each with the radii 0 to 24 in steps of two; see their `draw.mjs`. */
const MAKES = [
  'a dark surface',
  'a light surface',
  'a grey line',
  'a blue line of 2 px',
  'a faint line about a faint surface',
  'a line of 3 px',
  'a surface of a dark theme',
  'a line of a dark theme',
];
const drawnBy = async (browser: string) =>
  viewOf(await decode({ path: path.join(import.meta.dirname, `../../fixtures/corners/${browser}.png`) }));
const boxOf = (row: number, radius: number) => ({ x: 6 + 35 * radius, y: 64 * row + 6, width: 58, height: 52 });

test.each(['firefox', 'chromium'])('radii of 0 to 24 px that %s draws are told to the pixel', async (browser) => {
  verifies('design.read-picture');
  const [actual, reference] = [await drawnBy('chromium'), await drawnBy(browser)];
  const told: string[] = [];
  for (const [row, make] of MAKES.entries())
    for (const now of [0, 4, 12, 24])
      for (let then = Math.max(0, now - 16); then <= Math.min(24, now + 16); then += now === 4 ? 2 : 6) {
        const corner = ALL[(then / 2 + row) % 4] ?? { right: false, lower: false };
        const apart = radiusApart({ actual, reference }, boxOf(row, now), boxOf(row, then), corner, now, 16);
        const read = apart === undefined ? 'nothing' : Math.round(now + apart);
        if (read !== then) told.push(`${make}, ${now} px, is ${then} px there: read ${read} (${apart})`);
      }
  expect(told).toEqual([]);
});

test.each([
  [0, 8],
  [8, 0],
  [8, 14],
])(
  'a corner at the end of a page of radius %i is told by its outermost pixel where the reference shows %i',
  (now, then) => {
    verifies('design.read-picture');
    const rect = { x: 0, y: 0, width: 120, height: 60 };
    const bar = (radius: number) => viewOf(drawPage(120, 100, [{ box: [0, 0, 120, 60], color: LINE, radius }], OURS));
    const views = { actual: bar(now), reference: bar(then) };
    for (const corner of ALL)
      expect(Math.round(now + (radiusApart(views, rect, rect, corner, now, 16) ?? Number.NaN))).toBe(then);
  },
);

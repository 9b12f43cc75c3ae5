import { expect, test } from 'vitest';
import type { LaidOutPage } from '../../../src/core/vocabulary/laid-out-page.js';
import { chooseWidths, clipOf, inPicture, nextToHalve } from '../../../src/verify/layouts/sweep-widths.js';
import { verifies } from '../../requirements.js';

test('widths are 320, the viewports, both sides of each breakpoint, and between', () => {
  expect(chooseWidths([768, 992], [375, 768, 1440], 12)).toEqual([
    320, 375, 571, 767, 768, 880, 991, 992, 1104, 1216, 1328, 1440,
  ]);
});

test('a breakpoint outside the windows that are looked at is none', () => {
  expect(chooseWidths([240, 1600], [400])).toEqual([320, 400]);
});

test('too many breakpoints are thinned where they lie closest', () => {
  expect(chooseWidths([500, 502, 504, 900], [1000], 8)).toEqual([320, 499, 500, 503, 504, 899, 900, 1000]);
});

test('breakpoints so close that they may have been meant to be one are kept before others', () => {
  expect(chooseWidths([500, 560, 768, 769, 900], [1000], 8)).toEqual([320, 499, 500, 634, 767, 768, 769, 1000]);
});

test('the next width to look at lies in the largest gap in which what was found changes', () => {
  const at = (width: number, ...keys: string[]) => ({ width, keys: new Set(keys) });
  expect(nextToHalve([at(320, 'a'), at(400, 'a'), at(600), at(620, 'b')])).toBe(500);
  expect(nextToHalve([at(320, 'a'), at(600, 'a')])).toBeUndefined();
  expect(nextToHalve([at(320, 'a'), at(321)])).toBeUndefined();
});

test.each([
  ['that begins at the left', {}, 0, { x: 0, y: 0, width: 900, height: 80 }, 0],
  ['that begins at the right', { direction: 'rtl' }, -400, { x: -400, y: 0, width: 900, height: 80 }, 0],
])(
  'a picture of what lies beyond the window, of a page %s, has it where the page has it',
  (_, styles, x, clip, inWhole) => {
    verifies('layout.ranges');
    const base = { paint: 1, attributes: {}, parent: 0 };
    const body = { x: 0, y: 0, width: 500, height: 400 };
    const page: LaidOutPage = {
      ...{
        window: { width: 500, height: 400 },
        content: { width: 900, height: 400 },
        omitted: { elements: 0, presses: 0 },
      },
      elements: [
        { paint: 0, attributes: {}, tag: 'html', selector: 'html', rect: body, styles },
        { ...base, tag: 'body', selector: 'body', rect: body, styles },
        { ...base, tag: 'img', selector: 'img', rect: { x, y: 0, width: 900, height: 40 }, styles },
      ],
    };
    expect(clipOf(page)).toMatchObject({ ...clip, height: expect.any(Number) });
    expect(inPicture(clip, page).x).toBe(inWhole);
  },
);

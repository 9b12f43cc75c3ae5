import { expect, test } from 'vitest';
import { chooseWidths, nextToHalve } from '../../../src/verify/layouts/sweep-widths.js';

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

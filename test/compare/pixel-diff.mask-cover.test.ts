import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveredArea, coverOf, eraseCovered } from '../../src/compare/pixel-diff.js';
import { verifies } from '../requirements.js';

const bounds = { width: 40, height: 30 };
const whole = { x: 0, y: 0, ...bounds };

const masks = fc.array(
  fc.record({
    x: fc.integer({ min: -20, max: 50 }),
    y: fc.integer({ min: -20, max: 50 }),
    width: fc.nat(40),
    height: fc.nat(40),
  }),
  { maxLength: 8 },
);

test('a mask covers each pixel once, however masks overlap', () => {
  verifies('compare.masks');
  fc.assert(
    fc.property(masks, (rects) => {
      const mask = new Uint8Array(bounds.width * bounds.height).fill(1);
      const cover = coverOf(rects, bounds);
      eraseCovered({ ...bounds, mask, bands: [{ from: 0, to: bounds.height }] }, cover);
      const inside = (x: number, y: number) =>
        rects.some((r) => x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height);
      const expected = mask.map((_, at) => (inside(at % bounds.width, Math.floor(at / bounds.width)) ? 0 : 1));
      expect(mask).toEqual(expected);
      expect(coveredArea(cover, whole)).toBe(mask.filter((left) => left === 0).length);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test.each([
  { mask: { x: 1.2, y: 1.2, width: 1.6, height: 1 }, area: 4, why: 'edges round outwards' },
  { mask: { x: -5, y: -5, width: 6, height: 6 }, area: 1, why: 'clipped' },
  { mask: { x: 100, y: 0, width: 5, height: 5 }, area: 0, why: 'outside' },
  { mask: { x: 5, y: 5, width: 0, height: 5 }, area: 0, why: 'empty' },
  { mask: { x: Number.NaN, y: 0, width: 5, height: 5 }, area: 0, why: 'no number' },
  { mask: { x: -Infinity, y: 0, width: Infinity, height: 5 }, area: 0, why: 'no end' },
])('a mask of $mask covers $area ($why)', ({ mask, area }) => {
  expect(coveredArea(coverOf([mask], bounds), whole)).toBe(area);
});

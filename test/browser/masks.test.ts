import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxesInPicture, coveredRatio } from '../../src/browser/masks.js';
import { verifies } from '../requirements.js';

test('boxes become whole device pixels of the picture, cut at its edges', () => {
  verifies('capture.masks');
  const boxes = [
    { x: 10.4, y: 20.6, width: 5, height: 5 },
    { x: -5, y: -5, width: 10, height: 10 },
    { x: 500, y: 0, width: 10, height: 10 },
  ];
  expect(boxesInPicture(boxes, { x: 0, y: 10 }, 2, { width: 200, height: 100 })).toEqual([
    { x: 20, y: 21, width: 11, height: 11 },
  ]);
  expect(boxesInPicture(boxes, { x: 0, y: 0 }, 1, { width: 200, height: 100 })).toEqual([
    { x: 10, y: 20, width: 6, height: 6 },
    { x: 0, y: 0, width: 5, height: 5 },
  ]);
});

test('the covered share counts every pixel once', () => {
  verifies('capture.masks');
  const side = fc.integer({ min: 0, max: 20 });
  const rect = fc
    .tuple(side, side, side, side)
    .map(([x, y, w, h]) => ({ x, y, width: Math.min(w, 20 - x), height: Math.min(h, 20 - y) }));
  fc.assert(
    fc.property(fc.array(rect, { maxLength: 6 }), (rects) => {
      let covered = 0;
      for (let y = 0; y < 20; y++)
        for (let x = 0; x < 20; x++)
          if (rects.some((r) => x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height)) covered++;
      expect(coveredRatio(rects, { width: 20, height: 20 })).toBeCloseTo(covered / 400, 12);
    }),
  );
  expect(coveredRatio([], { width: 0, height: 0 })).toBe(0);
});

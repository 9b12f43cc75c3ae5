import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movingRegion } from '../../src/capture/steady-frames.js';
import { verifies } from '../requirements.js';

const blank = (width: number, height: number) => ({
  width,
  height,
  data: new Uint8Array(width * height * 4).fill(255),
});

test('the moving region is the smallest rectangle around every changed pixel', () => {
  verifies('capture.unsteady');
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { minLength: 1, maxLength: 6 }),
      (width, height, points) => {
        const [before, after] = [blank(width, height), blank(width, height)];
        const inside = points.map(([x, y]) => [x % width, y % height] as const);
        for (const [x, y] of inside) after.data[(y * width + x) * 4 + 1] = 0;
        const [xs, ys] = [inside.map(([x]) => x), inside.map(([, y]) => y)];
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        expect(movingRegion(before, after)).toEqual({
          x,
          y,
          width: Math.max(...xs) - x + 1,
          height: Math.max(...ys) - y + 1,
        });
      },
    ),
  );
});

test('equal pictures have none, pictures of two sizes differ as a whole', () => {
  verifies('capture.unsteady');
  expect(movingRegion(blank(3, 4), blank(3, 4))).toBeUndefined();
  expect(movingRegion(blank(3, 4), blank(5, 2))).toEqual({ x: 0, y: 0, width: 5, height: 4 });
});

import fc from 'fast-check';
import pixelmatch from 'pixelmatch';
import { expect, test } from 'vitest';
import { countDifferences } from '../../src/compare/pixel-diff.js';
import { pixelmatchComparator } from '../../src/compare/pixelmatch-comparator.js';
import { cutBands, unequalBands } from '../../src/compare/visible-diff.js';
import type { RawImage } from '../../src/image/pixels.js';
import { viewOf, windowOf } from '../../src/image/pixels.js';
import { verifies } from '../requirements.js';
import { BLACK, canvas, paint, painted, textBlock } from './draw.js';

/** The whole pictures at once, as pixelmatch is meant to be called. */
function plain(a: RawImage, b: RawImage, threshold: number, includeAA: boolean) {
  const out = new Uint8Array(a.data.length);
  const count = pixelmatch(a.data, b.data, out, a.width, a.height, {
    threshold,
    includeAA,
    checkerboard: false,
    diffMask: true,
  });
  return { count, mask: Uint8Array.from({ length: out.length / 4 }, (_, at) => ((out[at * 4 + 3] ?? 0) > 0 ? 1 : 0)) };
}

const colorArbitrary = fc.constantFrom<[number, number, number]>(
  [255, 255, 255],
  [250, 250, 250],
  [128, 128, 128],
  [60, 60, 60],
  [0, 0, 0],
  [78, 115, 223],
);

/** Small pictures of overlapping rectangles: edges everywhere, which is where bands could go wrong. */
function pictureArbitrary(width: number, height: number) {
  const rect = fc.record({
    x: fc.nat(width - 1),
    y: fc.nat(height - 1),
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 4 }),
  });
  return fc.array(fc.tuple(rect, colorArbitrary), { maxLength: 12 });
}

test('bands count exactly what pixelmatch over the whole pictures counts', async () => {
  verifies('compare.exact');
  const pairs = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 40 })).chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      common: pictureArbitrary(width, height),
      change: pictureArbitrary(width, height),
      threshold: fc.constantFrom(0, 0.1, 0.5),
      antialiasing: fc.constantFrom('ignored' as const, 'counted' as const),
    }),
  );
  await fc.assert(
    fc.asyncProperty(pairs, async ({ width, height, common, change, threshold, antialiasing }) => {
      const reference = clippedPicture(width, height, common);
      const actual = clippedPicture(width, height, [...common, ...change]);
      const whole = plain(reference, actual, threshold, antialiasing === 'counted');
      const diff = await pixelmatchComparator.compare(
        { reference: viewOf(reference), actual: viewOf(actual) },
        { pixelThreshold: threshold, antialiasing },
      );
      expect(countDifferences(diff)).toBe(whole.count);
      expect(diff.mask).toEqual(whole.mask);
    }),
    { seed: 20261121, numRuns: 400 },
  );
});

function clippedPicture(
  width: number,
  height: number,
  parts: readonly (readonly [{ x: number; y: number; width: number; height: number }, [number, number, number]])[],
) {
  const image = canvas(width, height);
  for (const [rect, color] of parts)
    paint(
      image,
      { ...rect, width: Math.min(rect.width, width - rect.x), height: Math.min(rect.height, height - rect.y) },
      color,
    );
  return image;
}

test('bands longer than one turn are cut without a seam', async () => {
  verifies('compare.exact');
  // 500,000 pixels are compared per turn: 2000 x 600 takes three.
  const reference = textBlock(canvas(2000, 600), { x: 0, y: 0, width: 2000, height: 600 }, 1);
  const actual = textBlock(canvas(2000, 600), { x: 0, y: 0, width: 2000, height: 600 }, 2);
  const diff = await pixelmatchComparator.compare(
    { reference: viewOf(reference), actual: viewOf(actual) },
    { pixelThreshold: 0.1, antialiasing: 'ignored' },
  );
  expect(countDifferences(diff)).toBe(plain(reference, actual, 0.1, false).count);
});

test('windows of pictures are compared where they lie', async () => {
  const reference = canvas(30, 20);
  const actual = painted(canvas(50, 60), [{ x: 20, y: 10, width: 30, height: 50 }, BLACK]);
  const diff = await pixelmatchComparator.compare(
    { reference: viewOf(reference), actual: windowOf(viewOf(actual), { x: 15, y: 5, width: 30, height: 20 }) },
    { pixelThreshold: 0.1, antialiasing: 'ignored' },
  );
  expect([diff.width, diff.height, countDifferences(diff)]).toEqual([30, 20, 25 * 15]);
});

test('rows that are equal are in no band', () => {
  const reference = canvas(10, 40);
  const actual = painted(
    reference,
    [{ x: 3, y: 5, width: 1, height: 2 }, BLACK],
    [{ x: 0, y: 10, width: 1, height: 1 }, BLACK],
    [{ x: 9, y: 39, width: 1, height: 1 }, BLACK],
  );
  const overlap = { reference: viewOf(reference), actual: viewOf(actual) };
  expect(unequalBands(overlap, 3)).toEqual([
    { from: 5, to: 7 },
    { from: 10, to: 11 },
    { from: 39, to: 40 },
  ]);
  expect(unequalBands(overlap, 4)).toEqual([
    { from: 5, to: 11 },
    { from: 39, to: 40 },
  ]);
  expect(cutBands([{ from: 5, to: 11 }], 4)).toEqual([
    { from: 5, to: 9 },
    { from: 9, to: 11 },
  ]);
});

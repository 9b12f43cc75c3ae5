import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../../src/image/decode.js';
import {
  blankImage,
  boundedCopy,
  fitWithin,
  INLINE_MAX_PIXELS,
  INLINE_MAX_SIDE,
  resizeTo,
} from '../../src/image/resize.js';
import { verifies } from '../requirements.js';

test.each([
  { original: { width: 1280, height: 800 }, size: { width: 1280, height: 800 } },
  { original: { width: 1280, height: 20_000 }, size: { width: 100, height: 1568 } },
  { original: { width: 3840, height: 2160 }, size: { width: 1429, height: 804 } },
  { original: { width: 32_768, height: 1 }, size: { width: 1568, height: 1 } },
])('$original fits as $size', ({ original, size }) => {
  expect(fitWithin(original, {})).toEqual(size);
});

test('a copy never passes its bounds, is never empty and never larger than the original', () => {
  verifies('image.bounded-copy');
  const side = fc.integer({ min: 1, max: 32_768 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const size = fitWithin({ width, height }, {});
      expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(INLINE_MAX_SIDE);
      expect(size.width * size.height).toBeLessThanOrEqual(INLINE_MAX_PIXELS);
      expect(size.width >= 1 && size.height >= 1 && size.width <= width && size.height <= height).toBe(true);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test.each([
  ['png-small', 'image/png'],
  ['webp', 'image/webp'],
  ['jpeg', 'image/jpeg'],
] as const)('a copy as %s says its size and scale', async (format, mimeType) => {
  verifies('image.bounded-copy');
  const copy = await boundedCopy({ raw: blankImage(1000, 500), name: 'page' }, { maxWidth: 640, format });
  expect(copy).toMatchObject({
    size: { width: 640, height: 320 },
    original: { width: 1000, height: 500 },
    scale: 0.64,
    mimeType,
  });
  expect(await decode({ bytes: copy.bytes, name: 'copy' })).toMatchObject({ width: 640, height: 320 });
});

test('scaling keeps flat colours exactly and alpha opaque', async () => {
  const image = await resizeTo(blankImage(30, 20, 0xff4080c0), { width: 13, height: 7 });
  expect([image.width, image.height]).toEqual([13, 7]);
  expect(new Set(new Uint32Array(image.data.buffer, image.data.byteOffset, 91))).toEqual(new Set([0xff4080c0]));
});

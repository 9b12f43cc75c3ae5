import { expect, test } from 'vitest';
import { decode } from '../../src/image/decode.js';
import { encode } from '../../src/image/encode.js';
import { numberedCopy } from '../../src/image/inline-pictures.js';
import type { BoundedCopy } from '../../src/image/resize.js';
import { blankImage } from '../../src/image/resize.js';
import { verifies } from '../requirements.js';

const size = { width: 100, height: 80 };
const white = async (): Promise<BoundedCopy> => ({
  bytes: await encode(blankImage(size.width, size.height), 'png-fast'),
  size,
  original: size,
  scale: 1,
  mimeType: 'image/png',
});

/** The smallest rectangle that holds all dark pixels. */
async function darkBox(copy: BoundedCopy) {
  const { data, width } = await decode({ bytes: copy.bytes, name: 'copy' });
  const dark = [...data.keys()].filter((at) => at % 4 === 0 && (data[at] ?? 255) < 100).map((at) => at / 4);
  const [xs, ys] = [dark.map((at) => at % width), dark.map((at) => Math.floor(at / width))];
  return dark.length === 0
    ? undefined
    : { x: Math.min(...xs), y: Math.min(...ys), right: Math.max(...xs) + 1, bottom: Math.max(...ys) + 1 };
}

test.each([
  ['above its corner', { x: 20, y: 40, width: 30, height: 20 }, { x: 20, y: 22, right: 34, bottom: 40 }],
  ['inside, at the top', { x: 20, y: 4, width: 30, height: 20 }, { x: 20, y: 4, right: 34, bottom: 22 }],
  [
    'within the picture, at its right',
    { x: 96, y: 40, width: 30, height: 20 },
    { x: 86, y: 22, right: 100, bottom: 40 },
  ],
])('a number stands %s', async (_where, rect, box) => {
  verifies('review.numbers');
  expect(await darkBox(await numberedCopy(await white(), [rect]))).toEqual(box);
});

test('what lies outside has no number', async () => {
  const copy = await white();
  expect(await numberedCopy(copy, [{ x: 0, y: 80, width: 9, height: 9 }, undefined])).toBe(copy);
});

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
  ['at its left, at the top', { x: 20, y: 4, width: 30, height: 20 }, { x: 6, y: 4, right: 20, bottom: 22 }],
  ['below it, in a corner', { x: 4, y: 4, width: 30, height: 20 }, { x: 4, y: 24, right: 18, bottom: 42 }],
  [
    'at its right, with nothing else beside it',
    { x: 4, y: 4, width: 70, height: 70 },
    { x: 74, y: 4, right: 88, bottom: 22 },
  ],
  ['inside what fills the picture', { x: 0, y: 0, width: 100, height: 80 }, { x: 0, y: 0, right: 14, bottom: 18 }],
  [
    'within the picture, at its right',
    { x: 96, y: 40, width: 30, height: 20 },
    { x: 86, y: 22, right: 100, bottom: 40 },
  ],
])('a number stands %s', async (_where, rect, box) => {
  verifies('review.numbers');
  expect(await darkBox(await numberedCopy(await white(), [rect]))).toEqual(box);
});

test('a number covers neither words nor what has a number of its own', async () => {
  verifies('review.numbers');
  const image = blankImage(size.width, size.height);
  // A line of words above, where the number would stand first.
  for (let x = 20; x < 50; x += 2)
    for (let y = 26; y < 36; y++) image.data.set([120, 120, 120, 255], (y * size.width + x) * 4);
  const copy = { ...(await white()), bytes: await encode(image, 'png-fast') };
  const rect = { x: 20, y: 40, width: 30, height: 20 };
  expect(await darkBox(await numberedCopy(copy, [rect]))).toEqual({ x: 6, y: 40, right: 20, bottom: 58 });
  // Its own left is taken by another one: below.
  const both = await numberedCopy(copy, [rect, { x: 0, y: 40, width: 20, height: 20 }]);
  const { data } = await decode({ bytes: both.bytes, name: 'copy' });
  expect([...data.subarray((62 * 100 + 21) * 4, (62 * 100 + 21) * 4 + 3)].every((level) => level < 60)).toBe(true);
});

test('what lies outside has no number', async () => {
  const copy = await white();
  expect(await numberedCopy(copy, [{ x: 0, y: 80, width: 9, height: 9 }, undefined])).toBe(copy);
});

import { expect, test } from 'vitest';
import { rowEquals, rowSignatures } from '../../src/compare/find-alignments.js';
import { decode } from '../../src/image/decode.js';
import { drawIndexedPng, encode } from '../../src/image/encode.js';
import type { RawImage } from '../../src/image/pixels.js';
import { clipRect, growRect, pictureStatistics } from '../../src/image/pixels.js';
import { blankImage, crop, paste, tile } from '../../src/image/resize.js';

/** Every pixel another colour. */
function gradient(width: number, height: number): RawImage {
  const image = blankImage(width, height);
  for (let at = 0; at < width * height; at++) image.data.set([at & 255, (at >> 8) & 255, 0], at * 4);
  return image;
}

test('PNG loses nothing, fast or small', async () => {
  const image = gradient(37, 11);
  for (const encoding of ['png-fast', 'png-small'] as const) {
    const bytes = await encode(image, encoding);
    expect(await decode({ bytes, name: encoding })).toEqual({ ...image, data: Buffer.from(image.data) });
  }
});

test('an indexed PNG shows its palette', async () => {
  const palette = [
    [255, 255, 255],
    [10, 20, 30],
    [200, 0, 0],
  ] as const;
  const bytes = await drawIndexedPng({ width: 3, height: 2 }, palette, ({ scanlines }) =>
    scanlines.set([0, 0, 1, 2, 0, 2, 1, 0]),
  );
  const image = await decode({ bytes, name: 'indexed' });
  const at = (x: number, y: number) => [...image.data.subarray((y * 3 + x) * 4, (y * 3 + x) * 4 + 3)];
  expect([image.width, image.height]).toEqual([3, 2]);
  expect([at(0, 0), at(1, 0), at(2, 0)]).toEqual([
    [255, 255, 255],
    [10, 20, 30],
    [200, 0, 0],
  ]);
  expect([at(0, 1), at(1, 1), at(2, 1)]).toEqual([
    [200, 0, 0],
    [10, 20, 30],
    [255, 255, 255],
  ]);
});

test('an indexed PNG is drawn in parts that meet', async () => {
  const size = { width: 5, height: 3000 };
  const palette = [
    [0, 0, 0],
    [9, 9, 9],
    [20, 20, 20],
  ] as const;
  const parts: number[][] = [];
  const bytes = await drawIndexedPng(size, palette, ({ scanlines, width, from, to }) => {
    parts.push([from, to]);
    for (let y = from; y < to; y++)
      for (let x = 0; x < width; x++) scanlines[(y - from) * (width + 1) + 1 + x] = (x + y) % 3;
  });
  expect([parts[0]?.[0], parts.at(-1)?.[1], parts.slice(1).every(([from], at) => from === parts[at]?.[1])]).toEqual([
    0,
    3000,
    true,
  ]);
  const { data, height } = await decode({ bytes, name: 'parts' });
  expect(height).toBe(3000);
  const wrong = Array.from({ length: 15_000 }, (_, at) => at).filter(
    (at) => data[at * 4] !== palette[((at % 5) + Math.floor(at / 5)) % 3]?.[0],
  );
  expect(wrong).toEqual([]);
});

test.each([
  { rect: { x: -5, y: 2, width: 10, height: 10 }, clipped: { x: 0, y: 2, width: 5, height: 8 } },
  { rect: { x: 1.5, y: 1.5, width: 1, height: 1 }, clipped: { x: 1, y: 1, width: 2, height: 2 } },
  { rect: { x: 20, y: 0, width: 5, height: 5 }, clipped: undefined },
  { rect: { x: 3, y: 3, width: 0, height: 5 }, clipped: undefined },
  { rect: { x: Number.NaN, y: 3, width: 4, height: 5 }, clipped: undefined },
])('$rect in 20x10 is clipped to $clipped', ({ rect, clipped }) => {
  expect(clipRect(rect, { width: 20, height: 10 })).toEqual(clipped);
});

test('what is cut out and put back is the same picture', () => {
  const image = gradient(20, 10);
  const rect = { x: 3, y: 4, width: 5, height: 2 };
  const part = crop(image, rect);
  expect([...part.data.subarray(0, 3)]).toEqual([83, 0, 0]);
  const paper = { ...image, data: image.data.slice() };
  paste(paper, blankImage(5, 2), 3, 4);
  expect(paper).not.toEqual(image);
  paste(paper, part, 3, 4);
  expect(paper).toEqual(image);
  expect(growRect(rect, 2)).toEqual({ x: 1, y: 2, width: 9, height: 6 });
});

test('tiles lie beside or above each other with a gap', () => {
  const parts = [blankImage(10, 6), blankImage(4, 8)];
  expect(tile(parts, 'row')).toMatchObject({ width: 22, height: 8 });
  expect(tile(parts, 'column')).toMatchObject({ width: 10, height: 22 });
});

test('a blank picture is one of nearly one colour; a line of text on a tall page is not blank', () => {
  const blank = blankImage(200, 1000);
  expect(pictureStatistics(blank)).toEqual({ blank: true, dominant: [255, 255, 255], dominantShare: 1, entropy: 0 });
  const noisy = { ...blank, data: blank.data.map((level, at) => (at % 4 === 3 ? level : level - (at % 3))) };
  expect(pictureStatistics(noisy).blank).toBe(true);
  paste(blank, blankImage(60, 10, 0xff333333), 20, 20);
  expect(pictureStatistics(blank)).toMatchObject({ blank: false, dominantShare: 0.997 });
  const tall = blankImage(375, 3000);
  paste(tall, blankImage(34, 3, 0xff333333), 20, 20);
  expect(pictureStatistics(tall)).toMatchObject({ blank: false });
  const halves = blankImage(10, 10);
  paste(halves, blankImage(5, 10, 0xff000000), 0, 0);
  expect(pictureStatistics(halves)).toMatchObject({ blank: false, dominantShare: 0.5, entropy: 1 });
});

test('equal rows have equal signatures, rows that differ in one level of one pixel others', () => {
  const image = gradient(300, 4);
  image.data.set(image.data.subarray(0, 1200), 2 * 1200);
  const [a, b, c, d] = rowSignatures(image);
  expect([a === c, a === b, b === d]).toEqual([true, false, false]);
  const other = { ...image, data: image.data.slice() };
  other.data[1200 + 599] = 254;
  const changed = rowSignatures(other);
  expect(changed[1]).not.toBe(b);
  expect(changed[2]).toBe(c);
  expect([rowEquals(image, other, 0), rowEquals(image, other, 1)]).toEqual([true, false]);
});

test('signatures of many rows that differ by one pixel do not collide', () => {
  const image = blankImage(64, 20_000);
  for (let y = 0; y < image.height; y++) image.data.set([y & 255, y >> 8, 0], (y * 64 + (y % 64)) * 4);
  expect(new Set(rowSignatures(image)).size).toBe(20_000);
});

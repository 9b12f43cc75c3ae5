import sharp from 'sharp';
import { expect, test } from 'vitest';
import { joinRows, joinStack, stackParts, stackSize } from '../../src/image/png-stack.js';
import { verifies } from '../requirements.js';

/** Rows that differ from pixel to pixel and row to row, so that every filter of PNG has something to do. */
function noise(width: number, height: number, seed: number, channels: 3 | 4): Buffer {
  return Buffer.from(
    Array.from({ length: width * height * channels }, (_, at) => ((at * 31 + seed * 17) ^ (at >> 5)) & 255),
  );
}

function png(pixels: Buffer, width: number, height: number, channels: 3 | 4, adaptiveFiltering: boolean) {
  return sharp(pixels, { raw: { width, height, channels } }).png({ adaptiveFiltering }).toBuffer();
}

test.each([
  { channels: 3, adaptiveFiltering: true },
  { channels: 4, adaptiveFiltering: true },
  { channels: 3, adaptiveFiltering: false },
] as const)('a stack becomes one picture with the same pixels: %o', async ({ channels, adaptiveFiltering }) => {
  verifies('capture.tall');
  const heights = [5, 1, 17];
  const rows = heights.map((height, index) => noise(40, height, index, channels));
  const parts = await Promise.all(
    rows.map((pixels, index) => png(pixels, 40, heights[index] ?? 0, channels, adaptiveFiltering)),
  );
  const stack = Buffer.concat(parts);
  expect(stackParts(stack).map((part) => part.length)).toEqual(parts.map((part) => part.length));
  expect(stackSize(stack)).toEqual({ width: 40, height: 23 });
  const { data, info } = await sharp(await joinStack(stack))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([40, 23, channels]);
  expect(data.equals(Buffer.concat(rows))).toBe(true);
});

test('only the first rows of each picture are taken where fewer are asked for', async () => {
  const pixels = noise(10, 8, 3, 3);
  const one = await png(pixels, 10, 8, 3, true);
  const joined = await joinRows([
    { png: one, rows: 3 },
    { png: one, rows: 8 },
  ]);
  const { data, info } = await sharp(joined).raw().toBuffer({ resolveWithObject: true });
  expect(info.height).toBe(11);
  expect(data.equals(Buffer.concat([pixels.subarray(0, 90), pixels]))).toBe(true);
});

test('parts of different kinds, and what is no PNG, are refused', async () => {
  const [rgb, rgba] = [await png(noise(4, 4, 1, 3), 4, 4, 3, false), await png(noise(4, 4, 1, 4), 4, 4, 4, false)];
  await expect(joinStack(Buffer.concat([rgb, rgba]))).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  expect(() => stackParts(Buffer.from('GIF89a'))).toThrow('does not begin like a PNG');
  expect(() => stackParts(rgb.subarray(0, 60))).toThrow('cut off');
});

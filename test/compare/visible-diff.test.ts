import fc from 'fast-check';
import { expect, test } from 'vitest';
import { colorDistance } from '../../src/compare/color-distance.js';
import { compareImages } from '../../src/compare/compare-images.js';
import { decode } from '../../src/image/decode.js';
import { encode } from '../../src/image/encode.js';
import type { RawImage } from '../../src/image/pixels.js';
import { verifies } from '../requirements.js';
import { BLUE, type Color, canvas, paint, painted, source, textBlock, WHITE } from './draw.js';

const page = textBlock(canvas(240, 160), { x: 10, y: 10, width: 100, height: 60 }, 1);
const GREY: Color = [133, 135, 150];

async function regionsOf(reference: RawImage, actual: RawImage) {
  const result = await compareImages(source(reference), source(actual), { threshold: 0.95, diffPicture: false });
  if (result.outcome === 'unreadable') throw result.error;
  return result.regions;
}

/** Red in the low byte, as in a picture's memory. */
const pixelOf = ([red, green, blue]: Color) => red | (green << 8) | (blue << 16);

const level = fc.integer({ min: 0, max: 255 });
const color = fc.tuple(level, level, level);

test('any solid rectangle that changed visibly is found', async () => {
  verifies('compare.visible');
  await fc.assert(
    fc.asyncProperty(
      color,
      fc.tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 })),
      fc.record({ x: fc.integer({ min: 120, max: 200 }), y: fc.integer({ min: 80, max: 130 }) }),
      fc.record({ width: fc.integer({ min: 2, max: 30 }), height: fc.integer({ min: 2, max: 20 }) }),
      async (before, by, place, size) => {
        const after = before.map((one, at) => Math.min(255, Math.max(0, one + (by[at] ?? 0)))) as unknown as Color;
        fc.pre(colorDistance(pixelOf(before), pixelOf(after)) >= 3);
        const rect = { ...place, ...size };
        const found = await regionsOf(painted(page, [rect, before]), painted(page, [rect, after]));
        expect(found.filter(({ kind }) => kind !== 'noise')).toMatchObject([{ rect }]);
      },
    ),
    { seed: 11, numRuns: 150 },
  );
});

test('a picture is silent beside itself with every level off by up to one', async () => {
  verifies('compare.noise');
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      let state = seed;
      const data = page.data.map((one, at) => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return at % 4 === 3 ? one : Math.min(255, Math.max(0, one + ((state >>> 16) % 3) - 1));
      });
      expect(await regionsOf(page, { ...page, data })).toEqual([]);
    }),
    { seed: 12, numRuns: 20 },
  );
});

test.each([75, 80, 90, 95])('a JPEG of quality %i of the same page is noise only', async (quality) => {
  verifies('compare.noise');
  const whole = painted(
    textBlock(canvas(480, 320), { x: 20, y: 20, width: 300, height: 200 }, 3, [40, 40, 60]),
    [{ x: 340, y: 40, width: 100, height: 40 }, BLUE],
    [{ x: 360, y: 55, width: 60, height: 2 }, WHITE],
  );
  const sharp = (await import('sharp')).default;
  const bytes = await sharp(await encode(whole, 'png-fast'))
    .jpeg({ quality })
    .toBuffer();
  const found = await regionsOf(await decode({ bytes, name: 'jpeg' }), whole);
  expect(found.filter(({ kind }) => kind !== 'noise')).toEqual([]);
});

/** Strokes of one pixel, underlined, in a colour that compression pales on white. */
const link = (seed: number, color: Color) => {
  const image = textBlock(canvas(480, 320), { x: 20, y: 20, width: 300, height: 200 }, 3, [40, 40, 60]);
  for (let x = 340, at = seed; x < 440; x += 3 + (at % 3), at = (at * 7 + 3) % 31)
    paint(image, { x, y: 250 + (at % 3), width: 1, height: 9 }, color);
  return paint(image, { x: 340, y: 262, width: 100, height: 1 }, color);
};

test.each([
  { title: 'pales', actual: link(5, [13, 110, 253]), found: [] },
  { title: 'is another one', actual: link(8, [13, 110, 253]), found: [expect.stringMatching(/text|unknown|moved/)] },
  { title: 'is gone', actual: painted(link(5, WHITE)), found: ['missing'] },
])('of a thin coloured link in a JPEG that $title', async ({ actual, found }) => {
  verifies('compare.noise');
  const sharp = (await import('sharp')).default;
  for (const quality of [70, 80, 90]) {
    const png = await encode(link(5, [13, 110, 253]), 'png-fast');
    const reference = await decode({ bytes: await sharp(png).jpeg({ quality }).toBuffer(), name: 'jpeg' });
    const told = (await regionsOf(reference, actual)).filter(({ kind }) => kind !== 'noise');
    expect(told.map(({ kind }) => kind)).toEqual(found);
  }
});

test('a JPEG of a page full of straight lines with a little text between them is noise only', async () => {
  verifies('compare.noise');
  const page = canvas(480, 960);
  for (let y = 40; y < 960; y += 80) {
    paint(page, { x: 0, y, width: 480, height: 1 }, [200, 200, 200]);
    textBlock(page, { x: 20, y: y + 20, width: 90, height: 16 }, y);
  }
  const sharp = (await import('sharp')).default;
  const bytes = await sharp(await encode(page, 'png-fast'))
    .jpeg({ quality: 80 })
    .toBuffer();
  const found = await regionsOf(await decode({ bytes, name: 'jpeg' }), page);
  expect(found.filter(({ kind }) => kind !== 'noise')).toEqual([]);
});

test.each<{ title: string; reference: RawImage; actual: RawImage; found: string[] }>([
  {
    title: 'text in another grey, too near for the score',
    reference: textBlock(canvas(240, 160), { x: 10, y: 10, width: 100, height: 60 }, 1, GREY),
    actual: textBlock(canvas(240, 160), { x: 10, y: 10, width: 100, height: 60 }, 1, [110, 155, 97]),
    found: ['recolored'],
  },
  {
    title: 'a button with its label',
    reference: painted(
      page,
      [{ x: 130, y: 90, width: 80, height: 32 }, BLUE],
      [{ x: 150, y: 102, width: 40, height: 3 }, WHITE],
    ),
    actual: painted(
      page,
      [{ x: 130, y: 90, width: 80, height: 32 }, [90, 92, 105]],
      [{ x: 150, y: 102, width: 40, height: 3 }, WHITE],
    ),
    found: ['recolored'],
  },
  {
    title: 'a field with a border of one pixel that is gone',
    reference: painted(
      page,
      [{ x: 120, y: 90, width: 110, height: 32 }, [209, 211, 226]],
      [{ x: 121, y: 91, width: 108, height: 30 }, WHITE],
    ),
    actual: page,
    found: ['missing'],
  },
  {
    title: 'a plain box that moved by 4',
    reference: painted(page, [{ x: 120, y: 90, width: 80, height: 32 }, BLUE]),
    actual: painted(page, [{ x: 124, y: 90, width: 80, height: 32 }, BLUE]),
    found: ['moved'],
  },
])('found as one region: $title', async ({ reference, actual, found }) => {
  verifies('compare.visible', 'compare.one-finding');
  expect((await regionsOf(reference, actual)).map(({ kind }) => kind)).toEqual(found);
});

import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Compared, CompareOptions } from '../../src/compare/compare.js';
import { compareImages } from '../../src/compare/compare-images.js';
import type { Rect } from '../../src/core/vocabulary/geometry.js';
import type { RawImage } from '../../src/image/pixels.js';
import { crop, paste } from '../../src/image/resize.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { BLUE, type Color, canvas, GREEN, painted, source, textBlock, WHITE } from './draw.js';

const some = sampled(test, 2);

const YELLOW: Color = [253, 230, 138];
const page = textBlock(canvas(400, 2000), { x: 100, y: 20, width: 280, height: 1960 }, 3);

async function compare(
  reference: RawImage,
  actual: RawImage,
  options: Partial<CompareOptions> = {},
): Promise<Compared> {
  const result = await compareImages(source(reference), source(actual), { threshold: 0.95, ...options });
  if (result.outcome === 'unreadable') throw result.error;
  return result;
}

/** The page with what lies at `y` and below pushed down by `by` rows of a colour, between the columns `from` and `to`. */
function pushed(
  image: RawImage,
  y: number,
  by: number,
  color: Color,
  columns = { from: 0, to: image.width },
): RawImage {
  const [x, width] = [columns.from, columns.to - columns.from];
  const taller = canvas(image.width, image.height + by);
  paste(taller, image, 0, 0);
  paste(taller, crop(image, { x, y, width, height: image.height - y }), x, y + by);
  return painted(
    taller,
    [{ x, y, width, height: by }, color],
    [{ x: x + 20, y: y + 5, width: 60, height: Math.min(4, by) }, BLUE],
  );
}

const places = (result: Compared) =>
  result.regions.map(
    ({ rect, kind, severity }) => `${kind} ${severity} ${[rect.x, rect.y, rect.width, rect.height].join()}`,
  );

some('a banner on top of a long page is one shift and one region', async () => {
  verifies('compare.shifts');
  const result = await compare(page, pushed(page, 0, 40, YELLOW));
  expect(result).toMatchObject({
    outcome: 'size-mismatch',
    aligned_score: 0.9803,
    shifts: [{ axis: 'y', at: 0, by: 40 }],
    size: { reference: { width: 400, height: 2000 }, actual: { width: 400, height: 2040 } },
  });
  expect(result.score).toBeLessThan(0.95);
  expect(places(result)).toEqual(['added critical 0,0,400,40']);
});

some('what changed below a banner is found where it is now', async () => {
  verifies('compare.shifts');
  const button: Rect = { x: 150, y: 900, width: 80, height: 32 };
  const reference = painted(page, [button, GREEN]);
  const actual = painted(pushed(reference, 300, 40, YELLOW), [{ ...button, y: 940 }, BLUE]);
  const result = await compare(reference, actual, { tiles: 2 });
  expect(places(result)).toEqual(['added critical 0,300,400,40', 'recolored critical 150,940,80,32']);
  expect(result.tiles.map(({ index }) => index)).toEqual([0, 1]);
});

some('a picture cut to the same height: what was pushed out at the bottom is no difference', async () => {
  verifies('compare.shifts');
  const whole = pushed(page, 500, 40, YELLOW);
  const result = await compare(page, crop(whole, { x: 0, y: 0, width: 400, height: 2000 }));
  expect(result).toMatchObject({ outcome: 'mismatch', shifts: [{ axis: 'y', at: 500, by: 40 }] });
  expect(places(result)).toEqual(['added critical 0,500,400,40']);
});

some('a band taken out is one shift and one region, at the row above which it is missing', async () => {
  verifies('compare.shifts');
  const reference = pushed(page, 600, 100, YELLOW);
  const result = await compare(reference, page);
  expect(result).toMatchObject({ outcome: 'size-mismatch', shifts: [{ axis: 'y', at: 600, by: -100 }] });
  expect(places(result)).toEqual(['missing critical 0,600,400,1']);
  expect(result.regions[0]?.area).toBe(40_000);
});

some('more empty space is a change of size, not something added', async () => {
  verifies('compare.shifts');
  const spaced = canvas(400, 2024);
  paste(spaced, crop(page, { x: 0, y: 0, width: 400, height: 1000 }), 0, 0);
  paste(spaced, crop(page, { x: 0, y: 1000, width: 400, height: 1000 }), 0, 1024);
  const result = await compare(page, spaced);
  expect(result.shifts).toMatchObject([{ axis: 'y', by: 24 }]);
  expect(places(result)).toEqual([expect.stringMatching(/^resized major 0,\d+,400,24$/)]);
});

some(
  'a band that was added is as wide as what is in it; the sides that go on beside it are no part of it',
  async () => {
    verifies('compare.shifts');
    const sides = painted(canvas(400, 1000), [{ x: 0, y: 0, width: 60, height: 1000 }, BLUE]);
    const scene = (image: RawImage, by: number) => {
      textBlock(image, { x: 100, y: 20, width: 280, height: 400 }, 3);
      return textBlock(image, { x: 100, y: 440 + by, width: 280, height: 500 }, 5);
    };
    const taller = painted(canvas(400, 1040), [{ x: 0, y: 0, width: 60, height: 1040 }, BLUE]);
    const button: Rect = { x: 150, y: 426, width: 80, height: 32 };
    const result = await compare(scene(sides, 0), painted(scene(taller, 40), [button, GREEN]));
    expect(result.shifts).toMatchObject([{ axis: 'y', by: 40 }]);
    expect(places(result)).toEqual([expect.stringMatching(/^added critical 150,4\d\d,80,40$/)]);
  },
);

some('a sidebar that stands still beside what moved is no difference', async () => {
  verifies('compare.shifts');
  // Every row of the sidebar is different, so that whole rows never match once the content has moved.
  const sidebar = (image: RawImage) => {
    for (let y = 0; y < image.height; y++)
      for (let x = 0; x < 80; x++) image.data.set([40 + (y >> 4), y & 255, 120], (y * 400 + x) * 4);
    return image;
  };
  const reference = sidebar(painted(page));
  const moved = sidebar(
    crop(pushed(page, 200, 40, YELLOW, { from: 80, to: 400 }), { x: 0, y: 0, width: 400, height: 2000 }),
  );
  const result = await compare(reference, moved);
  expect(result.shifts).toEqual([{ axis: 'y', at: 200, by: 40, across: { from: 80, to: 400 } }]);
  expect(places(result)).toEqual(['added critical 80,200,320,40']);
});

/** The page with what lies right of `x` pushed right by `by` columns of a colour, in the rows below a header that stands still. */
function widened(image: RawImage, x: number, by: number, header: number): RawImage {
  const rows = { y: header, height: image.height - header };
  const wider = painted(image);
  paste(wider, crop(image, { x, width: image.width - x - by, ...rows }), x + by, header);
  return painted(wider, [{ x, width: by, ...rows }, BLUE]);
}

some('a sidebar that got wider is one shift of columns, the header above it none', async () => {
  verifies('compare.shifts');
  const reference = painted(textBlock(painted(page), { x: 10, y: 5, width: 380, height: 45 }, 8), [
    { x: 86, y: 60, width: 4, height: 1940 },
    GREEN,
  ]);
  textBlock(reference, { x: 8, y: 64, width: 70, height: 1930 }, 5);
  const result = await compare(reference, widened(reference, 90, 24, 60));
  expect(result).toMatchObject({
    outcome: 'mismatch',
    shifts: [{ axis: 'x', at: 90, by: 24, across: { from: 60, to: 2000 } }],
  });
  expect(places(result)).toEqual(['resized major 90,60,24,1940']);
});

test('a compressed reference is aligned too, and what is missing below the banner is found', async () => {
  verifies('compare.shifts-noise', 'compare.missing-button');
  const button: Rect = { x: 150, y: 900, width: 80, height: 32 };
  const { data, width, height } = painted(page, [{ x: 120, y: 880, width: 140, height: 72 }, WHITE], [button, GREEN]);
  const jpeg = await sharp(data, { raw: { width, height, channels: 4 } })
    .jpeg({ quality: 80 })
    .toBuffer();
  const actual = pushed(painted(page, [{ x: 120, y: 880, width: 140, height: 72 }, WHITE]), 0, 40, YELLOW);
  const result = await compareImages({ bytes: jpeg, name: 'design.jpg' }, source(actual), { threshold: 0.95 });
  if (result.outcome === 'unreadable') throw result.error;
  expect(result.shifts).toEqual([{ axis: 'y', at: 0, by: 40 }]);
  expect(result.aligned_score).toBeGreaterThan(0.97);
  expect(places(result).filter((place) => !place.startsWith('noise'))).toEqual([
    'added critical 0,0,400,40',
    'missing critical 150,940,80,32',
  ]);
});

some('masks are pixels of the actual picture here too', async () => {
  verifies('compare.shifts', 'compare.masks');
  const actual = painted(pushed(page, 0, 40, YELLOW), [{ x: 120, y: 1000, width: 50, height: 50 }, BLUE]);
  const masks = [
    { x: 0, y: 0, width: 400, height: 40 },
    { x: 110, y: 990, width: 80, height: 80 },
  ];
  const result = await compare(page, actual, { masks });
  expect(result).toMatchObject({ shifts: [{ axis: 'y', at: 0, by: 40 }], aligned_score: 1, regions: [] });
});

some('another page is not a shifted one', async () => {
  verifies('compare.shifts');
  const other = textBlock(canvas(400, 2100), { x: 100, y: 20, width: 280, height: 1960 }, 4);
  const result = await compare(page, other);
  expect(result.shifts).toEqual([]);
  expect(result).not.toHaveProperty('aligned_score');
});

some('a real page: a banner above content beside a sidebar', async () => {
  verifies('compare.shifts');
  const folder = new URL('../fixtures/compare/', import.meta.url).pathname;
  const result = await compareImages(
    { path: `${folder}dashboard-base.png` },
    { path: `${folder}dashboard-banner.png` },
    { threshold: 0.95 },
  );
  if (result.outcome === 'unreadable') throw result.error;
  // The pictures are cut out below the banner: rows of the page above came in at the top.
  expect(result.shifts).toEqual([{ axis: 'y', at: 0, by: 40 }]);
});

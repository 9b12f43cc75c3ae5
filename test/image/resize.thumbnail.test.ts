import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawLabel } from '../../src/image/inline-pictures.js';
import { blankImage, frameCopy, greyThumbnail } from '../../src/image/resize.js';
import { verifies } from '../requirements.js';

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 200, b: 200 } } })
    .jpeg()
    .toBuffer();

test.each([
  [1440, 900, 640, 400],
  [375, 812, 375, 812],
  [375, 2000, 169, 900],
  [100, 50, 100, 50],
])('a frame of %dx%d is shown at %dx%d', async (width, height, shownWidth, shownHeight) => {
  verifies('replay.key-frames');
  const copy = await frameCopy(await picture(width, height), { maxWidth: 640, maxHeight: 900 });
  expect(copy.size).toEqual({ width: shownWidth, height: shownHeight });
  expect(copy.scale).toBe(shownWidth / width);
});

test('a thumbnail is grey, and no larger than the picture', async () => {
  verifies('replay.key-frames');
  const thumb = await greyThumbnail(await picture(1440, 900), 320);
  expect([thumb.width, thumb.height, thumb.data.length]).toEqual([320, 200, 64_000]);
  expect(new Set(thumb.data)).toEqual(new Set([200]));
  expect((await greyThumbnail(await picture(100, 50), 320)).width).toBe(100);
  await expect(greyThumbnail(Buffer.from('nothing'), 320)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
});

test('a label is drawn dot by dot and stays inside the picture', () => {
  verifies('replay.sheet');
  const image = blankImage(13, 7, 0xff000000);
  drawLabel(image, '1.?8', { x: 0, y: 0 }, 1, [255, 255, 255, 255]);
  const rows = Array.from({ length: 7 }, (_, y) =>
    Array.from({ length: 13 }, (__, x) => ((image.data[(y * 13 + x) * 4] ?? 0) > 0 ? '#' : '.')).join(''),
  );
  expect(rows).toEqual([
    '..#..........',
    '.##..........',
    '..#..........',
    '..#..........',
    '..#..........',
    '..#....##....',
    '.###...##....',
  ]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitImages, fitReply } from '../../src/call/reply-budget.js';
import type { InlinePicture } from '../../src/image/inline-pictures.js';
import { verifies } from '../requirements.js';

function picture(width: number, height: number, bytes = 10): InlinePicture {
  return { data: Buffer.alloc(bytes), mime: 'image/png', label: 'p', width, height, scale: 1, path: 'a.png' };
}

describe('the JSON of a reply', () => {
  test('that fits stays as it is', () => {
    const result = { a: [1, 2], b: { c: 'text' }, d: null, e: undefined };
    expect(fitReply(result, 1000)).toEqual({ result, cuts: [] });
  });

  test('loses the tail of its largest list first, and says so', () => {
    const { result, cuts } = fitReply({ small: ['a'], big: Array.from({ length: 8 }, () => 'x'.repeat(50)) }, 150);
    expect(result).toEqual({ small: ['a'], big: ['x'.repeat(50), 'x'.repeat(50)] });
    expect(cuts).toEqual([{ field: 'big', shown: 2, total: 8 }]);
  });

  test('has no text longer than 2,000 characters and no half character', () => {
    const { result } = fitReply({ text: 'y'.repeat(3000), broken: 'a\ud800b' });
    expect(result).toEqual({ text: `${'y'.repeat(1999)}…`, broken: 'a\ufffdb' });
  });

  test('fits whatever lists it holds, and what is left is a prefix', () => {
    verifies('doors.reply-budget');
    const row = fc.record({
      name: fc.string({ maxLength: 80 }),
      inner: fc.array(fc.string({ maxLength: 40 }), { maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.integer({ min: 100, max: 3000 }), (rows, limit) => {
        const { result, cuts } = fitReply({ rows }, limit);
        expect(JSON.stringify(result).length).toBeLessThanOrEqual(limit);
        const kept = result.rows as unknown[];
        expect(kept.length).toBeLessThanOrEqual(rows.length);
        if (cuts.length === 0) expect(kept).toEqual(JSON.parse(JSON.stringify(rows)));
      }),
    );
  });
});

describe('the pictures of a reply', () => {
  test.each<[string, InlinePicture, boolean]>([
    ['at the longest side', picture(1568, 733), true],
    ['one pixel longer', picture(1569, 10), false],
    ['as high', picture(10, 1569), false],
    ['at the most pixels', picture(1150, 1000), true],
    ['one row more', picture(1150, 1001), false],
    ['too many bytes', picture(10, 10, 3_750_001), false],
  ])('%s', (_what, image, travels) => {
    expect(fitImages([image]).images).toEqual(travels ? [image] : []);
  });

  test('are eight at most, the first that fit', () => {
    verifies('doors.reply-budget');
    const images = [picture(2000, 10), ...Array.from({ length: 9 }, (_, index) => picture(index + 1, 1))];
    const fitted = fitImages(images);
    expect(fitted.images.map(({ width }) => width)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(fitted.cuts).toEqual([{ field: 'images', shown: 8, total: 10 }]);
  });
});

import { describe, expect, test } from 'vitest';
import {
  changedShare,
  changedShareOutside,
  isBlankThumb,
  maskBoxes,
  maskChanges,
  sampleAt,
} from '../../src/image/grey-changes.js';
import type { GreyImage } from '../../src/image/resize.js';
import { watchSamples } from '../../src/replay/replay.js';
import { verifies } from '../requirements.js';

/** A grey picture of 40x30 with dark dots at some pixels. */
function picture(...dots: [x: number, y: number][]): GreyImage {
  const data = new Uint8Array(40 * 30).fill(200);
  for (const [x, y] of dots) data[y * 40 + x] = 20;
  return { data, width: 40, height: 30 };
}

describe('what changed', () => {
  test.each<[string, GreyImage, GreyImage, number]>([
    ['nothing', picture(), picture(), 0],
    ['three pixels', picture(), picture([1, 1], [2, 2], [3, 3]), 3 / 1200],
    ['another size', picture(), { data: new Uint8Array(4), width: 2, height: 2 }, 1],
    ['codec noise', picture(), { ...picture(), data: picture().data.map((level) => level + 9) }, 0],
  ])('%s', (_name, before, after, share) => {
    verifies('replay.findings');
    expect(changedShare(before, after)).toBe(share);
  });

  test('leaves out boxes, told in the px of a larger picture, and their edges', () => {
    verifies('replay.findings');
    const mask = new Uint8Array(1200);
    maskBoxes(
      mask,
      picture(),
      [
        { x: 100, y: 100, width: 50, height: 50 },
        { x: 390, y: 290, width: 999, height: 999 },
      ],
      { width: 400, height: 300 },
    );
    const after = picture([10, 10], [14, 14], [9, 9], [20, 20], [39, 29]);
    expect(changedShareOutside(picture(), after, mask)).toBe(1 / 1200);
  });

  test('leaves out what moved before, and its neighbours', () => {
    verifies('replay.findings');
    const mask = new Uint8Array(1200);
    maskChanges(mask, picture(), picture([10, 10]));
    expect(changedShareOutside(picture(), picture([11, 11], [13, 13]), mask)).toBe(1 / 1200);
  });
});

test('a dot that blinks all the time is no answer to a press; a dot beside it is', () => {
  verifies('replay.findings');
  const dot: [number, number] = [5, 5];
  const blink = (index: number, ...more: [number, number][]) => picture(...(index % 2 ? [dot] : []), ...more);
  const samples = Array.from({ length: 40 }, (_, index) => ({
    tMs: index * 100,
    thumb: index < 30 ? blink(index) : blink(index, [20, 20]),
  }));
  const seen = watchSamples(samples, 4000, { width: 40, height: 30 });
  expect(seen.changedShare(1000, 2000, [])).toBe(0);
  expect(seen.changedShare(2500, 4000, [])).toBe(1 / 1200);
});

test.each([
  ['one colour', picture(), true],
  ['one colour with noise', { ...picture(), data: picture().data.map((level, at) => level + (at % 5)) }, true],
  ['a line of text', picture([1, 1], [2, 1], [3, 1]), false],
])('blank: %s', (_name, image, blank) => {
  verifies('replay.findings');
  expect(isBlankThumb(image)).toBe(blank);
});

test.each([
  [-5, 0],
  [0, 0],
  [99, 0],
  [100, 1],
  [5000, 2],
])('at %d ms sample %d stood', (tMs, index) => {
  verifies('replay.key-frames');
  expect(sampleAt([0, 100, 250], tMs)).toBe(index);
});

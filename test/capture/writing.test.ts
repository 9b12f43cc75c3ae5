import { describe, expect, test } from 'vitest';
import { judgeWriting } from '../../src/capture/writing.js';
import { verifies } from '../requirements.js';

const SCREEN = { width: 320, height: 160 };
type Grey = { data: Uint8Array; width: number; height: number };
const paper = (ground = 250): Grey => ({ data: new Uint8Array(320 * 160).fill(ground), ...SCREEN });
/** Strokes as letters have them: two dark px of five, seven rows high. */
const write = ({ data, width }: Grey, x: number, y: number, letters: number, by = 1) => {
  for (let row = 0; row < 8 * by; row++)
    for (let at = 0; at < letters * 5 * by; at++)
      if (Math.floor(at / by) % 5 < 2) data[(y + row) * width + x + at] = 30;
};
const written = (ground = 250) => {
  const page = paper(ground);
  for (const y of [4, 52, 100]) write(page, 0, y, 60);
  return page;
};
const all = { x: 0, y: 0, ...SCREEN };
const lines = { text: 0, drawn: 27, lines: 3 };

describe('what can be read when all letters are hidden', () => {
  test('is drawn; the rest is text', () => {
    verifies('integrity.picture');
    expect(judgeWriting(written(), paper(), [all], SCREEN)).toEqual({ text: 30, drawn: 0, lines: 0, covered: 0 });
    expect(judgeWriting(written(), written(), [all], SCREEN)).toEqual({ ...lines, covered: 1 });
    const half = paper();
    write(half, 0, 4, 60);
    expect(judgeWriting(written(), half, [all], SCREEN)).toEqual({ text: 20, drawn: 9, lines: 1, covered: 1 });
    // Light letters on dark are letters.
    const dark = { ...written(), data: written().data.map((level) => 255 - level) };
    expect(judgeWriting(dark, dark, [], SCREEN)).toMatchObject({ text: 0, drawn: 27 });
  });

  test('covers what the smallest picture around it covers, slices as one', () => {
    verifies('integrity.picture');
    const top = paper();
    write(top, 0, 4, 60);
    const covered = (pictures: { x: number; y: number; width: number; height: number }[]) =>
      judgeWriting(top, top, pictures, SCREEN).covered;
    expect(covered([])).toBe(0);
    const band = { ...all, height: 32 };
    expect(covered([all, band])).toBe(0.2);
    expect(covered([band, { ...all, y: 96, height: 64 }])).toBe(0.2);
    expect(covered([band, { ...all, y: 32, height: 64 }, { ...all, y: 96, height: 64 }])).toBe(1);
  });

  test('headings count by their size; lines, boxes, stripes and photographs are no writing', () => {
    verifies('integrity.picture');
    const heading = paper();
    write(heading, 0, 4, 20, 3);
    expect(judgeWriting(heading, heading, [], SCREEN)).toMatchObject({ drawn: 16, lines: 0 });
    const boxes = paper();
    for (let x = 0; x < 320; x += 64) for (let y = 0; y < 160; y++) boxes.data[y * 320 + x] = 30;
    for (let y = 0; y < 160; y += 24) boxes.data.fill(30, y * 320, y * 320 + 320);
    const photo = paper();
    let seed = 1;
    for (let at = 0; at < photo.data.length; at++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      photo.data[at] = 100 + 60 * Math.sin(at / 900) + (seed % 160) - 80;
    }
    for (const page of [boxes, photo, paper()])
      expect(judgeWriting(page, page, [all], SCREEN)).toEqual({ text: 0, drawn: 0, lines: 0, covered: 0 });
  });
});

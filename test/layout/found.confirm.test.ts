import { expect, test } from 'vitest';
import { look, type Pixels } from '../../src/layout/found.js';

/** A white picture of 40 x 20 CSS px at two device pixels each, whose corner lies at 100, 50 on the page. */
function picture(paint: (x: number, y: number) => number = () => 255): Pixels {
  const [width, height] = [80, 40];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(paint(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
  return { data, width, height, origin: { x: 100, y: 50 }, scale: 2 };
}
const rect = { x: 105, y: 55, width: 10, height: 5 };

test('ink is what differs from the commonest colour of the place', () => {
  const plain = picture();
  expect(look({ shows: 'ink', rect }, plain)).toBe(false);
  expect(look({ shows: 'plain', rect }, plain)).toBe(true);
  const inked = picture((x, y) => (x >= 12 && x < 16 && y === 12 ? 0 : 255));
  expect(look({ shows: 'ink', rect }, inked)).toBe(true);
  expect(look({ shows: 'plain', rect }, inked)).toBe(false);
});

test('what lies beside the place, and what nobody sees, is no ink', () => {
  expect(
    look(
      { shows: 'ink', rect },
      picture((x) => (x < 8 ? 0 : 255)),
    ),
  ).toBe(false);
  expect(
    look(
      { shows: 'ink', rect },
      picture((x) => (x % 2 === 0 ? 255 : 240)),
    ),
  ).toBe(false);
});

test('a place outside the picture, or under a mask, tells nothing', () => {
  expect(look({ shows: 'ink', rect: { ...rect, x: 300 } }, picture())).toBeUndefined();
  expect(
    look({ shows: 'ink', rect }, { ...picture(), masks: [{ x: 110, y: 50, width: 5, height: 20 }] }),
  ).toBeUndefined();
});

test('a text is gone where its colour ends at the edge of what lies over it, and goes on beside it', () => {
  const claim = {
    ...{ shows: 'gone' as const, rect },
    text: { ink: [0, 0, 0] as const, rest: { ...rect, x: 120 } },
  };
  const letters = (x: number) => (x % 4 < 2 ? 0 : 255);
  expect(
    look(
      claim,
      picture((x) => (x >= 40 ? letters(x) : 130)),
    ),
  ).toBe(true);
  expect(look(claim, picture(letters))).toBe(false);
  expect(
    look(
      claim,
      picture((x) => (x < 40 ? letters(x) : 255)),
    ),
  ).toBe(false);
});

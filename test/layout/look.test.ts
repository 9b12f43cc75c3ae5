import { expect, test } from 'vitest';
import { look, type Pixels } from '../../src/layout/look.js';

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
    words: { inks: [[0, 0, 0] as const], beside: () => [], rest: { ...rect, x: 120 } },
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

type Paint = (x: number, y: number) => number;
/** Black letters two device pixels wide, of which there are five in the place that is looked at and none above or below it. */
const isLetter = (x: number, y: number) => x % 4 < 2 && y >= 10 && y < 20;
const noise = (x: number, y: number) => 60 + ((x * 53 + y * 97 + x * y * 31) % 180);
const above = { x: 105, y: 61, width: 10, height: 5 };
const black = { inks: [[0, 0, 0] as const], beside: () => [above] };

test.each<[string, (x: number, y: number) => number, boolean | undefined]>([
  ['a plain ground', () => 255, false],
  ['letters on it', (x, y) => (isLetter(x, y) ? 0 : 255), true],
  ['letters of half the ink on it', (x, y) => (isLetter(x, y) ? 120 : 255), true],
  ['a photo', noise, undefined],
  ['letters on a photo', (x, y) => (isLetter(x, y) ? 0 : noise(x, y)), true],
  ['a photo with as much black beside them', (x, y) => (x % 4 < 2 ? 0 : noise(x, y)), undefined],
  ['a gradient', (x) => 255 - x * 3, undefined],
  ['letters on a gradient', (x, y) => (isLetter(x, y) ? 0 : 255 - x * 3), true],
  ['stripes', (_, y) => (y % 8 < 4 ? 120 : 255), undefined],
  ['a faint pattern', (x) => (x % 4 < 2 ? 205 : 255), undefined],
  ['letters in another colour than styles tell', (x, y) => (isLetter(x, y) && x < 14 ? 255 : 40), undefined],
])('words are told from what the ground draws: %s', (_, paint, shown) => {
  expect(look({ shows: 'ink', rect, words: black }, picture(paint))).toBe(shown);
});

test('words of an unknown colour are seen on a plain ground only', () => {
  const unknown = { ...black, inks: [] };
  const letters = picture((x, y) => (isLetter(x, y) ? 90 : 255));
  expect(look({ shows: 'ink', rect, words: unknown }, letters)).toBe(true);
  expect(look({ shows: 'ink', rect, words: unknown }, picture(noise))).toBeUndefined();
});

test('words seen through a veil, and words before a picture that has their colour, are not said to be gone', () => {
  const claim = { shows: 'gone' as const, rect, words: { ...black, beside: () => [], rest: { ...rect, x: 120 } } };
  const letters: Paint = (x, y) => (isLetter(x, y) ? 0 : 255);
  const under = (veil: Paint, before = letters) =>
    look(
      claim,
      picture((x, y) => (x < 40 ? veil(x, y) : before(x, y))),
    );
  expect(under(() => 130)).toBe(true);
  expect(under(noise)).toBe(true);
  expect(under((x, y) => (isLetter(x, y) ? 150 : 255))).toBeUndefined();
  expect(under(() => 130, noise)).toBeUndefined();
});

test('two lines touch where no row between their middles is free of letters', () => {
  const claim = (inks: readonly (readonly [number, number, number])[] = [[0, 0, 0]]) => ({
    ...{ shows: 'touch' as const, rect },
    words: { inks, beside: () => [] },
  });
  // Two of five columns are letters, but in some rows: 10 rows of the picture are looked at, from the tenth on.
  const lines = (free: (y: number, x: number) => boolean) => picture((x, y) => (x % 5 < 2 && !free(y, x) ? 0 : 255));
  expect(
    look(
      claim(),
      lines(() => false),
    ),
  ).toBe(true);
  expect(
    look(
      claim(),
      lines((y) => y === 14),
    ),
  ).toBe(false);
  // What hangs below a line is less than a quarter of it.
  expect(
    look(
      claim(),
      lines((y, x) => y === 14 && x !== 15),
    ),
  ).toBe(false);
  expect(
    look(
      claim(),
      lines((y, x) => y === 14 && x > 19),
    ),
  ).toBe(true);
  // Something else than letters is drawn there.
  expect(
    look(
      claim([[200, 0, 0]]),
      lines(() => false),
    ),
  ).toBeUndefined();
});

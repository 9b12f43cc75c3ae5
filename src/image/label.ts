import type { RawImage } from './raw-image.js';

/** Five by seven dots per sign, a row each, the highest bit left. Drawn by hand here, so that a label needs no font of the system. */
const SIGNS: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  '.': [0, 0, 0, 0, 0, 12, 12],
  ':': [0, 12, 12, 0, 12, 12, 0],
  '#': [10, 10, 31, 10, 31, 10, 10],
  s: [0, 0, 14, 16, 14, 1, 30],
  ' ': [0, 0, 0, 0, 0, 0, 0],
};
const DOTS_WIDE = 6;

/** Height of a label of that scale, pixels. */
export const labelHeight = (scale: number): number => 7 * scale;

/** Writes digits and `.:#s` into a picture, upper left corner at `x`,`y`, each dot `scale` pixels, in one colour (RGBA). Other signs are blanks. */
export function drawLabel(
  image: RawImage,
  text: string,
  at: { x: number; y: number },
  scale: number,
  color: readonly [number, number, number, number],
): void {
  for (const [index, sign] of [...text].entries())
    for (const [row, bits] of (SIGNS[sign] ?? []).entries())
      for (let column = 0; column < 5; column++)
        if ((bits >> (4 - column)) & 1)
          fillDot(image, at.x + (index * DOTS_WIDE + column) * scale, at.y + row * scale, scale, color);
}

function fillDot(image: RawImage, x: number, y: number, side: number, color: readonly number[]): void {
  for (let row = y; row < Math.min(y + side, image.height); row++)
    for (let column = x; column < Math.min(x + side, image.width); column++)
      image.data.set(color, (row * image.width + column) * 4);
}

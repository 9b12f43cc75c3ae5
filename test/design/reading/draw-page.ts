import type { Rect } from '../../../src/core/vocabulary/geometry.js';
import type { RawImage } from '../../../src/image/pixels.js';
import type { Color } from '../../compare/draw.js';

/** Letters of 5 x 7 dots, one line of dots per number, the left one the highest bit. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  E: [31, 16, 16, 30, 16, 16, 31],
  I: [14, 4, 4, 4, 4, 4, 14],
  L: [16, 16, 16, 16, 16, 16, 31],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  P: [30, 17, 17, 30, 16, 16, 16],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  U: [17, 17, 17, 17, 17, 17, 14],
  Y: [17, 17, 10, 4, 4, 4, 4],
};

/** One thing on a page, CSS px. A text is of letters 5/7 as wide as high, with a dot between them. */
export type Shape =
  | { box: readonly [number, number, number, number]; color: Color; radius?: number }
  | { text: string; at: readonly [number, number]; high: number; color: Color; bold?: boolean };

/** A renderer: how far its grid lies beside that of the pixels (parts of one), and how much more ink its letters have. */
export interface Drawer {
  beside: number;
  ink: number;
}

export const OURS: Drawer = { beside: 0, ink: 0 };
export const OTHERS: Drawer = { beside: 0.3, ink: 0.12 };

/** Points per pixel and axis at which a picture is drawn. */
const FINE = 5;

/** Width of a text, CSS px. */
export function widthOf(text: string, high: number): number {
  return ((text.length * 6 - 1) * high) / 7;
}

/** A picture of shapes, the later ones upon the earlier ones, with soft edges. */
export function drawPage(width: number, height: number, shapes: readonly Shape[], drawer: Drawer): RawImage {
  const image: RawImage = { data: new Uint8Array(width * height * 4).fill(255), width, height };
  for (const shape of shapes) {
    const { area, covers } = coverageOf(shape, drawer);
    const letters = 'text' in shape;
    const shift = letters ? drawer.beside : 0;
    for (let y = Math.max(0, Math.floor(area.y) - 1); y < Math.min(height, area.y + area.height + 1); y++)
      for (let x = Math.max(0, Math.floor(area.x) - 1); x < Math.min(width, area.x + area.width + 2); x++) {
        let inside = 0;
        for (let j = 0; j < FINE; j++)
          for (let i = 0; i < FINE; i++) if (covers(x + (i + 0.5) / FINE - shift, y + (j + 0.5) / FINE)) inside++;
        const part = Math.min(1, (inside / FINE ** 2) * (letters ? 1 + drawer.ink : 1));
        if (part === 0) continue;
        const at = (y * width + x) * 4;
        for (const c of [0, 1, 2] as const)
          image.data[at + c] = Math.round((image.data[at + c] ?? 0) * (1 - part) + shape.color[c] * part);
      }
  }
  return image;
}

function coverageOf(shape: Shape, _drawer: Drawer): { area: Rect; covers: (x: number, y: number) => boolean } {
  if ('box' in shape) {
    const [left, top, width, height] = shape.box;
    const radius = shape.radius ?? 0;
    const covers = (x: number, y: number) => {
      if (x < left || y < top || x >= left + width || y >= top + height) return false;
      const dx = Math.max(left + radius - x, x - left - width + radius, 0);
      const dy = Math.max(top + radius - y, y - top - height + radius, 0);
      return dx * dx + dy * dy <= radius * radius || dx === 0 || dy === 0;
    };
    return { area: { x: left, y: top, width, height }, covers };
  }
  const { text, at, high, bold } = shape;
  const dot = high / 7;
  const covers = (x: number, y: number) => {
    const row = Math.floor((y - at[1]) / dot);
    const hit = (px: number) => {
      const column = Math.floor((px - at[0]) / dot);
      const letter = LETTERS[text[Math.floor(column / 6)] ?? ''];
      return (
        column >= 0 && column % 6 < 5 && letter !== undefined && (((letter[row] ?? 0) >> (4 - (column % 6))) & 1) === 1
      );
    };
    return hit(x) || (bold === true && hit(x - 0.6 * dot));
  };
  return { area: { x: at[0], y: at[1], width: widthOf(text, high) + 2, height: high }, covers };
}

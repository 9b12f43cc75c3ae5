import type { PixelView } from '../../image/pixels.js';
import type { ElementNode, ElementTree } from '../element-tree.js';
import { COARSE, type Plane } from './planes.js';

/** A grid of squares of 4 x 4 pixels over a picture. */
export interface Cells {
  columns: number;
  rows: number;
  /** Levels between the lightest and the darkest pixel of each square. */
  activity: Uint8Array;
}

/** How much there is to see in each square of a picture. */
export function cellsOf({ width, height, data }: Plane): Cells {
  const [columns, rows] = [Math.ceil(width / COARSE), Math.ceil(height / COARSE)];
  const activity = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const bottom = Math.min(height, (row + 1) * COARSE);
    for (let column = 0; column < columns; column++) {
      // One pixel of the next square belongs to it: an edge between two is seen.
      const right = Math.min(width, (column + 1) * COARSE + 1);
      let [low, high] = [255, 0];
      for (let y = row * COARSE; y < Math.min(height, bottom + 1); y++)
        for (let x = column * COARSE, at = y * width + x; x < right; x++, at++) {
          const level = data[at] ?? 0;
          if (level < low) low = level;
          if (level > high) high = level;
        }
      activity[row * columns + column] = high - low;
    }
  }
  return { columns, rows, activity };
}

/**
 * Which element's surface each square shows: the last one painted there, as far as painting order and boxes tell. -1 for none. `scale`:
 * device px per CSS px.
 */
export function surfaces(tree: ElementTree, { columns, rows }: Cells, scale: number): Int32Array {
  const owner = new Int32Array(columns * rows).fill(-1);
  const painted = tree.nodes.filter((node) => node.seen && (hasSurface(node) || node.element.tag === 'html'));
  const order = (node: ElementNode) => node.element.paint_order ?? node.index;
  painted.sort((a, b) => order(a) - order(b) || a.index - b.index);
  for (const { seen, index } of painted) {
    if (!seen) continue;
    const [left, top] = [Math.ceil((seen.x * scale) / COARSE), Math.ceil((seen.y * scale) / COARSE)];
    const [right, bottom] = [
      Math.floor(((seen.x + seen.width) * scale) / COARSE),
      Math.floor(((seen.y + seen.height) * scale) / COARSE),
    ];
    for (let row = Math.max(0, top); row < Math.min(rows, bottom); row++)
      owner.fill(
        index,
        row * columns + Math.max(0, left),
        row * columns + Math.max(Math.max(0, left), Math.min(columns, right)),
      );
  }
  return owner;
}

/** Returns true when an element has a ground or a picture of its own; a border alone leaves what is below it to be seen. */
export function hasSurface({ element: { tag, styles } }: ElementNode): boolean {
  return styles['background-color'] !== undefined || styles['background-image'] !== undefined || SHOWN.has(tag);
}

const SHOWN = new Set(['img', 'svg', 'canvas', 'video', 'iframe', 'embed', 'object', 'progress', 'meter']);

/** Returns true when two squares of 4 x 4 pixels, one of each picture, lie in them as a whole and are equal. */
export function isSameSquare(
  { actual, reference }: { actual: PixelView; reference: PixelView },
  a: { x: number; y: number },
  b: { x: number; y: number },
): boolean {
  if (a.x < 0 || a.y < 0 || a.x + COARSE > actual.width || a.y + COARSE > actual.height) return false;
  if (b.x < 0 || b.y < 0 || b.x + COARSE > reference.width || b.y + COARSE > reference.height) return false;
  for (let row = 0; row < COARSE; row++) {
    const [from, to] = [(a.y + row) * actual.stride + a.x, (b.y + row) * reference.stride + b.x];
    for (let column = 0; column < COARSE; column++)
      if (actual.pixels[from + column] !== reference.pixels[to + column]) return false;
  }
  return true;
}

/** The mean colour of the 4 x 4 pixels from `x`, `y`; undefined when they do not lie in the picture as a whole. */
export function meanAt({ width, height, stride, pixels }: PixelView, x: number, y: number): number | undefined {
  if (x < 0 || y < 0 || x + COARSE > width || y + COARSE > height) return undefined;
  let [red, green, blue] = [0, 0, 0];
  for (let row = y; row < y + COARSE; row++)
    for (let column = x, at = row * stride + x; column < x + COARSE; column++, at++) {
      const pixel = pixels[at] ?? 0;
      red += pixel & 255;
      green += (pixel >>> 8) & 255;
      blue += (pixel >>> 16) & 255;
    }
  return ((red + 8) >> 4) | (((green + 8) >> 4) << 8) | (((blue + 8) >> 4) << 16);
}

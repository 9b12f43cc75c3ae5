import type { Rect } from '../../core/vocabulary/geometry.js';
import { type PixelView, type RawImage, viewOf } from '../../image/pixels.js';
import type { ElementNode, ElementTree } from '../element-tree.js';
import { COARSE, coarse, lumaPlane, type Plane, smooth } from './planes.js';

/** A grid of squares of 4 x 4 pixels over a picture. */
export interface Cells {
  columns: number;
  rows: number;
  /** Levels between the lightest and the darkest pixel of each square. */
  activity: Uint8Array;
}

/** A picture as it is searched: smoothed brightness, and its squares of 4 x 4. */
export interface Searched {
  plane: Plane;
  squares: Plane;
}

/** Both pictures in squares. */
export interface Squared {
  actual: Cells;
  reference: Cells;
  /** Index of the element whose surface each square of the app shows; -1 for none. */
  owner: Int32Array;
}

/** Both pictures: as pixels, as they are searched, and in squares. */
export interface Pictured {
  views: { actual: PixelView; reference: PixelView };
  planes: { actual: Searched; reference: Searched };
  squared: Squared;
  /** Device px per CSS px. */
  scale: number;
}

/** Both pictures of a page as they are read. `scale`: device px per CSS px of both. */
export function picturedBoth(tree: ElementTree, actual: RawImage, reference: RawImage, scale: number): Pictured {
  const views = { actual: viewOf(actual), reference: viewOf(reference) };
  const [ours, theirs] = [searched(views.actual), searched(views.reference)];
  const owner = surfaces(tree, ours.cells, scale);
  return {
    views,
    planes: { actual: ours.search, reference: theirs.search },
    squared: { actual: ours.cells, reference: theirs.cells, owner },
    scale,
  };
}

/** Returns a picture as it is searched, and how much there is to see in its squares before it was smoothed. */
function searched(view: PixelView): { search: Searched; cells: Cells } {
  const plane = lumaPlane(view);
  const cells = cellsOf(plane);
  smooth(plane);
  return { search: { plane, squares: coarse(plane) }, cells };
}

/** How much there is to see in each square of a picture. */
function cellsOf({ width, height, data }: Plane): Cells {
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
function surfaces(tree: ElementTree, { columns, rows }: Cells, scale: number): Int32Array {
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

/** Levels within a square from which it shows something; more where the pictures are not of one renderer. */
export const ACTIVE = { same: 8, other: 18 };

/** A connected piece of the reference, device px there. */
export interface Piece {
  rect: Rect;
  /** Squares in it, and levels within the strongest. */
  cells: number;
  contrast: number;
}

/** Connected squares, up to `gap` squares apart. */
export function piecesOf(marked: Uint8Array, { columns, rows, activity }: Cells, gap: number): Piece[] {
  const pieces: Piece[] = [];
  const seen = new Uint8Array(marked.length);
  for (let start = 0; start < marked.length; start++) {
    if (marked[start] !== 1 || seen[start] === 1) continue;
    const stack = [start];
    seen[start] = 1;
    let [x0, y0, x1, y1, cells, contrast] = [columns, rows, 0, 0, 0, 0];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % columns, Math.floor(at / columns)];
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
      cells++;
      contrast = Math.max(contrast, activity[at] ?? 0);
      for (let row = Math.max(0, y - gap); row <= Math.min(rows - 1, y + gap); row++)
        for (let column = Math.max(0, x - gap); column <= Math.min(columns - 1, x + gap); column++) {
          const next = row * columns + column;
          if (marked[next] === 1 && seen[next] === 0) {
            seen[next] = 1;
            stack.push(next);
          }
        }
    }
    pieces.push({
      rect: { x: x0 * COARSE, y: y0 * COARSE, width: (x1 + 1 - x0) * COARSE, height: (y1 + 1 - y0) * COARSE },
      cells,
      contrast,
    });
  }
  return pieces;
}

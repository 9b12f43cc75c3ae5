import type { PixelView } from '../image/pixels.js';
import type { Lines } from './line-place.js';

/** Pixels that one level of a profile is the mean of: the macroblock of JPEG (ITU-T T.81, A.2), in which much of its error averages out. */
const CELL = 16;

/** Lines (rows, or columns) of a picture in a few levels each. */
export interface LineProfiles {
  lines: number;
  cells: number;
  /** `cells` levels of brightness per line, 0-255. */
  levels: Uint8Array;
}

/** The rows or columns of a picture as the mean brightness of each 16 pixels. */
export function lineProfiles(view: PixelView, { axis, across }: Lines): LineProfiles {
  const lines = axis === 'y' ? view.height : view.width;
  const cells = Math.max(1, Math.ceil((across.to - across.from) / CELL));
  const sums = new Float64Array(lines * cells);
  const [rows, columns] = axis === 'y' ? [{ from: 0, to: view.height }, across] : [across, { from: 0, to: view.width }];
  for (let y = rows.from; y < rows.to; y++) {
    const row = y * view.stride;
    for (let x = columns.from; x < columns.to; x++) {
      const pixel = view.pixels[row + x] ?? 0;
      // Rec. 601 luma in 256ths.
      const luma = (pixel & 255) * 77 + ((pixel >>> 8) & 255) * 150 + ((pixel >>> 16) & 255) * 29;
      const at = axis === 'y' ? y * cells + ((x - across.from) >> 4) : x * cells + ((y - across.from) >> 4);
      sums[at] = (sums[at] ?? 0) + luma;
    }
  }
  const levels = new Uint8Array(lines * cells);
  const last = across.to - across.from - (cells - 1) * CELL;
  for (let at = 0; at < levels.length; at++)
    levels[at] = (sums[at] ?? 0) / (256 * (at % cells === cells - 1 ? last : CELL));
  return { lines, cells, levels };
}

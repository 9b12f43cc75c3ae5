import { setImmediate } from 'node:timers/promises';
import pixelmatch from 'pixelmatch';
import { CodeloopError } from '../core/errors.js';
import { bandPixels, type Comparator, type DiffSettings, type Overlap, type PixelDiff } from './pixel-diff.js';
import { cutBands, unequalBands } from './row-bands.js';

/**
 * Rows of context on each side of a band. The anti-aliasing test looks at a pixel's neighbours and at the neighbours of those,
 * so two rows make a band's result the same as that of the whole picture.
 */
const MARGIN = 2;

/** Pixels compared before other work gets its turn: about 20 ms. */
const PIXELS_PER_TURN = 500_000;

/**
 * pixelmatch over the rows that are not byte-equal. Counts are exactly those of pixelmatch over the whole pictures
 * (`threshold`, `includeAA` as given, `checkerboard: false`), at a cost that grows with what changed.
 */
export const pixelmatchComparator: Comparator = {
  id: 'pixelmatch',
  async compare(overlap: Overlap, settings: DiffSettings): Promise<PixelDiff> {
    const { width, height } = overlap;
    const mask = new Uint8Array(width * height);
    const bands = unequalBands(overlap, 2 * MARGIN + 1);
    const rowsPerTurn = Math.max(1, Math.floor(PIXELS_PER_TURN / width));
    const paper = new Uint32Array(width * Math.min(height, rowsPerTurn + 2 * MARGIN));
    for (const [turn, piece] of cutBands(bands, rowsPerTurn).entries()) {
      if (settings.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
      if (turn > 0) await setImmediate();
      const context = { from: Math.max(0, piece.from - MARGIN), to: Math.min(height, piece.to + MARGIN) };
      const rows = context.to - context.from;
      const marks = paper.subarray(0, rows * width).fill(0);
      pixelmatch(
        bandPixels(overlap.reference, width, context),
        bandPixels(overlap.actual, width, context),
        new Uint8Array(marks.buffer, 0, marks.byteLength),
        width,
        rows,
        {
          threshold: settings.pixelThreshold,
          includeAA: settings.antialiasing === 'counted',
          checkerboard: false,
          diffMask: true,
        },
      );
      const skip = (piece.from - context.from) * width;
      const end = skip + (piece.to - piece.from) * width;
      for (let at = skip, to = piece.from * width; at < end; at++, to++) if (marks[at] !== 0) mask[to] = 1;
    }
    return { width, height, mask, bands };
  },
};

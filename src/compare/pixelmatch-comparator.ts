import { setImmediate } from 'node:timers/promises';
import pixelmatch from 'pixelmatch';
import { CodeloopError } from '../core/errors.js';
import {
  type Comparator,
  type DiffSettings,
  type Overlap,
  type PixelDiff,
  type RowBand,
  windowPixels,
} from './pixel-diff.js';
import { cutBands, unequalBands, unequalColumns } from './visible-diff.js';

/**
 * Pixels of context on each side of a window. The anti-aliasing test looks at a pixel's neighbours and at the neighbours of those,
 * so two rows and columns make a window's result the same as that of the whole picture.
 */
const MARGIN = 2;

/** Pixels compared before other work gets its turn: about 20 ms. */
const PIXELS_PER_TURN = 500_000;

/** A window narrower than this share of the picture is copied out; else whole rows are compared where they lie. */
const WORTH_COPYING = 0.7;

/**
 * pixelmatch over the windows that hold all pixels which are not byte-equal. Counts are exactly those of pixelmatch over the whole
 * pictures (`threshold`, `includeAA` as given, `checkerboard: false`), at a cost that grows with what changed.
 */
export const pixelmatchComparator: Comparator = {
  id: 'pixelmatch',
  async compare(overlap: Overlap, settings: DiffSettings): Promise<PixelDiff> {
    const { width, height } = overlap.reference;
    const mask = new Uint8Array(width * height);
    const bands = unequalBands(overlap, 2 * MARGIN + 1);
    const rowsPerTurn = Math.max(1, Math.floor(PIXELS_PER_TURN / width));
    const paper = new Uint32Array(width * Math.min(height, rowsPerTurn + 2 * MARGIN));
    let sinceTurn = 0;
    for (const piece of cutBands(bands, rowsPerTurn)) {
      if (settings.signal?.aborted) throw new CodeloopError('CANCELLED', { what: 'compare' });
      if (sinceTurn > PIXELS_PER_TURN) {
        await setImmediate();
        sinceTurn = 0;
      }
      sinceTurn += width * (piece.to - piece.from);
      matchPiece(overlap, piece, settings, paper, mask);
    }
    return { width, height, mask, bands };
  },
};

/** Compares the rows of a piece and marks in `mask` what differs; `paper` is room to draw on. */
function matchPiece(
  overlap: Overlap,
  piece: RowBand,
  settings: DiffSettings,
  paper: Uint32Array<ArrayBuffer>,
  mask: Uint8Array,
): void {
  const { width, height } = overlap.reference;
  const unequal = unequalColumns(overlap, piece);
  const narrow = { from: Math.max(0, unequal.from - MARGIN), to: Math.min(width, unequal.to + MARGIN) };
  const columns = narrow.to - narrow.from < WORTH_COPYING * width ? narrow : { from: 0, to: width };
  const rows = { from: Math.max(0, piece.from - MARGIN), to: Math.min(height, piece.to + MARGIN) };
  const across = columns.to - columns.from;
  const marks = paper.subarray(0, (rows.to - rows.from) * across).fill(0);
  pixelmatch(
    windowPixels(overlap.reference, columns, rows),
    windowPixels(overlap.actual, columns, rows),
    new Uint8Array(marks.buffer, 0, marks.byteLength),
    across,
    rows.to - rows.from,
    {
      threshold: settings.pixelThreshold,
      includeAA: settings.antialiasing === 'counted',
      checkerboard: false,
      diffMask: true,
    },
  );
  for (let y = piece.from; y < piece.to; y++) {
    const end = (y - rows.from + 1) * across;
    for (let at = end - across, to = y * width + columns.from; at < end; at++, to++) if (marks[at] !== 0) mask[to] = 1;
  }
}

import type { Rect } from '../core/vocabulary/geometry.js';
import type { PixelView } from '../image/pixels.js';

/** Columns or rows `from` <= at < `to`. */
export interface Span {
  from: number;
  to: number;
}

/** Along which axis lines are aligned, and the part of the other axis in which they are: rows of some columns, or columns of some rows. */
export interface Lines {
  axis: 'x' | 'y';
  across: Span;
}

/** The rectangle of `count` lines from `start` on. */
export function linesRect({ axis, across }: Lines, start: number, count: number): Rect {
  const thick = across.to - across.from;
  return axis === 'y'
    ? { x: across.from, y: start, width: thick, height: count }
    : { x: start, y: across.from, width: count, height: thick };
}

/** Lines that belong together: `count` from `reference` and from `actual` on. */
export interface LineRun {
  reference: number;
  actual: number;
  count: number;
}

/** Lines of two pictures that belong together, in order and without crossing. */
export interface LineMatch {
  runs: readonly LineRun[];
  /** Number of lines of each picture. */
  lines: { reference: number; actual: number };
  /** Returns true when a line of the reference and one of the actual picture are the same. */
  equal(reference: number, actual: number): boolean;
}

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

/** Blocks of the reference that are looked for in the actual picture, and lines of each. */
const BLOCKS = 64;
const BLOCK_LINES = 12;

/** Mean levels per cell by which a block may differ where it is found again; what one cell adds is bounded, since some may have changed. */
const FOUND_ERROR = 9;
const MOST_CELL_ERROR = 40;

/** Factor by which any other place must fit worse: a table's rows are all alike and prove nothing. */
const UNIQUE_MARGIN = 2;

/** Mean difference of neighbouring lines per cell below which a block is too empty to be found again. */
const LEAST_CONTRAST = 2;

/** Blocks all over the page that are looked for first; where none of them is found again, the pages have nothing in common. */
const FIRST_BLOCKS = 8;

/** Blocks that must agree on an offset, and how many offsets are tried. */
const FEWEST_VOTES = 2;
const MOST_OFFSETS = 12;

/** Offsets (line of the actual less line of the reference) by which blocks of the reference are found again, 0 first, then by votes. */
export function likelyOffsets(reference: LineProfiles, actual: LineProfiles): number[] {
  const votes = new Map<number, number>();
  const step = Math.max(BLOCK_LINES, reference.lines / BLOCKS);
  const slots: number[] = [];
  for (let slot = 0; slot + BLOCK_LINES <= reference.lines; slot += step) slots.push(slot);
  // Every eighth first, so that the first ones lie all over the page.
  const spread = Array.from({ length: FIRST_BLOCKS }, (_, first) =>
    slots.filter((__, at) => at % FIRST_BLOCKS === first),
  );
  for (const [at, slot] of spread.flat().entries()) {
    if (at === FIRST_BLOCKS && votes.size === 0) break;
    const from = tellingBlock(reference, Math.floor(slot), Math.min(Math.floor(slot + step), reference.lines));
    const offset = from === undefined ? undefined : findBlock(reference, actual, from);
    if (offset !== undefined) votes.set(offset, (votes.get(offset) ?? 0) + 1);
  }
  const likely = [...votes].filter(([offset, count]) => offset !== 0 && count >= FEWEST_VOTES);
  likely.sort((a, b) => b[1] - a[1] || Math.abs(a[0]) - Math.abs(b[0]));
  return [0, ...likely.slice(0, MOST_OFFSETS).map(([offset]) => offset)];
}

/** The first line of the block between two lines in which neighbouring lines differ most; undefined where all is empty. */
function tellingBlock({ levels, cells }: LineProfiles, from: number, to: number): number | undefined {
  let [best, at] = [LEAST_CONTRAST * cells * (BLOCK_LINES - 1), -1];
  const changes = new Float64Array(Math.max(0, to - from));
  for (let line = from + 1; line < to; line++)
    for (let cell = 0; cell < cells; cell++)
      changes[line - from] =
        (changes[line - from] ?? 0) +
        Math.abs((levels[line * cells + cell] ?? 0) - (levels[(line - 1) * cells + cell] ?? 0));
  for (let line = from; line + BLOCK_LINES <= to; line += 2) {
    let sum = 0;
    for (let next = 1; next < BLOCK_LINES; next++) sum += changes[line - from + next] ?? 0;
    if (sum > best) [best, at] = [sum, line];
  }
  return at === -1 ? undefined : at;
}

/** The one offset at which a block is found again. */
function findBlock(reference: LineProfiles, actual: LineProfiles, from: number): number | undefined {
  const size = BLOCK_LINES * reference.cells;
  const [most, margin] = [FOUND_ERROR * size, UNIQUE_MARGIN * size];
  let [best, second, at] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1];
  for (let line = 0; line + BLOCK_LINES <= actual.lines; line++) {
    if (
      blockError(reference, actual, from, line, (GLANCE_SLACK * (Math.min(most, best) + margin)) / GLANCE, GLANCE) ===
      Number.POSITIVE_INFINITY
    )
      continue;
    const error = blockError(reference, actual, from, line, Math.min(most, best) + margin);
    if (error < best) {
      if (Math.abs(line - at) > 1) second = best;
      [best, at] = [error, line];
    } else if (error < second && Math.abs(line - at) > 1) second = error;
  }
  return best <= most && second - best >= margin ? at - from : undefined;
}

/** Every so many lines of a block are looked at first: most places are nothing like it. */
const GLANCE = 4;
/** Factor by which they may differ more than the whole block may. */
const GLANCE_SLACK = 1.5;

/** Sum of bounded differences over every `step`th line; infinite once it is above `limit`. */
function blockError(a: LineProfiles, b: LineProfiles, fromA: number, fromB: number, limit: number, step = 1): number {
  const { cells } = a;
  const [atA, atB] = [fromA * cells, fromB * cells];
  let error = 0;
  for (let line = 0; line < BLOCK_LINES; line += step) {
    for (let at = line * cells; at < (line + 1) * cells; at++)
      error += Math.min(MOST_CELL_ERROR, Math.abs((a.levels[atA + at] ?? 0) - (b.levels[atB + at] ?? 0)));
    if (error > limit) return Number.POSITIVE_INFINITY;
  }
  return error;
}

/** Levels up to which two cells are the same: what JPEG at quality 80 leaves in the mean of 16 pixels beside text. */
const SAME_LEVELS = 12;

/** Share of cells that are not the same from which a line is a different line. */
const MOST_COST = 0.5;

/** Cost of a line that only one picture has. */
const EXTRA_COST = 0.06;

/** Cost of a change of offset: as much as a dozen lines of text that do not fit. */
const CHANGE_COST = 3;

/** Share of the cost without any shift that must be saved for the shifts to be believed. */
const SAVED_SHARE = 0.5;

/** Share of cells up to which a line at the ends of a run fits. */
const FITTING = 0.25;

/**
 * Matches the lines of two pictures that are nowhere byte-equal (compression, anti-aliasing, something small that changes beside what moved),
 * in order and without crossing. Offsets come from blocks that are found again (`likelyOffsets`); which line has which is the cheapest way
 * through all lines (Viterbi 1967), a line costing the share of it that fits worse than at its best offset. Without any run when no shift
 * explains most of what differs.
 */
export function matchProfiles(reference: LineProfiles, actual: LineProfiles): LineMatch {
  const equal = (a: number, b: number) => shareOff(reference, actual, a, b) <= FITTING;
  const nothing = { runs: [], lines: { reference: reference.lines, actual: actual.lines }, equal };
  if (reference.cells !== actual.cells) return nothing;
  const offsets = likelyOffsets(reference, actual);
  if (offsets.length < 2) return nothing;
  const costs = offsets.map((offset) => lineCosts(reference, actual, offset));
  const regrets = regretsOf(costs);
  const { path, cost } = cheapestPath(offsets, regrets, actual.lines);
  const still = regrets[0]?.reduce((sum, one) => sum + one, 0) ?? 0;
  return cost > (1 - SAVED_SHARE) * still
    ? nothing
    : { ...nothing, runs: runsOf(path, offsets, costs, reference.lines) };
}

/** Per line of the actual picture: how badly the line of the reference at this offset fits. */
function lineCosts(reference: LineProfiles, actual: LineProfiles, offset: number): Float64Array {
  const costs = new Float64Array(actual.lines).fill(EXTRA_COST);
  const end = Math.min(actual.lines, reference.lines + offset);
  for (let line = Math.max(0, offset); line < end; line++)
    costs[line] = Math.min(MOST_COST, shareOff(reference, actual, line - offset, line));
  return costs;
}

function shareOff(reference: LineProfiles, actual: LineProfiles, lineA: number, lineB: number): number {
  const { cells } = actual;
  const [a, b] = [lineA * cells, lineB * cells];
  let off = 0;
  for (let cell = 0; cell < cells; cell++)
    if (Math.abs((reference.levels[a + cell] ?? 0) - (actual.levels[b + cell] ?? 0)) > SAME_LEVELS) off++;
  return off / cells;
}

/** Share of the cost at its best offset that a line is spared, so that a new line is left out rather than one that fits. */
const LET_OFF = 0.9;

/** By how much each line fits worse than at its best offset: a line that fits nowhere (changed or new) favours (nearly) none. */
function regretsOf(costs: readonly Float64Array[]): Float64Array[] {
  return costs.map((own) =>
    own.map((cost, line) => cost - LET_OFF * Math.min(...costs.map((other) => other[line] ?? cost))),
  );
}

/** The offset (its index) of each line; -1 for inserted ones. */
function cheapestPath(
  offsets: readonly number[],
  costs: readonly Float64Array[],
  lines: number,
): { path: Int32Array; cost: number } {
  const states = offsets.length;
  const best = new Float64Array((lines + 1) * states).fill(Number.POSITIVE_INFINITY);
  // Where the best way to a line and state came from: line * states + state, -1 at the start.
  const from = new Int32Array((lines + 1) * states).fill(-1);
  for (const [state, offset] of offsets.entries()) {
    const at = Math.max(0, offset);
    if (at <= lines) best[at * states + state] = offset === 0 ? 0 : CHANGE_COST + EXTRA_COST * Math.abs(offset);
  }
  const reach = (line: number, state: number, cost: number, origin: number) => {
    const at = line * states + state;
    if (line > lines || cost >= (best[at] ?? 0)) return;
    best[at] = cost;
    from[at] = origin;
  };
  for (let line = 0; line < lines; line++)
    for (let state = 0; state < states; state++) {
      const origin = line * states + state;
      const cost = (best[origin] ?? 0) + (costs[state]?.[line] ?? 0);
      if (cost === Number.POSITIVE_INFINITY) continue;
      reach(line + 1, state, cost, origin);
      for (let next = 0; next < states; next++) {
        const by = (offsets[next] ?? 0) - (offsets[state] ?? 0);
        if (by !== 0) reach(line + 1 + Math.max(0, by), next, cost + CHANGE_COST + EXTRA_COST * Math.abs(by), origin);
      }
    }
  let end = lines * states;
  for (let state = 1; state < states; state++)
    if ((best[lines * states + state] ?? 0) < (best[end] ?? 0)) end = lines * states + state;
  const path = new Int32Array(lines).fill(-1);
  for (let at = from[end] ?? -1; at !== -1; at = from[at] ?? -1) path[Math.floor(at / states)] = at % states;
  return { path, cost: best[end] ?? 0 };
}

/** Lines of one offset, without those at both ends that do not fit: where exactly the band lies is for the alignment to say. */
function runsOf(
  path: Int32Array,
  offsets: readonly number[],
  costs: readonly Float64Array[],
  referenceLines: number,
): LineRun[] {
  const runs: LineRun[] = [];
  for (let line = 0; line < path.length; ) {
    const state = path[line] ?? -1;
    let end = line + 1;
    while (end < path.length && path[end] === state) end++;
    const offset = offsets[state] ?? 0;
    const isThere = (at: number) => at >= offset && at < referenceLines + offset;
    const fits = (at: number) => isThere(at) && (costs[state]?.[at] ?? 1) <= FITTING;
    let [first, last] = [line, end];
    while (state !== -1 && first < last && !fits(first)) first++;
    while (state !== -1 && last > first && !fits(last - 1)) last--;
    if (state !== -1 && last > first) runs.push({ reference: first - offset, actual: first, count: last - first });
    line = end;
  }
  return runs;
}

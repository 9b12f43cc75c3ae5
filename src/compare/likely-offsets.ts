import type { LineProfiles } from './line-profiles.js';

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

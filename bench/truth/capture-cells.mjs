import { mutateCell } from './mutate-cell.mjs';
import { noiseCell } from './noise-cell.mjs';

/** Photographs every planned pair that is not on disk yet. A cell that cannot be photographed is named in the answer, never left out in silence. */
export async function captureCells(cells, { lens, store, seed, say }) {
  const failures = [];
  for (const [at, cell] of cells.entries()) {
    const key = keyOf(cell, seed);
    if (store.has(cell.id) && store.read(cell.id).key === key) continue;
    const started = performance.now();
    const pairs = [];
    const keep = ({ reference, actual, ...pair }) =>
      pairs.push({ ...pair, reference: store.side(cell.id, reference), actual: store.side(cell.id, actual) });
    try {
      const figures = cell.mutations.length > 0 ? await mutateCell(cell, lens, seed, keep) : {};
      if (cell.noises.length > 0) await noiseCell(cell, lens, seed, keep);
      store.write(cell.id, { key, pairs });
      say(
        `${at + 1}/${cells.length} ${cell.id}: ${pairs.length} pairs, ${figures.reloads ?? 0} reloads, ${((performance.now() - started) / 1000).toFixed(1)} s`,
      );
    } catch (error) {
      failures.push({ cell: cell.id, reason: error instanceof Error ? error.message.split('\n')[0] : String(error) });
      say(`${at + 1}/${cells.length} ${cell.id}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return failures;
}

const keyOf = (cell, seed) => JSON.stringify([seed, cell.mutations, cell.noises]);

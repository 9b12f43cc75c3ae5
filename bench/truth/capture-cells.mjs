import { mutateCell } from './mutate-cell.mjs';
import { noiseCell } from './noise-cell.mjs';
import { seeded } from './seeded.mjs';

/**
 * Photographs every planned pair that is not on disk yet, some cells at once: pictures are the same at any concurrency. A cell that cannot
 * be photographed is named in the answer, never left out in silence.
 */
export async function captureCells(cells, { lens, store, seed, concurrency, say }) {
  const wanted = cells.filter(({ id, mutations, noises }) => {
    return !(store.has(id) && store.read(id).key === keyOf({ mutations, noises }, seed));
  });
  const failures = [];
  // In an order of the seed's, so that a run that is stopped has seen some of everything.
  const queue = seeded(seed, 'cells').shuffled(wanted);
  let done = 0;
  const work = async () => {
    for (let cell = queue.shift(); cell; cell = queue.shift()) {
      const said = await captureCell(cell, { lens, store, seed }).catch((error) => {
        failures.push({ cell: cell.id, reason: error instanceof Error ? error.message.split('\n')[0] : String(error) });
        return error instanceof Error ? error.stack : String(error);
      });
      say(`${++done}/${wanted.length} ${cell.id}: ${said}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return failures;
}

async function captureCell(cell, { lens, store, seed }) {
  const started = performance.now();
  const pairs = [];
  const keep = ({ reference, actual, ...pair }) =>
    pairs.push({ ...pair, reference: store.side(cell.id, reference), actual: store.side(cell.id, actual) });
  const figures = cell.mutations.length > 0 ? await mutateCell(cell, lens, seed, keep) : { reloads: 0 };
  if (cell.noises.length > 0) await noiseCell(cell, lens, seed, keep);
  store.write(cell.id, { key: keyOf(cell, seed), pairs });
  return `${pairs.length} pairs, ${figures.reloads} reloads, ${((performance.now() - started) / 1000).toFixed(1)} s`;
}

const keyOf = ({ mutations, noises }, seed) => JSON.stringify([seed, mutations, noises]);

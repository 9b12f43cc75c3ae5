import { KINDS } from './mutations/kinds.mjs';
import { seeded } from './seeded.mjs';

/**
 * The cells of a run: page x viewport, once with the kinds of mutation that are tried on it, `per` elements of each kind, and once with the
 * kinds of noise.
 */
export function planCells({ pages, viewports, kinds, noises, per, sample, seed }) {
  const cells = pages.flatMap((page) =>
    Object.entries(viewports).map(([viewport, size]) => ({
      id: `${page.id}.${viewport}`,
      page,
      name: `${page.id}.${viewport}`,
      viewport,
      size,
      mutations: [],
      noises: [],
    })),
  );
  const known = KINDS.filter(({ kind }) => kinds === undefined || kinds.includes(kind));
  const wanted = [];
  for (const cell of cells) {
    for (const kind of known) {
      if (kind.viewports && !kind.viewports.includes(cell.viewport)) continue;
      for (let turn = 0; turn < per; turn++) wanted.push({ cell, part: 'mutations', entry: { kind: kind.kind, turn } });
    }
    for (const noise of noises) wanted.push({ cell, part: 'noises', entry: noise });
  }
  for (const { cell, part, entry } of sampled(wanted, sample, seed)) cell[part].push(entry);
  // Two entries of a cell, so that either can be gone on with alone.
  return cells.flatMap((cell) => [
    ...(cell.mutations.length > 0 ? [{ ...cell, noises: [] }] : []),
    ...(cell.noises.length > 0 ? [{ ...cell, id: `${cell.id}.noise`, mutations: [] }] : []),
  ]);
}

/** At most `sample` of the pairs: the same number of each kind, as far as it goes round; in the order they came in. */
function sampled(wanted, sample, seed) {
  if (sample === undefined || sample >= wanted.length) return wanted;
  const kinds = new Map();
  for (const one of seeded(seed, 'sample').shuffled(wanted)) {
    const name = `${one.part} ${one.entry.kind ?? one.entry}`;
    kinds.set(name, [...(kinds.get(name) ?? []), one]);
  }
  const taken = new Set();
  while (taken.size < sample) {
    for (const list of kinds.values()) {
      const one = list.shift();
      if (one && taken.size < sample) taken.add(one);
    }
  }
  return wanted.filter((one) => taken.has(one));
}

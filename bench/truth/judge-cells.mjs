import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { comparePairs, verdictOf } from './judge.mjs';
import { askPeers } from './peers.mjs';
import { pixels, seenChange, sightOf } from './visible.mjs';

/**
 * Judges the planned cells' pairs on disk. Answers are kept beside them: what is seen and what the peers say for good, what the product
 * says for as long as its judges are the same.
 */
export async function judgeCells(cells, { product, store, peers, modes, others, concurrency, say }) {
  const found = new Map();
  const queue = cells.filter(({ id }) => store.has(id));
  const total = queue.length;
  const ids = new Set(queue.map(({ id }) => id));
  const work = async () => {
    for (let part = queue.shift(); part; part = queue.shift()) {
      const { id } = part;
      const { key, pairs: taken } = store.read(id);
      // Correct pages are held against every design of the other renderer once, with the pairs of noise where there are any.
      const cell = taken[0]?.cell;
      const drawn = others?.has(cell) ?? false;
      const pairs = drawn ? taken.map((pair) => ({ ...pair, design: () => others.of(pair) })) : taken;
      const once = id.endsWith('.noise') || !ids.has(`${cell}.noise`);
      const correct = drawn && once ? correctOf(taken, (app) => others.correct(cell, app)) : [];
      const verdicts = {};
      for (const mode of modes)
        verdicts[mode] = await kept(store.file(id, `${mode}.json`), `${key} ${product.digest}`, () =>
          judge(
            product,
            mode === 'other' ? (drawn ? [...pairs.filter(({ type }) => type === 'mutation'), ...correct] : []) : pairs,
            mode,
          ),
        );
      const seen = await kept(store.file(id, 'seen.json'), key, () => sights(pairs));
      const asked = store.file(id, 'peers.json');
      const answers = peers ? await kept(asked, key, () => askPeers(pairs, store.folder(id))) : remembered(asked, key);
      found.set(id, [
        ...correct.map((pair) => ({ ...pair, settled: true, other: verdicts.other[pair.id] })),
        ...pairs.map((pair) => ({
          ...pair,
          settled: pair.reference.settled && pair.actual.settled,
          ...seen[pair.id],
          ...Object.fromEntries(modes.map((mode) => [mode, verdicts[mode][pair.id]])),
          ...(answers ? { peers: answers[pair.id] } : {}),
        })),
      ]);
      say(`judged ${found.size}/${total} ${id}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return cells.flatMap(({ id }) => found.get(id) ?? []);
}

/** The app's own picture of the page as it should be: the actual side of noise that only touches the reference, or what mutations are held against. */
function correctOf(pairs, make) {
  const plain = pairs.find(({ kind }) => ['rerender', 'jpeg-90', 'jpeg-80', 'rounding'].includes(kind));
  const app = plain?.actual ?? pairs.find(({ type }) => type === 'mutation')?.reference;
  return app ? make(app) : [];
}

async function judge(product, pairs, mode) {
  const verdicts = {};
  for (const pair of pairs) verdicts[pair.id] = verdictOf(pair, await comparePairs(product, pair, mode), mode);
  return verdicts;
}

export async function sights(pairs) {
  const seen = {};
  for (const pair of pairs) {
    const change =
      pair.reference.sha256 === pair.actual.sha256
        ? { changed: 0, visible: false }
        : seenChange(await pixels(pair.reference.file), await pixels(pair.actual.file));
    seen[pair.id] = { changed: change.changed, sight: sightOf(pair, change) };
  }
  return seen;
}

/** The answer on disk if it belongs to these pairs, else a new one. */
export async function kept(file, key, make) {
  const known = remembered(file, key);
  if (known !== undefined) return known;
  const answer = await make();
  writeFileSync(`${file}.new`, JSON.stringify({ key, answer }));
  renameSync(`${file}.new`, file);
  return answer;
}

function remembered(file, key) {
  if (!existsSync(file)) return undefined;
  const found = JSON.parse(readFileSync(file, 'utf8'));
  return found.key === key ? found.answer : undefined;
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { comparePairs, defaultSettings, verdictOf } from './judge.mjs';
import { askPeers } from './peers.mjs';
import { pixels, seenChange, sightOf } from './visible.mjs';

/** Judges the planned cells' pairs on disk. What does not hang on the product (what is seen, what the peers say) is kept beside them. */
export async function judgeCells(cells, { product, store, peers, say }) {
  const settings = defaultSettings(product);
  const rows = [];
  for (const { id } of cells) {
    if (!store.has(id)) continue;
    const { key, pairs } = store.read(id);
    const seen = await kept(store.file(id, 'seen.json'), key, () => sights(pairs));
    const answers = peers ? await kept(store.file(id, 'peers.json'), key, () => askPeers(pairs, store.folder(id))) : {};
    for (const pair of pairs) {
      const baseline = await comparePairs(product, settings, pair, 'baseline');
      const picture = await comparePairs(product, settings, pair, 'picture');
      rows.push({
        ...pair,
        settled: pair.reference.settled && pair.actual.settled,
        ...seen[pair.id],
        baseline: verdictOf(pair, baseline),
        picture: verdictOf(pair, picture),
        ...(peers ? { peers: answers[pair.id] } : {}),
      });
    }
    say(`judged ${id}`);
  }
  return rows;
}

async function sights(pairs) {
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
async function kept(file, key, make) {
  if (existsSync(file)) {
    const found = JSON.parse(readFileSync(file, 'utf8'));
    if (found.key === key) return found.answer;
  }
  const answer = await make();
  writeFileSync(path.resolve(file), JSON.stringify({ key, answer }));
  return answer;
}

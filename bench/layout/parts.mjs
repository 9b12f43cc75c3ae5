import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.join(root, 'bench/layout/measured');

/** What is measured, in the order of the document; each can be measured again by itself. */
export const PARTS = ['study', 'mutations', 'designs', 'fresh', 'cost'];

/** Every part that was kept: `{measured, …}`, by name. */
export function keptParts() {
  const kept = PARTS.filter((name) => existsSync(fileOf(name)));
  return Object.fromEntries(kept.map((name) => [name, JSON.parse(readFileSync(fileOf(name), 'utf8'))]));
}

/** Keeps what was measured of a part, with the commit that it was measured on: figures and selectors, nothing that pages say. */
export function keepPart(name, result) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(name), `${JSON.stringify({ measured: commit(), ...result }, withoutTexts, 1)}\n`);
}

const fileOf = (name) => path.join(folder, `${name}.json`);
/** Of findings only what the document says: their sentences quote the page. */
const TEXTS = new Set(['what', 'name', 'repair', 'rect', 'widths', 'spent', 'looked', 'siblings_of', 'role']);
const withoutTexts = (key, value) => (TEXTS.has(key) ? undefined : value);

function commit() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'src', 'bench') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
}

/** Does the work for each item, two at once, on one browser; answers in the order of the items. */
export async function inLanes(items, work, lanes = 2) {
  const results = [];
  const left = items.entries();
  const lane = async () => {
    for (const [at, item] of left) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

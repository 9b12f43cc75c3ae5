import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';
import { run } from './programs.js';

const BENCH = path.join(import.meta.dirname, '../../bench/truth.mjs');
/** One in three of them, and all in the full run. */
const sample = (names: readonly string[]) => names.filter((_, at) => FULL || at % 3 === SEED % 3);
const KINDS = sample([
  'text-color-large',
  'opacity',
  'shift-8',
  'font-size',
  'text-edit',
  'missing-hidden',
  'missing-removed',
  'extra',
  'image-swap',
]);
const NOISES = sample(['rerender', 'caret', 'scrollbar', 'rounding']);

interface Row {
  type: 'mutation' | 'noise';
  kind: string;
  sight: string;
  settled: boolean;
  baseline: { found: boolean; rankSame?: number; property?: boolean };
  picture: { found: boolean };
}

test('changes of somebody else’s page are found and named, and noise is not', async () => {
  verifies('truth.planted', 'truth.noise');
  const dir = await mkdtemp(path.join(tmpdir(), 'codeloop-truth-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const { code, stderr } = await run(BENCH, [
    ...['--pages', 'admin-index', '--viewports', 'mobile'],
    ...['--kinds', KINDS.join(','), '--noises', NOISES.join(',')],
    ...['--dir', dir, '--no-peers', '--no-other'],
  ]);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const rows: Row[] = JSON.parse(await readFile(path.join(dir, 'verdicts.json'), 'utf8'));
  const mutations = rows.filter(({ type }) => type === 'mutation');
  expect(mutations.map(({ kind, sight, settled }) => [kind, sight, settled])).toEqual(
    KINDS.map((kind) => [kind, 'visible', true]),
  );
  expect(mutations.filter(({ baseline }) => !baseline.found).map(({ kind }) => kind)).toEqual([]);
  expect(mutations.filter(({ baseline }) => baseline.rankSame !== 1).map(({ kind }) => kind)).toEqual([]);
  expect(mutations.filter(({ baseline }) => baseline.property === false).map(({ kind }) => kind)).toEqual([]);
  const noise = rows.filter(({ type }) => type === 'noise');
  expect(noise.map(({ kind, baseline, picture }) => [kind, baseline.found, picture.found])).toEqual(
    NOISES.map((kind) => [kind, false, false]),
  );
});

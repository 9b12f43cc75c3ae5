import { expect, test } from 'vitest';
import { company, fullDisk, kills } from '../../scripts/stress/chaos.mjs';
import { fuzz } from '../../scripts/stress/fuzz.mjs';
import { hiddenFaults, honestRuns, keptSecrets } from '../../scripts/stress/promises.mjs';
import { soak } from '../../scripts/stress/soak.mjs';
import { verifies } from '../requirements.js';
import { FULL, SEED } from '../sample.js';

// Samples of what `npm run test:chaos`, `test:soak` and `test:fuzz` do at length.
const seed = SEED;

test('killed at a random moment, nothing is left behind', async () => {
  verifies('kept.chaos');
  const kinds = FULL ? undefined : [['record', 'verify', 'window', 'compare'][seed % 4] ?? 'verify'];
  const times = FULL ? 20 : 1;
  const { counts, wrong } = await kills({ times, seed, ...(kinds ? { kinds } : {}) });
  expect(wrong).toEqual([]);
  expect(Object.values<number>(counts).reduce((sum, count) => sum + count, 0)).toBe(times);
});

if (FULL)
  test('a full disk gets an answer, and two servers and a command get on with each other', async () => {
    verifies('kept.chaos');
    expect((await fullDisk()).wrong).toEqual([]);
    expect(await company({ rounds: 1 })).toEqual({ calls: 5, wrong: [] });
  });

test('mixed calls keep memory, handles and processes flat', async () => {
  verifies('kept.soak');
  const calls = FULL ? 200 : 12;
  expect(await soak({ calls, seed })).toMatchObject({ calls, wrong: [] });
});

test('each generated input is answered', async () => {
  verifies('kept.fuzz');
  expect((await fuzz({ inputs: FULL ? 2000 : 40, seed })).wrong).toEqual([]);
});

test('no page hides its fault, no secret is kept, nobody who works as people do is held up', async () => {
  verifies('kept.promises');
  const count = FULL ? 40 : 2;
  expect(await hiddenFaults({ count, seed })).toEqual({ pages: count, sound: FULL ? 4 : 1, hidden: [], blamed: [] });
  const doors = FULL ? undefined : [seed % 2 === 0 ? 'cli' : 'mcp'];
  expect((await keptSecrets({ record: FULL, ...(doors ? { doors } : {}) })).kept).toEqual([]);
  expect((await honestRuns({ runs: FULL ? 10 : 1, seed })).blocked).toEqual([]);
});

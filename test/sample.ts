/** True for the whole of the heavy suites (`npm run test:full`); otherwise they take a sample that the seed chooses. */
export const FULL = process.env.CODELOOP_TEST_FULL === '1';

/** Another one takes another sample. */
export const SEED = Number(process.env.CODELOOP_TEST_SEED ?? 1);

/** All rows in the full run; otherwise one in `oneIn`, others with the next seed. For matrices whose rows prove the same promise. */
export function sampleOf<Row>(rows: readonly Row[], oneIn = 2): readonly Row[] {
  return FULL ? rows : rows.filter((_, at) => (at + SEED) % oneIn === 0);
}

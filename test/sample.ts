/** True for the whole of the heavy suites (`npm run test:full`); otherwise they take a sample that the seed chooses. */
export const FULL = process.env.CODELOOP_TEST_FULL === '1';

/** Another one takes another sample. */
export const SEED = Number(process.env.CODELOOP_TEST_SEED ?? 1);

/** All rows in the full run; otherwise one in `oneIn`, others with the next seed. For matrices whose rows prove the same promise. */
export function sampleOf<Row>(rows: readonly Row[], oneIn = 2): readonly Row[] {
  return FULL ? rows : rows.filter((_, at) => (at + SEED) % oneIn === 0);
}

/** What gives a test its name and what it does: `test` of either runner. */
type Define = (name: string, body: () => Promise<void> | void) => void;

/**
 * A `test` for siblings that prove the same promise, or a variation of one that another test proves: of those that a file defines with it, in
 * their order, one in `oneIn` is there, others with the next seed, and all in the full run. One that is left out is not defined, so that nobody
 * counts it as skipped. `from` moves the choice, so that two files do not leave out at the same seed. It must leave no promise without a test
 * at any seed (test/requirements.test.ts).
 */
export function sampled(define: Define, oneIn = 2, from = 0): Define {
  let at = from;
  return (name, body) => {
    if (FULL || (at++ + SEED) % oneIn === 0) define(name, body);
  };
}

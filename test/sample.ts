/** True for the whole of the heavy suites (`npm run test:full`); otherwise they take a sample that the seed chooses. */
export const FULL = process.env.CODELOOP_TEST_FULL === '1';

/** Another one takes another sample. */
export const SEED = Number(process.env.CODELOOP_TEST_SEED ?? 1);

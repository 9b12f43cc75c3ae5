import { expect, test } from 'vitest';
import { firstChange } from '../../src/verify/visual-attribution.js';
import { verifies } from '../requirements.js';

/** Runs newest first: `b2` is bad with picture 2, `g` good, `x` could not be compared. */
const runs = (text: string) =>
  text.split(' ').map((one, index) => ({
    run_id: `r${index}`,
    outcome: one.startsWith('b')
      ? ('mismatch' as const)
      : one.startsWith('g')
        ? ('match' as const)
        : ('missing-actual' as const),
    picture: one.slice(1),
  }));

test.each([
  ['g1 b2', undefined],
  ['', undefined],
  ['b2', { firstRun: 'r0', sameSince: 'r0' }],
  ['b2 b2 g1', { firstRun: 'r1', lastGood: 'r2', sameSince: 'r1' }],
  ['b3 b2 x b2 g1 b9', { firstRun: 'r3', lastGood: 'r4', sameSince: 'r0' }],
  ['b2 x2 b2', { firstRun: 'r2', sameSince: 'r2' }],
])('%s', (text, expected) => {
  verifies('attribution.first-change');
  expect(firstChange(runs(text))).toEqual(expected);
});

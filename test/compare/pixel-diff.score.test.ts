import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoreOf } from '../../src/compare/pixel-diff.js';
import { verifies } from '../requirements.js';

test.each([
  [0, 1, 1],
  [0, 200_000_000, 1],
  [1, 200_000_000, 0.9999],
  [1, 10_000, 0.9999],
  [1, 3, 0.6666],
  [2, 3, 0.3333],
  [3, 3, 0],
  [1, 20_000, 0.9999],
  [500, 10_000, 0.95],
  [501, 10_000, 0.9499],
  [0, 0, 0],
])('%i of %i pixels differ: %f', (differing, total, score) => {
  verifies('compare.score');
  expect(scoreOf(differing, total)).toBe(score);
});

test('the score is 1 exactly when nothing differs, never rounded up, and falls as more differs', () => {
  verifies('compare.score');
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (total, share) => {
        const differing = Math.floor(total * share);
        const score = scoreOf(differing, total);
        expect(score === 1).toBe(differing === 0);
        expect(score).toBeLessThanOrEqual(1 - differing / total + 1e-12);
        expect(score).toBeGreaterThan(1 - differing / total - 0.0001 - 1e-9);
        if (differing > 0) expect(scoreOf(differing - 1, total)).toBeGreaterThanOrEqual(score);
      },
    ),
    { seed: 5, numRuns: 1000 },
  );
});

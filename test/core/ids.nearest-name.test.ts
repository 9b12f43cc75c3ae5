import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/core/ids.js';

describe('nearestName', () => {
  it.each([
    ['treshold', ['threshold', 'max_iterations'], 'threshold'],
    ['Home', ['home', 'about'], 'home'],
    ['zzz', ['home', 'about'], undefined],
    ['smae', ['open', 'same'], 'same'],
    ['x', [], undefined],
  ])('%s among %j is %s', (name, known, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });
});

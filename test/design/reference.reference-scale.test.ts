import { describe, expect, it } from 'vitest';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { cssHeight, referenceScale } from '../../src/design/reference.js';

const viewport = Viewport.parse({ width: 400, height: 300 });

describe('referenceScale', () => {
  it.each([
    [
      { scale: 2, size: { width: 800, height: 10 } },
      { scale: 2, inferred: false },
    ],
    [{ size: { width: 800, height: 10 } }, { scale: 2, inferred: true }],
    [{ size: { width: 400, height: 10 } }, { scale: 1, inferred: false }],
    [{ size: { width: 500, height: 10 } }, { scale: 1, inferred: false }],
    [{}, { scale: 1, inferred: false }],
  ])('%j → %j', (reference, answer) => {
    expect(referenceScale(reference, viewport)).toEqual(answer);
  });

  it('rounds a CSS height up', () => {
    expect(cssHeight({ width: 800, height: 1001 }, 2)).toBe(501);
  });
});

import { expect, test } from 'vitest';
import { widthsUnder } from '../../../src/verify/layouts/under-conditions.js';
import { verifies } from '../../requirements.js';

test.each([
  ['the viewport in the middle is taken', [375, 768, 1440], [1440, 768, 375]],
  ['of several the one next to the middle', [1920, 375, 820, 1280], [1920, 1280, 375]],
  ['without one the middle itself', [375, 1440], [1440, 908, 375]],
  ['windows that hardly differ have none', [1280, 1440], [1440, 1280]],
  ['a single window is one width', [800], [800]],
])('under a condition: %s', (_, widths, expected) => {
  verifies('layout.conditions');
  expect(widthsUnder(widths)).toEqual(expected);
});

import { expect, test } from 'vitest';
import gate from '../../src/gates/accessibility.js';

test.each([
  [{}, true],
  [{ accessibility: false }, 'accessibility.enabled is false'],
  [{ screens: 0 }, 'no screens are configured'],
])('%j: %s', (facts, applies) => {
  expect(gate.applies({ screens: 1, references: 0, stage: 'section', ...facts })).toBe(applies);
  expect(gate.weight).toBe(5);
});

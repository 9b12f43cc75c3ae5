import { expect, test } from 'vitest';
import gate from '../../src/gates/acceptance-criteria-met.js';
import { verifies } from '../requirements.js';

test.each([
  [{}, 'there are no acceptance files in docs/acceptance'],
  [{ acceptance: 1 }, true],
])('%j: %s', (facts, applies) => {
  verifies('acceptance.never-empty');
  expect(gate.applies({ screens: 1, references: 0, stage: 'section', ...facts })).toBe(applies);
  expect(gate.weight).toBe(10);
});

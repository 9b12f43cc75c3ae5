import { expect, test } from 'vitest';
import gate from '../../src/gates/workflow-evidence.js';
import { verifies } from '../requirements.js';

test.each([
  [{ flows: 0 }, 'no flows are saved in .codeloop/flows'],
  [{ flows: 1 }, true],
  [{ flows: 1, workflowRequired: false }, 'workflow.required is false'],
  [{ flows: 0, workflowRequired: true }, true],
  [{ flows: 1, screens: 0 }, 'no screens are configured'],
])('%j: %s', (facts, applies) => {
  verifies('gates.workflow');
  expect(gate.applies({ screens: 1, references: 0, stage: 'section', ...facts })).toBe(applies);
  expect(gate.weight).toBe(10);
});

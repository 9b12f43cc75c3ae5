import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'acceptance_criteria_met',
  stages: ['section', 'integration', 'release'],
  weight: 10,
  title: 'What was asked for is proven',
  failureTitle: 'What was asked for is not proven',
  description: 'Each item of the acceptance files cites proof that exists and passed in this run.',
  applies: ({ acceptance = 0 }) => (acceptance > 0 ? true : 'there are no acceptance files in docs/acceptance'),
  checks: [{ id: 'acceptance-criteria', severity: 'block' }],
});

import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'decisions_settled',
  stages: ['integration', 'release'],
  weight: 'blocks',
  title: 'No decision is left to a person',
  failureTitle: 'A person has to decide something',
  description: 'No check waits for a person, and no proposed baseline is left to be accepted or refused.',
  applies: () => true,
  checks: [{ id: 'decisions-settled', severity: 'block' }],
});

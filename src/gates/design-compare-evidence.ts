import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'design_compare_evidence',
  stages: ['section', 'integration', 'release'],
  weight: 15,
  title: 'The app looks as designed',
  failureTitle: 'The app does not look as designed',
  description:
    'Every reference has a fresh pair, every pair reaches its threshold, and no difference is severe by itself.',
  applies: (facts) => (facts.references > 0 ? true : 'there are no design references'),
  checks: [
    { id: 'references-compared', severity: 'block' },
    { id: 'design-score', severity: 'block' },
    { id: 'design-regions', severity: 'block' },
  ],
});

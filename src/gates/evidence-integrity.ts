import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'evidence_integrity',
  stages: ['section', 'integration', 'release'],
  weight: 'blocks',
  title: 'The evidence is genuine and fresh',
  failureTitle: 'The evidence cannot be trusted',
  description:
    'Hashes and ledger agree, the evidence belongs to the code and the bars as they are now, comes from one environment, and no bar was lowered without a person.',
  applies: () => true,
  checks: [
    { id: 'evidence-intact', severity: 'block' },
    { id: 'evidence-fresh', severity: 'block' },
    { id: 'bars-unchanged', severity: 'block' },
    { id: 'one-environment', severity: 'block' },
    { id: 'bars-not-lowered', severity: 'block' },
    { id: 'bars-accepted', severity: 'warn' },
  ],
});

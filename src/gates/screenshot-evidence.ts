import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'screenshot_evidence',
  stages: ['section', 'integration', 'release'],
  weight: 10,
  title: 'Every screen was seen at every viewport',
  failureTitle: 'A screen was not seen properly',
  description: 'Each configured screen x viewport has a steady, non-blank picture of the right page.',
  applies: () => true,
  checks: [
    { id: 'screenshots-present', severity: 'block' },
    { id: 'screenshots-right-page', severity: 'block' },
    { id: 'screens-differ', severity: 'block' },
    { id: 'screenshots-painted', severity: 'block' },
    { id: 'screenshots-steady', severity: 'block' },
    { id: 'masks-within-limit', severity: 'block' },
    { id: 'assets-loaded', severity: 'warn' },
    { id: 'cells-agree', severity: 'warn', stages: ['section'] },
    { id: 'cells-agree', severity: 'block', stages: ['integration', 'release'] },
    { id: 'cells-not-carried', severity: 'block', stages: ['integration', 'release'] },
  ],
});

import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'runtime_clean',
  stages: ['section', 'integration', 'release'],
  weight: 10,
  title: 'The app ran without errors',
  failureTitle: 'The app reported errors',
  description:
    'No page error, no failed same-origin request, no console error outside the allow list. What codeloop itself blocked is a warning.',
  applies: (facts) => (facts.screens > 0 ? true : 'no screens are configured'),
  checks: [
    { id: 'page-errors', severity: 'block' },
    { id: 'failed-requests', severity: 'block' },
    { id: 'console-errors', severity: 'block' },
    { id: 'blocked-requests', severity: 'warn' },
  ],
});

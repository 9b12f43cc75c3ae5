import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'zero_critical_issues',
  stages: ['section', 'integration', 'release'],
  weight: 10,
  title: 'Nothing critical is left to mend',
  failureTitle: 'Issues are left to mend',
  description: 'codeloop_diagnose lists no blocker and nothing critical.',
  applies: () => true,
  checks: [{ id: 'no-critical-issues', severity: 'block' }],
});

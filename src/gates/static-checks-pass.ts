import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'static_checks_pass',
  stages: ['section', 'integration', 'release'],
  weight: 10,
  title: 'Lint and type check hold',
  failureTitle: 'Lint or type check fails',
  description: 'Lint and type check ended with exit code 0 on this code, and report no error.',
  applies: ({ runners }) =>
    runners?.includes('lint') || runners?.includes('typecheck')
      ? true
      : 'the project has neither a lint nor a type check that only checks (no such script, no runners.lint.command, no runners.typecheck.command)',
  checks: [{ id: 'static-checks-succeed', severity: 'block' }],
});

import { defineCheck } from '../define-check.js';
import { judgeCommands } from './runner-problems.js';

export default defineCheck({
  id: 'static-checks-succeed',
  title: 'Lint and type check report no error',
  failureTitle: 'Lint or type check reports errors',
  description:
    'Each lint and type check command of the project ran on this code, ended with exit code 0 within its time, and reports no error.',
  requires: ['runners'],
  repair: {
    category: 'static',
    severity: 'critical',
    cause: 'The linter or the type checker reports errors.',
    task: 'Fix each at the line named.',
    verify: 'all',
    follows: [{ checks: ['build-succeeds'], when: 'same_text' }],
  },
  run: ({ runners }) => judgeCommands(runners, ['lint', 'typecheck']),
});

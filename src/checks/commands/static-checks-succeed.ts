import { defineCheck } from '../define-check.js';
import { judgeCommands } from './runner-problems.js';

export default defineCheck({
  id: 'static-checks-succeed',
  title: 'Lint and type check report no error',
  failureTitle: 'Lint or type check reports errors',
  description:
    'Each lint and type check command of the project ran on this code, ended with exit code 0 within its time, and reports no error.',
  requires: ['runners'],
  run: ({ runners }) => judgeCommands(runners, ['lint', 'typecheck']),
});

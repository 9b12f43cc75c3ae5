import { defineCheck } from '../define-check.js';
import { foundNoTest } from '../evidence.js';
import { judgeCommands } from './runner-problems.js';

export default defineCheck({
  id: 'tests-pass',
  title: 'No test fails',
  failureTitle: 'Tests fail',
  description:
    'Each test command of the project and each plugin ran on this code and ended within its time, and neither its report nor its exit code shows a failure: failing tests with exit code 0 are failures.',
  requires: ['runners'],
  repair: {
    category: 'test',
    severity: 'critical',
    cause: 'A test expects something else than the code does.',
    task: 'Read what it expected; fix the code, or the test where the new behaviour is wanted.',
    verify: 'all',
    follows: [{ checks: ['build-succeeds'], when: 'same_text' }],
  },
  run: ({ runners }) => judgeCommands(runners, ['test'], foundNoTest),
});

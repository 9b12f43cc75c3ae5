import { defineCheck } from '../define-check.js';
import { foundNoTest } from '../evidence.js';
import { judgeCommands } from './runner-problems.js';

export default defineCheck({
  id: 'tests-pass',
  title: 'No test fails',
  failureTitle: 'Tests fail',
  description:
    'Each test command of the project and each plugin ran on this code and ended within its time, and neither its report nor its exit code tells of a failure: failing tests with exit code 0 are failures.',
  requires: ['runners'],
  run: ({ runners }) => judgeCommands(runners, ['test'], foundNoTest),
});

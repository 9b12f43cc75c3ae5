import { defineCheck } from '../define-check.js';
import { judgeCommands } from './runner-problems.js';

export default defineCheck({
  id: 'build-succeeds',
  title: 'The build succeeds',
  failureTitle: 'The build does not succeed',
  description:
    'Each build command of the project ran on this code and ended with exit code 0 within its time. One that an earlier commit had and that is gone needs a person.',
  requires: ['runners'],
  repair: {
    category: 'build',
    severity: 'blocker',
    cause: 'The code does not build: a syntax or type error, or a module that is not found.',
    task: 'Fix the first error that the build names; the others often follow from it.',
    verify: 'all',
  },
  run: ({ runners }) => judgeCommands(runners, ['build']),
});

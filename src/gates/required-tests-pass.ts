import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'required_tests_pass',
  stages: ['section', 'integration', 'release'],
  weight: 20,
  title: "The project's tests pass",
  failureTitle: "The project's tests do not pass",
  description:
    'Tests ran, more than zero were executed, none failed, and none was skipped unless tests.waive_gate gives a reason, which is shown.',
  applies: ({ runners, testsWaived }) => {
    if (testsWaived !== undefined) return `tests.run is false, and tests.waive_gate says why: ${testsWaived}`;
    return runners?.includes('test')
      ? true
      : 'the project has no tests (no test script, no runners.test.command, no plugin)';
  },
  checks: [
    { id: 'tests-executed', severity: 'block' },
    { id: 'tests-pass', severity: 'block' },
    { id: 'tests-not-skipped', severity: 'block' },
    { id: 'tests-waiver', severity: 'warn' },
  ],
});

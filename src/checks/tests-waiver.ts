import { defineCheck } from './define-check.js';

export default defineCheck({
  id: 'tests-waiver',
  title: 'Nothing about the tests is waived',
  failureTitle: 'Skipped tests are waived',
  description: 'Shows the reason that tests.waive_gate gives for letting skipped tests pass.',
  requires: ['runners'],
  run({ runners }) {
    const { waiver } = runners;
    return {
      status: waiver === undefined ? 'pass' : 'fail',
      problems: waiver === undefined ? [] : [{ title: 'tests.waive_gate lets skipped tests pass.', text: waiver }],
      examined: 1,
    };
  },
});

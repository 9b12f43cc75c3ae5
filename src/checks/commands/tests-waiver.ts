import { defineCheck } from '../define-check.js';

export default defineCheck({
  id: 'tests-waiver',
  title: 'Nothing about the tests is waived',
  failureTitle: 'Skipped tests are waived',
  description: 'Shows the reason that tests.waive_gate gives for letting skipped tests pass.',
  requires: ['runners'],
  repair: {
    category: 'test',
    severity: 'info',
    cause: 'A person waived a rule about tests.',
    task: 'Nothing, unless the reason no longer holds.',
    verify: 'person',
  },
  run({ runners }) {
    const { waiver } = runners;
    return {
      status: waiver === undefined ? 'pass' : 'fail',
      problems: waiver === undefined ? [] : [{ title: 'tests.waive_gate lets skipped tests pass.', text: waiver }],
      examined: 1,
    };
  },
});

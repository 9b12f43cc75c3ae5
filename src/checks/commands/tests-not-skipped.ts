import { defineCheck } from '../define-check.js';

export default defineCheck({
  id: 'tests-not-skipped',
  title: 'No test was skipped',
  failureTitle: 'Tests were skipped',
  description:
    'No test of this code was skipped or is still to do, unless tests.waive_gate gives a reason, which tests-waiver then shows.',
  requires: ['runners'],
  repair: {
    category: 'test',
    severity: 'critical',
    cause: 'Tests were skipped.',
    task: 'Make them run, or let a person give the reason in tests.waive_gate.',
    verify: 'all',
  },
  run({ runners }) {
    const tests = runners.results.filter(({ kind }) => kind === 'test');
    const skipped = tests.filter(({ counts }) => (counts?.skipped ?? 0) > 0);
    return {
      status: skipped.length > 0 && runners.waiver === undefined ? 'fail' : 'pass',
      problems: skipped.map((result) => ({
        title: `${result.counts?.skipped ?? 0} test(s) were skipped (${result.name})${runners.waiver === undefined ? '' : ', which is waived'}.`,
        ...(result.skipped_tests.length === 0 ? {} : { text: result.skipped_tests.join('\n') }),
        artifact: result.log,
        fix: 'Make them run and pass, or take them out; a person may give a reason in tests.waive_gate.',
      })),
      examined: tests.length,
    };
  },
});

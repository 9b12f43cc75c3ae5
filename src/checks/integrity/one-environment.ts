import { defineCheck, failOn, freshEvidence } from '../define-check.js';

export default defineCheck({
  id: 'one-environment',
  title: 'All pictures come from one environment',
  failureTitle: 'Pictures of one run come from several environments',
  description:
    'One operating system, browser version and font set per run: pictures of different ones cannot prove one state.',
  requires: ['integrity'],
  repair: freshEvidence('The evidence of this run comes from different browsers or machines.'),
  run({ integrity }) {
    const problems =
      integrity.environments.length > 1
        ? [{ title: `The run mixes ${integrity.environments.join(', ')}.`, fix: 'Verify again on one machine.' }]
        : [];
    return failOn(problems, integrity.environments.length, 'The run names no environment.');
  },
});

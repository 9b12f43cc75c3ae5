import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'visual_regression',
  stages: ['section', 'integration', 'release'],
  weight: 10,
  title: 'The app looks as it was accepted',
  failureTitle: 'The app does not look as it was accepted',
  description: 'Every baseline pair is within its tolerance, and every baseline is one that a person accepted.',
  applies: (facts) => ((facts.baselines ?? 0) > 0 ? true : 'there are no baselines, and none was removed'),
  checks: [
    { id: 'baselines-match', severity: 'block' },
    { id: 'baselines-accepted', severity: 'block' },
    { id: 'baselines-current', severity: 'warn', stages: ['section'] },
    { id: 'baselines-current', severity: 'block', stages: ['integration', 'release'] },
    { id: 'baseline-changes', severity: 'warn' },
  ],
});

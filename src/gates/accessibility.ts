import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'accessibility',
  stages: ['section', 'integration', 'release'],
  weight: 5,
  title: 'Nobody is kept out',
  failureTitle: 'The app keeps people out',
  description:
    'On no screen does an element break a rule of accessibility at or above accessibility.fail_on, unless a person accepted it.',
  applies: ({ screens, accessibility = true }) => {
    if (!accessibility) return 'accessibility.enabled is false';
    return screens > 0 ? true : 'no screens are configured';
  },
  checks: [
    { id: 'accessibility-violations', severity: 'block' },
    { id: 'accessibility-accepted', severity: 'warn' },
  ],
});

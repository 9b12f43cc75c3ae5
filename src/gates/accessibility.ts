import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'accessibility',
  stages: ['section', 'integration', 'release'],
  weight: 5,
  title: 'Nobody is kept out',
  failureTitle: 'The app keeps people out',
  description:
    'On no screen does an element break a rule of accessibility at or above accessibility.fail_on, unless a person accepted it.',
  applies: ({ screens, pages = screens, accessibility = true }) => {
    if (!accessibility) return 'accessibility.enabled is false';
    if (screens === 0) return 'no screens are configured';
    return pages > 0 ? true : 'there are no pages, only desktop apps';
  },
  checks: [
    { id: 'accessibility-violations', severity: 'block' },
    { id: 'accessibility-accepted', severity: 'warn' },
  ],
});

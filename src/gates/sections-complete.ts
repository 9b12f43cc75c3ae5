import { defineGate } from './define-gate.js';

export default defineGate({
  id: 'sections_complete',
  stages: ['integration', 'release'],
  weight: 'blocks',
  title: 'All sections are finished',
  failureTitle: 'A section is not finished',
  description:
    'For integration the work on each planned section is over; for a release each is done, proven by a verdict of stage integration on the code as it is now.',
  applies: ({ sections = 0 }) => (sections > 0 ? true : 'no sections are planned in .codeloop/sections.json'),
  checks: [{ id: 'sections-finished', severity: 'block' }],
});

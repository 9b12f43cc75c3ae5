import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck, failOn } from '../define-check.js';

export default defineCheck({
  id: 'sections-finished',
  title: 'Every section is finished',
  failureTitle: 'A section is not finished',
  description:
    'No section of .codeloop/sections.json is still planned, built, verified or repaired. For a release each is done, and a verdict of stage integration on the code as it is now proves it: what the file says counts for nothing by itself.',
  requires: ['sections'],
  repair: {
    category: 'workflow',
    severity: 'critical',
    cause: 'A planned section of the app is still being worked on, or is not proven together with the others.',
    task: 'Finish it, then let codeloop_integration_check verify the finished sections again.',
    verify: 'all',
  },
  run({ sections }) {
    const problems = sections.flatMap(({ id, state, finished, unproven }): Problem[] => {
      if (!finished)
        return [
          {
            title: `The section "${id}" is ${state}.`,
            fix: `Finish it and call codeloop_section_status {section: "${id}", set: "internally_verified"}.`,
          },
        ];
      if (unproven === undefined) return [];
      return [
        {
          title: `The section "${id}" is not proven among the others: ${unproven}.`,
          fix: 'Call codeloop_integration_check; it verifies the finished sections again.',
        },
      ];
    });
    return failOn(problems, sections.length, 'No section is planned.');
  },
});

import type { Problem } from '../../core/vocabulary/gate.js';
import { CONDITION_WORDS } from '../../core/vocabulary/layout.js';
import { defineCheck } from '../define-check.js';

export default defineCheck({
  id: 'layout-conditions',
  title: 'Layouts were looked at as people set them up',
  failureTitle: 'Layouts were not looked at as people set them up',
  description:
    'Each page was looked at under every condition of layout.conditions that is not off: larger and wider text, a low and narrow window, other colours, less motion, the other direction of writing, longer texts, paper, and by keyboard.',
  requires: ['layout', 'expected'],
  repair: {
    category: 'layout',
    severity: 'critical',
    cause: 'The last verification did not look at the pages under these conditions.',
    task: 'Run codeloop_verify with conditions ["all"].',
    verify: 'all',
  },
  run({ layout, expected }) {
    const pages = [...new Set(expected.filter(({ app }) => app === undefined).map(({ screen }) => screen))];
    const problems = pages.flatMap((screen): Problem[] => {
      const known = layout.report.screens.find((one) => one.screen === screen)?.conditions ?? [];
      const missing = layout.conditions.filter((one) => !known.includes(one));
      return missing.length === 0
        ? []
        : [
            {
              screen,
              title: `This screen was not looked at ${missing.map((one) => CONDITION_WORDS[one]).join(', ')}.`,
              fix: 'Run codeloop_verify with conditions ["all"]; what a project does not support is set to "off" in layout.conditions of its configuration by a person.',
            },
          ];
    });
    return { status: problems.length > 0 ? 'could_not_run' : 'pass', problems, examined: pages.length };
  },
});

import { onScreens, type Status } from '../../core/vocabulary/gate.js';
import { isUrgent } from '../../core/vocabulary/issue.js';
import { type CheckOutcome, defineCheck } from '../define-check.js';

export default defineCheck({
  id: 'no-critical-issues',
  title: 'Nothing critical is left to fix',
  failureTitle: 'An issue is a blocker or critical',
  description: 'The diagnosis of all other checks (codeloop_diagnose) lists no blocker and nothing critical.',
  requires: ['issues'],
  repair: {
    category: 'evidence',
    severity: 'critical',
    cause: 'See the issues themselves.',
    task: 'Fix the issues in the order given.',
    verify: 'all',
    listed: false,
  },
  run({ issues }): CheckOutcome {
    const urgent = issues.filter(isUrgent);
    // What only a person or the machine can fix must not read as if the code could be changed to please it.
    const status = (['fail', 'needs_human', 'could_not_run'] satisfies Status[]).find((one) =>
      urgent.some((issue) => issue.status === one),
    );
    return {
      status: urgent.length === 0 ? 'pass' : (status ?? 'fail'),
      problems: urgent.map(({ id, title, repair_task: fix, screens, viewports }) => ({
        ...onScreens(screens, viewports.length > 0 ? viewports.join(', ') : undefined),
        title: `${id}: ${title}`,
        fix,
      })),
      examined: issues.length,
    };
  },
});

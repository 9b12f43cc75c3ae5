import { defineCheck } from '../define-check.js';
import { acceptsLayout } from '../evidence.js';

export default defineCheck({
  id: 'layout-accepted',
  title: 'No broken layout is accepted',
  failureTitle: 'Layouts are accepted as they are',
  description:
    'Shows every finding that .codeloop/layout.json accepts with its reason, and says which of them is not there any more.',
  requires: ['layout'],
  repair: {
    category: 'layout',
    severity: 'info',
    cause: 'A person accepted layouts as they are.',
    task: 'Nothing; a person takes out what is no longer there.',
    verify: 'person',
  },
  run({ layout }) {
    const { report, baseline } = layout;
    const problems = baseline.accepted.map((one) => {
      const text = `${one.kind} ${one.selector}: ${one.reason}`;
      return report.findings.some((finding) => acceptsLayout(one, finding))
        ? { title: 'A layout is accepted as it is.', text }
        : {
            title: 'A layout is accepted that is not there any more.',
            text,
            fix: `A person takes it out of ${baseline.file}.`,
          };
    });
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: baseline.accepted.length };
  },
});

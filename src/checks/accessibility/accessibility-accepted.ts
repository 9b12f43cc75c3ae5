import { defineCheck } from '../define-check.js';
import { accepts } from '../evidence.js';

export default defineCheck({
  id: 'accessibility-accepted',
  title: 'No violation of an accessibility rule is accepted',
  failureTitle: 'Violations of accessibility rules are accepted',
  description:
    'Shows every violation that .codeloop/accessibility.json accepts with its reason, and says which of them is not there any more.',
  requires: ['accessibility'],
  repair: {
    category: 'accessibility',
    severity: 'info',
    cause: 'A person accepted violations of accessibility rules.',
    task: 'Nothing; a person takes out what is no longer there.',
    verify: 'person',
  },
  run({ accessibility }) {
    const { cells, baseline } = accessibility;
    const problems = baseline.accepted.map((one) => {
      const there = cells.some(({ screen, result }) =>
        result?.violations.some(({ rule, nodes }) =>
          nodes.some(({ selector }) => accepts(one, screen, rule, selector)),
        ),
      );
      const text = `${one.rule} ${one.selector}: ${one.reason}`;
      return there
        ? { title: 'A violation is accepted.', text }
        : {
            title: 'A violation is accepted that is not there any more.',
            text,
            fix: `A person takes it out of ${baseline.file}.`,
          };
    });
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: baseline.accepted.length };
  },
});

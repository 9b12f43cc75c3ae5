import { defineCheck } from './define-check.js';

export default defineCheck({
  id: 'runner-commands-kept',
  title: 'Build, checks and tests are run as before',
  failureTitle: 'A command of the project reads differently than before',
  description:
    'Build, lint, type check and test commands read as in the commit that is checked out and as where it left the main line. A person looks at what changed.',
  requires: ['runners'],
  run({ runners }) {
    const changed = runners.changes.filter(({ now }) => now !== undefined);
    return {
      status: changed.length > 0 ? 'fail' : 'pass',
      problems: changed.map(({ name, commit, before, now }) => ({
        title: `The command ${name} reads differently than in commit ${commit}.`,
        text: `${before}\n→ ${now ?? ''}`,
      })),
      examined: runners.commands.length,
    };
  },
});

import { defineCheck, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'bars-unchanged',
  title: 'No bar changed since the evidence was made',
  failureTitle: 'A bar changed since the evidence was made',
  description: 'Configuration, policy, designs, baselines and acceptance files as they were when the run began.',
  requires: ['integrity'],
  repair: personDecides(
    'A rule that the work is judged by (settings, policy, designs, baselines) changed.',
    'Undo the change, or tell the person why it is needed and let them commit it.',
  ),
  run({ integrity }) {
    const problems = integrity.changed_bars.map((bar) => ({
      title: `${bar} changed after the evidence was made.`,
      fix: 'Run codeloop_verify again, so that the evidence is judged by the bars it was made with.',
    }));
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: 5 };
  },
});

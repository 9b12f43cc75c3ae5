import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'decisions-settled',
  title: 'No decision is left to a person',
  failureTitle: 'A person has to decide something',
  description:
    'No other check waits for a person, those that only warn included, and no picture that was proposed as a baseline is left to be accepted or refused.',
  requires: ['checkResults', 'baselines'],
  repair: personDecides(
    'Something waits for a person: a check that cannot decide by itself, or a proposed baseline.',
    'Ask the person to look at what is named and to decide.',
  ),
  run({ checkResults, baselines }) {
    const open = checkResults.filter(({ id, status }) => id !== 'decisions-settled' && status === 'needs_human');
    const problems: Problem[] = [
      ...open.map(({ id, title, problem_count }) => ({
        title: `The check ${id} waits for a person: ${title} (${problem_count}).`,
        fix: 'A person looks at it and decides.',
      })),
      ...baselines.proposals.map(({ screen, viewport }) => ({
        screen,
        viewport,
        title: 'A picture that was proposed as its baseline waits for a person.',
        fix: 'A person runs `codeloop baseline accept`, or removes the proposal.',
      })),
    ];
    return {
      status: problems.length > 0 ? 'needs_human' : 'pass',
      problems,
      examined: checkResults.length + baselines.proposals.length,
    };
  },
});

import { defineCheck } from '../define-check.js';
import { logProblems } from './log-problems.js';

export default defineCheck({
  id: 'blocked-requests',
  title: 'Nothing was asked for outside the allowed origins',
  failureTitle: 'codeloop blocked requests to other origins',
  description:
    'Requests that the network allow list stopped. A warning, never the app’s failure: each names the line of the configuration that would allow it.',
  requires: ['cells'],
  repair: {
    category: 'network',
    severity: 'info',
    cause: 'The page asked an address that is not on the allow list.',
    task: 'If the project needs it, add the named line to network.allowed_origins.',
    verify: 'screen',
  },
  run({ cells }) {
    const shot = cells.filter((cell) => cell.screenshot);
    const problems = logProblems(shot, (entry) =>
      entry.kind === 'blocked_request' ? 'A request outside the allowed origins was blocked.' : undefined,
    );
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: shot.length };
  },
});

import { defineCheck } from '../define-check.js';
import { judgeLogs } from './log-problems.js';

export default defineCheck({
  id: 'failed-requests',
  title: 'Every request to the app itself succeeded',
  failureTitle: 'A request to the app failed',
  description:
    'Requests to the same origin that failed, were answered with HTTP 400 and above, or with a page where a style sheet was asked for. Requests that codeloop itself blocked are not the app’s.',
  requires: ['cells'],
  repair: {
    category: 'network',
    severity: 'critical',
    cause: 'The server answered a request of the page with an error, or not at all.',
    task: 'Fix the handler of that address, or the address that the page asks for.',
    verify: 'screen',
  },
  run({ cells }) {
    return judgeLogs(cells, (entry) => {
      if (entry.same_origin === false) return undefined;
      if (entry.kind === 'http_error') return `A request was answered with HTTP ${entry.status ?? '?'}.`;
      return entry.kind === 'failed_request' ? 'A request to the app failed.' : undefined;
    });
  },
});

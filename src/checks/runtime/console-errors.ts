import { linearPattern } from '../../core/linear-pattern.js';
import { defineCheck } from '../define-check.js';
import { judgeLogs } from './log-problems.js';

export default defineCheck({
  id: 'console-errors',
  title: 'No console errors',
  failureTitle: 'A page wrote errors to the console',
  description:
    'Console entries of level error that runtime.allowed_console_errors does not name. What the browser prints for a failed request counts under failed-requests.',
  requires: ['cells', 'runtime'],
  repair: {
    category: 'runtime',
    severity: 'critical',
    cause: 'The code on this page writes an error to the console.',
    task: 'Fix what it complains of; only what is known and accepted belongs into runtime.allowed_console_errors.',
    verify: 'screen',
    follows: [{ checks: ['page-errors', 'failed-requests'], when: 'same_text_or_url' }],
  },
  run({ cells, runtime }) {
    const allowed = runtime.allowedConsoleErrors.map(linearPattern);
    return judgeLogs(cells, (entry) => {
      if (entry.kind !== 'console' || entry.level !== 'error') return undefined;
      if (/^Failed to load resource:/.test(entry.text)) return undefined;
      return allowed.some((pattern) => pattern.test(entry.text)) ? undefined : 'Error in the console.';
    });
  },
});

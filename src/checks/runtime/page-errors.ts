import { defineCheck } from '../define-check.js';
import { judgeLogs } from './log-problems.js';

export default defineCheck({
  id: 'page-errors',
  title: 'No page threw an uncaught error or crashed',
  failureTitle: 'A page threw an uncaught error',
  description: 'Uncaught exceptions, unhandled rejections and crashes of the page, on any screen at any viewport.',
  requires: ['cells'],
  repair: {
    category: 'runtime',
    severity: 'critical',
    cause: 'A script of the page threw and nobody caught it; what it should have done after that is missing.',
    task: 'Fix the line that threw.',
    verify: 'screen',
  },
  run({ cells }) {
    return judgeLogs(cells, (entry) =>
      entry.kind === 'page_error' || entry.kind === 'crash'
        ? entry.kind === 'crash'
          ? 'The page crashed.'
          : 'Uncaught error on the page.'
        : undefined,
    );
  },
});

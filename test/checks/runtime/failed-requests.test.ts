import check from '../../../src/checks/runtime/failed-requests.js';
import { bare, cell, entry } from '../samples.js';
import { checkTable } from '../tables.js';

const logs = (...entries: ReturnType<typeof entry>[]) => ({ cells: [cell({ logs: entries })] });

checkTable(check, [
  ['every request went well', { cells: [cell()] }, 'pass', 1],
  ['a stranger answered badly', logs(entry('http_error', { status: 500, same_origin: false })), 'pass', 1],
  ['codeloop blocked one', logs(entry('blocked_request')), 'pass', 1],
  [
    'the app answered badly',
    logs(entry('http_error', { status: 404, url: 'http://127.0.0.1/a.png' })),
    'fail',
    1,
    { title: 'A request was answered with HTTP 404.', url: 'http://127.0.0.1/a.png' },
  ],
  ['the app did not answer', logs(entry('failed_request')), 'fail', 1, 'A request to the app failed.'],
  ['no page was opened', { cells: [bare()] }, 'could_not_run', 0, 'No page was opened.'],
  [
    'errors were dropped',
    {
      cells: [
        cell({ logs: [entry('console', { text: '3 more entries were dropped', level: 'warning', lost_errors: 2 })] }),
      ],
    },
    'could_not_run',
    1,
    '2 errors were dropped, because the page has too many.',
  ],
]);

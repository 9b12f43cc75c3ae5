import check from '../../../src/checks/runtime/console-errors.js';
import { bare, cell, entry } from '../samples.js';
import { checkTable } from '../tables.js';

const runtime = { allowedConsoleErrors: ['^known: '] };
const logs = (text: string, level: 'error' | 'warning' = 'error') => ({
  runtime,
  cells: [cell({ logs: [entry('console', { text, level })] })],
});

checkTable(check, [
  ['the console is silent', { cells: [cell()], runtime }, 'pass', 1],
  ['it warns', logs('careful', 'warning'), 'pass', 1],
  ['its error is allowed', logs('known: quota'), 'pass', 1],
  ['it repeats a failed request, which another check counts', logs('Failed to load resource: 404'), 'pass', 1],
  ['it has an error', logs('x is undefined'), 'fail', 1, { title: 'Error in the console.', text: 'x is undefined' }],
  ['its error only mentions an allowed one', logs('not known: x'), 'fail', 1, 'Error in the console.'],
  ['no page was opened', { cells: [bare()], runtime }, 'could_not_run', 0, 'No page was opened.'],
  [
    'errors were dropped: what is allowed may have crowded out what is not',
    {
      runtime,
      cells: [
        cell({
          logs: [
            entry('console', { text: 'known: quota', level: 'error' }),
            entry('console', { text: '3 more entries were dropped', level: 'warning', lost_errors: 2 }),
          ],
        }),
      ],
    },
    'could_not_run',
    1,
    '2 errors were dropped, because the page has too many.',
  ],
  [
    'errors were dropped beside one that counts',
    {
      runtime,
      cells: [
        cell({
          logs: [
            entry('console', { text: 'x', level: 'error' }),
            entry('console', { text: '3 more entries were dropped', level: 'warning', lost_errors: 2 }),
          ],
        }),
      ],
    },
    'fail',
    1,
    'Error in the console.',
    '2 errors were dropped, because the page has too many.',
  ],
]);

import check from '../../../src/checks/runtime/page-errors.js';
import { bare, cell, entry } from '../samples.js';
import { checkTable } from '../tables.js';

checkTable(check, [
  ['no page threw', { cells: [cell({ logs: [entry('console')] })] }, 'pass', 1],
  [
    'a page threw twice the same at two viewports',
    {
      cells: [
        cell({ logs: [entry('page_error', { location: 'app.js:3' }), entry('page_error', { location: 'app.js:3' })] }),
        cell({ logs: [entry('page_error', { location: 'app.js:3' })] }, { viewport: 'tablet' }),
      ],
    },
    'fail',
    2,
    { title: 'Uncaught error on the page.', viewport: 'mobile, tablet', text: 'words of the page at app.js:3' },
  ],
  ['a page crashed', { cells: [cell({ logs: [entry('crash')] })] }, 'fail', 1, 'The page crashed.'],
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

import check from '../../../src/checks/runtime/blocked-requests.js';
import { cell, entry } from '../samples.js';
import { checkTable } from '../tables.js';

const blocked = entry('blocked_request', {
  level: 'warning',
  url: 'https://fonts.example/a.css',
  config_line: '"network": {"allowed_origins": ["https://fonts.example"]}',
});

checkTable(check, [
  ['nothing was blocked', { cells: [cell({ logs: [entry('http_error')] })] }, 'pass', 1],
  [
    'the same request was blocked at two viewports',
    { cells: [cell({ logs: [blocked] }), cell({ logs: [blocked] }, { viewport: 'desktop' })] },
    'fail',
    2,
    {
      title: 'A request outside the allowed origins was blocked.',
      screen: 'home',
      viewport: 'mobile, desktop',
      url: 'https://fonts.example/a.css',
      fix: 'If the project needs it, allow it: "network": {"allowed_origins": ["https://fonts.example"]}',
    },
  ],
]);

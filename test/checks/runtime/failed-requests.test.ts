import check from '../../../src/checks/runtime/failed-requests.js';
import { bare, cell, entry } from '../samples.js';
import { checkTable } from '../tables.js';

const logs = (...entries: ReturnType<typeof entry>[]) => ({ cells: [cell({ logs: entries })] });

checkTable(check, [
  ['every request went well', { cells: [cell()] }, 'pass', 1],
  ['a stranger answered badly', logs(entry('http_error', { status: 500, same_origin: false })), 'pass', 1],
  ['the page gave one up', logs(entry('failed_request', { level: 'info' })), 'pass', 1],
  [
    'the page gets along with what it was told',
    logs(entry('http_error', { status: 401, level: 'info', excuse: 'nobody is signed in' })),
    'pass',
    1,
  ],
  ['codeloop blocked one', logs(entry('blocked_request')), 'pass', 1],
  [
    'the app answered badly',
    logs(entry('http_error', { status: 404, url: 'http://127.0.0.1/a.png' })),
    'fail',
    1,
    { title: 'A request was answered with HTTP 404.', url: 'http://127.0.0.1/a.png' },
  ],
  ['the app did not answer', logs(entry('failed_request')), 'fail', 1, 'A request to the app failed.'],
  [
    'an API beside the app answered badly, another one not at all',
    logs(
      entry('http_error', {
        status: 500,
        same_origin: false,
        url: 'http://localhost:3001/api/lamps',
        resource_type: 'fetch',
      }),
      entry('failed_request', { same_origin: false, url: 'http://[::1]:8080/a.css', resource_type: 'stylesheet' }),
      entry('failed_request', { same_origin: false, url: 'https://shop.localhost/pay', resource_type: 'xhr' }),
    ),
    'fail',
    1,
    'A request was answered with HTTP 500.',
    'A request to the app failed.',
    'A request to the app failed.',
  ],
  [
    'sockets, streams and films of a server beside the app are not there',
    logs(
      ...[
        ['ws://localhost:4000/', 'websocket'],
        ['ws://127.0.0.1:4000/live', 'websocket'],
        ['wss://api.localhost/chat', 'websocket'],
        ['http://localhost:4000/events', 'eventsource'],
        ['http://127.0.0.1:4000/a.mp4', 'media'],
      ].map(([url, type]) => entry('failed_request', { same_origin: false, url, resource_type: type })),
    ),
    'fail',
    1,
    ...Array.from({ length: 5 }, () => 'A request to the app failed.'),
  ],
  [
    'the socket of a tool that says so in the console is not there',
    logs(
      entry('console', { level: 'debug', text: '[vite] connecting...' }),
      entry('failed_request', { same_origin: false, url: 'ws://localhost:5174/?token=x', resource_type: 'websocket' }),
    ),
    'pass',
    1,
  ],
  [
    'tools that reload the page are not there, nor is a host that only begins like this machine',
    logs(
      ...[
        ['http://localhost:35729/livereload.js', 'script'],
        ['http://localhost:3000/browser-sync/browser-sync-client.js', 'script'],
        ['http://localhost:8080/sockjs-node/info?t=1', 'xhr'],
        ['ws://localhost:24678/', 'websocket'],
        ['http://localhost:4000/__webpack_hmr', 'eventsource'],
        ['http://localhost:4000/esbuild', 'eventsource'],
        ['ws://localhost:4000/_next/webpack-hmr', 'websocket'],
        ['ws://localhost:4200/ng-cli-ws', 'websocket'],
        ['ws://localhost:8097/', 'websocket'],
        ['http://localhost.example.org/a.js', 'script'],
        ['http://127.0.0.1.example.org/a.js', 'script'],
        ['not an address', 'script'],
      ].map(([url, type]) => entry('failed_request', { same_origin: false, url, resource_type: type })),
    ),
    'pass',
    1,
  ],
  [
    'what is called like a reloading tool and is none, and a socket on another screen than the tool',
    {
      cells: [
        cell({ logs: [entry('console', { level: 'debug', text: '[vite] connecting...' })] }),
        cell({
          logs: [
            ['http://localhost:4000/_next/data/a.json', 'fetch'],
            ['http://localhost:4000/api/hmr/readings', 'xhr'],
            ['http://localhost:4000/main.hot-update.js', 'script'],
            ['ws://localhost:4000/', 'websocket'],
          ].map(([url, type]) => entry('failed_request', { same_origin: false, url, resource_type: type })),
        }),
      ],
    },
    'fail',
    2,
    ...Array.from({ length: 4 }, () => 'A request to the app failed.'),
  ],
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

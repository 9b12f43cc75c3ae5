import check from '../../../src/checks/screens/screenshots-right-page.js';
import { bare, cell } from '../samples.js';
import { checkTable, type Row } from '../tables.js';

const elsewhere = 'The page ended on another address than the configured one.';
const at = (wanted: string, got: string, ...problems: string[]): Row => [
  `${wanted} led to ${got}`,
  {
    expected: [{ screen: 'home', viewport: 'mobile', url: `http://127.0.0.1${wanted}`, width: 375 }],
    cells: [cell({ url: got.startsWith('http') ? got : `http://127.0.0.1${got}` })],
  },
  problems.length > 0 ? 'fail' : 'pass',
  1,
  ...problems,
];
const expected = [{ screen: 'home', viewport: 'mobile', url: 'http://127.0.0.1/', width: 375 }];

const port = (wanted: string, asked: string, got: string, ...problems: string[]): Row => [
  `${wanted} was asked at ${asked} and answered at ${got}`,
  {
    expected: [{ screen: 'home', viewport: 'mobile', url: wanted, width: 375 }],
    cells: [cell({ requested_url: asked, url: got })],
  },
  problems.length > 0 ? 'fail' : 'pass',
  1,
  ...problems,
];

checkTable(check, [
  // Another process of this machine took the picture, of the app at its own port.
  port('http://127.0.0.1:5001/', 'http://127.0.0.1:5002/', 'http://127.0.0.1:5002/'),
  port('http://localhost:5001/', 'http://[::1]:5002/', 'http://[::1]:5002/'),
  port('http://127.0.0.1:5001/', 'http://127.0.0.1:5002/', 'http://127.0.0.1:5003/', elsewhere),
  port('http://127.0.0.1:5001/a', 'http://127.0.0.1:5002/a', 'http://127.0.0.1:5002/b', elsewhere),
  port('http://shop.example/', 'http://127.0.0.1:5002/', 'http://127.0.0.1:5002/', elsewhere),
  at('/', '/'),
  at('/', '/index.html'),
  at('/shop', '/shop/'),
  at('/shop.html', '/shop'),
  at('/shop?page=1', '/shop?page=2#top'),
  at('/account', '/login', elsewhere),
  at('/', 'http://127.0.0.2/', elsewhere),
  [
    'an error page that was answered with success',
    { expected, cells: [cell({ error_page: 'Cannot GET /' })] },
    'fail',
    1,
    {
      title: 'The page shows an error, or a page of the server itself, in place of the app, whatever its status says.',
      text: 'Cannot GET /',
    },
  ],
  [
    'two parts that failed',
    { expected, cells: [cell({ error_parts: ['Error loading data', 'Error loading data'] })] },
    'fail',
    1,
    { title: '2 parts of the page say that what belongs there could not be loaded.', text: 'Error loading data' },
  ],
  ['one part that failed', { expected, cells: [cell({ error_parts: ['Error loading data'] })] }, 'pass', 1],
  [
    'parts that failed in a story',
    {
      expected: [
        { screen: 'home', viewport: 'mobile', url: 'http://127.0.0.1/iframe.html?id=a&viewMode=story', width: 375 },
      ],
      cells: [
        cell({
          error_parts: ['Error loading data', 'Error loading data'],
          url: 'http://127.0.0.1/iframe.html?id=a&viewMode=story',
        }),
      ],
    },
    'pass',
    1,
  ],
  [
    'a screen that is there to show an error',
    {
      expected: [{ screen: 'not-found', viewport: 'mobile', url: 'http://127.0.0.1/', width: 375 }],
      cells: [cell({ error_page: '404: not found' }, { screen: 'not-found' })],
    },
    'pass',
    1,
  ],
  ...['page_500.html', '401', 'errors/maintenance', 'access-denied'].map(
    (path): Row => [
      `a screen at ${path} is there to show an error`,
      {
        expected: [{ ...expected[0], screen: 'home', viewport: 'mobile', width: 375, url: `http://127.0.0.1/${path}` }],
        cells: [cell({ url: `http://127.0.0.1/${path}`, error_page: '500' })],
      },
      'pass',
      1,
    ],
  ),
  ...(
    [
      ['errors', 'Something went wrong'],
      ['error', 'KeyError: 1 // Werkzeug Debugger'],
      ['404', 'Cannot GET /404'],
    ] as const
  ).map(
    ([path, said]): Row => [
      `a screen at ${path} is not there to show "${said}"`,
      {
        expected: [{ ...expected[0], screen: 'home', viewport: 'mobile', width: 375, url: `http://127.0.0.1/${path}` }],
        cells: [cell({ url: `http://127.0.0.1/${path}`, error_page: said })],
      },
      'fail',
      1,
      'The page shows an error, or a page of the server itself, in place of the app, whatever its status says.',
    ],
  ),
  [
    'the page is an error page',
    { expected, cells: [cell({ http_status: 404 })] },
    'fail',
    1,
    'The page answered with HTTP 404.',
  ],
  ['a file has no status', { expected, cells: [bare({ screenshot: withoutStatus() })] }, 'pass', 1],
  [
    'the page is wider than its viewport',
    { expected, cells: [cell({ size: { width: 981, height: 812 } })] },
    'fail',
    1,
    'The page is 981 px wide where the viewport asks for 375: it overflows to the side, or has no viewport of its own.',
  ],
  [
    'the picture is narrower than its viewport',
    { expected, cells: [cell({ size: { width: 300, height: 812 } })] },
    'fail',
    1,
    'The picture is 300 px wide, the viewport asks for 375.',
  ],
  ['there is no picture', { expected, cells: [bare()] }, 'could_not_run', 0, 'There is no picture to look at.'],
]);

function withoutStatus() {
  const { http_status: _, ...screenshot } = cell({ url: 'http://127.0.0.1/' }).screenshot ?? {};
  return screenshot as NonNullable<ReturnType<typeof cell>['screenshot']>; // spread of an object that is there
}

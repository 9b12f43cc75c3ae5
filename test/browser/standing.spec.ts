import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { PhotoBooth } from './photo-booth.js';
import { type Answer, html, startSite } from './site.js';

const few = sampled(test, 2);

const booth = new PhotoBooth();
const json = (body: unknown, status = 200): Answer => ({
  type: 'application/json',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  status,
});
const shop = '<h1>Mugs and cups</h1><p>Everything that we make, from our own kiln in the valley.</p>';
const bar = '<header><a href="#in">Sign in</a></header>';
const list = '<h1>Orders</h1><p>What you have ordered so far, newest first.</p><ul id="list"></ul>';
const table =
  '<h1>Orders</h1><p>What was ordered so far.</p><table><thead><tr><th>No.</th></tr></thead><tbody></tbody></table>';
const ask = (path: string, then = '') =>
  `<script>fetch('${path}').then((a) => a.ok ? a.json() : null).then((d) => { ${then} }, () => 0)</script>`;
const query = (then: string, path = '/graphql') =>
  `<script>fetch('${path}', { method: 'POST', body: '{"query":"query { mugs { name } tips { name } }"}' }).then((a) => a.json()).then(({ data: d }) => { ${then} })</script>`;
const fill = (words: string) => `document.querySelector('ul').innerHTML = ${words}`;
const errors = [{ message: 'no tips', path: ['tips'] }];

const API: Record<string, Answer> = {
  ...Object.fromEntries(
    ['/api/me', '/api/whoami', '/session', '/auth/session', '/api/v1/users/me', '/api/cart', '/api/users'].map(
      (path) => [path, json({ message: 'Unauthorized' }, 401)],
    ),
  ),
  '/user': json({ detail: 'Authentication credentials were not provided.' }, 403),
  '/gone/me': json({}, 404),
  '/graphql': json({ data: { mugs: [{ name: 'Blue mug' }, { name: 'Red mug' }], tips: null }, errors }),
  '/signed': json({
    data: { mugs: [{ name: 'Blue mug' }], me: null },
    errors: [{ message: 'sign in first', path: ['me'], extensions: { code: 'UNAUTHENTICATED' } }],
  }),
  '/empty': json(''),
  '/nothing': (_request, response) => void response.writeHead(204).end(),
  '/half': json('[{"id":1},'),
  '/refused': json({ ok: false }),
  '/unsuccessful': json({ success: false, message: 'no table' }),
  '/code': json({ result: null, errorCode: 'DB_DOWN' }),
  '/name': json({ error: { message: 'down' }, data: null }),
  // Without its length.
  '/chunked': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"success":false,"data":null,');
    response.end('"message":"db timeout"}');
  },
  '/jsend': json({ status: 'error', message: 'no table', data: null }),
};

/** Page, by what was told of its answers: an excuse, or that it is an error. */
const GUESTS = 'nobody is signed in, and the page offers to sign in';
const CAME = 'the page shows what came';
const NO_LIST = 'the page shows no list without content, and nothing that failed';
const PAGES: readonly (readonly [string, string, string])[] = [
  // Who asks who is signed in is told that nobody is.
  ['/', bar + shop + ask('/api/me'), GUESTS],
  ['/shop', `${shop}<nav hidden><a href="/login">My place</a></nav>${ask('/api/whoami')}`, GUESTS],
  // Where nothing leads to signing in, nobody is a guest.
  ['/wallet', `${shop}<p>You have 0 credits.</p>${ask('/api/me')}`, 'error'],
  ['/recent', `${bar}${shop}<table><tr><th>No.</th><th>Sum</th></tr></table>${ask('/api/me')}`, 'error'],
  ['/news', bar + shop + ask('/auth/session'), GUESTS],
  ['/about', bar + shop + ask('/api/v1/users/me'), GUESTS],
  ['/team', bar + shop + ask('/user'), GUESTS],
  [
    '/login',
    `<h1>Sign in to the shop</h1><form><input type="password" aria-label="Password"></form>${ask('/session')}`,
    GUESTS,
  ],
  ['/dashboard', bar + shop + ask('/api/me'), 'error'],
  [
    '/mugs',
    `<h1>Sign in to the shop</h1><form><input type="password" aria-label="Password"></form>${ask('/session')}`,
    'error',
  ],
  ['/basket', bar + shop + ask('/api/cart'), 'error'],
  ['/people', bar + shop + ask('/api/users'), 'error'],
  ['/lost', bar + shop + ask('/gone/me'), 'error'],
  ['/list', bar + list + ask('/api/me'), 'error'],
  ['/failed', `${bar}${shop}<div><p>Failed to load your cart</p></div>${ask('/api/me')}`, 'error'],
  // An answer of GraphQL in part.
  ['/part', `${shop}<ul></ul>${query(fill(`d.mugs.map((m) => '<li>' + m.name + '</li>').join('')`))}`, CAME],
  [
    '/part-head',
    `${shop}<ul></ul><section><h2>Tips</h2></section>${query(fill(`d.mugs.map((m) => '<li>' + m.name + '</li>').join('')`))}`,
    'error',
  ],
  ['/part-none', `${shop}<p>Text</p>${query('')}`, 'error'],
  ['/part-list', `${shop}<ul></ul>${query('')}`, 'error'],
  [
    '/part-guest',
    `${bar}${shop}<ul></ul>${query(fill(`d.mugs.map((m) => '<li>' + m.name + '</li>').join('')`), '/signed')}`,
    GUESTS,
  ],
  // An answer without content, or one that refuses.
  ['/empty-list', list + ask('/empty'), 'error'],
  ['/nothing-list', list + ask('/nothing'), 'error'],
  ['/half-list', list + ask('/half'), 'error'],
  ['/empty-shop', shop + ask('/empty'), NO_LIST],
  ['/refused-table', table + ask('/refused'), 'error'],
  ['/unsuccessful-words', `${shop}<p>No orders yet</p>${ask('/unsuccessful')}`, 'error'],
  ['/jsend-place', `${shop}<div class="order-list"></div>${ask('/jsend')}`, 'error'],
  ['/refused-shop', shop + ask('/refused'), NO_LIST],
  ['/in-parts', table + ask('/chunked'), 'error'],
  ['/coded', `${shop}<p>No messages yet</p>${ask('/code')}`, 'error'],
  ['/coded-shop', shop + ask('/code'), NO_LIST],
  ['/named', list + ask('/name'), 'error'],
];

test.describe('what may be wrong is judged by how its page stands', () => {
  test('answers that say that nobody is signed in, that a part is missing, or nothing @once', async () => {
    verifies('runtime.standing');
    const site = await startSite({ ...API, ...Object.fromEntries(PAGES.map(([path, body]) => [path, html(body)])) });
    const told = [];
    const some = sampleOf(PAGES, 3);
    for (const [path] of some) {
      const { shot } = await booth.photo(site.url + path);
      const found = shot.logs.filter(({ kind }) => kind === 'http_error' || kind === 'failed_request');
      told.push([path, ...found.map(({ level, excuse }) => excuse ?? level)]);
    }
    await site.close();
    expect(told).toEqual(some.map(([path, , says]) => [path, says]));
  });

  few('sockets that never open, break off, or come back @once', async () => {
    verifies('runtime.standing');
    const server = createServer().on('upgrade', ({ url = '', headers }, socket) => {
      sockets.push(socket.on('error', () => undefined).resume());
      if (url === '/never') return;
      const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
      const head = ['HTTP/1.1 101 Switching', 'Upgrade: websocket', 'Connection: Upgrade'];
      socket.write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`);
      if (url === '/cut' || (url === '/again' && !again)) socket.end();
      if (url === '/again') again = true;
      // It closes only when it is told to, and without a word.
      if (url === '/left') socket.once('data', () => socket.destroy());
    });
    let again = false;
    const sockets: Duplex[] = [];
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const at = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const open = (path: string, more = '') => `<script>const s = new WebSocket('${at}${path}'); ${more}</script>`;
    const waits = `${shop}<p id="p">Connecting…</p>`;
    const rows = `${shop}<table><thead><tr><th>Price</th></tr></thead><tbody></tbody></table>`;
    const pages: Record<string, [body: string, ...says: string[]]> = {
      '/a': [waits + open('/never'), '/never: it has not opened'],
      '/b': [waits + open('/cut'), '/cut: the socket broke off (1006)'],
      '/c': [rows + open('/never'), '/never: it has not opened'],
      '/d': [`${shop}<p>Price: <b>—</b></p>${open('/never')}`, '/never: it has not opened'],
      '/e': [shop + open('/never')],
      '/f': [shop + open('/cut')],
      '/g': [
        waits +
          open(
            '/again',
            `s.onclose = () => { new WebSocket('${at}/again').onopen = () => { p.dataset.at = 'again' } }`,
          ),
      ],
      '/h': [waits + open('/left', `s.onopen = () => s.close(); s.onclose = () => { p.dataset.at = 'left' }`)],
      '/i': [waits + open('/open', `s.onopen = () => { p.dataset.at = 'open' }`)],
    };
    const site = await startSite(Object.fromEntries(Object.entries(pages).map(([path, [body]]) => [path, html(body)])));
    const told: Record<string, string[]> = {};
    for (const path of Object.keys(pages)) {
      const { shot } = await booth.photo(site.url + path, path > '/f' ? { waitFor: { selector: '[data-at]' } } : {});
      const found = shot.logs.filter(({ kind, level }) => kind === 'failed_request' && level === 'error');
      told[path] = found.map(({ text }) => text.replace(/^WebSocket /, '').replace(at, ''));
    }
    for (const socket of sockets) socket.destroy();
    await Promise.all([site.close(), new Promise((done) => server.close(done))]);
    expect(told).toEqual(Object.fromEntries(Object.entries(pages).map(([path, [, ...says]]) => [path, says])));
  });

  few('parts that say that they could not be loaded @once', async () => {
    verifies('runtime.standing');
    const long = `<p>${'Figures of the last week, each with its change against the week before. '.repeat(10)}</p>`;
    const card = (words: string) => `<section><h3>Sales</h3><p>${words}</p><button>Retry</button></section>`;
    const pages: Record<string, [body: string, ...says: string[]]> = {
      '/two': [
        `<h1>Dashboard</h1>${long}${card('Error loading data')}${card('Error loading data')}`,
        'Error loading data',
        'Error loading data',
      ],
      '/others': [
        `<h1>Dashboard</h1>${long}${card('Failed to load orders.')}${card('Couldn’t load your feed')}${card('Fehler beim Laden der Daten')}${card('Your data could not be loaded')}`,
        'Failed to load orders.',
        'Couldn’t load your feed',
        'Fehler beim Laden der Daten',
        'Your data could not be loaded',
      ],
      '/row': [
        `<h1>Dashboard</h1>${long}<table><tbody><tr><td colspan="3">Unable to fetch rows</td></tr></tbody></table>`,
        'Unable to fetch rows',
      ],
      '/hidden': [`<h1>Dashboard</h1>${long}<div hidden>${card('Error loading data')}</div>`],
      '/text': [`<h1>Dashboard</h1><div>${long}<p>Error loading data</p></div>`],
      '/rows': [
        `<h1>Jobs</h1>${long}<table><tbody><tr><td>1</td><td>Failed to load a.csv</td></tr><tr><td>2</td><td>Failed to load b.csv</td></tr></tbody></table>`,
      ],
      '/code': [
        `<h1>Dashboard</h1>${long}<pre>Error loading data</pre><blockquote><p>Failed to fetch</p></blockquote>`,
      ],
      '/about': [`<h1>Alerts</h1>${long}${card('Error loading data')}`],
    };
    const site = await startSite(Object.fromEntries(Object.entries(pages).map(([path, [body]]) => [path, html(body)])));
    const told: Record<string, string[]> = {};
    for (const path of Object.keys(pages)) told[path] = (await booth.photo(site.url + path)).shot.error_parts ?? [];
    await site.close();
    expect(told).toEqual(Object.fromEntries(Object.entries(pages).map(([path, [, ...says]]) => [path, says])));
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isStartedAs } from '../../src/project/found-server.js';
import { askPage, type Candidate, chooseAnswer } from '../../src/project/http-answer.js';
import { verifies } from '../requirements.js';

const page = (forMs = 0) => ({ status: 200, page: true, starting: false, forMs });
const data = (forMs = 0) => ({ status: 404, page: false, starting: false, forMs });
const one = (url: string, owner: Candidate['owner'], answered?: Candidate['answered']): Candidate => ({
  url,
  configured: url === 'url',
  owner,
  pending: answered === undefined,
  ...(answered ? { answered } : {}),
});
const ready = (url: string, by = 'own') => ({ ready: { url, by } });

test.each<[string, Candidate[], Parameters<typeof chooseAnswer>[1], unknown]>([
  ['nothing answers', [one('a', 'nobody')], { ended: false }, undefined],
  [
    'server.url answers, whatever it says',
    [one('url', 'own', data()), one('a', 'own', page())],
    { ended: false },
    ready('url'),
  ],
  ['a page and an API', [one('a', 'own', data(9999)), one('b', 'own', page())], { ended: false }, ready('b')],
  ['an API alone, for a moment', [one('a', 'own', data(100))], { ended: false }, undefined],
  ['an API alone, for long', [one('a', 'own', data(2500))], { ended: false }, ready('a')],
  [
    'an API, and a page that is being built',
    [one('a', 'own', data(2500)), one('b', 'own')],
    { ended: false },
    undefined,
  ],
  ['a stranger first', [one('a', 'stranger', page()), one('b', 'own', page())], { ended: false }, ready('b')],
  ['a stranger alone', [one('a', 'stranger', page(9999))], { ended: false }, undefined],
  [
    'a stranger, and the port is taken',
    [one('a', 'stranger', page())],
    { ended: false, takenForMs: 800 },
    { refused: 'a' },
  ],
  ['a stranger, and taken a moment ago', [one('a', 'stranger', page())], { ended: false, takenForMs: 100 }, undefined],
  [
    'a stranger, and the app about to answer',
    [one('a', 'stranger', page()), one('b', 'own')],
    { ended: false, takenForMs: 800 },
    undefined,
  ],
  ['a stranger, and the command ended', [one('a', 'stranger', page())], { ended: true }, { refused: 'a' }],
  [
    'moved from server.url, silent so far',
    [one('url', 'nobody'), one('b', 'own', page(100))],
    { ended: false },
    undefined,
  ],
  [
    'moved from server.url, silent for long',
    [one('url', 'nobody'), one('b', 'own', page(2000))],
    { ended: false },
    ready('b'),
  ],
  [
    'moved from server.url, a stranger has it',
    [one('url', 'stranger', page()), one('b', 'own', page())],
    { ended: false },
    ready('b'),
  ],
  ['another codeloop started the app', [one('url', 'sibling', page())], { ended: false }, ready('url', 'sibling')],
  [
    'another server of the project at a printed address',
    [one('a', 'sibling', page(9999))],
    { ended: false },
    undefined,
  ],
  ['a daemon that outlives its command', [one('a', 'own', page())], { ended: true }, ready('a', 'left')],
  ['a container', [one('a', 'unseen', page(2500))], { ended: false }, ready('a', 'unknown')],
  ['a container, and the command ended', [one('a', 'newcomer', page(0))], { ended: true }, ready('a', 'unknown')],
  [
    '503 with Retry-After',
    [one('a', 'own', { ...data(9999), status: 503, starting: true })],
    { ended: false },
    undefined,
  ],
  [
    'a page that loads itself again, for now',
    [one('url', 'own', { ...page(9000), asksAgain: true })],
    { ended: false },
    undefined,
  ],
  [
    'a page that loads itself again, for good',
    [one('url', 'own', { ...page(10_000), asksAgain: true })],
    { ended: false },
    ready('url'),
  ],
  ...[502, 503, 504].flatMap((status): [string, Candidate[], { ended: boolean }, unknown][] => [
    [`${status} for now`, [one('url', 'own', { ...data(9000), status })], { ended: false }, undefined],
    [`${status} for good`, [one('url', 'own', { ...data(10_000), status })], { ended: false }, ready('url')],
    [
      `${status}, and the command ended`,
      [one('a', 'own', { ...data(10), status })],
      { ended: true },
      ready('a', 'left'),
    ],
    [
      `${status} at a proxy, and a page beside it`,
      [one('a', 'own', { ...data(10), status }), one('b', 'own', page())],
      { ended: false },
      ready('b'),
    ],
  ]),
  ['500, which a start does not end', [one('url', 'own', { ...data(0), status: 500 })], { ended: false }, ready('url')],
])('of the addresses of a starting app, with %s', (_what, candidates, start, choice) => {
  verifies('app.stranger');
  expect(chooseAnswer(candidates, start)).toEqual(choice);
});

test.each<[string, string, boolean]>([
  ['npm run dev', 'npm run dev', true],
  ['npm run dev -- --port 4000', 'npm run dev', true],
  ['/usr/bin/node /p/server.js', 'node server.js', true],
  ['/usr/bin/node server.js', 'node ./server.js', true],
  ['node --inspect=0 server.js', 'node server.js', true],
  ['node /p/node_modules/.bin/vite --host', 'vite', true],
  ['node --max-old-space-size=99 /p/node_modules/vite/bin/vite.js dev', 'vite dev', true],
  ['node /p/node_modules/.bin/next dev', 'next dev', true],
  ['python3 -m http.server 8000', 'python3 -m http.server', true],
  ['node other.js', 'node server.js', false],
  ['node evil.js /p/node_modules/.bin/vite', 'vite', false],
  ['node evil.js vite', 'vite', false],
  ['node /elsewhere/server.js', 'node server.js', false],
  ['npm run dev', 'npm run start', false],
  ['vite build', 'vite dev', false],
])('a process %j was started as %j: %s', (running, wanted, is) => {
  verifies('app.bound');
  expect(isStartedAs(running.split(' '), wanted.split(' '), '/p')).toBe(is);
});

const waiting = '<!doctype html><title>Starting</title><p>Starting…</p>';
test.each<[string, string, Record<string, string>, true | undefined]>([
  ['an element', `<meta http-equiv="refresh" content="2">${waiting}`, {}, true],
  ['an element, its attributes the other way round', `<meta content=5 http-equiv=Refresh>${waiting}`, {}, true],
  ['a header', waiting, { refresh: '3' }, true],
  ['a timer', `${waiting}<script>setTimeout(() => location.reload(), 2000)</script>`, {}, true],
  ['a timer by its name', `${waiting}<script>setTimeout('location.reload()',1500)</script>`, {}, true],
  [
    'its own address',
    `${waiting}<script>setTimeout(() => { location.href = location.href; }, 2000)</script>`,
    {},
    true,
  ],
  [
    'its window’s',
    `${waiting}<script>setInterval(function () { window.location = window.location.href }, 3000)</script>`,
    {},
    true,
  ],
  ['another call', `${waiting}<script>setTimeout(() => location.replace(location.href), 900)</script>`, {}, true],
  ['its history', `${waiting}<script>setTimeout(() => history.go(0), 1000)</script>`, {}, true],
  [
    'a timer that leads elsewhere',
    `${waiting}<script>setTimeout(() => { location.href = '/app'; }, 1000)</script>`,
    {},
    undefined,
  ],
  ['a press', `${waiting}<button onclick="location.reload()">Again</button>`, {}, undefined],
  ['nothing', waiting, {}, undefined],
  ['an element that leads elsewhere', `<meta http-equiv="refresh" content="0; url=/app">${waiting}`, {}, undefined],
  ['an element once a minute', `<meta http-equiv="refresh" content="60">${waiting}`, {}, undefined],
  [
    'an element of a page that has more to say',
    `<meta http-equiv="refresh" content="5">${waiting.repeat(100)}`,
    {},
    undefined,
  ],
])('a page that is shown while something starts loads itself again by %s', async (_by, body, headers, asksAgain) => {
  verifies('app.not-ready');
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const never = new AbortController().signal;
  const answer = await askPage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, never, never);
  server.close();
  expect(answer).toEqual({ status: 200, page: true, starting: false, ...(asksAgain ? { asksAgain } : {}) });
});

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { PhotoBooth } from './photo-booth.js';
import { html, startSite } from './site.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

test.describe('the log @once', () => {
  let booth: PhotoBooth;
  test.beforeAll(() => {
    booth = new PhotoBooth();
  });
  test.afterAll(() => booth.dispose());

  test('keeps what the page says and what fails, each once', async () => {
    verifies('capture.logs');
    const site = await startSite({
      '/': html(
        `<img src="/gone.png"><script src="/broken.js"></script><script>
          console.error('an error', {a: 1}); console.warn('a warning'); console.log('a note');
          for (let i = 0; i < 5; i++) console.error('again');
          setTimeout(() => { throw new TypeError('thrown') });
          Promise.reject(new Error('rejected'));
          fetch('http://127.0.0.1:9/').catch(() => 0);
          new WebSocket(location.origin.replace('http', 'ws')).close(); // as a framework that begins twice
          alert('hello');
        </script><link rel="stylesheet" href="/moved.css"><link rel="stylesheet" href="/plain.css">`,
      ),
      '/broken.js': { type: 'text/javascript', body: 'x', status: 500 },
      // A server that has its first page for every address.
      '/moved.css': { type: 'text/html; charset=utf-8', body: '<!doctype html><title>t</title>' },
      '/plain.css': { type: 'text/css', body: 'p { color: #333 }' },
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    const told = shot.logs
      .filter(({ kind }) => kind !== 'navigation')
      .map(({ kind, level, text, status, same_origin }) => [
        kind,
        level,
        text.split('\n')[0]?.replaceAll(site.url, '').replaceAll(site.url.replace('http', 'ws'), ''),
        ...(status === undefined ? [] : [status]),
        ...(same_origin === undefined ? [] : [same_origin]),
      ]);
    expect(told.sort((a, b) => String(a).localeCompare(String(b), 'en'))).toEqual(
      [
        ['console', 'error', 'again (5 times)'],
        ['console', 'error', 'an error {a: 1}'],
        ['console', 'info', 'a note'],
        ['console', 'warning', 'a warning'],
        [
          'console',
          'warning',
          "WebSocket connection to '/' failed: WebSocket is closed before the connection is established.",
        ],
        ['dialog', 'info', 'alert: hello'],
        ['failed_request', 'error', 'GET http://127.0.0.1:9/: net::ERR_UNSAFE_PORT', false],
        ['failed_request', 'error', 'GET /moved.css: a page (text/html) came where a style sheet was asked for', true],
        ['http_error', 'error', 'GET /broken.js: HTTP 500 Internal Server Error', 500, true],
        ['http_error', 'error', 'GET /gone.png: HTTP 404 Not Found', 404, true],
        ['page_error', 'error', 'Error: rejected'],
        ['page_error', 'error', 'TypeError: thrown'],
      ].sort((a, b) => String(a).localeCompare(String(b), 'en')),
    );
  });

  test('looks into answers that come with success whatever happened, and tells pages from the JSON that was wanted', async () => {
    verifies('capture.logs', 'runtime.refused-inside');
    const answer = (body: object) => ({ type: 'application/json', body: JSON.stringify(body) });
    const errors = [{ message: 'no field b' }];
    const ask = (path: string, body: object) =>
      `fetch('${path}', { method: 'POST', body: ${JSON.stringify(JSON.stringify(body))} }).then((a) => a.json());`;
    const query = { query: 'query { a b }' };
    const site = await startSite({
      '/': html(
        `<p>Text</p><script>${[
          ask('/graphql', query),
          ask('/api', { query: '# all\n{ a }', variables: {} }),
          ask('/whole', query),
          ask('/many', [query, query]),
          ask('/rpc', { jsonrpc: '2.0', id: 1, method: 'a' }),
          ask('/rpc-done', { jsonrpc: '2.0', id: 1, method: 'a' }),
          // A search of the app's own, whose answer says what was wrong with what somebody typed.
          ask('/search', { query: 'mugs and cups' }),
          // Asked for as JSON, by its header, by its name, or by who reads it; the last is JSON that its server calls a page.
          `for (const [path, accept] of [['/page', 'application/json'], ['/page.json'], ['/php', 'application/json']]) fetch(path, accept ? { headers: { accept } } : {});`,
          `for (const path of ['/page', '/empty', '/php']) fetch(path + '?read').then((a) => a.json()).catch(() => 0);`,
          `fetch('/page').then((a) => a.text());`,
          // A call of gRPC-Web says at the end of what came how it went.
          `fetch('/mugs.Shop/List', { method: 'POST' }).then((a) => a.text());`,
        ].join('')}fetch('/graphql?query=%7Bb%7D');</script>`,
      ),
      '/graphql': answer({ errors, data: null }),
      '/api': answer({ errors, data: { a: 1, b: null } }),
      '/whole': answer({ data: { a: 1, b: 2 } }),
      '/many': answer([{ data: {} }, { errors }]),
      '/rpc': answer({ jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } }),
      '/rpc-done': answer({ jsonrpc: '2.0', id: 1, result: 1 }),
      '/search': answer({ errors, data: null }),
      ...{ '/page': html('<p>the app</p>'), '/page.json': html('<p>the app</p>') },
      '/php': { type: 'text/html', body: '{"a":1}' },
      '/mugs.Shop/List': {
        type: 'application/grpc-web-text',
        body: Buffer.from('\x80\0\0\0\x0fgrpc-status:14\n', 'latin1').toString('base64'),
      },
      '/empty': { type: 'application/json', body: '' },
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    const told = shot.logs.flatMap(({ kind, text }) =>
      kind === 'failed_request' ? [text.replaceAll(site.url, '')] : [],
    );
    expect(told.sort()).toEqual([
      '/empty?read: nothing came where JSON was read',
      '/page?read: a page came where JSON was read',
      'GET /graphql?query=%7Bb%7D: answered with HTTP 200 and no data: no field b',
      'GET /page.json: answered with HTTP 200 and a page (text/html), where JSON was asked for',
      'GET /page: answered with HTTP 200 and a page (text/html), where JSON was asked for',
      'POST /api: answered with HTTP 200 and only a part of the data: no field b',
      'POST /graphql: answered with HTTP 200 and no data: no field b',
      'POST /many: answered with HTTP 200 and no data: no field b',
      'POST /mugs.Shop/List: answered with HTTP 200 and the status 14 of gRPC',
      'POST /rpc: answered with HTTP 200 and an error: Method not found',
    ]);
  });

  test('tells a request that the page gave up at once from one that nobody answered', async () => {
    verifies('capture.given-up');
    const giveUp = (path: string, afterMs: number) =>
      `const ${path} = new AbortController(); fetch('/${path}', { signal: ${path}.signal }).catch(() => 0); setTimeout(() => ${path}.abort(), ${afterMs});`;
    const silent = () => undefined;
    const site = await startSite({
      '/': html(`<p>Found: 3</p><script>${giveUp('typed', 50)}${giveUp('silent', 3300)}</script>`),
      '/typed': silent,
      '/silent': silent,
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    const failed = shot.logs.filter(({ kind }) => kind === 'failed_request');
    expect(failed.map(({ level, url }) => [level, url?.replace(site.url, '')]).sort()).toEqual([
      ['error', '/silent'],
      ['info', '/typed'],
    ]);
  });

  some('leaves the icon out that nobody asked for, and keeps the one that the page names', async () => {
    verifies('capture.logs');
    const page = (head: string) =>
      `<!doctype html><html lang="en"><title>t</title>${head}<p>text</p><img src="/late.svg">`;
    const late = { type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>', delayMs: 1500 };
    // The browser remembers an icon that was not there, so each page has a site of its own; and it asks for icons when it has
    // nothing better to do: the late picture keeps the pages open long enough.
    const [one, other] = await Promise.all([
      startSite({ '/': page(''), '/late.svg': late }),
      startSite({ '/': page('<link rel="icon" href="/favicon.ico">'), '/late.svg': late }),
    ]);
    const plain = await booth.photo(one.url);
    const named = await booth.photo(other.url);
    await Promise.all([one.close(), other.close()]);
    expect([one, other].map(({ requests }) => requests.includes('GET /favicon.ico'))).toEqual([true, true]);
    expect(plain.shot.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(named.shot.logs.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  some('hears workers that belong to no page: shared ones, and what service workers throw and print', async () => {
    verifies('capture.logs', 'capture.hidden-errors');
    const script = (body: string) => ({ type: 'text/javascript', body });
    const site = await startSite({
      '/': html(
        `<p id="p">text</p><script>
          onerror = () => true; addEventListener('error', (event) => event.stopImmediatePropagation(), true);
          const shared = new SharedWorker('/shared.js'); shared.onerror = (event) => event.preventDefault();
          shared.port.onmessage = () => { p.textContent = 'said' }; shared.port.start();
          new SharedWorker('/broken.js'); new SharedWorker('/calm.js').port.start();
          navigator.serviceWorker.register('/service.js');
        </script>`,
      ),
      '/shared.js': script(`console.log('a note'); console.error('printed', 7, { a: 1 }, -0);
        onconnect = ({ ports: [port] }) => { setTimeout(() => { port.postMessage(1); throw new TypeError('thrown in common') }); Promise.reject(new Error('rejected in common')) };`),
      '/broken.js': script('let x = ;'),
      '/calm.js': script(
        `onconnect = () => { fetch('/calm.js'); const gone = new AbortController(); fetch('/slow', { signal: gone.signal }).catch(() => 0); gone.abort(); }`,
      ),
      '/service.js': script(
        `console.error('printed by a service'); addEventListener('install', () => { throw new RangeError('not installed') });`,
      ),
    });
    const { shot } = await booth.photo(site.url, { waitFor: { text: 'said' } });
    await site.close();
    const told = shot.logs
      .filter(({ kind, level }) => kind !== 'navigation' && level !== 'info')
      .map(({ kind, level, text }) => [kind, level, text.replace(/\n {4}at .*/g, '').replaceAll(site.url, '')]);
    expect(told.sort((a, b) => String(a).localeCompare(String(b), 'en'))).toEqual([
      ['console', 'error', 'printed 7 Object -0 (in the shared worker /shared.js)'],
      ['console', 'error', 'printed by a service (in the service worker /service.js)'],
      ['page_error', 'error', 'Error: rejected in common (in the shared worker /shared.js)'],
      ['page_error', 'error', 'RangeError: not installed (in the service worker /service.js)'],
      ['page_error', 'error', "SyntaxError: Unexpected token ';' (in the shared worker /broken.js)"],
      ['page_error', 'error', 'TypeError: thrown in common (in the shared worker /shared.js)'],
    ]);
  });

  some('hears what workers ask for in vain, and whose script is none', async () => {
    verifies('capture.hidden-errors');
    const script = (body: string) => ({ type: 'text/javascript', body });
    const site = await startSite({
      '/': html(
        `<p id="p">text</p><script>
          const silent = { handleEvent: (event) => event.preventDefault() };
          for (const one of [new SharedWorker('/gone-shared.js'), new Worker('/app.html', { type: 'module' }), new Worker('/gone-own.js'), new Worker('/thrown.js', { type: 'module' })]) one.addEventListener('error', silent);
          const shared = new SharedWorker('/asks.js');
          navigator.serviceWorker.register('/veil.js').then(() => navigator.serviceWorker.ready).then(async () => {
            if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done));
            const sound = await fetch('/gone-behind.json'); await fetch('/gone-through.json');
            shared.port.onmessage = () => { p.textContent = 'said ' + sound.status }; shared.port.postMessage(0);
          });
        </script>`,
      ),
      '/app.html': { type: 'text/html', body: '<!doctype html><title>t</title>' },
      '/thrown.js': script(`throw new RangeError('in a module')`),
      '/asks.js': script(
        `importScripts('/part.js'); const asked = Promise.all([fetch('/gone-early.json'), fetch('/gone-early.json'), fetch('/fine.json')]);
         onconnect = ({ ports: [port] }) => { port.onmessage = async () => { await asked; await fetch('/gone-late.json', { method: 'POST' }); port.postMessage(1) } };`,
      ),
      '/part.js': script('0'),
      '/fine.json': { type: 'application/json', body: '{}' },
      '/veil.js':
        script(`addEventListener('install', () => skipWaiting()); addEventListener('activate', (event) => event.waitUntil(clients.claim()));
        addEventListener('fetch', (event) => { if (/behind/.test(event.request.url)) event.respondWith(fetch(event.request).then(() => new Response('{}')));
          if (/through/.test(event.request.url)) event.respondWith(fetch(event.request)) })`),
    });
    const { shot } = await booth.photo(site.url, { waitFor: { text: 'said 200' } });
    await site.close();
    const told = shot.logs
      .filter(({ kind, level }) => kind !== 'navigation' && level !== 'info')
      .map(({ kind, text }) => [kind, text.replace(/\n {4}at [^\n(]*\n?/g, '').replaceAll(site.url, '')]);
    const mime = 'Failed to load module script: The server responded with a non-JavaScript MIME type of "text/html".';
    expect(told.sort((a, b) => String(a).localeCompare(String(b), 'en'))).toEqual([
      ['console', `${mime} Strict MIME type checking is enforced for module scripts per HTML spec.`],
      ['failed_request', 'GET /gone-shared.js: the script of the shared worker did not come'],
      ['http_error', '/gone-behind.json: HTTP 404 (asked by the service worker /veil.js)'],
      ['http_error', '/gone-early.json: HTTP 404 (asked by the shared worker /asks.js)'],
      ['http_error', '/gone-late.json: HTTP 404 (asked by the shared worker /asks.js)'],
      ['http_error', 'GET /gone-own.js: HTTP 404 Not Found'],
      ['http_error', 'GET /gone-through.json: HTTP 404 Not Found'],
      ['page_error', 'Uncaught RangeError: in a module (/thrown.js:1:7) (the page kept this error from the browser)'],
    ]);
  });

  some('hears windows that a page opens while it loads, however it does', async () => {
    verifies('capture.hidden-errors');
    const throws = (word: string) => html(`<script>throw new RangeError('${word}')</script>`);
    const site = await startSite({
      '/': html(
        `<link rel="icon" href="data:,"><p>text</p><a id="a" href="/linked" target="_blank">more</a><form id="f" action="/sent" target="other"></form><script>
          window.open('/opened'); window.open('/alone', '_blank', 'noopener'); window.open('/gone'); window.open('/sound'); window.open('/broken'); window.open('/brief');
          a.click(); f.submit();
          window.open(URL.createObjectURL(new Blob(['<title>t</title><script>throw new RangeError("in a blob")</' + 'script>'], { type: 'text/html' })));
          const written = window.open('about:blank'); written.document.write('<title>t</title><script>throw new RangeError("written")</' + 'script>'); written.document.close();
        </script>`,
      ),
      ...{
        '/opened': throws('opened'),
        '/linked': throws('linked'),
        '/sent': throws('sent'),
      },
      '/sound': html('<p>text</p>'),
      '/broken': { type: 'text/html', body: '<p>oops</p><link rel="icon" href="data:,">', status: 500 },
      // One that is gone again at once, and windows that windows open.
      '/brief': html(`<script>setTimeout(() => close()); throw new RangeError('brief')</script>`),
      '/alone': html(`<script>window.open('/second'); throw new RangeError('alone')</script>`),
      '/second': html(`<script>onload = () => window.open('/third', '_blank', 'noopener')</script>`),
      '/third': { ...{ type: 'text/html', delayMs: 300 }, body: throws('third') },
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    const told = shot.logs
      .filter(({ level, kind }) => level === 'error' && kind !== 'console')
      .map(({ text }) => text.split('\n')[0]?.replaceAll(site.url, ''));
    expect(told.sort()).toEqual([
      'GET /broken: HTTP 500 Internal Server Error',
      'GET /gone: HTTP 404 Not Found',
      'RangeError: alone',
      'RangeError: brief',
      'RangeError: in a blob',
      'RangeError: linked',
      'RangeError: opened',
      'RangeError: sent',
      'RangeError: third',
      'RangeError: written',
    ]);
  });

  test('hears with which code a server closes a socket, and keeps silent where nothing went wrong or the page closed it', async () => {
    verifies('capture.logs');
    const codes = [1000, 1001, 1008, 1011, 1012, 4401];
    const server = createServer().on('upgrade', ({ url = '', headers }, socket) => {
      const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
      const head = ['HTTP/1.1 101 Switching', 'Upgrade: websocket', 'Connection: Upgrade'];
      socket
        .on('error', () => undefined)
        .resume()
        .write(`${head.join('\r\n')}\r\nSec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`);
      const close = (code: number, reason = '') =>
        socket.end(Buffer.concat([Buffer.from([0x88, 2 + reason.length, code >> 8, code & 255]), Buffer.from(reason)]));
      const code = Number(url.slice(1));
      if (code > 0) close(code, code === 1011 ? 'the data base is gone' : '');
      else socket.once('data', () => close(3001));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    const site = await startSite({
      '/': html(
        `<p id="p">text</p><script>
          onerror = () => true;
          const closed = [${codes}].map((code) => new Promise((done) => { new WebSocket('ws://127.0.0.1:${port}/' + code).onclose = done; }));
          class Mine extends WebSocket {}
          const own = new Mine('ws://127.0.0.1:${port}/0');
          closed.push(new Promise((done) => { own.onclose = done; })); own.onopen = () => own.close(3001);
          closed.push(new Promise((done) => setTimeout(done, 0, (new WebSocket('ws://127.0.0.1:${port}/0').dispatchEvent(new CloseEvent('close', { code: 1011 }))))));
          Promise.all(closed).then(() => { p.textContent = [own instanceof WebSocket, own.constructor === Mine, WebSocket.OPEN, 'said'].join(' '); });
        </script>`,
      ),
    });
    const { shot } = await booth.photo(site.url, { waitFor: { text: 'true true 1 said' } });
    await Promise.all([site.close(), new Promise((done) => server.close(done))]);
    expect(
      shot.logs
        .filter(({ level }) => level === 'error')
        .map(({ kind, text, same_origin }) => [kind, text, same_origin]),
    ).toEqual([
      ['failed_request', `ws://127.0.0.1:${port}/1008: the server closed the socket with 1008`, false],
      [
        'failed_request',
        `ws://127.0.0.1:${port}/1011: the server closed the socket with 1011 the data base is gone`,
        false,
      ],
    ]);
  });

  some('counts what a shared worker was not heard of, and hears no other session’s', async () => {
    const loud = {
      '/': html(
        '<p id="p">text</p><script>new SharedWorker("/loud.js").port.onmessage = () => { p.textContent = "said" }</script>',
      ),
      '/loud.js': {
        type: 'text/javascript',
        body: 'for (let at = 0; at < 3000; at++) console.log("line " + at); onconnect = ({ ports: [port] }) => port.postMessage(1)',
      },
    };
    const quiet = { '/': html('<p id="p">said</p>') };
    const [one, other] = await Promise.all([startSite(loud), startSite(quiet)]);
    const [heard, calm] = await Promise.all([
      booth.photo(one.url, { waitFor: { text: 'said' } }),
      booth.photo(other.url, { waitFor: { text: 'said' } }),
    ]);
    await Promise.all([one.close(), other.close()]);
    expect(heard.shot.logs.filter(({ lost_errors }) => lost_errors !== undefined)).toHaveLength(1);
    expect(calm.shot.logs.filter(({ kind }) => kind !== 'navigation')).toEqual([]);
  });

  some('hears what a page keeps from the browser, and a script that calls itself an icon', async () => {
    verifies('capture.hidden-errors');
    const site = await startSite({
      '/': html(
        `<script>
          for (const name of ['map', 'filter', 'concat', 'includes']) Array.prototype[name] = () => [];
          Performance.prototype.getEntriesByType = PerformanceObserverEntryList.prototype.getEntries = () => [];
          PerformanceObserver.prototype.takeRecords = () => [];
          Object.defineProperty(PerformanceEntry.prototype, 'name', { get: () => '' });
          window.addEventListener('load', () => performance.clearResourceTimings());
          window.onerror = () => true;
          window.addEventListener('error', (event) => event.stopImmediatePropagation(), true);
          window.addEventListener('unhandledrejection', (event) => event.preventDefault());
          setTimeout(() => { throw new TypeError('kept by onerror') });
          setTimeout(() => { throw 'kept without a stack' });
          Promise.reject(new RangeError('kept by a listener'));
          for (let i = 0; i < 600; i++) console.log('noise ' + i);
          window.addEventListener('load', () => { for (let i = 0; i < 600; i++) console.log('after ' + i); });
        </script><script src="/favicon.ico"></script><script src="/deep/favicon.ico"></script><img src="/gone.png">`,
      ),
      '/favicon.ico': { type: 'text/javascript', body: `console.error('said by an icon'); undefined.property` },
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    const errors = shot.logs
      .filter(({ level }) => level === 'error')
      .map(({ kind, text, status }) => `${kind} ${status ?? ''} ${text.split('\n')[0]?.replaceAll(site.url, '')}`);
    expect(errors.toSorted()).toEqual([
      'console  said by an icon',
      'http_error 404 GET /deep/favicon.ico: Failed to load resource: the server responded with a status of 404 (Not Found)',
      'http_error 404 GET /gone.png: HTTP 404 Not Found',
      'page_error  RangeError: kept by a listener',
      expect.stringMatching(/^page_error {2}TypeError: Cannot read properties of undefined/),
      'page_error  TypeError: kept by onerror',
      expect.stringMatching(/^page_error {2}Uncaught kept without a stack/),
    ]);
  });

  some('hears nothing where a page catches what it throws', async () => {
    verifies('capture.hidden-errors');
    const site = await startSite({
      '/': html(
        `<script>
          window.addEventListener('error', () => 0); window.onunhandledrejection = () => 0;
          try { throw new Error('caught') } catch {}
          Promise.reject(new Error('handled')).catch(() => 0);
          window.dispatchEvent(new ErrorEvent('error', { message: 'made up', cancelable: true }));
          new Image().src = 'data:,';
        </script>`,
      ),
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    expect(shot.logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('redacts, repairs, cuts and counts', async () => {
    verifies('capture.logs');
    const site = await startSite({
      '/': html(
        `<script>console.error('key s3cr3t!'); console.error('x'.repeat(5000)); console.error('\\ud83d half');
         for (let i = 0; i < 700; i++) console.log('line ' + i)</script>`,
      ),
    });
    const { shot } = await booth.photo(`${site.url}/?token=s3cr3t!`, {
      redact: (text) => text.replaceAll('s3cr3t!', '[secret]'),
    });
    await site.close();
    expect(JSON.stringify(shot)).not.toContain('s3cr3t!');
    const texts = shot.logs.map(({ text }) => text);
    expect(texts).toContain('key [secret]');
    expect(texts).toContain('\ufffd half');
    expect(texts).toContain(`${'x'.repeat(1999)}…`);
    expect(shot.logs).toHaveLength(501);
    expect(texts.at(-1)).toMatch(/^204 more entries were dropped/);
  });

  few(
    'is bounded by what the page may say, errors apart from chatter, and the next page is photographed as ever',
    async () => {
      verifies('capture.flood');
      const flood = (script: string) => html(`<h1>Page</h1><script>\n${script}\n</script>`);
      const site = await startSite({
        '/lines': flood(
          // Warnings are no errors: their flood hides none, and none of them counts as a lost one.
          'const say = console.log; for (let i = 0; i < 100000; i++) (i % 2 ? say : console.warn)("line " + i); console.error("the error");',
        ),
        '/errors': flood('for (let i = 0; i < 30000; i++) console.error("bad " + i);'),
        '/long': flood(
          'const long = "x".repeat(5e6); for (let i = 0; i < 20; i++) console[i % 2 ? "log" : "warn"](i + long); console.error("the error");',
        ),
        '/thrown': flood(
          // Each is thrown before the page has loaded, so that all are told before the picture, on a busy machine too.
          'let i = 0; const bell = new EventTarget(); bell.addEventListener("ring", () => { throw new Error("no " + i); }); while (i++ < 20000) bell.dispatchEvent(new Event("ring")); Promise.reject(new Error("not " + i));',
        ),
        '/next': html('<h1>Next</h1>'),
      });
      // Chatter with an error in it, many lines or long ones, and errors alone, said or thrown: of each pair one in the sample.
      const floods: Record<string, boolean[]> = {
        lines: [true, true, false, true],
        errors: [false, true, true, true],
        long: [true, false, false, true],
        thrown: [false, true, true, true],
      };
      const names = [...sampleOf(['lines', 'long']), ...sampleOf(['thrown', 'errors'])];
      const told: Record<string, unknown> = {};
      for (const name of names) {
        const { shot } = await booth.photo(`${site.url}/${name}`);
        const last = shot.logs.at(-1);
        told[name] = [
          shot.logs.some(({ level, text }) => level === 'error' && text.includes('the error')),
          Number(/^(\d+) more entries were dropped/.exec(last?.text ?? '')?.[1] ?? 0) > 19_000,
          (last?.lost_errors ?? 0) > 19_000,
          Math.max(...shot.logs.map(({ text }) => text.length)) <= 2100,
        ];
        expect((await booth.photo(`${site.url}/next`)).shot).toMatchObject({ http_status: 200, blank: false });
      }
      await site.close();
      expect(told).toEqual(Object.fromEntries(names.map((name) => [name, floods[name]])));
    },
  );

  some('says where an error was said', async () => {
    verifies('capture.logs');
    const site = await startSite({
      '/': html('<h1>Page</h1><script src="/a.js"></script>'),
      '/a.js': { type: 'text/javascript', body: '\n\n  function fail() { console.error("here"); }\nfail();' },
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    expect(shot.logs.find(({ text }) => text === 'here')?.location).toBe(`${site.url}/a.js:2:28`);
  });

  some('tells the status of the page, and the address it ended on', async () => {
    verifies('capture.logs');
    const site = await startSite({
      '/old': (_request, response) => response.writeHead(302, { location: '/new' }).end(),
      '/new': { type: 'text/html', body: html('<p>new</p>'), status: 410 },
    });
    const { shot } = await booth.photo(`${site.url}/old`);
    await site.close();
    expect([shot.requested_url, shot.url, shot.http_status, shot.title]).toEqual([
      `${site.url}/old`,
      `${site.url}/new`,
      410,
      'Test page',
    ]);
    await expect(booth.photo(`${site.url}/old`)).rejects.toMatchObject({ code: 'NAVIGATION_FAILED' });
  });

  some('knows a page that shows nothing', async () => {
    verifies('capture.logs');
    const site = await startSite({ '/': html(''), '/text': html('<p>one short line</p>') });
    const seen = [await booth.photo(site.url), await booth.photo(`${site.url}/text`)];
    await site.close();
    expect(seen.map(({ shot }) => shot.blank)).toEqual([true, false]);
  });
});

import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { createBrowserDriver } from '../../src/browser/browser-driver.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { memorySink, PhotoBooth } from './photo-booth.js';
import { html, type Site, startSite } from './site.js';

const some = sampled(test, 2);

// 127.0.0.2 answers on Linux, and codeloop counts it as no loopback: a literal address that is really there.
const OTHER = '127.0.0.2';

/** A page that asks `far` in every way a page has. */
const page = (far: string, udpPort: number) =>
  html(
    `<img src="${far}/image"><img src="/hop?to=${far}/image-hop"><iframe src="${far}/frame"></iframe><iframe src="/hop?to=${far}/frame-hop"></iframe>
     <link rel="prefetch" href="${far}/prefetch"><link rel="preconnect" href="${far}">
     <script>
       fetch('${far}/fetch').catch(()=>0);
       fetch('/hop?to=${far}/fetch-hop',{mode:'no-cors'}).catch(()=>0);
       fetch('${far}/keepalive',{mode:'no-cors',keepalive:true,method:'POST'}).catch(()=>0);
       navigator.sendBeacon('${far}/beacon','x');
       new WebSocket('${far.replace('http', 'ws')}/socket');
       new EventSource('${far}/events');
       new Worker(URL.createObjectURL(new Blob(["fetch('${far}/worker',{mode:'no-cors'}).catch(()=>0);try{importScripts('${far}/worker-script')}catch{};new WebSocket('${far.replace('http', 'ws')}/worker-socket')"])));
       new SharedWorker(URL.createObjectURL(new Blob(["fetch('${far}/shared-worker',{mode:'no-cors'}).catch(()=>0)"])));
       const peer=new RTCPeerConnection({iceServers:[{urls:'stun:${OTHER}:${udpPort}'}]});
       peer.createDataChannel('x');peer.createOffer().then(o=>peer.setLocalDescription(o));
       open('${far}/popup');
     </script>`,
    `<link rel="stylesheet" href="${far}/style"><style>@font-face{font-family:F;src:url(${far}/font)}</style>`,
  );

const WAYS = [
  ...['style', 'image', 'image-hop', 'frame', 'frame-hop', 'prefetch', 'fetch', 'fetch-hop', 'keepalive', 'beacon'],
  ...['socket', 'events', 'worker', 'worker-script', 'worker-socket', 'shared-worker', 'popup'],
];

test.describe('the allow list @once', () => {
  let booth: PhotoBooth;
  let far: Site;
  let near: Site;
  const udp = createSocket('udp4');
  let packets = 0;
  let target = '';
  test.beforeAll(async () => {
    booth = new PhotoBooth();
    far = await startSite(
      Object.fromEntries(
        WAYS.map((way) => [
          `/${way}`,
          { type: 'text/plain', body: 'x', headers: { 'access-control-allow-origin': '*' } },
        ]),
      ),
      OTHER,
    );
    udp.on('message', () => packets++);
    await new Promise<void>((resolve) => udp.bind(0, OTHER, resolve));
    near = await startSite({
      '/': (_request, response) =>
        response.setHeader('content-type', 'text/html').end(page(target, udp.address().port)),
      '/hop': (request, response) => {
        const to = new URL(request.url ?? '', 'http://x').searchParams.get('to') ?? '';
        response.writeHead(302, { location: to }).end();
      },
    });
  });
  test.beforeEach(() => {
    far.requests.length = 0;
    packets = 0;
  });
  test.afterAll(async () => {
    await booth.dispose();
    await Promise.all([far.close(), near.close()]);
    udp.close();
  });

  test('lets a listed origin through in every way', async () => {
    verifies('capture.allow-list');
    target = far.url;
    await booth.photo(near.url, { allowedOrigins: [far.url] });
    const reached = new Set(far.requests.map((request) => request.split('/')[1]?.split('?')[0]));
    expect(WAYS.filter((way) => !reached.has(way))).toEqual([]);
  });

  const LISTS: readonly [string, readonly string[]][] = [
    ['an empty list', []],
    ['another port of the host on the list', [`http://${OTHER}:9`]],
    ['another scheme of the origin on the list', ['https']],
  ];
  for (const [name, allowed] of sampleOf(LISTS)) {
    test(`stops every way to an address that is not listed: ${name}`, async () => {
      verifies('capture.allow-list', 'capture.blocked-not-blamed');
      target = far.url;
      const listed = allowed.map((origin) => (origin === 'https' ? far.url.replace('http', 'https') : origin));
      const { shot } = await booth.photo(near.url, { allowedOrigins: listed });
      expect(far.requests).toEqual([]);
      expect(packets).toBe(0);
      const blocked = shot.logs.filter(({ kind }) => kind === 'blocked_request');
      const ways = new Set(blocked.map(({ url }) => url?.split('/')[3]));
      for (const way of [
        'style',
        'image',
        'image-hop',
        'frame',
        'frame-hop',
        'fetch',
        'socket',
        'worker',
        'worker-socket',
      ])
        expect(ways).toContain(way);
      expect(new Set(blocked.map(({ config_line }) => config_line))).toEqual(
        new Set([`network.allowed_origins: ["${far.url}"]`]),
      );
      expect(shot.logs.filter(({ level }) => level === 'error')).toEqual([]);
    });
  }

  some('stops a host name without asking anyone for it', async () => {
    verifies('capture.allow-list', 'capture.blocked-not-blamed');
    target = 'http://codeloop.example';
    const { shot } = await booth.photo(near.url);
    expect(shot.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(shot.logs.filter(({ kind }) => kind === 'blocked_request')[0]?.config_line).toBe(
      'network.allowed_origins: ["http://codeloop.example"]',
    );
  });

  for (const [what, url, code] of [
    ['an address that is not listed', `http://${OTHER}:81/`, 'ORIGIN_BLOCKED'],
    ['the metadata address of clouds', 'http://169.254.169.254/latest/', 'ORIGIN_BLOCKED'],
    ['a file', 'file:///etc/passwd', 'ORIGIN_BLOCKED'],
    ['a data address', 'data:text/html,hello', 'ORIGIN_BLOCKED'],
    ['a page of the browser', 'chrome://version', 'ORIGIN_BLOCKED'],
    ['a script address', 'javascript:alert(1)', 'ORIGIN_BLOCKED'],
    ['a name that begins like loopback', 'http://127.0.0.1.example/', 'ORIGIN_BLOCKED'],
    ['loopback as the user of another host', 'http://127.0.0.1@codeloop.example/', 'ORIGIN_BLOCKED'],
  ] as const) {
    test(`refuses to open ${what}`, async () => {
      verifies('capture.no-file', 'capture.allow-list');
      await expect(booth.photo(url)).rejects.toMatchObject({ code });
    });
  }

  test('asks no resolver by itself, not even from its own page for an address that does not exist', async () => {
    verifies('capture.no-packet');
    const folder = mkdtempSync(path.join(tmpdir(), 'codeloop-net-log-'));
    const log = path.join(folder, 'net.json');
    const driver = createBrowserDriver({ args: [`--log-net-log=${log}`] });
    const away = await startSite({
      '/': html('<p>away</p><script>setTimeout(() => { location = "http://nowhere.invalid/" })</script>'),
      '/still': html('<p>still</p><a href="http://elsewhere.invalid/">x</a><img src="http://picture.invalid/x.png">'),
      // What a page may have the browser look up before, beside and below any request.
      '/eager':
        html(`<p>eager</p><link rel="dns-prefetch" href="//dns.invalid"><link rel="preconnect" href="http://early.invalid"><link rel="prefetch" href="http://fetched.invalid/">
        <link rel="manifest" href="http://manifest.invalid/m.json"><iframe src="http://frame.invalid/"></iframe><iframe src="/away-inside"></iframe>
        <script type="speculationrules">{"prerender":[{"urls":["http://rules.invalid/"]}],"prefetch":[{"urls":["http://rules.invalid/b"]}]}</script>
        <script>
          const ice = new RTCPeerConnection({ iceServers: [{ urls: ['stun:stun.invalid:3478', 'stun:127.0.0.1:9'] }, { urls: 'turns:turn.invalid:5349', username: 'a', credential: 'b' }] });
          ice.createDataChannel('x'); ice.createOffer().then((offer) => ice.setLocalDescription(offer));
          navigator.sendBeacon('http://beacon.invalid/', 'x'); new WebSocket('ws://socket.invalid/'); new EventSource('http://events.invalid/');
          try { new WebTransport('https://transport.invalid/') } catch {}
          window.open('http://window.invalid/'); fetch('http://fetch.invalid/', { mode: 'no-cors', keepalive: true }).catch(() => 0);
        </script>`),
      '/away-inside': html('<script>location = "http://inside.invalid/"</script>'),
    });
    const open = async (url: string) => {
      const viewport = Viewport.parse({ width: 400, height: 300 });
      const capture = driver.create({ viewport, allowedOrigins: [], redact: (text) => text }, memorySink());
      const signal = new AbortController().signal;
      // Where the page went is the browser's own error page: whether that can be photographed is not asked here.
      await capture.open({ kind: 'url', url }, signal).catch(() => undefined);
      const request = { name: 'x', fullPage: false, masks: [], settleTimeoutMs: 1000, dom: false };
      await capture.screenshot(request, signal).catch(() => undefined);
      return capture;
    };
    // The error page stays open while other pages are looked at.
    const first = await open(away.url);
    for (let n = 0; n < 3; n += 1) await (await open(`${away.url}/still`)).close();
    await (await open(`${away.url}/eager`)).close();
    await first.close();
    await driver.dispose();
    await away.close();
    const text = readFileSync(log, 'utf8');
    rmSync(folder, { recursive: true });
    const known = z.object({ constants: z.object({ logEventTypes: z.record(z.string(), z.number()) }) });
    const { logEventTypes: types } = known.parse(
      JSON.parse(`${text.slice(0, text.indexOf('"events"')).replace(/,\s*$/, '')}}`),
    ).constants;
    const events = [...text.matchAll(/"time":"\d+","type":(\d+)\}/g)].map((found) => Number(found[1]));
    const count = (name: string) => events.filter((type) => type === types[name]).length;
    // The log sees what is asked of the resolver; nothing of it goes to the system's or to any server.
    expect(text).toContain('nowhere.invalid');
    expect(count('HOST_RESOLVER_MANAGER_REQUEST')).toBeGreaterThan(0);
    expect(text).toContain('inside.invalid');
    // mDNS has no task of its own: its question is a packet.
    const asked = ['DNS_TRANSACTION', 'HOST_RESOLVER_DNS_TASK', 'HOST_RESOLVER_SYSTEM_TASK', 'UDP_BYTES_SENT'];
    expect(asked.filter((name) => !(name in types))).toEqual([]);
    expect(asked.map((name) => [name, count(name)])).toEqual(asked.map((name) => [name, 0]));
  });

  some('refuses a redirect out, and names where it led', async () => {
    verifies('capture.allow-list', 'capture.no-file');
    await expect(booth.photo(`${near.url}/hop?to=${far.url}/image`)).rejects.toMatchObject({
      code: 'ORIGIN_BLOCKED',
      values: { details: { untrusted_url: expect.stringContaining(far.url) } },
    });
    await expect(booth.photo(`${near.url}/hop?to=file:///etc/passwd`)).rejects.toMatchObject({
      code: 'NAVIGATION_FAILED',
    });
    expect(far.requests).toEqual([]);
  });
});

import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { colorAt, PhotoBooth } from './photo-booth.js';
import { html, startSite } from './site.js';

const few = sampled(test, 2);

// 127.0.0.2 answers on Linux, and codeloop counts it as no loopback: a literal address that is really there.
const OTHER = '127.0.0.2';

/** Mocks a back end, as Mock Service Worker does: it takes a second to be there, and claims the page that waits for it. */
const mocks = (far: string) => `
addEventListener('install', (event) => event.waitUntil(new Promise((resolve) => setTimeout(resolve, 1200)).then(() => skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === '/api/name') event.respondWith(Response.json({ color: '#00aa00' }));
  if (pathname === '/api/broken') event.respondWith(new Response('no', { status: 500 }));
  if (pathname === '/api/far') event.respondWith(fetch('${far}/stolen', { mode: 'no-cors' }));
});`;
const app = html(
  `<div id="app"></div><script type="module">
    navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    const { color } = await (await fetch('/api/name')).json();
    app.style.cssText = 'height:100px;background:' + color;
    await fetch('/api/broken');
    await fetch('/api/far').catch(() => 0);
  </script>`,
);

test.describe('an app with a service worker @once', () => {
  const booth = new PhotoBooth();
  test.afterAll(() => booth.dispose());

  few('is photographed with what its worker answers, which is in the log, and reaches nobody else', async () => {
    verifies('capture.service-workers', 'capture.allow-list');
    const far = await startSite({ '/stolen': 'stolen' }, OTHER);
    const site = await startSite({ '/': app, '/worker.js': { type: 'text/javascript', body: mocks(far.url) } });
    const photos = [await booth.photo(site.url), await booth.photo(site.url)];
    await site.close();
    await far.close();
    for (const { shot, png } of photos) {
      expect(await colorAt(png, 200, 50)).toBe('#00aa00');
      expect(shot.steady.settled).toBe(true);
      expect(shot.logs.filter(({ kind }) => kind === 'http_error').map(({ url, status }) => [url, status])).toEqual([
        [`${site.url}/api/broken`, 500],
      ]);
    }
    // Each session begins without a worker: none is answered from what another one has left.
    expect(site.requests.filter((request) => request === 'GET /worker.js')).toHaveLength(2);
    expect(site.requests.filter((request) => request.includes('/api/'))).toEqual([]);
    expect(far.requests).toEqual([]);
  });

  test('is told when its worker is not there', async () => {
    verifies('capture.service-workers');
    const site = await startSite({
      '/': html(
        '<div style="height:100px;background:#00aa00"></div><script>navigator.serviceWorker.register("/gone.js").catch((error)=>console.error(error.name))</script>',
      ),
    });
    const { shot, png } = await booth.photo(site.url);
    await site.close();
    expect(await colorAt(png, 200, 50)).toBe('#00aa00');
    expect(shot.logs.filter(({ level }) => level === 'error').map(({ text }) => text)).toContain('TypeError');
  });
});

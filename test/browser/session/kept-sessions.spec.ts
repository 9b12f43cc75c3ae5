import { expect, test } from '@playwright/test';
import { BrowserCapture } from '../../../src/browser/browser-capture.js';
import { KeptSessions } from '../../../src/browser/session/kept-sessions.js';
import { WarmBrowser } from '../../../src/browser/warm-browser.js';
import { Viewport } from '../../../src/core/vocabulary/geometry.js';
import type { Screenshot } from '../../../src/core/vocabulary/screenshot.js';
import { verifies } from '../../requirements.js';
import { sampled, sampleOf } from '../../sample.js';
import { memorySink } from '../photo-booth.js';
import { type Answer, html, type Site, startSite } from '../site.js';

const some = sampled(test, 2);

/** Writes everything into its title that a page can find of one before it. */
const probe =
  html(`<style>:link{color:#00f}:visited{color:#f00}</style><a href="/plain">Plain</a> <a href="/cookie">Cookie</a>
<script>const active = navigator.userActivation.hasBeenActive;</script><script type="module">
const names = async (database) => (await database.databases()).map(({ name }) => name);
const folder = await navigator.storage.getDirectory();
const files = [];
for await (const name of folder.keys()) files.push(name);
const found = {
  history: history.length, entries: navigation.entries().map(({ url }) => url), referrer: document.referrer, opener: opener === null, name,
  kind: performance.getEntriesByType('navigation')[0].type, cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage },
  databases: await names(indexedDB), caches: await caches.keys(), files,
  workers: (await navigator.serviceWorker.getRegistrations()).length, controlled: navigator.serviceWorker.controller !== null,
  active, focus: document.hasFocus(), size: [innerWidth, innerHeight, devicePixelRatio, scrollY],
  language: [Array.isArray, JSON.stringify, fetch, setTimeout].map((one) => /native code/.test(one)), memory: window.left ?? null,
  media: ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', '(pointer: coarse)', 'print'].map((one) => matchMedia(one).matches),
  permission: Notification.permission,
};
document.title = JSON.stringify(found);
document.body.append(Object.assign(document.createElement('p'), { id: 'done', textContent: 'done' }));
</script>`);

/** What a page does that lasts longer than its document, or would. */
const LASTS: Readonly<Record<string, string>> = {
  cookie: `document.cookie = 'seen=1'`,
  local: `localStorage.seen = 1`,
  session: `sessionStorage.seen = 1`,
  name: `window.name = 'seen'`,
  database: `await new Promise((done) => (indexedDB.open('seen').onsuccess = done))`,
  cache: `await (await caches.open('seen')).put('/x', new Response('x'))`,
  file: `await (await navigator.storage.getDirectory()).getFileHandle('seen', { create: true })`,
  worker: `await navigator.serviceWorker.register('/worker.js'); await navigator.serviceWorker.ready`,
  shared: `await new Promise((done) => { const { port } = new SharedWorker('/shared.js'); port.onmessage = done; port.start(); })`,
  dialog: `alert('seen')`,
  permission: `await Notification.requestPermission()`,
  passkey: `await navigator.credentials.create({ publicKey: { rp: { name: 'x' }, user: { id: new Uint8Array(4), name: 'x', displayName: 'x' },
    challenge: new Uint8Array(8), pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { residentKey: 'required' } } })`,
  frame: `await new Promise((done) => { const frame = document.createElement('iframe'); frame.onload = done; frame.src = location.href.replace('localhost', '127.0.0.1').replace('/frame', '/plain'); document.body.append(frame); })`,
  pagehide: `addEventListener('pagehide', () => { sessionStorage.late = 1; })`,
  unload: `onunload = () => { localStorage.late = 1; }`,
  hidden: `document.onvisibilitychange = () => { sessionStorage.late = 1; }`,
  hinted: '',
};
/** What a page does that its document ends: the next page may come in its place. */
const ENDS: Readonly<Record<string, string>> = {
  plain: '',
  globals: `window.left = 1; window.fetch = () => 1; history.pushState({}, '', '/globals?2'); scrollTo(0, 900)`,
  beforeunload: `addEventListener('beforeunload', () => { localStorage.late = 1; sessionStorage.late = 1; })`,
  looping: `setInterval(() => { window.left = (window.left ?? 0) + 1; }, 5); new EventSource('/events')`,
  logging: `console.error('said before'); throw new Error('thrown before')`,
};

let counted = 0;
const pages: Record<string, Answer> = {
  '/probe': probe,
  // Told by its title.
  '/counted': (_request, response) => {
    counted += 1;
    response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'max-age=3600' });
    response.end(html(`<p id="done">done</p><script>document.title = ${counted}</script>`));
  },
  '/worker.js': { type: 'text/javascript', body: `addEventListener('fetch', () => {})` },
  '/shared.js': { type: 'text/javascript', body: `onconnect = ({ ports }) => ports[0].postMessage(1)` },
  '/events': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  },
};
for (const [name, script] of Object.entries({ ...LASTS, ...ENDS })) {
  const body = html(`<style>body{margin:0;height:3000px}</style><h1>${name}</h1><script type="module">
try { ${script} } finally { document.body.append(Object.assign(document.createElement('p'), { id: 'done', textContent: 'done' })); }
</script>`);
  pages[`/${name}`] =
    name === 'hinted'
      ? { type: 'text/html', body, headers: { 'accept-ch': 'Sec-CH-DPR, Sec-CH-Viewport-Width' } }
      : body;
}

test.describe('one page after the other @once', () => {
  // Made anew each time: a worker that takes both tests ends what the first one had.
  let browser: WarmBrowser;
  let kept: KeptSessions;
  let site: Site;
  let home: string;
  test.beforeAll(async () => {
    browser = new WarmBrowser({ engine: 'chromium' }, []);
    // Longer than the pages of a test take on any machine.
    kept = new KeptSessions(3_600_000);
    site = await startSite(pages);
    // A passkey belongs to a name, not to a number.
    home = site.url.replace('127.0.0.1', 'localhost');
  });
  test.afterAll(async () => {
    await kept.clear();
    await browser.dispose();
    await site.close();
  });

  const { signal } = new AbortController();
  /** Looks at a page as a run does, and lays it out at another width. */
  const see = async (path: string, series?: string) => {
    const sink = memorySink();
    const viewport = Viewport.parse({ width: 400, height: 300 });
    const options = { viewport, allowedOrigins: [], redact: (text: string) => text };
    const capture = new BrowserCapture(browser, 'chromium', { ...options, ...(series ? { series } : {}) }, sink, kept);
    await capture.open({ kind: 'url', url: `${home}/${path}`, waitFor: { selector: '#done' } }, signal);
    const request = { name: 'x', fullPage: true, masks: [], settleTimeoutMs: 8000, layout: true };
    const shot = await capture.screenshot(request, signal);
    const axe = await capture.accessibility(signal);
    await capture.layOut(320, false, signal);
    await capture.close();
    return { title: shot.title, told: recorded(shot, axe, sink.files) };
  };
  const waiting = async () => (await browser.get()).contexts().length;
  /** What is stored of a page, without times. */
  const recorded = (shot: Screenshot, axe: unknown, files: ReturnType<typeof memorySink>['files']) => {
    const { steady, logs, ...rest } = shot;
    const said = logs.map(({ at, ...entry }) => entry);
    const bytes = [...files.values()].map(({ name, data }) => [name, Buffer.from(data).toString('base64')]);
    return { ...rest, settled: steady.settled, said, axe, bytes };
  };

  some('leaves nothing of the one before for the next to find', async () => {
    verifies('capture.isolated', 'capture.kept-sessions');
    const alone = await see('probe');
    expect(await waiting()).toBe(0);
    for (const name of sampleOf(Object.keys(ENDS), 4)) {
      await see(name, name);
      expect([name, await waiting()]).toEqual([name, 1]);
      const after = await see('probe', name);
      expect(JSON.parse(after.title), name).toEqual(JSON.parse(alone.title));
      expect(after.told, name).toEqual(alone.told);
      await kept.clear();
    }
    // One whose process ends while it waits is given to nobody.
    await see('plain', 'crashed');
    const [page] = (await browser.get()).contexts().flatMap((context) => context.pages());
    const crashed = page?.waitForEvent('crash');
    page?.goto('chrome://crash').catch(() => undefined);
    await crashed;
    expect((await see('probe', 'crashed')).told).toEqual(alone.told);
    await kept.clear();
    // Each time it is asked for again, though it may be kept for an hour.
    const first = await see('counted', 'counted');
    const second = await see('counted', 'counted');
    expect([first.title, second.title]).toEqual(['1', '2']);
    // Another series has its own.
    expect(await waiting()).toBe(1);
    await see('plain', 'other');
    expect(await waiting()).toBe(2);
    await kept.clear();
    expect(await waiting()).toBe(0);
  });

  some('is given to none after a page that stored something, or may have', async () => {
    verifies('capture.kept-sessions');
    const keptAfter: [name: string, sessions: number][] = [];
    const tried = sampleOf(Object.keys(LASTS), 6);
    for (const name of tried) {
      await see(name, name);
      keptAfter.push([name, await waiting()]);
    }
    expect(keptAfter).toEqual(tried.map((name) => [name, 0]));
  });
});

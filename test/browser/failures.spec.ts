import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { createBrowserDriver } from '../../src/browser/browser-driver.js';
import { WarmBrowser } from '../../src/browser/warm-browser.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { colorAt, memorySink, PhotoBooth } from './photo-booth.js';
import { browserProcesses } from './processes.js';
import { SELF_SIGNED } from './self-signed.js';
import { html, startSite } from './site.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

const options = {
  viewport: Viewport.parse({ width: 400, height: 300 }),
  allowedOrigins: [],
  redact: (text: string) => text,
};
const request = { name: 'x', fullPage: false, masks: [], settleTimeoutMs: 3000 };

test.describe('when something goes wrong @once', () => {
  few('a page that hangs holds up no other, and can be cancelled and closed', async () => {
    verifies('capture.isolated');
    const booth = new PhotoBooth({ own: true });
    // One waits for an answer that never comes, which takes the page's thread and no processor; one computes until its page is closed.
    const wait = "const request = new XMLHttpRequest(); request.open('GET', '/never', false); request.send()";
    const hang = (by: string) => html(`<script>onload = () => setTimeout(() => { ${by} }, 50)</script>`);
    const site = await startSite({
      '/waits': hang(wait),
      '/computes': hang('for (;;);'),
      '/never': () => undefined,
      '/fine': html('<p>fine</p>'),
    });
    const hanging = async (path: string, signal: AbortSignal) => {
      const hung = booth.driver.create(options, memorySink());
      await hung.open({ kind: 'url', url: site.url + path }, signal);
      return { hung, picture: hung.screenshot(request, signal).catch((error: unknown) => error) };
    };
    const end = new AbortController();
    const held = await hanging('/waits', end.signal);
    const { shot } = await booth.photo(`${site.url}/fine`);
    expect(shot.steady.settled).toBe(true);
    end.abort();
    // On a crowded machine its own limit may come first.
    expect(['CANCELLED', 'PAGE_UNRESPONSIVE']).toContain(Reflect.get(Object(await held.picture), 'code'));

    const cancel = new AbortController();
    const { hung, picture } = await hanging('/computes', cancel.signal);
    cancel.abort();
    expect(await picture).toMatchObject({ code: 'CANCELLED' });
    for (const one of [hung, hung, held.hung]) await one.close();
    await booth.dispose();
    await site.close();
  });

  some('a page that never answers ends by its deadline', async () => {
    verifies('capture.isolated');
    const booth = new PhotoBooth();
    const site = await startSite({ '/': html('<p>never</p>') });
    await expect(booth.photo(site.url, { waitFor: { selector: '#never', timeoutMs: 300 } })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await booth.dispose();
    await site.close();
  });

  test('a page that goes on by itself is followed, and one that never stays or breaks off says so', async () => {
    verifies('capture.goes-on');
    const booth = new PhotoBooth();
    const blue = '<div style="height:99px;background:#0000aa">there</div>';
    const goes = (how: string, ms = 500) => html(`<p>here</p><script>setTimeout(()=>{${how}},${ms})</script>`);
    const site = await startSite({
      '/once': html(
        `<div id="one" style="height:99px"></div><script>if(sessionStorage.was)one.style.background='#0000aa';else setTimeout(()=>{sessionStorage.was=1;location.reload()},500)</script>`,
      ),
      '/on': goes("location.href='/there'"),
      '/meta': html('<p>here</p>', '<meta http-equiv="refresh" content="0;url=/there">'),
      '/scrolls': html(
        `<div style="height:2000px">far</div><script>addEventListener('scroll',()=>{location.href='/there'})</script>`,
      ),
      '/there': html(blue),
      '/never': goes('location.reload()', 300),
      '/broken': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': '9999' }).write('<p>half');
        setTimeout(() => response.destroy(), 50);
      },
      '/packed': (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end('plain'),
    });
    const look = async (path: string) => {
      try {
        const { shot, png } = await booth.photo(site.url + path, { fullPage: true, dom: false });
        return [new URL(shot.url).pathname, await colorAt(png, 200, 50), shot.http_status];
      } catch (error) {
        return [Reflect.get(Object(error), 'code'), String(error).replace(/^.*could not be opened: /, '')];
      }
    };
    expect(await look('/once')).toEqual(['/once', '#0000aa', 200]);
    for (const path of ['/on', '/meta', '/scrolls'])
      expect([path, ...(await look(path)).slice(0, 2)]).toEqual([path, '/there', '#0000aa']);
    const [code, reason] = await look('/never');
    expect([code, reason]).toEqual([
      'NAVIGATION_FAILED',
      expect.stringContaining('it loads itself again and again, or went elsewhere'),
    ]);
    expect(await look('/broken')).toEqual([
      'NAVIGATION_FAILED',
      'its answer broke off in the middle (ERR_CONTENT_LENGTH_MISMATCH).',
    ]);
    expect(await look('/packed')).toEqual([
      'NAVIGATION_FAILED',
      'its answer is not packed as its header says (ERR_CONTENT_DECODING_FAILED).',
    ]);
    await booth.dispose();
    await site.close();
  });

  some('nothing that listens is told in words', async () => {
    verifies('capture.isolated');
    const booth = new PhotoBooth();
    const site = await startSite({});
    await site.close();
    await expect(booth.photo(site.url)).rejects.toMatchObject({
      code: 'NAVIGATION_FAILED',
      message: `${site.url} could not be opened: nothing listens there (ERR_CONNECTION_REFUSED).`,
    });
    await booth.dispose();
  });

  some("this machine's own certificate is good enough, on this machine", async () => {
    const server = createServer(SELF_SIGNED, (_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>secure</h1>'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const booth = new PhotoBooth();
    const { shot } = await booth.photo(`https://localhost:${port}/`);
    expect(shot.http_status).toBe(200);
    await booth.dispose();
    await new Promise((resolve) => server.close(resolve));
  });

  some('an element that is not there is told', async () => {
    verifies('capture.isolated');
    const booth = new PhotoBooth();
    const site = await startSite({ '/': html('<p>one</p>') });
    await expect(booth.photo(site.url, { selector: '#two' })).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' });
    await booth.dispose();
    await site.close();
  });

  some('a browser that dies ends its sessions, and the next one starts another', async () => {
    verifies('capture.restarts', 'capture.isolated');
    const driver = createBrowserDriver();
    const before = new Set(browserProcesses(process.pid));
    const site = await startSite({ '/': html('<p>alive</p>') });
    const { signal } = new AbortController();
    const first = driver.create(options, memorySink());
    await first.open({ kind: 'url', url: site.url }, signal);
    const mine = browserProcesses(process.pid).filter((pid) => !before.has(pid));
    expect(mine.length).toBeGreaterThan(0);
    for (const pid of mine) process.kill(pid, 'SIGKILL');
    await expect(first.screenshot(request, signal)).rejects.toMatchObject({ code: 'BROWSER_CRASHED' });
    await first.close();

    const second = driver.create(options, memorySink());
    await second.open({ kind: 'url', url: site.url }, signal);
    const shot = await second.screenshot(request, signal);
    expect(shot.steady.settled).toBe(true);
    await second.close();
    await driver.dispose();
    await driver.dispose();
    await site.close();
  });

  some('a browser that let a page go too late is replaced, and stays for the pages of others', async () => {
    verifies('capture.restarts');
    const warm = new WarmBrowser({ engine: 'chromium' }, []);
    try {
      const first = await warm.get();
      const ended = new Promise((resolve) => first.once('disconnected', resolve));
      const [late, other] = [await first.newContext(), await first.newContext()];
      const page = await other.newPage();
      warm.replace(late);
      await late.close();
      expect(await warm.get()).not.toBe(first);
      expect(await page.evaluate('6 * 7')).toBe(42);
      await other.close();
      await ended;
    } finally {
      await warm.dispose();
    }
  });
});

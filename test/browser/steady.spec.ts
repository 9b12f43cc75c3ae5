import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { installAgenda } from '../../src/browser/page/agenda.js';
import { setDeaf } from '../../src/browser/page/agenda-switches.js';
import { restFrame } from '../../src/browser/page/rest.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { redThenBlue } from './media.js';
import { colorAt, colorDistance, PhotoBooth } from './photo-booth.js';
import { type Answer, html, startSite } from './site.js';

const few = sampled(test, 2);

const icons = readFileSync(
  'node_modules/startbootstrap-sb-admin-2/vendor/fontawesome-free/webfonts/fa-solid-900.woff2',
);
const box = 'position:absolute;left:0;top:0;width:100px;height:100px;';
const square =
  '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100" fill="#00aa00"/></svg>';

/** A page that moves, the point to look at, and the colour that a steady picture has there. */
interface Trap {
  body: string;
  at: [number, number];
  color: string;
  files?: Record<string, Answer>;
  pinned?: boolean;
  fullPage?: boolean;
}

const traps: Record<string, Trap> = {
  'data that a slow server sends': {
    body: `<div id="a" style="${box}"></div><script>fetch('/data').then((r) => r.text()).then((c) => { a.style.background = c })</script>`,
    at: [50, 50],
    color: '#00aa00',
    files: { '/data': { type: 'text/plain', body: '#00aa00', delayMs: 2200 } },
  },
  'a picture that comes late': {
    body: '<img src="/late.svg" width="100" height="100">',
    at: [50, 50],
    color: '#00aa00',
    files: { '/late.svg': { type: 'image/svg+xml', body: square, delayMs: 700 } },
  },
  'a picture that a script adds after a while': {
    body: `<div id="a"></div><script>setTimeout(()=>{a.innerHTML='<img src="/late.svg">'},400)</script>`,
    at: [50, 50],
    color: '#00aa00',
    files: { '/late.svg': { type: 'image/svg+xml', body: square, delayMs: 300 } },
  },
  'a lazy picture far below': {
    body: '<div style="height:5000px"></div><img loading="lazy" src="/late.svg" width="100" height="100" style="display:block">',
    at: [50, 5050],
    color: '#00aa00',
    fullPage: true,
    files: { '/late.svg': { type: 'image/svg+xml', body: square, delayMs: 300 } },
  },
  'content that waits to be seen': {
    body: `<div style="height:3000px"></div><div id="b" style="height:100px"></div><script>new IntersectionObserver((e,o)=>{if(e[0].isIntersecting){o.disconnect();setTimeout(()=>b.style.background='#00aa00',200)}}).observe(b)</script>`,
    at: [50, 3050],
    color: '#00aa00',
    fullPage: true,
  },
  'an animation that ends': {
    body: `<style>@keyframes go{from{background:#aa0000}to{background:#00aa00}}</style><div style="${box}animation:go 5s linear both"></div>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'an animation that never ends': {
    body: `<style>@keyframes spin{from{background:#aa0000}to{background:#0000aa}}</style><div style="${box}background:#00aa00;animation:spin .7s linear infinite alternate"></div>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'a transition under way': {
    body: `<div id="t" style="${box}background:#aa0000;transition:background 3s"></div><script>requestAnimationFrame(()=>requestAnimationFrame(()=>{t.style.background='#00aa00'}))</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'a drawing that takes a second': {
    body: `<canvas id="c" width="100" height="100"></canvas><script>const p=c.getContext('2d');let s;function f(t){s??=t;const k=Math.min(1,(t-s)/1000);p.fillStyle='#aa0000';p.fillRect(0,0,100,100);p.fillStyle='#00aa00';p.fillRect(0,0,100*k,100);if(k<1)requestAnimationFrame(f)}requestAnimationFrame(f)</script>`,
    at: [98, 50],
    color: '#00aa00',
  },
  'a drawing that never ends': {
    // Frame 120 of a loop that counts its frames: 120 * 2 = 240 of red.
    body: `<canvas id="c" width="100" height="100"></canvas><script>const p=c.getContext('2d');let n=0;(function f(){p.fillStyle='rgb('+(n*2)+',0,0)';p.fillRect(0,0,100,100);n++;requestAnimationFrame(f)})()</script>`,
    at: [50, 50],
    color: '#f00000',
    pinned: true,
  },
  'a drawing that goes by its time stamp': {
    body: `<canvas id="c" width="100" height="100"></canvas><script>const p=c.getContext('2d');let s;requestAnimationFrame(function f(t){s??=t;p.fillStyle='rgb('+Math.round((t-s)/10)%256+',0,0)';p.fillRect(0,0,100,100);requestAnimationFrame(f)})</script>`,
    at: [50, 50],
    // 119 frames of 1000/60 ms after the first: 1983 ms.
    color: '#c60000',
    pinned: true,
  },
  'a GIF': {
    body: '<img src="/clip.gif" width="100" height="100">',
    at: [50, 50],
    color: '#ff0000',
    files: { '/clip.gif': { type: 'image/gif', body: redThenBlue('gif') } },
  },
  'a GIF as a background': {
    body: `<div style="${box}background:url(/clip.gif)"></div>`,
    at: [30, 30],
    color: '#ff0000',
    files: { '/clip.gif': { type: 'image/gif', body: redThenBlue('gif') } },
  },
  'a video that plays by itself': {
    body: '<video src="/clip.webm" autoplay loop muted width="100" height="100"></video>',
    at: [50, 50],
    color: '#ff0000',
    files: { '/clip.webm': { type: 'video/webm', body: redThenBlue('webm') } },
    pinned: true,
  },
  'an animated vector picture': {
    body: `<svg width="100" height="100"><rect width="100" height="100" fill="#00aa00"><animate attributeName="fill" from="#00aa00" to="#aa0000" dur="1s" repeatCount="indefinite"/></rect></svg>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'the button of Vue’s dev tools': {
    body: `<div style="${box}background:#00aa00"></div><div id="__vue-devtools-container__" style="${box}background:#aa0000"></div>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'the button of Next’s dev tools': {
    body: `<div style="${box}background:#00aa00"></div><nextjs-portal></nextjs-portal><script>document.querySelector('nextjs-portal').attachShadow({mode:'open'}).innerHTML='<div id="devtools-indicator" style="${box}background:#aa0000"></div>'</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'an error that Next shows over the app, which stays': {
    body: `<div style="${box}background:#aa0000"></div><nextjs-portal></nextjs-portal><script>document.querySelector('nextjs-portal').attachShadow({mode:'open'}).innerHTML='<div data-nextjs-dialog-overlay style="${box}background:#00aa00"></div>'</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'a caret': {
    body: `<input id="i" style="${box}border:0;outline:0;font:80px monospace;padding:0"><script>i.focus()</script>`,
    at: [1, 50],
    color: '#ffffff',
  },
  'a caret, under a policy that lets in no style but the page’s own files': {
    body: `<meta http-equiv="Content-Security-Policy" content="style-src 'self'"><link rel="stylesheet" href="/own.css"><input id="i"><script>i.focus()</script>`,
    at: [1, 50],
    color: '#ffffff',
    files: {
      '/own.css': {
        type: 'text/css',
        body: `#i{${box}border:0;outline:0;font:80px monospace;padding:0;background:#fff}`,
      },
    },
  },
  'a script that scrolls softly': {
    body: `<style>html{scroll-behavior:smooth}</style><div style="height:300px;background:#aa0000"></div><div id="e" style="height:900px;background:#00aa00"></div><script>onload=()=>e.scrollIntoView()</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
};

/** What changes in seconds; however late a picture begins: what the first two turns show is green. */
const slides: Record<string, Trap> = {
  'slides that an interval changes': {
    body: `<div id="a" style="${box}background:#00aa00"></div><script>let n=0;setInterval(()=>{a.style.background=++n>1?'#aa0000':'#00aa00';a.style.marginTop=n%2+'px'},1500)</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'slides that ask for their next turn themselves': {
    body: `<div id="a" style="${box}background:#00aa00"></div><script>let n=0;const turn=()=>setTimeout(()=>{a.style.background=++n>1?'#aa0000':'#00aa00';turn()},1500);turn()</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'slides whose transition asks for the next turn': {
    body: `<div id="a" style="${box}background:#00aa00;transition:width .3s"></div><script>let n=0;const turn=()=>setTimeout(()=>{a.style.background=++n>1?'#aa0000':'#00aa00';a.style.width=100+n%2+'px'},1500);a.addEventListener('transitionend',turn);turn()</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
  'a page that waits and looks by an interval whether something is there': {
    body: `<div id="a" style="${box}">Loading…</div><script>let n=0;setInterval(()=>{if(++n>1){a.textContent='';a.style.background='#00aa00'}},1500)</script>`,
    at: [50, 50],
    color: '#00aa00',
  },
};

test.describe('a steady picture @once', () => {
  let booth: PhotoBooth;
  test.beforeAll(() => {
    booth = new PhotoBooth();
  });
  test.afterAll(() => booth.dispose());

  test('shows slides that change by themselves as they stand, and what a page waits for by such timers', async () => {
    verifies('capture.slow-ticks');
    const all = Object.values(slides);
    const site = await startSite(Object.fromEntries(all.map(({ body }, index) => [`/${index}`, html(body)])));
    const seen = await Promise.all(
      all.map(async ({ at }, index) => {
        const { shot, png } = await booth.photo(`${site.url}/${index}`);
        return [shot.steady.settled, colorDistance(await colorAt(png, ...at), '#00aa00') < 8];
      }),
    );
    await site.close();
    expect(seen).toEqual(all.map(() => [true, true]));
  });

  for (const [name, trap] of sampleOf(Object.entries(traps), 6)) {
    test(`of ${name}`, async () => {
      verifies('capture.steady', 'capture.same-bytes');
      const site = await startSite({ '/': html(trap.body), ...trap.files });
      try {
        const options = { fullPage: trap.fullPage ?? false, dom: false };
        const first = await booth.photo(site.url, options);
        const second = await booth.photo(site.url, options);
        expect(first.shot.steady.settled).toBe(true);
        // Encoders of GIF and video are a few levels off.
        expect(colorDistance(await colorAt(first.png, ...trap.at), trap.color)).toBeLessThanOrEqual(trap.files ? 4 : 0);
        expect(second.shot.image.sha256).toBe(first.shot.image.sha256);
        if (trap.pinned) expect(first.shot.settle.media_pinned).toBe(1);
      } finally {
        await site.close();
      }
    });
  }

  few('waits for a web font', async () => {
    verifies('capture.steady');
    const page = html(
      '<p style="font:60px Icons">\uf015\uf0f3</p>',
      '<style>@font-face{font-family:Icons;src:url(/icons.woff2);font-display:swap}</style>',
    );
    const photos = [];
    for (const delayMs of [0, 900]) {
      const site = await startSite({ '/': page, '/icons.woff2': { type: 'font/woff2', body: icons, delayMs } });
      photos.push(await booth.photo(site.url));
      await site.close();
    }
    expect(photos[1]?.shot.image.sha256).toBe(photos[0]?.shot.image.sha256);
    expect(photos[0]?.shot.settle.fonts_missing).toEqual([]);
    expect(photos[0]?.shot.blank).toBe(false);
  });

  few('changes no attribute that a framework could compare when it hydrates', async () => {
    verifies('capture.untouched');
    const body = `<video autoplay muted loop src="/clip.webm"></video><div style="height:4000px"></div>
<img loading="lazy" src="/late.svg" width="100" height="100">
<script>const was = [...document.querySelectorAll('html,body,video,img')].map((e) => [e, e.cloneNode().outerHTML]);
setInterval(() => { for (const [e, html] of was) if (e.cloneNode().outerHTML !== html) console.error('changed: ' + e.cloneNode().outerHTML) }, 50)</script>`;
    const site = await startSite({
      '/': html(body),
      '/clip.webm': { type: 'video/webm', body: redThenBlue('webm') },
      '/late.svg': { type: 'image/svg+xml', body: square, delayMs: 300 },
    });
    const { shot, png } = await booth.photo(site.url, { fullPage: true });
    await site.close();
    expect(shot.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(shot.settle.media_pinned).toBe(1);
    expect(shot.steady.settled).toBe(true);
    expect(shot.size.height).toBeGreaterThan(4100);
    expect(png.length).toBeGreaterThan(0);
  });

  test('waits for nothing in a frame whose sandbox allows no scripts: no timer ever comes there', async ({ page }) => {
    verifies('capture.steady');
    await page.addInitScript(installAgenda, { chainLimit: 1, pinned: true });
    const site = await startSite({ '/': html('<iframe sandbox srcdoc="<p>Words"></iframe>') });
    await page.goto(site.url);
    const frame = page.frames()[1];
    expect(await frame?.evaluate(restFrame, { waitMs: 60_000 })).toMatchObject({ imagesLoading: 0, imagesMissing: [] });
    expect(await frame?.evaluate(setDeaf, true)).toBeUndefined();
    expect(await frame?.evaluate(setDeaf, false)).toBeUndefined();
    await site.close();
  });

  test('names the fonts and pictures that did not come', async () => {
    verifies('capture.missing-listed');
    const site = await startSite({
      '/': html(
        '<p style="font:60px Gone">text</p><img src="/no.png" width="50" height="50">',
        '<style>@font-face{font-family:Gone;src:url(/no.woff2)}</style><link rel="stylesheet" href="/no.css?family=Nunito:200,300">',
      ),
    });
    const { shot } = await booth.photo(site.url);
    await site.close();
    expect(shot.settle.fonts_missing).toEqual(['Gone', 'Nunito']);
    expect(shot.settle.images_missing).toEqual([`${site.url}/no.png`]);
    expect(shot.steady.settled).toBe(true);
  });
});

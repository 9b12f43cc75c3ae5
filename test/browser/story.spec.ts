import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { PhotoBooth } from './photo-booth.js';
import { startSite } from './site.js';

/** The page of one story, as Storybook 10 draws it: phases in `currentRender`, exceptions of `play` on the channel. */
const preview = (script: string) => ({
  type: 'text/html',
  body: `<!doctype html><html lang="en"><title>Story</title><body class="sb-show-preparing-story">
<div id="storybook-root"><h1>drawn</h1></div><pre id="error-message"></pre><pre id="error-stack"></pre><script>
const heard = {}; const render = { phase: 'preparing' };
window.__STORYBOOK_ADDONS_CHANNEL__ = { last: (name) => heard[name] };
window.__STORYBOOK_PREVIEW__ = { channel: {}, currentRender: render };
const title = (text) => { document.querySelector('h1').textContent = text; document.title = text; };
${script}</script></body></html>`,
});
const SITE = {
  '/played/iframe.html': preview(
    `render.phase = 'playing'; addEventListener('load', () => setTimeout(() => { title('played'); render.phase = 'finished'; }, 900));`,
  ),
  '/thrown/iframe.html': preview(
    `heard.playFunctionThrewException = [{ message: 'no such button' }]; render.phase = 'finished';`,
  ),
  '/broken/iframe.html': preview(
    `document.body.className = 'sb-show-errordisplay'; document.querySelector('#error-message').textContent = 'cannot be drawn';`,
  ),
  '/old/iframe.html': {
    type: 'text/html',
    body: `<!doctype html><html lang="en"><title>Old</title><body><div id="root"></div><script>
addEventListener('load', () => setTimeout(() => { root.innerHTML = '<h1>6</h1>'; document.body.className = 'sb-show-main'; document.title = 'shown'; }, 400));</script></body></html>`,
  },
  '/ladle': {
    type: 'text/html',
    body: `<!doctype html><html lang="en"><title>Ladle</title><body><h1>x</h1><script>
addEventListener('load', () => setTimeout(() => { document.title = 'loaded'; document.documentElement.setAttribute('data-storyloaded', ''); }, 400));</script></body></html>`,
  },
};

test.describe('the page of one story @once', () => {
  for (const [what, path, title, said] of [
    ['is photographed when its play function has ended', '/played/iframe.html?id=a--b&viewMode=story', 'played', []],
    [
      'whose play function throws says so',
      '/thrown/iframe.html?id=a--b&viewMode=story',
      'Story',
      ['The story failed: play: no such button'],
    ],
    [
      'that cannot be drawn says so',
      '/broken/iframe.html?id=a--b&viewMode=story',
      'Story',
      ['The story failed: cannot be drawn'],
    ],
    ['of Storybook 6 is there when it is shown', '/old/iframe.html?id=a--b&viewMode=story', 'shown', []],
    ['of Ladle is there when it says so', '/ladle?story=a--b&mode=preview', 'loaded', []],
  ] as const) {
    test(what, async () => {
      verifies('stories.played');
      const booth = new PhotoBooth();
      const site = await startSite(SITE);
      const { shot } = await booth.photo(new URL(path, site.url).href);
      await Promise.all([site.close(), booth.dispose()]);
      expect(shot.title).toBe(title);
      expect(shot.logs.filter(({ kind }) => kind === 'page_error').map(({ text }) => text)).toEqual(said);
    });
  }
});

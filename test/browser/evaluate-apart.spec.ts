import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { colorAt, PhotoBooth } from './photo-booth.js';
import { startSite } from './site.js';

/** What a page puts in the place of what pages are read by: answers that are all false, and none of them an error. */
const READ_FALSELY: Readonly<Record<string, string>> = {
  'where things are':
    'const none = () => new DOMRect(); Element.prototype.getBoundingClientRect = none; Element.prototype.getClientRects = Range.prototype.getClientRects = () => []; Object.defineProperty(HTMLElement.prototype, "offsetWidth", { get: () => 0 })',
  'what there is':
    'document.querySelectorAll = Element.prototype.querySelectorAll = () => document.createElement("i").childNodes',
  'how things look':
    'window.getComputedStyle = () => new Proxy({}, { get: () => "none" }); Element.prototype.checkVisibility = () => false',
  'how large it is':
    'window.scrollTo = () => 1; window.innerHeight = 7; Object.defineProperty(Element.prototype, "scrollHeight", { get: () => 1 })',
  'what moves': 'Document.prototype.getAnimations = Element.prototype.getAnimations = () => []',
};

/** What a page puts in the place of the language before anything else runs. */
const REPLACED: Readonly<Record<string, string>> = {
  'a Promise of its own without Promise.all': 'window.Promise = function () { throw new Error("own") }',
  'Map and Set': 'window.Map = function () {}; window.Set = window.WeakMap = function () {}',
  'the methods of lists':
    'for (const name of ["map", "filter", "flatMap", "some", "every", "slice", "push", "concat"]) Array.prototype[name] = () => { throw new Error("own") }',
  'call, apply and bind':
    'Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw new Error("own") }',
  'Reflect, Object and Math':
    'window.Reflect = undefined; Object.assign = Object.fromEntries = undefined; window.Math = {}',
  'the way to go through a list': 'Array.prototype[Symbol.iterator] = () => { throw new Error("own") }',
  'the names of the document': 'window.HTMLInputElement = window.Node = window.CSSStyleSheet = window.ShadowRoot = 1',
};

test.describe('a page that replaces parts of the language @once', () => {
  const booth = new PhotoBooth();
  test.afterAll(() => booth.dispose());

  test('is photographed whole, at rest and masked all the same, and blamed for nothing', async () => {
    verifies('capture.language');
    const documentOf = (script: string) => `<!doctype html><title>t</title><script>${script}</script>
      <style>body{margin:0}.on{width:100px;height:40px;background:#0a0;animation:on 1s infinite alternate}@keyframes on{to{background:#00a}}</style>
      <div class="on"></div><div style="height:900px"></div><b id="price" style="display:block;width:60px;height:20px">9</b><div style="height:40px;background:#a00"></div>
      <script>addEventListener('resize', () => 1)</script>`;
    const all = { ...REPLACED, ...READ_FALSELY };
    const names = sampleOf(Object.keys(all));
    const site = await startSite(Object.fromEntries(names.map((name, at) => [`/${at}`, documentOf(all[name] ?? '')])));
    for (const [at, name] of names.entries()) {
      const { shot, png } = await booth.photo(`${site.url}/${at}`, { fullPage: true, masks: ['#price'] });
      expect
        .soft([name, shot.size.height, shot.steady.settled, shot.masks])
        .toEqual([...[name, 1000, true], [{ x: 0, y: 940, width: 60, height: 20 }]]);
      expect.soft([name, await colorAt(png, 5, 5), await colorAt(png, 5, 990)]).toEqual([name, '#00aa00', '#aa0000']);
      expect.soft([name, shot.logs.filter(({ level }) => level === 'error')]).toEqual([name, []]);
      if (name in READ_FALSELY)
        expect
          .soft([name, shot.logs.filter(({ text }) => text.includes('what pages are read by')).length])
          .toEqual([name, 1]);
    }
    await site.close();
  });

  test('is waited for and masked by words as any other, where only what it is read by was replaced', async () => {
    verifies('capture.readings');
    const site = await startSite({
      '/': `<!doctype html><title>t</title><script>Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 9, 9)</script>
        <style>body{margin:0}div{width:100px;height:40px;background:#0a0}</style><div id="late"></div><div>secret</div>
        <script>setTimeout(() => { late.style.background = '#a00' }, 700)</script>`,
    });
    const { shot, png } = await booth.photo(site.url, { masks: ['text=secret'] });
    expect([await colorAt(png, 50, 20), await colorAt(png, 5, 60)]).toEqual(['#aa0000', '#ff00ff']);
    expect(shot.masks).toEqual([{ x: 0, y: 40, width: 100, height: 40 }]);
    await site.close();
  });

  test('reaches nothing of what watches it, by no name that it can list, and is seen whole', async () => {
    verifies('capture.unreachable');
    // Whatever it finds on its window that is not the browser's it asks, takes away and puts its own in the place of.
    const reach = `const blank = document.createElement('iframe'); document.documentElement.append(blank); const known = new Set(Reflect.ownKeys(blank.contentWindow)); blank.remove();
      window.got = [];
      for (const key of [...Reflect.ownKeys(window), Symbol.for('codeloop.agenda'), 'codeloop.agenda']) {
        const its = window[key]; if (typeof key === 'string' && !key.startsWith('codeloop')) continue;
        if (typeof its === 'object' && its) window.got.push(String(key));
        if (typeof its === 'function') for (const word of [undefined, '', key, {}, { toString: () => '' }]) { const said = its(word); if (typeof said === 'object' && said) window.got.push(String(key)) }
        try { delete window[key] } catch {} try { Object.defineProperty(window, key, { value: () => ({}) }) } catch {}
      }
      document.title = 'got ' + window.got.filter((name) => !/playwright/.test(name)).join();`;
    const site = await startSite({
      '/': `<!doctype html><title>t</title><script>${reach}</script><style>body{margin:0}.late{height:50px;background:#0a0;opacity:0}.late.in{opacity:1}</style>
        <div id="host"></div><div style="height:900px"></div><div class="late"></div>
        <script>host.attachShadow({ mode: 'closed' }).innerHTML = '<style>@keyframes on{to{background:#00a}}</style><i style="display:block;height:40px;background:#0a0;animation:on 1s infinite alternate"></i>';
        new IntersectionObserver((all) => all.forEach(({ target, isIntersecting }) => target.classList.toggle('in', isIntersecting))).observe(document.querySelector('.late'))</script>`,
    });
    const { shot, png } = await booth.photo(site.url, { fullPage: true });
    expect([shot.title, shot.steady.settled]).toEqual(['got', true]);
    expect([await colorAt(png, 5, 20), await colorAt(png, 5, 970)]).toEqual(['#00aa00', '#00aa00']);
    await site.close();
  });
});

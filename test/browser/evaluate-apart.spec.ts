import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { colorAt, PhotoBooth } from './photo-booth.js';
import { startSite } from './site.js';

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
    const names = Object.keys(REPLACED);
    const site = await startSite(
      Object.fromEntries(names.map((name, at) => [`/${at}`, documentOf(REPLACED[name] ?? '')])),
    );
    for (const [at, name] of names.entries()) {
      const { shot, png } = await booth.photo(`${site.url}/${at}`, { fullPage: true, masks: ['#price'] });
      expect
        .soft([name, shot.size.height, shot.steady.settled, shot.masks])
        .toEqual([...[name, 1000, true], [{ x: 0, y: 940, width: 60, height: 20 }]]);
      expect.soft([name, await colorAt(png, 5, 5), await colorAt(png, 5, 990)]).toEqual([name, '#00aa00', '#aa0000']);
      expect.soft([name, shot.logs.filter(({ level }) => level === 'error')]).toEqual([name, []]);
    }
    await site.close();
  });
});

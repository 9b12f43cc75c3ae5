import { expect, test } from '@playwright/test';
import { DomBoxes } from '../../src/core/vocabulary/dom-boxes.js';
import { verifies } from '../requirements.js';
import { colorAt, PhotoBooth } from './photo-booth.js';
import { html, startSite } from './site.js';
import { startTemplate } from './template.js';

test.describe('boxes @once', () => {
  let booth: PhotoBooth;
  test.beforeAll(() => {
    booth = new PhotoBooth();
  });
  test.afterAll(() => booth.dispose());

  test('name each visible element alone, where it is', async ({ page }) => {
    verifies('capture.boxes');
    const site = await startTemplate();
    const { boxes, shot } = await booth.photo(`${site.url}/index.html`, {
      fullPage: true,
      viewport: { width: 1440, height: 900, device_scale_factor: 2 },
    });
    const { elements, size } = DomBoxes.parse(boxes);
    expect(size).toEqual({ width: shot.size.width / 2, height: shot.size.height / 2 });
    expect(elements.length).toBeGreaterThan(200);

    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.route(/^https/, (route) => route.abort());
    await page.goto(`${site.url}/index.html`);
    const found = await page.evaluate(
      (selectors) =>
        selectors.map((selector) => {
          const matches = document.querySelectorAll(selector);
          const box = matches[0]?.getBoundingClientRect();
          return { count: matches.length, x: box?.x, y: box && box.y + scrollY, width: box?.width };
        }),
      elements.map(({ selector }) => selector),
    );
    await site.close();
    expect(found.filter(({ count }) => count !== 1)).toEqual([]);
    // Text is hinted in the test's own browser and not in the driver's: what stands beside it is a pixel off.
    const far = elements.filter(({ rect }, index) => {
      const there = found[index];
      return Math.abs(rect.x - (there?.x ?? 0)) > 2 || Math.abs(rect.y - (there?.y ?? 0)) > 2;
    });
    expect(far.map(({ selector }) => selector)).toEqual([]);
  });

  test('carry role, name, text and styles, and leave out what is hidden', async () => {
    verifies('capture.boxes');
    const site = await startSite({
      '/': html(
        `<main><button data-testid="buy" style="position:absolute;left:20px;top:30px;width:120px;height:40px;border:0;border-radius:6px;background:#123456;color:#fff">Buy <b>now</b></button>
         <p style="visibility:hidden">hidden</p><p style="opacity:0">clear</p><p style="display:none">none</p></main>
         <my-card></my-card>
         <script>customElements.define('my-card',class extends HTMLElement{connectedCallback(){this.attachShadow({mode:'open'}).innerHTML='<p class="deep" style="position:absolute;top:200px">in the shadow</p>'}})</script>`,
      ),
    });
    const { boxes } = await booth.photo(site.url);
    await site.close();
    const all = boxes?.elements ?? [];
    const button = all.find(({ tag }) => tag === 'button');
    expect(button).toMatchObject({
      selector: '[data-testid="buy"]',
      rect: { x: 20, y: 30, width: 120, height: 40 },
      role: 'button',
      name: 'Buy now',
      test_id: 'buy',
      text: 'Buy',
      styles: {
        color: 'rgb(255, 255, 255)',
        'background-color': 'rgb(18, 52, 86)',
        'border-top-left-radius': '6px',
        position: 'absolute',
      },
    });
    expect(all[button?.parent ?? -1]?.tag).toBe('main');
    expect(all.map(({ text }) => text)).toContain('in the shadow');
    for (const gone of ['hidden', 'clear', 'none']) expect(all.map(({ text }) => text)).not.toContain(gone);
  });

  test('carry what an element shows beside its own box: lines of text, generated text, pictures, what is painted over what', async () => {
    verifies('capture.boxes');
    const dot = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';
    const site = await startSite({
      '/': html(
        `<style>body{margin:0;font:16px/20px monospace} .i::before{content:"A"} .i::after{content:"";display:inline-block;width:4px;height:4px;background:#f00}</style>
         <p style="margin:0;width:100px">one two three four five</p><i class="i"></i>
         <img src='${dot}' alt=""><img src="/pictures/gone.png?signature=1" width="10" height="10" alt="">
         <svg width="20" height="20"><path d="M0 0h10v10z"/></svg>
         <input type="submit" value="Send"><input placeholder="Name" value="ty-ped"><input type="password" value="s3cret">
         <div style="position:fixed;inset:0 0 auto auto;width:10px;height:10px;z-index:9;background:#000"></div>`,
      ),
    });
    const { boxes } = await booth.photo(site.url);
    await site.close();
    const of = (tag: string) => boxes?.elements.filter((element) => element.tag === tag) ?? [];
    const [text] = of('p');
    expect(text?.rect.width).toBe(100);
    expect(text?.text_rect).toMatchObject({ x: 0, y: 0 });
    expect(text?.text_rect?.height).toBeGreaterThan(40);
    expect(
      of('i')[0]?.pseudo?.map(({ name, text: content, styles }) => [name, content, styles['background-color']]),
    ).toEqual([
      ['before', 'A', undefined],
      ['after', undefined, 'rgb(255, 0, 0)'],
    ]);
    expect(of('img').map(({ source }) => source)).toEqual([
      expect.stringMatching(/^data:image\/svg\+xml;sha256:[0-9a-f]{16}$/),
      '/pictures/gone.png',
    ]);
    expect(of('path')[0]?.source).toBe('M0 0h10v10z');
    expect(of('input').map((element) => element.text)).toEqual(['Send', 'Name', undefined]);
    expect(of('div')[0]?.paint_order).toBeGreaterThan(text?.paint_order ?? 0);
    expect(JSON.stringify(boxes)).not.toMatch(/s3cret|ty-ped/);
  });

  test('masks are painted, listed and counted', async () => {
    verifies('capture.masks');
    const site = await startSite({
      '/': html(
        `<div class="m" style="position:absolute;left:10px;top:10px;width:100px;height:50px;background:#00aa00"></div>
         <div class="m" style="position:absolute;left:10px;top:400px;width:100px;height:50px;background:#00aa00"></div>
         <dialog id="d" style="margin:auto"><div class="m" style="width:50px;height:50px;background:#00aa00"></div></dialog><script>d.showModal()</script>`,
      ),
    });
    const { shot, png } = await booth.photo(site.url, {
      fullPage: true,
      masks: ['.m', { x: 60, y: 10, width: 100, height: 50 }],
      viewport: { device_scale_factor: 2 },
    });
    await site.close();
    expect(shot.masks.slice(0, 2)).toEqual([
      { x: 20, y: 20, width: 200, height: 100 },
      { x: 20, y: 800, width: 200, height: 100 },
    ]);
    expect(shot.masks).toHaveLength(4);
    const area = (shot.size.width * shot.size.height) / 4;
    // 100x50 twice, 50x50 in the dialog, and the 50x50 that the rectangle adds to the first.
    expect(shot.masked_ratio).toBeCloseTo((5000 + 5000 + 2500 + 2500) / area, 6);
    for (const { x, y, width, height } of shot.masks)
      expect(await colorAt(png, x + width / 2, y + height / 2)).toBe('#ff00ff');
  });
});

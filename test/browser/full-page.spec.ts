import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { colorAt, PhotoBooth } from './photo-booth.js';
import { html, startSite } from './site.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

const tall = html(
  `<header style="position:sticky;top:0;height:40px;background:#000088"></header>
   <div style="height:100vh;background:#cc8800"></div>
   <div id="said" style="height:500px;background:#00aa00"></div>
   <div style="height:300px;background:#00aaaa"></div>
   <div style="position:fixed;right:0;bottom:0;width:50px;height:50px;background:#ff0000"></div>
   <script>
     const hear=()=>{said.style.background='#000000'};
     const start=()=>{addEventListener('resize',hear);visualViewport.addEventListener('resize',hear);
       let first=true;new ResizeObserver(()=>{if(!first)hear();first=false}).observe(document.documentElement)};
     onload=()=>setTimeout(start,200);
   </script>`,
  '<meta name="viewport" content="width=device-width, initial-scale=1"><style>html,body{height:100%}</style>',
);

test.describe('a full page @once', () => {
  let booth: PhotoBooth;
  test.beforeAll(() => {
    booth = new PhotoBooth();
  });
  test.afterAll(() => booth.dispose());

  for (const viewport of [
    { width: 400, height: 300 },
    { width: 400, height: 300, device_scale_factor: 2, is_mobile: true, has_touch: true },
  ]) {
    few(`shows each part once, at ${JSON.stringify(viewport)}`, async () => {
      verifies('capture.full-page', 'capture.viewports');
      const site = await startSite({ '/': tall });
      const { shot, png } = await booth.photo(site.url, { fullPage: true, viewport });
      await site.close();
      const scale = viewport.device_scale_factor ?? 1;
      expect(shot.steady.settled).toBe(true);
      expect(shot.size).toEqual({ width: 400 * scale, height: 1140 * scale });
      const at = (x: number, y: number) => colorAt(png, x * scale, y * scale);
      expect({
        header: await at(200, 20),
        heroTop: await at(200, 45),
        heroEnd: await at(200, 335),
        fixed: await at(380, 280),
        fixedNotAtTheEnd: await at(380, 1120),
        noSecondHeader: await at(200, 345),
        deafSection: await at(200, 600),
        end: await at(200, 1135),
      }).toEqual({
        header: '#000088',
        heroTop: '#cc8800',
        heroEnd: '#cc8800',
        fixed: '#ff0000',
        fixedNotAtTheEnd: '#00aaaa',
        noSecondHeader: '#00aa00',
        deafSection: '#00aa00',
        end: '#00aaaa',
      });
    });
  }

  some('is not caught in what the moment of another size sets off', async () => {
    verifies('capture.full-page', 'capture.steady');
    const flips = html(
      `<nav></nav><div id="hero"></div><div id="said" style="height:400px;background:#00aa00"></div>
       <script>const wide=matchMedia('(min-width: 300px)'),hear=()=>{said.style.background='#000000'};
         wide.addEventListener('change',hear);wide.addListener(hear)</script>`,
      `<style>@keyframes come{from{background:#ff0000}to{background:#0000ff}} nav{height:40px;background:#ffffff} #hero{height:40px;display:none}
         @media (min-width: 300px){nav{background:#008800;transition:background-color 3s} #hero{display:block;animation:come 3s both}}</style>`,
    );
    const site = await startSite({ '/': flips });
    const { shot, png, boxes } = await booth.photo(site.url, { fullPage: true });
    await site.close();
    expect(shot.steady.settled).toBe(true);
    const drawn = [await colorAt(png, 200, 20), await colorAt(png, 200, 60), await colorAt(png, 200, 200)];
    expect(drawn).toEqual(['#008800', '#0000ff', '#00aa00']);
    const told = ['nav', '#hero'].map(
      (selector) => boxes?.elements.find((element) => element.selector === selector)?.styles['background-color'],
    );
    expect(told).toEqual(['rgb(0, 136, 0)', 'rgb(0, 0, 255)']);
  });

  some('is taken when the reference is taller than the viewport', async () => {
    verifies('capture.full-page');
    const site = await startSite({ '/': tall });
    const sizes = [];
    for (const untilHeight of [300, 301, 302, 1140])
      sizes.push((await booth.photo(site.url, { fullPage: { untilHeight }, dom: false })).shot.size.height);
    await site.close();
    expect(sizes).toEqual([300, 300, 1140, 1140]);
  });

  few('is as wide as scrolling reaches', async () => {
    verifies('capture.full-page');
    const drawer = '<p>text</p><div style="position:absolute;top:0;left:100%;width:200px;height:50px">closed</div>';
    const widths: Record<string, number> = {
      ...{ '': 500, 'html{overflow-x:hidden}': 300, 'body{overflow-x:hidden}': 300, 'html{overflow-x:clip}': 300 },
      // Here the body cuts nothing for the window.
      ...{ 'html{overflow-x:auto}body{overflow-x:hidden}': 500, 'html{overflow-y:hidden}body{overflow:visible}': 500 },
    };
    const entries = Object.keys(widths).map(
      (style, at) => [`/${at}`, html(drawer, `<style>${style}</style>`)] as const,
    );
    const site = await startSite(Object.fromEntries(entries));
    const seen = [];
    for (const [path] of entries) {
      const viewport = { width: 300, height: 200 };
      const { shot } = await booth.photo(`${site.url}${path}`, { fullPage: true, dom: false, viewport });
      seen.push(shot.size.width);
    }
    await site.close();
    expect(seen).toEqual(Object.values(widths));
  });

  some('has every row of 20,000', async () => {
    verifies('capture.full-page');
    const bands = Array.from(
      { length: 200 },
      (_, index) => `<div style="height:100px;background:rgb(${index},${255 - index},77)"></div>`,
    );
    const site = await startSite({ '/': html(bands.join('')) });
    const { shot, png } = await booth.photo(site.url, { fullPage: true, viewport: { width: 320, height: 800 } });
    await site.close();
    expect(shot.size).toEqual({ width: 320, height: 20_000 });
    expect(shot.settle.lazy_complete).toBe(true);
    const seen = [];
    for (const index of [0, 37, 99, 163, 164, 199]) seen.push(await colorAt(png, 319, index * 100 + 99));
    const hex = (value: number) => value.toString(16).padStart(2, '0');
    expect(seen).toEqual([0, 37, 99, 163, 164, 199].map((index) => `#${hex(index)}${hex(255 - index)}4d`));
  });

  some('that grows for ever ends, and says so', async () => {
    verifies('capture.full-page');
    const site = await startSite({
      '/': html(
        '<div id="f" style="height:2000px"></div><script>addEventListener("scroll",()=>{f.style.height=f.offsetHeight+2000+"px"})</script>',
      ),
    });
    const { shot } = await booth.photo(site.url, {
      ...{ fullPage: true, dom: false, settleTimeoutMs: 3000 },
      // It grows to the highest picture that there is, of which nothing but the height matters.
      viewport: { width: 60, height: 300 },
    });
    await site.close();
    expect(shot.settle.lazy_complete).toBe(false);
  });

  some('leaves the page where it was', async () => {
    verifies('capture.full-page');
    const site = await startSite({
      '/': html(
        '<div style="height:2000px;background:linear-gradient(red,blue)"></div><div id="e" style="height:900px;background:#00aa00"></div><script>onload=()=>e.scrollIntoView()</script>',
      ),
    });
    const before = await booth.photo(site.url);
    const element = await booth.photo(site.url, { selector: '#e' });
    await site.close();
    expect(await colorAt(before.png, 200, 150)).toBe('#00aa00');
    expect(element.shot.size).toEqual({ width: 400, height: 900 });
    expect(await colorAt(element.png, 0, 0)).toBe('#00aa00');
    expect(await colorAt(element.png, 399, 899)).toBe('#00aa00');
  });
});

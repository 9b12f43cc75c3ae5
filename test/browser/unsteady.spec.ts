import { expect, test } from '@playwright/test';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { PhotoBooth } from './photo-booth.js';
import { html, startSite } from './site.js';

const few = sampled(test, 2);

const place = 'position:absolute;left:40px;top:60px;width:100px;height:50px;';
const restless: Record<string, { body: string; proposal: string }> = {
  'a number that counts': {
    body: `<p id="n" style="${place}font:30px monospace"></p><script>let i=0;setInterval(()=>{n.textContent=++i},50)</script>`,
    proposal: '#n',
  },
  'a clock that ticks each second': {
    body: `<div data-testid="clock" style="${place}font:30px monospace"></div><script>const t=()=>document.querySelector('div').textContent=Math.floor(performance.now()/1000);t();setInterval(t,1000)</script>`,
    proposal: '[data-testid="clock"]',
  },
  'noise on a canvas': {
    body: `<canvas id="noise" style="${place}" width="100" height="50"></canvas><script>const p=noise.getContext('2d');(function f(){for(let i=0;i<99;i++){p.fillStyle=Math.random()<.5?'red':'blue';p.fillRect(Math.random()*100,Math.random()*50,9,9)}requestAnimationFrame(f)})()</script>`,
    proposal: '#noise',
  },
};

test.describe('a page that never comes to rest @once', () => {
  let booth: PhotoBooth;
  test.beforeAll(() => {
    booth = new PhotoBooth();
  });
  test.afterAll(() => booth.dispose());

  for (const [name, { body, proposal }] of sampleOf(Object.entries(restless), 3)) {
    few(`keeps its picture: ${name}`, async () => {
      verifies('capture.unsteady');
      const site = await startSite({ '/': html(body) });
      try {
        const { shot } = await booth.photo(site.url, {
          settleTimeoutMs: 2500,
          viewport: { device_scale_factor: 2 },
        });
        if (shot.steady.settled) throw new Error('It settled.');
        expect(shot.steady.mask_proposal).toBe(proposal);
        const { x, y, width, height } = shot.steady.moving_region;
        // Device pixels: the element is at 80,120 and 200x100 large.
        expect(x).toBeGreaterThanOrEqual(80);
        expect(y).toBeGreaterThanOrEqual(120);
        expect(x + width).toBeLessThanOrEqual(280);
        expect(y + height).toBeLessThanOrEqual(220);
        expect(shot.image.bytes).toBeGreaterThan(0);

        const masked = await booth.photo(site.url, { masks: [proposal] });
        expect(masked.shot.steady.settled).toBe(true);
      } finally {
        await site.close();
      }
    });
  }

  few('is no steady picture either when the session was live and its loop ran on', async () => {
    verifies('capture.unsteady');
    const site = await startSite({
      '/': html(
        `<canvas id="c" style="${place}" width="100" height="50"></canvas><script>const p=c.getContext('2d');let n=0;(function f(){p.fillStyle='rgb('+(n*2)%256+',0,0)';p.fillRect(0,0,100,50);n++;requestAnimationFrame(f)})()</script>`,
      ),
    });
    const { shot } = await booth.photo(site.url, { live: true });
    await site.close();
    expect(shot.steady).toMatchObject({ settled: false, mask_proposal: '#c' });
  });

  test('stands still when its clock is frozen', async () => {
    verifies('capture.steady');
    const site = await startSite({
      '/': html(`<p id="n"></p><script>setInterval(()=>{n.textContent=new Date().toISOString()},50)</script>`),
    });
    const { shot, boxes } = await booth.photo(site.url, { freezeTime: '2026-01-02T03:04:05.000Z' });
    await site.close();
    expect(shot.steady.settled).toBe(true);
    expect(boxes?.elements.find(({ selector }) => selector === '#n')?.text).toBe('2026-01-02T03:04:05.000Z');
  });
});

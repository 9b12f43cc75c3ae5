import { expect, test } from '@playwright/test';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { judgeLayouts } from '../../src/verify/layouts/judge-layouts.js';
import { layOutUnderConditions } from '../../src/verify/layouts/under-conditions.js';
import { BROKEN_UNDER, type ConditionPage, MEANT_UNDER } from '../layout/condition-pages.js';
import { documentOf } from '../layout/pages.js';
import { verifies } from '../requirements.js';
import { sampled, sampleOf } from '../sample.js';
import { colorAt, memorySink } from './photo-booth.js';
import { html, startSite } from './site.js';
import { warmDriver } from './warm-driver.js';

const few = sampled(test, 2);

test.describe('layout under conditions @once', () => {
  const driver = warmDriver();

  /** What is found on each page under its condition, looked at in one window. */
  async function judgeAll(pages: readonly ConditionPage[], wanted = 'certain') {
    const site = await startSite(Object.fromEntries(pages.map((page, at) => [`/${at}`, documentOf(page)])));
    const { signal } = new AbortController();
    const found: Record<string, string[]> = {};
    for (const [at, { about, condition, width = 800 }] of pages.entries()) {
      const sink = memorySink();
      const readEntry = async ({ path }: { path: string }) => Buffer.from(sink.files.get(path)?.data ?? '');
      const run = Object.assign(sink, { readEntry });
      const viewport = Viewport.parse({ width, height: 600 });
      const capture = driver.create({ viewport, allowedOrigins: [], redact: (text) => text }, sink);
      try {
        await capture.open({ kind: 'url', url: `${site.url}/${at}` }, signal);
        const screenshot = await capture.screenshot(
          { name: 'page', fullPage: true, masks: [], settleTimeoutMs: 5000, layout: true },
          signal,
        );
        const window = { widths: [width], scale: 1 };
        const under = await layOutUnderConditions({
          ...{ capture, run, name: 'page', masks: [], conditions: [condition], signal },
          ...window,
        });
        const [judged] = await judgeLayouts(run, [
          {
            ...{ screen: 'page', viewport: 'window', version: 1, captured_at: '', tree: '' },
            ...{ ad_hoc: false, ad_hoc_reasons: [], screenshot },
            ...under,
          },
        ]);
        found[about] = (judged?.findings ?? [])
          .filter((one) => one.certainty === wanted)
          .map((one) => {
            const more = one.siblings.length > 0 ? ` +${one.siblings.length}` : '';
            const where = one.condition === condition ? '' : `${one.condition} `;
            return `${where}${one.kind} ${one.element.selector}${more}`;
          })
          .sort();
      } finally {
        await capture.close();
      }
    }
    await site.close();
    return found;
  }
  const expected = (pages: readonly ConditionPage[]) =>
    Object.fromEntries(pages.map(({ about, faults }) => [about, [...faults]]));

  few('what breaks under a condition only is named there, at its element', async () => {
    verifies('layout.conditions');
    const pages = sampleOf(BROKEN_UNDER, 3);
    expect(await judgeAll(pages)).toEqual(expected(pages));
  });

  few('what holds under a condition, or knows nothing of it, is no certain finding', async () => {
    verifies('layout.conditions.silence');
    const pages = sampleOf(MEANT_UNDER, 3);
    expect(await judgeAll(pages)).toEqual(expected(pages));
  });

  test('what moves in a frame all the same may be a fault, where less motion is asked for', async () => {
    verifies('layout.conditions');
    const news = `<style>b{display:block;width:120px;animation:go 9s linear infinite}@keyframes go{to{transform:translateX(60px)}}</style><b id='news'>News</b>`;
    const page = { condition: 'reduced_motion', about: 'moves', style: '', faults: [] } as const;
    const body = `<h2>Lamps</h2><iframe id="in" srcdoc="${news}"></iframe>`;
    expect(await judgeAll([{ ...page, body }], 'likely')).toEqual({ moves: ['moves #in >> #news'] });
  });

  test('of more elements than can be named it is said that roles and names were not read', async () => {
    verifies('layout.unnamed');
    const site = await startSite({ '/': html(`<h1>Large</h1><div hidden>${'<i></i>'.repeat(12_000)}</div>`) });
    const sink = memorySink();
    const readEntry = async ({ path }: { path: string }) => Buffer.from(sink.files.get(path)?.data ?? '');
    const viewport = Viewport.parse({ width: 400, height: 300 });
    const capture = driver.create({ viewport, allowedOrigins: [], redact: (text) => text }, sink);
    const { signal } = new AbortController();
    await capture.open({ kind: 'url', url: site.url }, signal);
    const request = { name: 'page', fullPage: false, masks: [], settleTimeoutMs: 5000, layout: true };
    const screenshot = await capture.screenshot(request, signal);
    const cell = { screen: 'page', viewport: 'window', version: 1, captured_at: '', tree: '' };
    const [judged] = await judgeLayouts({ readEntry }, [{ ...cell, ad_hoc: false, ad_hoc_reasons: [], screenshot }]);
    expect(judged?.limits).toEqual(['roles and names of its 12009 elements were not read at 400 px']);
    await capture.close();
    await site.close();
  });

  test('a part of a page shows nothing of what is masked on the screen, in no window, and leaves no mask behind', async () => {
    verifies('capture.masks-parts');
    const secret =
      '<p class="secret" style="position:absolute;left:20px;top:40px;width:50%;height:40px;margin:0;background:#00aa00;color:#00aa00">4711</p>';
    const site = await startSite({ '/': html(`${secret}<div style="height:1000px"></div>`) });
    const viewport = Viewport.parse({ width: 800, height: 300, device_scale_factor: 2 });
    const capture = driver.create({ viewport, allowedOrigins: [], redact: (text) => text }, memorySink());
    const { signal } = new AbortController();
    await capture.open({ kind: 'url', url: site.url }, signal);
    const clip = { x: 0, y: 20, width: 300, height: 100 };
    const seen = async (masks: string[]) => {
      const part = await capture.part?.(clip, masks, signal);
      const at = (x: number, y: number) => colorAt(part?.picture ?? Buffer.alloc(0), 2 * x, 2 * (y - clip.y));
      return { covered: part?.covered, colors: [await at(25, 45), await at(60, 75), await at(60, 100)] };
    };
    const box = (width: number) => ({ x: 20, y: 40, width, height: 40 });
    for (const width of [800, 400]) {
      await capture.layOut?.(width, true, signal);
      const { covered, colors } = await seen(['.secret']);
      expect([width, covered, colors]).toEqual([
        width,
        [box(width / 2), box(width / 2)],
        ['#ff00ff', '#ff00ff', '#ffffff'],
      ]);
      expect(await seen([])).toEqual({ covered: [], colors: ['#00aa00', '#00aa00', '#ffffff'] });
    }
    await capture.close();
    await site.close();
  });
});

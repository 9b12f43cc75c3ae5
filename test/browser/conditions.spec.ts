import { expect, test } from '@playwright/test';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { judgeLayouts } from '../../src/verify/layouts/judge-layouts.js';
import { layOutUnderConditions } from '../../src/verify/layouts/under-conditions.js';
import { BROKEN_UNDER, type ConditionPage, MEANT_UNDER } from '../layout/condition-pages.js';
import { documentOf } from '../layout/pages.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { memorySink } from './photo-booth.js';
import { html, startSite } from './site.js';
import { warmDriver } from './warm-driver.js';

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
          ...{ capture, run, name: 'page', conditions: [condition], signal },
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

  test('what breaks under a condition only is named there, at its element', async () => {
    verifies('layout.conditions');
    const pages = sampleOf(BROKEN_UNDER, 3);
    expect(await judgeAll(pages)).toEqual(expected(pages));
  });

  test('what holds under a condition, or knows nothing of it, is no certain finding', async () => {
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
});

import { expect, test } from '@playwright/test';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { unpackLayout } from '../../src/core/vocabulary/laid-out-page.js';
import { decode } from '../../src/image/decode.js';
import { judgeScreen } from '../../src/layout/judge-screen.js';
import { leftEdge } from '../../src/layout/page-model.js';
import { BROKEN, documentOf, type JudgedPage, MEANT } from '../layout/pages.js';
import { BROKEN_SIBLINGS, MEANT_SIBLINGS } from '../layout/sibling-pages.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { memorySink } from './photo-booth.js';
import { startSite } from './site.js';
import { warmDriver } from './warm-driver.js';

test.describe('layout @once', () => {
  const driver = warmDriver();

  /** What is found on each page, photographed at its own width. */
  async function judgeAll(pages: readonly JudgedPage[], wanted = 'certain') {
    const site = await startSite(Object.fromEntries(pages.map((page, at) => [`/${at}`, documentOf(page)])));
    const { signal } = new AbortController();
    const found: Record<string, string[]> = {};
    for (const [at, { about, width = 800 }] of pages.entries()) {
      const sink = memorySink();
      const viewport = Viewport.parse({ width, height: 600 });
      const capture = driver.create({ viewport, allowedOrigins: [], redact: (text) => text }, sink);
      try {
        await capture.open({ kind: 'url', url: `${site.url}/${at}` }, signal);
        const shot = await capture.screenshot(
          { name: 'page', fullPage: true, masks: [], settleTimeoutMs: 5000, layout: true },
          signal,
        );
        const bytes = (path = '') => Buffer.from(sink.files.get(path)?.data ?? '');
        const [page] = await unpackLayout(bytes(shot.layout?.path));
        if (!page) throw new Error('no layout was stored');
        const image = await decode({ bytes: bytes(shot.image.path), name: 'page.png' });
        const pictures = [{ ...image, origin: { x: leftEdge(page), y: 0 }, scale: 1 }];
        found[about] = judgeScreen([{ page, viewport: 'window', pictures }])
          .filter(({ certainty }) => certainty === wanted)
          .map(({ kind, element }) => `${kind} ${element.selector}`)
          .sort();
      } finally {
        await capture.close();
      }
    }
    await site.close();
    return found;
  }
  const expected = (pages: readonly JudgedPage[]) =>
    Object.fromEntries(pages.map(({ about, faults }) => [about, [...faults]]));

  test('what designers do on purpose is no certain finding', async () => {
    verifies('layout.silence');
    const pages = sampleOf([...MEANT, ...MEANT_SIBLINGS], 8);
    expect(await judgeAll(pages)).toEqual(expected(pages));
  });

  test('what comes late and pushes the page down is measured', async () => {
    verifies('layout.shifts');
    const late = {
      about: 'late',
      style: '#late{height:0}#late.in{height:220px}',
      body: `<div id="late"></div><h2>Lamps</h2>${'<p>Warm light makes a room quiet.</p>'.repeat(6)}
        <script>requestAnimationFrame(()=>requestAnimationFrame(()=>requestAnimationFrame(()=>late.classList.add('in'))))</script>`,
      faults: [],
    };
    expect(await judgeAll([late], 'listed')).toEqual({ late: [expect.stringMatching(/^shifts /)] });
  });

  test('each real fault is named, at its element, and nothing else', async () => {
    verifies('layout.faults');
    const pages = sampleOf([...BROKEN, ...BROKEN_SIBLINGS], 8);
    expect(await judgeAll(pages)).toEqual(expected(pages));
  });
});

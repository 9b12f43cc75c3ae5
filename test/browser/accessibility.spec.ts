import { expect, test } from '@playwright/test';
import type { AccessibilityResult } from '../../src/core/vocabulary/accessibility.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { memorySink } from './photo-booth.js';
import { type Answer, startSite } from './site.js';
import { warmDriver } from './warm-driver.js';

const few = sampled(test, 2);

const page = (body: string, head = '') =>
  `<!doctype html><html lang="en"><head><title>Lamps</title><link rel="icon" href="data:,">${head}</head><body><main><h1>Lamps</h1>${body}</main></body></html>`;
const PICTURE = '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">';

test.describe('accessibility @once', () => {
  const driver = warmDriver();

  async function examine(pages: Readonly<Record<string, Answer>>, redact = (text: string) => text, path = '/') {
    const site = await startSite(pages);
    const sink = memorySink();
    const capture = driver.create(
      { viewport: Viewport.parse({ width: 400, height: 300 }), allowedOrigins: [], redact },
      sink,
    );
    const { signal } = new AbortController();
    try {
      await capture.open({ kind: 'url', url: `${site.url}${path}` }, signal);
      if (!capture.accessibility) throw new Error('the browser cannot examine accessibility');
      const before = site.requests.length;
      const found = await capture.accessibility(signal);
      expect(site.requests.slice(before)).toEqual([]);
      return { found, logs: capture.drainLogs?.() ?? [] };
    } finally {
      await capture.close();
      await site.close();
    }
  }
  const named = ({ violations }: AccessibilityResult) =>
    violations.map(({ rule, impact, nodes }) => [rule, impact, nodes.map(({ selector }) => selector)]);

  few('a page without violations has none, and says how many rules looked', async () => {
    verifies('accessibility.examined');
    const { found } = await examine({ '/': page('<p>One lamp is on.</p>') });
    expect(named(found)).toEqual([]);
    expect(found).toMatchObject({ frames: 1, engine: expect.stringMatching(/^axe-core \d/) });
    expect(found.rules_applied).toBeGreaterThan(5);
  });

  test('violations are found in frames, of other sites too and where no script may run, and in shadow roots', async () => {
    verifies('accessibility.frames');
    const other = await startSite({ '/': page('<p style="color:#eee;background:#fff">pale</p>') }, 'localhost');
    const { found, logs } = await examine({
      '/': page(
        `${PICTURE}<iframe id="shut" title="shut" sandbox src="/near"></iframe><iframe id="near" title="near" src="/near"></iframe><iframe id="far" title="far" src="${other.url}"></iframe>
         <my-card id="card"></my-card><script>customElements.define('my-card',class extends HTMLElement{connectedCallback(){this.attachShadow({mode:'open'}).innerHTML='<button></button>'}})</script>`,
      ),
      '/near': page('<input id="name">'),
    });
    await other.close();
    expect(found.frames).toBe(4);
    // What the sandbox keeps out is told, and is no error: scripts of ours are among it.
    expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(named(found).sort()).toEqual([
      ['button-name', 'critical', ['#card >>> button']],
      ['color-contrast', 'serious', ['#far >> p']],
      ['image-alt', 'critical', ['img']],
      ['label', 'critical', ['#shut >> #name', '#near >> #name']],
      // Frames are judged together: each has a main part of its own.
      ['landmark-unique', 'moderate', ['main']],
    ]);
  });

  few(
    'each element has its place on the page, in shadow roots and further down too; one in a frame has none',
    async () => {
      verifies('report.spots');
      const at = (y: number) => `position:absolute;left:40px;top:${y}px;width:90px;height:30px`;
      const card = `this.attachShadow({mode:'closed'}).innerHTML='<button style="${at(200)}"></button>'`;
      const { found } = await examine({
        '/': page(
          `<button id="far" style="${at(900)}"></button><my-card id="card"></my-card><iframe title="f" src="/in"></iframe>
         <script>customElements.define('my-card',class extends HTMLElement{connectedCallback(){${card}}});scrollTo(0,500)</script>`,
        ),
        '/in': page('<button id="in"></button>'),
      });
      const places = found.violations.flatMap(({ nodes }) => nodes.map(({ selector, rect }) => [selector, rect]));
      const box = (y: number) => ({ x: 40, y, width: 90, height: 30 });
      expect(Object.fromEntries(places)).toMatchObject({
        ...{ '#far': box(900), '#card >>> button': box(200) },
      });
      expect(places.filter(([selector]) => String(selector).includes('>> #in'))).toEqual([
        [expect.stringContaining('>> #in'), undefined],
      ]);
      expect(found.page).toMatchObject({ x: 0, width: 400, height: 930 });
    },
  );

  test('closed shadow roots are examined too: attached, declared, nested, in a frame; the page itself still cannot look inside', async () => {
    verifies('accessibility.closed-roots');
    const { found, logs } = await examine({
      '/': page(
        `<div id="attached"></div><my-card id="card"></my-card>
         <section id="declared"><template shadowrootmode="closed">${PICTURE}<div id="inner"></div></template></section>
         <iframe id="near" title="near" src="/near"></iframe>
         <script>
           const deep = document.getElementById('attached').attachShadow({ mode: 'closed' });
           deep.innerHTML = '<div id="outer"></div>';
           deep.firstChild.attachShadow({ mode: 'closed' }).innerHTML = '<input id="nested">';
           customElements.define('my-card', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'closed' }).innerHTML = '<button></button>' } });
           setInterval(() => { if (attached.shadowRoot || card.shadowRoot || declared.shadowRoot) console.error('open') }, 1);
         </script>`,
      ),
      '/near':
        '<!doctype html><html lang="en"><title>near</title><main><div id="host"></div></main><script>host.attachShadow({mode:"closed"}).innerHTML="<select><option>a</select>"</script></html>',
    });
    expect(named(found).sort()).toEqual([
      ['button-name', 'critical', ['#card >>> button']],
      ['image-alt', 'critical', ['#declared >>> img']],
      ['label', 'critical', ['#attached >>> #outer >>> #nested']],
      ['landmark-unique', 'moderate', ['main']],
      ['select-name', 'critical', ['#near >> #host >>> select']],
    ]);
    expect(logs.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('neither a content security policy nor what the page does to its own scripts changes the result', async () => {
    verifies('accessibility.isolated');
    const hostile = `<script>
      window.axe = { runPartial: () => ({ results: [], frames: [] }), finishRun: () => ({ violations: [], passes: [], incomplete: [] }) };
      Document.prototype.querySelectorAll = Element.prototype.querySelectorAll = () => [];
      Object.defineProperty(Element.prototype, 'attributes', { get: () => [] });
      JSON.stringify = () => '{}'; Array.prototype.map = () => []; window.Promise = class {}; console.error('mine');
    </script>`;
    const { found, logs } = await examine({
      '/': {
        type: 'text/html',
        body: page(PICTURE, hostile),
        headers: { 'content-security-policy': "default-src 'self'; script-src 'unsafe-inline'; img-src data:" },
      },
    });
    expect(named(found)).toEqual([['image-alt', 'critical', ['img']]]);
    expect(logs.filter(({ kind }) => kind === 'console').map(({ text }) => text)).toEqual(['mine']);
  });

  test('what the page wrote is cut, and secrets are masked', async () => {
    verifies('accessibility.untrusted');
    const { found } = await examine(
      { '/': page(`<button data-key="s3cret" class="${'x'.repeat(900)}"></button>`) },
      (text) => text.replaceAll('s3cret', '***'),
    );
    const [node] = found.violations[0]?.nodes ?? [];
    expect([...(node?.html ?? '')].length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  test('a page that hangs has no result', async () => {
    verifies('accessibility.missing');
    const stop = new AbortController();
    const site = await startSite({ '/': page('<p>still</p>') });
    const capture = driver.create(
      { viewport: Viewport.parse({ width: 400, height: 300 }), allowedOrigins: [], redact: (text) => text },
      memorySink(),
    );
    await capture.open({ kind: 'url', url: site.url }, stop.signal);
    stop.abort();
    await expect(capture.accessibility?.(stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    await capture.close();
    await site.close();
  });
});

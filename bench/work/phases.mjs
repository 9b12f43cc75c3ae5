import { bundleProduct, loadBundle } from '../load-product.mjs';
import { between, ProcessTree, total } from './processes.mjs';
import { PAGES, serveTemplates, VIEWPORTS } from './site.mjs';

const REST = {
  ...{ device_scale_factor: 1, is_mobile: false, has_touch: false },
  ...{ color_scheme: 'light', reduced_motion: 'reduce', locale: 'en-US', timezone: 'UTC' },
};

/**
 * Where the processor time of a cell goes: every cell of the work one at a time in a warm browser, and what all processes used between the
 * beginning and the end of each question to the page. Milliseconds of a cell, by phase, in the order in which they first came.
 */
export async function phasesOfACell() {
  const { createBrowserDriver, PageSession } = await loadBundle(
    await bundleProduct(`
export { createBrowserDriver } from './src/browser/browser-driver.ts';
export { PageSession } from './src/browser/page-session.ts';`),
  );
  const tree = new ProcessTree(process.pid);
  const spent = new Map();
  const stack = [];
  let last = tree.look();
  // What was used since the last event belongs to the innermost phase that has begun.
  const count = () => {
    const now = tree.look();
    const phase = stack.at(-1);
    if (phase !== undefined) {
      const kinds = spent.get(phase) ?? {};
      for (const [kind, seconds] of Object.entries(between(last, now))) kinds[kind] = (kinds[kind] ?? 0) + seconds;
      spent.set(phase, kinds);
    }
    last = now;
  };
  const within = async (phase, work) => {
    count();
    stack.push(phase);
    try {
      return await work();
    } finally {
      count();
      stack.splice(stack.lastIndexOf(phase), 1);
    }
  };
  const { call } = PageSession.prototype;
  PageSession.prototype.call = function (what, ...rest) {
    return within(what, () => call.call(this, what, ...rest));
  };
  const site = await serveTemplates();
  const driver = createBrowserDriver();
  const { signal } = new AbortController();
  const sink = { put: async ({ data, size }) => ({ path: 'none', sha256: '', bytes: data.length, ...size }) };
  const cell = async (page, viewport) => {
    const options = { viewport: { ...REST, ...viewport }, allowedOrigins: [], redact: (text) => text };
    const capture = driver.create(options, sink);
    const request = { name: 'x', fullPage: true, masks: [], settleTimeoutMs: 10_000, layout: true };
    await within('opening the page', () => capture.open({ kind: 'url', url: `${site.url}${page}` }, signal));
    const { steady } = await within('all else of the picture', () => capture.screenshot(request, signal));
    await capture.accessibility(signal);
    await within('closing the page', () => capture.close());
    return steady.frames;
  };
  try {
    await cell(PAGES[0], VIEWPORTS.desktop);
    spent.clear();
    const cells = PAGES.flatMap((page) => Object.values(VIEWPORTS).map((viewport) => [page, viewport]));
    let frames = 0;
    for (const [page, viewport] of cells) frames += await cell(page, viewport);
    const rows = [...spent].map(([phase, kinds]) => ({
      phase,
      ms: (total(kinds) * 1000) / cells.length,
      kinds: Object.fromEntries(Object.entries(kinds).map(([kind, sum]) => [kind, (sum * 1000) / cells.length])),
    }));
    return { cells: cells.length, frames: frames / cells.length, rows };
  } finally {
    PageSession.prototype.call = call;
    await driver.dispose();
    site.close();
  }
}

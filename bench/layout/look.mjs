import { createHash } from 'node:crypto';
import { inLanes } from './parts.mjs';

const SETTLE_MS = 10_000;

/**
 * Looks at a page as `verify` does: a photograph at each viewport, then the widths between, then the judgement of what was stored. Answers
 * its findings, the widths and the processor seconds of photographing and of all that layouts add (of this process: the browser's own are not in it).
 */
export async function lookAt(
  product,
  driver,
  url,
  { viewports = product.DEFAULT_VIEWPORTS, change, conditions = [], shown } = {},
) {
  const { signal } = new AbortController();
  const files = new Map();
  const run = {
    async put({ name, data, size }) {
      const bytes = Buffer.from(data);
      files.set(name, bytes);
      return { path: name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, ...size };
    },
    readEntry: async ({ path }) => files.get(path),
  };
  const cells = [];
  const sizes = Object.entries(viewports);
  const widest = sizes.filter(([, one]) => !one.is_mobile).sort(([, a], [, b]) => b.width - a.width)[0];
  const spent = { photograph_ms: 0, sweep_ms: 0, judge_ms: 0 };
  for (const [name, viewport] of sizes) {
    const capture = driver.create({ viewport, allowedOrigins: [], redact: (text) => text }, run);
    try {
      await capture.open({ kind: 'url', url }, signal);
      if (change) await change(capture);
      const began = performance.now();
      const screenshot = await capture.screenshot(
        { name, fullPage: true, masks: [], settleTimeoutMs: SETTLE_MS, layout: true },
        signal,
      );
      spent.photograph_ms += performance.now() - began;
      const cell = { screen: 'page', viewport: name, version: 1, screenshot };
      if (name === widest?.[0]) {
        const start = performance.now();
        const widths = sizes.map(([, one]) => one.width);
        cell.widths = await product.sweepWidths({
          capture,
          run,
          name: 'page',
          viewports: widths,
          masks: [],
          scale: viewport.device_scale_factor,
          signal,
        });
        spent.sweep_ms += performance.now() - start;
        if (conditions.length > 0)
          Object.assign(
            cell,
            await product.layOutUnderConditions({
              ...{ capture, run, name: 'page', conditions, signal, masks: [] },
              ...{ widths, scale: viewport.device_scale_factor },
            }),
          );
      }
      cells.push(cell);
    } finally {
      await capture.close();
    }
  }
  const start = performance.now();
  const [judged] = await product.judgeLayouts(run, cells);
  spent.judge_ms += performance.now() - start;
  await shown?.(judged?.findings ?? []);
  // Pixels are not kept: what is measured is told in figures and selectors.
  const findings = (judged?.findings ?? []).map(({ picture: _, ...finding }) => finding);
  return { findings, widths: judged?.widths ?? [], limits: judged?.limits ?? [], shifts: judged?.shifts ?? [], spent };
}

/**
 * Looks at each of the pages, two at once; those of which a busy machine left something out are looked at again, each by itself. Answers
 * them in their order, as `{page, url, findings, …}`.
 */
export async function lookAtAll(product, driver, pages, say) {
  const look = async (page) => {
    const looked = await lookAt(product, driver, page.url);
    say(`${page.page}: ${looked.findings.map(({ certainty, kind }) => `${certainty} ${kind}`).join(', ') || 'silent'}`);
    return { ...page, ...looked };
  };
  const all = await inLanes(pages, look);
  for (const [at, page] of all.entries()) {
    if (!page.limits.some((limit) => /in time|could not be/.test(limit))) continue;
    say(`${page.page} again: ${page.limits.join('; ')}`);
    all[at] = await look(pages[at]);
  }
  return all;
}

import { camera } from './camera.mjs';
import { captureCells } from './capture-cells.mjs';
import { judgeCells } from './judge-cells.mjs';
import { keepMisses } from './keep-misses.mjs';
import { KINDS } from './mutations/kinds.mjs';
import { NOISES } from './noise-cell.mjs';
import { otherRenderer } from './other-renderer.mjs';
import { pairStore } from './pair-store.mjs';
import { planCells } from './plan.mjs';
import { loadProduct } from './product.mjs';
import { describeRun } from './provenance.mjs';
import { renderMarkdown } from './render-markdown.mjs';
import { renderText } from './render-text.mjs';
import { PAGES, serveSites } from './sites.mjs';
import { tabulate } from './tabulate.mjs';

/** How much is known of the reference: its boxes and styles, nothing but the picture, or nothing but a picture that another renderer drew. */
const MODES = ['baseline', 'picture', 'other'];

/** The whole bench: plan, photograph what is not there yet, judge, count. Answers the table as text and as Markdown, and every verdict. */
export async function runTruth(options) {
  const { say, dir } = options;
  const product = await loadProduct(options.product);
  const cells = planCells({
    seed: options.seed,
    sample: options.sample,
    per: options.per,
    pages: chosen(PAGES, options.pages, ({ id }) => id, 'page'),
    viewports: Object.fromEntries(
      chosen(Object.entries(product.DEFAULT_VIEWPORTS), options.viewports, ([name]) => name, 'viewport'),
    ),
    kinds: options.kinds && chosen(KINDS, options.kinds, ({ kind }) => kind, 'kind').map(({ kind }) => kind),
    noises: chosen(NOISES, options.noises, (noise) => noise, 'noise'),
  });
  const site = await serveSites();
  const lens = camera(product, site);
  try {
    const store = pairStore(dir);
    const lying = cells.filter(({ id }) => store.has(id)).length;
    const started = performance.now();
    const { seed, concurrency } = options;
    const failures = options.capture
      ? await captureCells(cells, { lens, store, seed, concurrency, say })
      : cells.filter(({ id }) => !store.has(id)).map(({ id }) => ({ cell: id, reason: 'not photographed' }));
    const captured = performance.now();
    const others = options.other ? await otherRenderer(cells, { dir, site, seed, say }) : undefined;
    const modes = others ? MODES : MODES.filter((mode) => mode !== 'other');
    const rows = await judgeCells(cells, { product, store, peers: options.peers, modes, others, concurrency: 2, say });
    const judged = performance.now();
    const table = tabulate(rows);
    const about = await describeRun(lens, options, {
      cells: new Set(cells.map(({ name }) => name)).size,
      failures,
      judges: product.digest,
      parts: cells.length,
      photographed: cells.filter(({ id }) => store.has(id)).length - lying,
      captureS: (captured - started) / 1000,
      judgeS: (judged - captured) / 1000,
    });
    if (options.keep) await keepMisses(rows, options.keep);
    return { text: renderText(table, about), markdown: renderMarkdown(table, about), rows, table };
  } finally {
    await Promise.all([lens.dispose(), site.close(), product.disposeComparators()]);
  }
}

/** Those that were asked for by name; all when none were. */
function chosen(all, names, nameOf, what) {
  if (names === undefined) return all;
  const unknown = names.filter((name) => !all.some((one) => nameOf(one) === name));
  if (unknown.length > 0) throw new Error(`no ${what} ${unknown.join(', ')}; there are ${all.map(nameOf).join(', ')}`);
  return all.filter((one) => names.includes(nameOf(one)));
}

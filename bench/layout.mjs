// How often a layout is judged rightly without any design.
//   npm run bench:layout -- --pages DIR     pages of the public study, a local copy (github.com/redecheck/example-webpages); never copied
//     [--truth FILE]                        what people said of them; default ../shared/layout-truth/truth.json beside the project
//     [--more DIR]                          node_modules with further packages of ready-made pages
//     [--study] [--mutations] [--designs] [--fresh] [--cost]   which parts; default all (study only with --pages);
//                                           --fresh and --cost need a build, --fresh the package registry
//     [--only name,name]                    these pages of the study or of the mutations
//     [--write]                             keeps each part as soon as it is measured, and writes docs/layout-truth.md once all are kept
//     [--render]                            measures nothing: the document from what is kept
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { againstTruth, figures } from './layout/against-truth.mjs';
import { measureCost } from './layout/cost.mjs';
import { lookAtDesigns } from './layout/designs.mjs';
import { mendFreshProject } from './layout/fresh.mjs';
import { lookAtAll } from './layout/look.mjs';
import { lookAtMutations } from './layout/mutations.mjs';
import { keepPart, keptParts, PARTS } from './layout/parts.mjs';
import { loadProduct } from './layout/product.mjs';
import { renderLayoutTruth } from './layout/render.mjs';
import { serveFolder } from './layout/serve-folder.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    pages: { type: 'string' },
    truth: { type: 'string', default: path.join(root, '../shared/layout-truth/truth.json') },
    only: { type: 'string' },
    more: { type: 'string' },
    rounds: { type: 'string', default: '2' },
    per: { type: 'string', default: '2' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    ...Object.fromEntries(PARTS.map((name) => [name, { type: 'boolean', default: false }])),
  },
});
const only = values.only?.split(',');
const say = (line) => console.error(line);
const chosen = PARTS.filter((name) => values[name]);
const wanted = values.render ? [] : chosen.length > 0 ? chosen : values.pages === undefined ? PARTS.slice(1) : PARTS;
const results = {};
if (wanted.length > 0) await measure();
if (values.keep) writeFileSync(values.keep, JSON.stringify(results, null, 1));
if (values.render) writeDocument();
else console.log(JSON.stringify(summary(), null, 1));

async function measure() {
  const product = await loadProduct();
  const driver = product.createBrowserDriver();
  const work = {
    study: () => study(product, driver),
    mutations: () => lookAtMutations({ product, per: Number(values.per), only, say }),
    designs: () => lookAtDesigns({ product, driver, more: values.more, say }),
    fresh: () => mendFreshProject({ say }),
    cost: async () => ({
      ...(await measureCost({ rounds: Number(values.rounds), say })),
      load: loadavg().map((one) => one.toFixed(1)),
    }),
  };
  try {
    for (const name of wanted) {
      const began = performance.now();
      results[name] = await work[name]();
      say(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
      if (!values.write || only) continue;
      keepPart(name, results[name]);
      writeDocument();
    }
  } finally {
    await driver.dispose();
  }
}

/** Only a whole one: a part that was never measured would be gone from it. */
function writeDocument() {
  const kept = keptParts();
  const missing = PARTS.filter((name) => !kept[name]);
  if (missing.length > 0) say(`docs/layout-truth.md stays as it is: not measured yet: ${missing.join(', ')}`);
  else writeFileSync(path.join(root, 'docs/layout-truth.md'), renderLayoutTruth(kept));
}

async function study(product, driver) {
  const truth = JSON.parse(readFileSync(values.truth, 'utf8'));
  const names = [...new Set(truth.map(({ page }) => page))].filter((page) => !only || only.includes(page));
  const site = await serveFolder(values.pages);
  const pages = new Map();
  try {
    const urls = names.map((page) => ({ page, url: `${site.url}/${encodeURIComponent(page)}/index.html` }));
    for (const looked of await lookAtAll(product, driver, urls, say))
      pages.set(looked.page, { ...looked, looked: await lookedWidths(product, driver, looked.url) });
  } finally {
    await site.close();
  }
  const compared = againstTruth(
    truth.filter(({ page }) => pages.has(page)),
    pages,
  );
  return { ...compared, figures: figures(compared) };
}

/** Widths at which a person would look: the viewports, and both sides of each breakpoint. */
async function lookedWidths(product, driver, url) {
  const viewport = product.DEFAULT_VIEWPORTS.desktop;
  const capture = driver.create({ viewport, allowedOrigins: [], redact: (text) => text }, { put: async () => ({}) });
  const { signal } = new AbortController();
  try {
    await capture.open({ kind: 'url', url }, signal);
    const at = await capture.breakpoints(signal);
    return [
      ...Object.values(product.DEFAULT_VIEWPORTS).map(({ width }) => width),
      ...at.flatMap((width) => [width - 1, width]),
    ];
  } finally {
    await capture.close();
  }
}

function summary() {
  const { study: compared, ...others } = results;
  return {
    ...(compared
      ? {
          study: compared.figures,
          misses: compared.failures
            .filter(({ found, otherwise }) => !found && !otherwise)
            .map(({ number, page, kinds, from, to }) => `${number} ${page} ${kinds} ${from}-${to}`),
          alarms: compared.traps
            .filter(({ certain }) => certain)
            .map(
              ({ page, kind, from, to, certain }) =>
                `${page} ${kind} ${from}-${to}: ${certain.kind} ${certain.element.selector}`,
            ),
        }
      : {}),
    ...Object.fromEntries(Object.entries(others).map(([name, one]) => [name, one.figures ?? one])),
  };
}

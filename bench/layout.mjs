// How often a layout is judged rightly without any design.
//   npm run bench:layout -- --pages DIR     pages of the public study, a local copy (github.com/redecheck/example-webpages); never copied
//     [--truth FILE]                        what people said of them; default ../shared/layout-truth/truth.json beside the project
//     [--only name,name]  [--mutations]  [--designs]  [--cost]  [--fresh]   which parts; default all;
//                                           --cost and --fresh need a build, --fresh the package registry
//     [--more DIR]                          node_modules with further packages of ready-made pages
//     [--write]                             docs/layout-truth.md
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { againstTruth, figures } from './layout/against-truth.mjs';
import { measureCost } from './layout/cost.mjs';
import { lookAtDesigns } from './layout/designs.mjs';
import { mendFreshProject } from './layout/fresh.mjs';
import { lookAt } from './layout/look.mjs';
import { lookAtMutations } from './layout/mutations.mjs';
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
    mutations: { type: 'boolean', default: false },
    designs: { type: 'boolean', default: false },
    cost: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '2' },
    per: { type: 'string', default: '2' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const all = !values.mutations && !values.designs && !values.cost && !values.fresh && !values.only;
const product = await loadProduct();
const driver = product.createBrowserDriver();
const say = (line) => console.error(line);
const results = {};
try {
  if (values.pages !== undefined && !values.mutations && !values.designs && !values.cost && !values.fresh)
    results.truth = await study();
  if (all || values.mutations)
    results.mutations = await lookAtMutations({ product, per: Number(values.per), only: values.only?.split(','), say });
  if (all || values.designs) results.designs = await lookAtDesigns({ product, driver, more: values.more, say });
  if (all || values.fresh) results.fresh = mendFreshProject({ say });
  if (all || values.cost)
    results.cost = {
      ...(await measureCost({ rounds: Number(values.rounds), say })),
      load: loadavg().map((one) => one.toFixed(1)),
    };
} finally {
  await driver.dispose();
}
console.log(JSON.stringify(summary(), null, 1));
if (values.keep) writeFileSync(values.keep, JSON.stringify(results, null, 1));
if (values.write)
  writeFileSync(path.join(root, 'docs/layout-truth.md'), renderLayoutTruth(results, process.argv.slice(2)));

async function study() {
  const truth = JSON.parse(readFileSync(values.truth, 'utf8'));
  const names = [...new Set(truth.map(({ page }) => page))].filter(
    (page) => !values.only || values.only.split(',').includes(page),
  );
  const site = await serveFolder(values.pages);
  const pages = new Map();
  try {
    for (const page of names) {
      const looked = await lookAt(product, driver, `${site.url}/${encodeURIComponent(page)}/index.html`);
      pages.set(page, {
        ...looked,
        looked: await lookedWidths(product, driver, `${site.url}/${encodeURIComponent(page)}/index.html`),
      });
      say(
        `${page}: ${looked.findings.map((one) => `${one.certainty} ${one.kind} ${one.from_width}-${one.to_width}`).join(', ')} ${JSON.stringify(looked.spent)}`,
      );
    }
  } finally {
    await site.close();
  }
  const compared = againstTruth(
    truth.filter(({ page }) => pages.has(page)),
    pages,
  );
  return { ...compared, figures: figures(compared), pages: [...pages].map(([page, one]) => ({ page, ...strip(one) })) };
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

function strip({ findings, widths, spent }) {
  return { widths, spent, findings };
}

function summary() {
  return {
    ...(results.truth
      ? {
          truth: results.truth.figures,
          misses: results.truth.failures
            .filter(({ found, otherwise }) => !found && !otherwise)
            .map(({ number, page, kinds, from, to }) => `${number} ${page} ${kinds} ${from}-${to}`),
          alarms: results.truth.traps
            .filter(({ certain }) => certain)
            .map(
              ({ page, kind, from, to, certain }) =>
                `${page} ${kind} ${from}-${to}: ${certain.kind} ${certain.element.selector}`,
            ),
        }
      : {}),
    ...(results.mutations ? { mutations: results.mutations.figures } : {}),
    ...(results.fresh ? { fresh: results.fresh } : {}),
    ...(results.cost ? { cost: results.cost.figures } : {}),
    ...(results.designs ? { designs: results.designs.figures } : {}),
  };
}

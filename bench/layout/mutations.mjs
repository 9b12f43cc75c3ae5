import { KINDS } from '../truth/mutations/kinds.mjs';
import { readCandidates } from '../truth/page/candidates.mjs';
import { mutate } from '../truth/page/mutate.mjs';
import { seeded } from '../truth/seeded.mjs';
import { PAGES, serveSites } from '../truth/sites.mjs';
import { inLanes } from './parts.mjs';

/** Share of an element that nothing may cover for it to be visible. */
const CLEAR = 0.6;
const signal = new AbortController().signal;
/** Mutations that break a layout, and the findings that name them. */
const BREAKS = {
  overlap: ['text_overlap', 'covered', 'clipped', 'protrudes'],
  overflow: ['outside_viewport', 'clipped', 'protrudes'],
  'clipped-text': ['clipped', 'protrudes', 'text_overlap'],
  squeezed: ['image_distorted'],
  breakpoint: [
    'outside_viewport',
    'text_overlap',
    'covered',
    'clipped',
    'protrudes',
    'unreachable',
    'wrapped',
    'uneven',
  ],
};
/** A picture squeezed to half its height: no mutation of the compared pairs, where a reference shows it. */
const SQUEEZED = {
  kind: 'squeezed',
  fits: ({ loaded, rect }) => loaded && rect.width >= 60 && rect.height >= 40,
  change: ({ rect }) => ({
    style: { width: `${Math.round(rect.width)}px`, height: `${Math.round(rect.height / 2)}px`, 'object-fit': 'fill' },
  }),
};

/** Breaks layouts of untouched pages one at a time, and judges each at its viewport without its reference. */
export async function lookAtMutations({ product, per, only, say }) {
  const site = await serveSites();
  const browser = new product.WarmBrowser(
    { engine: 'chromium', executable: process.env.CODELOOP_BROWSER || '/usr/bin/chromium' },
    [],
  );
  const pages = PAGES.filter(({ id }) => !only || only.includes(id));
  const whole = pages.flatMap((page) => ['mobile', 'desktop'].map((name) => ({ product, browser, site, page, name })));
  const changes = Object.keys(BREAKS).flatMap((wanted) => Array.from({ length: per }, (_, turn) => ({ wanted, turn })));
  let rows;
  try {
    const broken = await inLanes(whole, async (at) => {
      const kept = [];
      // It is the same page before each change: what is found on it then is found once.
      const before = await onFreshPage(at, ({ shoot }) => shoot());
      for (const change of changes) {
        const row = await onFreshPage(at, (opened) => breakPage({ ...at, ...opened, ...change, before }));
        if (!row) continue;
        kept.push(row);
        say(
          `${row.page}@${row.viewport} ${row.kind}: ${row.named ?? 'MISSED'}${row.named && !row.first ? ', element not first' : ''} ${row.selector}`,
        );
      }
      return kept;
    });
    rows = broken.flat();
  } finally {
    await Promise.all([browser.dispose(), site.close()]);
  }
  const named = rows.filter((row) => row.named);
  return {
    rows,
    figures: { broken: rows.length, named: named.length, element_first: named.filter(({ first }) => first).length },
  };
}

/** Opens a page anew and works on it: `shoot` photographs it as it is then, and judges its layout. */
async function onFreshPage({ product, browser, site, page, name }, work) {
  const viewport = product.DEFAULT_VIEWPORTS[name];
  const options = { viewport, allowedOrigins: [], redact: (text) => text };
  const log = new product.PageLog(options.redact);
  const session = await product.PageSession.start(browser, 'chromium', options, log, signal);
  try {
    const url = `${site.url}${page.path}`;
    const { status } = await product.navigate(session.page, { kind: 'url', url }, session.traffic, log, signal);
    const shoot = async () => {
      const files = new Map();
      const run = {
        async put({ name: file, data, size }) {
          files.set(file, Buffer.from(data));
          return { path: file, sha256: '', bytes: data.length, ...size };
        },
        readEntry: async ({ path }) => files.get(path),
      };
      const request = { name: 'page', fullPage: true, masks: [], settleTimeoutMs: 5000, layout: true };
      const screenshot = await product.photograph(session, options, { url, status }, request, run, signal);
      const [judged] = await product.judgeLayouts(run, [{ screen: 'page', viewport: name, version: 1, screenshot }]);
      return {
        findings: judged.findings,
        elements: JSON.parse(files.get('page.dom.json')).elements.map(({ selector }) => selector),
      };
    };
    return await work({ session, viewport, shoot });
  } finally {
    await session.close();
  }
}

/** One page, broken once in one way; nothing where no element fits, or where the change breaks nothing that is seen. */
async function breakPage({ session, viewport, shoot, before, page, name, wanted, turn }) {
  const kind = wanted === 'squeezed' ? SQUEEZED : KINDS.find((one) => one.kind === wanted);
  if (kind.viewports && !kind.viewports.includes(name)) return undefined;
  const random = seeded('1', page.id, name, wanted, String(turn));
  const candidates = await session.page.evaluate(readCandidates, true);
  const fitting = random.shuffled(
    candidates.filter((one) => one.clear >= CLEAR && !one.fixed && kind.fits(one, { size: viewport, page })),
  );
  const candidate = fitting.find((one) => kind.change(one, random, { size: viewport, page }));
  if (!candidate) return undefined;
  const was = await session.page.evaluate(isBroken, { index: candidate.index, wanted });
  if (wanted === 'breakpoint' && was) return undefined;
  await session.page.evaluate(mutate, {
    index: candidate.index,
    change: kind.change(candidate, random, { size: viewport, page }),
  });
  if (!(await session.page.evaluate(isBroken, { index: candidate.index, wanted }))) return undefined;
  const after = await shoot();
  const { own, family } = await session.page.evaluate(kin, { index: candidate.index, selectors: after.elements });
  const known = new Set(before.findings.map(keyOf));
  const fresh = after.findings.filter((one) => BREAKS[wanted].includes(one.kind) && !known.has(keyOf(one)));
  const [first] = fresh;
  const touches = (finding) =>
    [finding.element.selector, finding.other?.selector].some(
      (selector) => selector !== undefined && family.includes(selector),
    );
  return {
    page: page.id,
    viewport: name,
    kind: wanted,
    selector: own,
    named: first && `${first.certainty} ${first.kind}`,
    first: first !== undefined && touches(first),
  };
}

const keyOf = ({ kind, element, other }) => [kind, element.selector, other?.selector].join(' ');

/** Runs in the page. The selector of what was changed, and those of all in it and around it up to two boxes. */
function kin({ index, selectors }) {
  const target = window.__truth[index];
  const family = [];
  let own = '';
  for (const selector of selectors) {
    const element = document.querySelector(selector);
    if (!element) continue;
    if (element === target) own = selector;
    if (target.contains(element) || element === target.parentElement || element === target.parentElement?.parentElement)
      family.push(selector);
  }
  return { own, family };
}

/**
 * Runs in the page. Whether the change breaks something that a person sees, by the page's own account: a text that lies over another, one
 * that the window or its box cuts. What merely leaves a gap no one can tell without the reference.
 */
function isBroken({ index, wanted }) {
  const target = window.__truth[index];
  const texts = (root) => {
    const out = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.data.trim() === '' || getComputedStyle(node.parentElement).visibility !== 'visible') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) if (rect.width > 4 && rect.height > 6) out.push({ node, rect });
    }
    return out;
  };
  const own = texts(target);
  if (wanted === 'squeezed') return true;
  if (wanted === 'clipped-text')
    return target.scrollWidth > target.clientWidth + 4 || target.scrollHeight > target.clientHeight + 6;
  if (wanted === 'overflow')
    return (
      document.documentElement.scrollWidth > innerWidth + 8 ||
      own.some(({ rect }) => rect.right > innerWidth + 4 && rect.left < innerWidth)
    );
  const all = texts(document.body);
  if (wanted === 'breakpoint' && document.documentElement.scrollWidth > innerWidth + 8) return true;
  if (wanted === 'breakpoint' && own.some(({ rect }) => rect.right > innerWidth + 4 && rect.left < innerWidth))
    return true;
  // Beside a row that became a column its own parts may meet as well.
  const others = all.filter(({ node }) => (wanted === 'breakpoint' ? true : !target.contains(node)));
  return own.some((a) =>
    others.some((b) => {
      if (a.node === b.node) return false;
      const width = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
      const height = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
      return width > 6 && height > Math.min(a.rect.height, b.rect.height) * 0.6;
    }),
  );
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { type AccessibilityResult, Impact } from '../core/vocabulary/accessibility.js';
import { Rect } from '../core/vocabulary/geometry.js';
import { type FrameWorld, type FrameWorlds, frameWorlds } from './evaluate-apart.js';
import type { PageSession } from './page-session.js';

const require = createRequire(import.meta.url);
const Package = z.object({ version: z.string() });

/** The script that is sent to pages to examine them. */
interface AxeSource {
  version: string;
  /** A script that leaves `axe` behind in the world it runs in. */
  source: string;
}

/**
 * axe-core as its package holds it, read on first use and never run here: importing it costs Node half a second, most of it for a scan
 * for named exports.
 */
function axeSource(): Promise<AxeSource> {
  reading ??= read();
  return reading;
}

let reading: Promise<AxeSource> | undefined;

async function read(): Promise<AxeSource> {
  const [source, manifest] = await Promise.all([
    readFile(require.resolve('axe-core/axe.min.js'), 'utf8'),
    readFile(require.resolve('axe-core/package.json'), 'utf8'),
  ]);
  return { source, version: Package.parse(JSON.parse(manifest)).version };
}

/** Longest that a page may take to be examined, ms; 4,000 elements took up to 8 s on two busy cores (0014-accessibility). */
const AUDIT_MS = 60_000;
/** Elements kept of one rule, and characters of what the page wrote about each. */
const MAX_NODES = 200;
const MAX_HTML = 200;
const MAX_TEXT = 500;
/** Deepest frame in a frame that is examined; a page that nests itself has no end. */
const MAX_DEPTH = 8;

/**
 * All rules of axe-core that are on by default, but nothing is fetched for them (`preload`): what is examined is the page as it was
 * photographed, and the allow list holds.
 */
const OPTIONS = JSON.stringify({ resultTypes: ['violations'], preload: false, elementRef: false });

/** One element in axe-core's words: a selector per frame on the way, each a list where shadow roots lie between. */
const Target = z.array(z.union([z.string(), z.array(z.string())]));
const RuleResult = z.object({
  id: z.string(),
  impact: Impact.nullish(),
  help: z.string(),
  helpUrl: z.string(),
  count: z.number(),
  nodes: z.array(
    z.object({ target: Target, html: z.string(), failureSummary: z.string().optional(), rect: Rect.nullish() }),
  ),
});
/** What `FINISH` keeps of a report: of rules that found nothing their ids. */
const AxeReport = z.object({
  page: Rect,
  violations: z.array(RuleResult),
  passes: z.array(z.string()),
  incomplete: z.array(z.string()),
});
type AxeReport = z.infer<typeof AxeReport>;

/**
 * Runs in a frame's world: makes a report of the partial results of all frames. It is a hundred times as large as what is kept of it, and
 * need not leave the page. That results are copied as JSON gives the same report for a page with frames and for one without.
 */
const FINISH = `async (partials) => {
  const { violations, passes, incomplete } = await axe.finishRun(JSON.parse(JSON.stringify(partials)), ${OPTIONS});
  const ids = (rules) => rules.map(({ id }) => id);
  const boxOf = ({ x, y, width, height }) => ({ x: x + scrollX, y: y + scrollY, width, height });
  const rectOf = ([first, inFrame]) => {
    try { return inFrame === undefined ? boxOf(axe.utils.shadowSelect(first).getBoundingClientRect()) : null; } catch { return null; }
  };
  const kept = ({ target, html, failureSummary }) => ({ target, html, failureSummary, rect: rectOf(target) });
  const { scrollWidth: width, scrollHeight: height } = document.scrollingElement ?? document.documentElement;
  return {
    page: { x: scrollX, y: scrollY, width, height },
    violations: violations.map(({ id, impact, help, helpUrl, nodes }) => ({
      id, impact, help, helpUrl, count: nodes.length, nodes: nodes.slice(0, ${MAX_NODES}).map(kept),
    })),
    passes: ids(passes),
    incomplete: ids(incomplete),
  };
}`;

/**
 * Runs in the world of a frame before axe-core, which puts its work off by the shortest of timers: in a frame whose sandbox allows no scripts no timer
 * ever comes, also not one of ours, but what is promised does.
 */
const WITHOUT_TIMERS = `(() => {
  const later = globalThis.setTimeout;
  globalThis.setTimeout = (work, ms = 0, ...given) => ms > 1 ? later(work, ms, ...given) : void Promise.resolve().then(() => work(...given));
})();`;

/** What a frame answers: its frames, and what was found in it; for a page without frames the whole report instead. */
const Examined = z.object({
  frames: z.array(z.object({ frameSelector: z.unknown(), frameContext: z.unknown() })),
  partial: z.unknown(),
  report: AxeReport.optional(),
});

/**
 * Examines the page as it stands with axe-core, in worlds that the page's scripts cannot reach, frame by frame, and under any content
 * security policy. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED, INTERNAL: when a single frame cannot be examined there is no
 * result, never a smaller one.
 */
export async function examineAccessibility(
  session: PageSession,
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<AccessibilityResult> {
  const { context, page, protocol } = session;
  if (!protocol)
    throw new CodeloopError('INTERNAL', {
      reason: 'only Chromium offers a place to examine a page in that its scripts cannot reach',
    });
  const axe = await axeSource();
  const work = async () => {
    const worlds = await frameWorlds(context, page, protocol);
    try {
      const { world, results, report } = await examineFrame(worlds, worlds.main, 'document', axe.source, 0);
      const whole = report ?? AxeReport.parse(await world.evaluate(`(${FINISH})(${JSON.stringify(results)})`));
      return { report: whole, frames: results.length };
    } finally {
      await worlds.close();
    }
  };
  const { report, frames } = await session.call('examining accessibility', work, signal, AUDIT_MS);
  return toResult(report, frames, `axe-core ${axe.version}`, page.url(), redact);
}

/**
 * Results of a frame and those inside it, in the order that `axe.finishRun` needs: each before its children. One question for each frame: the
 * source of axe-core and what came of it are large, and every further one is a way to the page and back.
 */
async function examineFrame(
  worlds: FrameWorlds,
  frameId: string,
  scope: string,
  source: string,
  depth: number,
): Promise<{ world: FrameWorld; results: unknown[]; report: AxeReport | undefined }> {
  const world = await worlds.enter(frameId);
  await world.openRoots();
  const examine = `(async () => {
    const frames = axe.utils.getFrameContexts(${scope}, ${OPTIONS});
    const partial = await axe.runPartial(${scope}, ${OPTIONS});
    if (${depth} > 0 || frames.length > 0) return { frames, partial };
    return { frames, partial: null, report: await (${FINISH})([partial]) };
  })()`;
  const { frames, partial, report } = Examined.parse(
    await world.evaluate(`${depth > 0 ? WITHOUT_TIMERS : ''}${source};${examine}`),
  );
  const results = [partial];
  for (const { frameSelector, frameContext } of frames) {
    if (depth === MAX_DEPTH)
      throw new CodeloopError('INTERNAL', { reason: `frames are nested more than ${MAX_DEPTH} deep` });
    const child = await world.frameOf(`axe.utils.shadowSelect(${JSON.stringify(frameSelector)})`);
    const inner = await examineFrame(worlds, child, JSON.stringify(frameContext), source, depth + 1);
    results.push(...inner.results);
  }
  return { world, results, report };
}

function toResult(
  report: AxeReport,
  frames: number,
  engine: string,
  url: string,
  redact: (text: string) => string,
): AccessibilityResult {
  return {
    schema_version: 1,
    engine,
    url: redact(url),
    page: report.page,
    frames,
    rules_applied: report.violations.length + report.passes.length + report.incomplete.length,
    undecided: [...report.incomplete].sort(),
    violations: report.violations.map(({ id, impact, help, helpUrl, count, nodes }) => ({
      rule: id,
      // A violation without a rating is not treated as minor.
      impact: impact ?? 'serious',
      help,
      help_url: helpUrl,
      node_count: count,
      nodes: nodes.map(({ target, html, failureSummary, rect }) => ({
        selector: cut(redact(selectorOf(target)), MAX_TEXT),
        html: cut(redact(html), MAX_HTML),
        summary: cut(redact(failureSummary ?? ''), MAX_TEXT),
        ...(rect ? { rect } : {}),
      })),
    })),
  };
}

function selectorOf(target: z.infer<typeof Target>): string {
  return target.map((part) => (typeof part === 'string' ? part : part.join(' >>> '))).join(' >> ');
}

function cut(text: string, max: number): string {
  const whole = text.replace(/\p{Surrogate}/gu, '\uFFFD');
  return whole.length <= max ? whole : `${[...whole].slice(0, max - 1).join('')}…`;
}

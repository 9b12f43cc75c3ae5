import type { CDPSession, Frame, Page } from 'playwright';
import { differingRegion, type Rest, type SteadyFrames } from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import { isStoryAddress } from '../core/page-kind.js';
import type { SettleReport, Steadiness } from '../core/vocabulary/screenshot.js';
import { toldInPage } from './evaluate-apart.js';
import { withAgenda } from './page/agenda-parts.js';
import { setHeld } from './page/agenda-switches.js';
import { proposeMask } from './page/mask.js';
import { type RestReport, restFrame } from './page/rest.js';
import { showsWaiting, type Waiting } from './page/waiting.js';
import type { PageSession } from './page-session.js';

/** Network has to be quiet for this long, ms, before a picture counts. */
const QUIET_MS = 60;
/** A request that is open for less, ms, has only just been asked. */
const JUST_ASKED_MS = 1000;
/** Most open requests that are told. */
const MOST_OPEN = 20;
/** How long a part that shows that it waits is waited for with no request open, and from look to look, ms. */
const PART_MS = 3000;
const LOOK_MS = 200;
/** A request that has hung for this long, ms, brings nothing to the picture: a question that is kept open, not a slow answer. */
const HANGING_MS = 4000;
/** Longest the main frame may take beyond its wait, ms; a page whose script never ends takes for ever. */
const MAIN_MS = 10_000;
/** Longest a frame other than the main one is asked, ms: one that hangs or is going away does not delay the picture. */
const CHILD_MS = 3000;

/** Record of bringing a page to rest, gathered over all rounds and frames. */
export interface RestLog {
  settle: SettleReport;
  /** A chain of frames is held whose state another load would not give. */
  unrepeatable: boolean;
  /** What shows that the page waits counts in its window only, and is none where it is what this selector names. */
  inWindow: boolean;
  meant?: string;
  /** Of a picture: whether the page showed in the last round that it waits; its slow ticks are held while it does not. */
  waits?: boolean;
  /** The mark of the traffic at which the page began to be scrolled. */
  scrolledFrom: number;
  /** What showed that the page waits with no request open: when that was looked for, by the mark of the traffic, and when it was first found, ms. */
  alone?: { mark: number; since: number; shown?: Waiting };
}

/** An empty log. */
export function restLog(waits: Partial<Pick<RestLog, 'inWindow' | 'meant' | 'waits'>> = {}): RestLog {
  return {
    inWindow: false,
    scrolledFrom: Number.POSITIVE_INFINITY,
    ...waits,
    settle: {
      fonts_missing: [],
      images_missing: [],
      lazy_scroll_px: 0,
      lazy_complete: true,
      media_pinned: 0,
      animations_stopped: 0,
    },
    unrepeatable: false,
  };
}

/** What the log says, made safe to keep; open pictures count as missing (backgrounds and posters tell nobody else). */
export function safeLog(settle: SettleReport, redact: (text: string) => string): SettleReport {
  const pictures = settle.open_requests?.flatMap(({ url, kind }) => (kind === 'image' ? url : [])) ?? [];
  const unseen = settle.unseen?.map((one) => ({ ...one, selector: redact(one.selector) }));
  const told = new Set(settle.unseen?.map(({ selector }) => selector));
  const open = settle.open_requests
    ?.filter(({ url }) => !told.has(url))
    .map((one) => ({
      ...one,
      url: redact(one.url),
      ...(one.shown_at === undefined ? {} : { shown_at: redact(one.shown_at) }),
    }));
  const scrollers = settle.scrollers?.map((one) => ({ ...one, selector: redact(one.selector) }));
  const { open_requests: _, ...rest } = settle;
  return {
    ...rest,
    images_missing: [...new Set([...settle.images_missing, ...pictures])].map(redact),
    ...(unseen ? { unseen } : {}),
    ...(open?.length ? { open_requests: open } : {}),
    ...(scrollers ? { scrollers } : {}),
  };
}

/** One round of rest in every frame of the page; what it finds replaces what the round before found. */
export async function restPage(session: PageSession, log: RestLog, waitMs: number, signal: AbortSignal): Promise<Rest> {
  const { page, traffic } = session;
  const frames = page.frames();
  const quiet = traffic.quiet(QUIET_MS, waitMs, HANGING_MS);
  const reports = await Promise.all(
    frames.map((frame) =>
      frame === page.mainFrame()
        ? session.call('bringing the page to rest', () => askMain(page, waitMs, log.waits), signal, waitMs + MAIN_MS)
        : // A frame that is going away, or that another origin hangs up, has nothing to say.
          session
            .call('a frame', () => ask(frame, Math.min(waitMs, 1000), log.waits), signal, CHILD_MS)
            .catch(() => undefined),
    ),
  );
  const known = reports.filter((report) => report !== undefined);
  const sum = (of: (report: RestReport) => number) => known.reduce((total, report) => total + of(report), 0);
  log.settle.fonts_missing = [
    ...new Set([...known.flatMap((report) => report.fontsMissing), ...traffic.fontsRefused()]),
  ];
  const streams = new Set(traffic.streams());
  const missing = new Set(known.flatMap((report) => report.imagesMissing));
  log.settle.images_missing = [...missing].filter((url) => !streams.has(url));
  log.settle.media_pinned = sum((report) => report.mediaPinned + report.activity.held);
  log.settle.animations_stopped += sum((report) => report.animationsStopped);
  log.unrepeatable = known.some((report) => report.activity.unrepeatable);
  session.log.setIcons({
    declared: reports[frames.indexOf(page.mainFrame())]?.iconDeclared ?? false,
    asked: known.flatMap((report) => report.iconsAsked),
  });
  const isQuiet = await quiet;
  const open = await openRequests(session, log, isQuiet, signal);
  log.settle.open_requests = open;
  const shown = await waitsAlone(session, log, signal);
  const waits = shown || open.some(({ unfinished }) => unfinished);
  if (log.waits !== undefined) log.waits = waits;
  return {
    waits,
    busy:
      !isQuiet ||
      known.some(
        (report) =>
          report.fontsLoading ||
          report.imagesLoading > 0 ||
          report.mediaWaiting > 0 ||
          report.activity.frames > 0 ||
          report.activity.workers > 0 ||
          report.activity.timers > 0,
      ),
    periodMs: Math.max(0, ...known.map((report) => report.activity.period)),
  };
}

/**
 * What the page has asked for and has no answer to, with whether it is evidently unfinished without: its own scripts, style sheets and frames, what
 * it first asked for when it was scrolled, and what it shows to be waiting for. A story shows one state on purpose, also one that waits.
 */
async function openRequests(
  session: PageSession,
  log: RestLog,
  quiet: boolean,
  signal: AbortSignal,
): Promise<NonNullable<SettleReport['open_requests']>> {
  const { page, traffic, workers } = session;
  const longest = traffic
    .unanswered()
    .filter(({ url, kind }) => kind !== 'script' || !workers.begun(url))
    .sort((one, other) => other.openMs - one.openMs);
  const open = [...new Map(longest.toReversed().map((one) => [`${one.kind} ${one.url}`, one])).values()].filter(
    ({ openMs }) => openMs >= JUST_ASKED_MS || !quiet,
  );
  const isRepeated = (url: string) => longest.filter((one) => one.url === url).length > 1;
  const asked = open.filter(({ kind }) => /^(?:fetch|xhr|script|document)$/.test(kind));
  const seen = asked.length > 0 ? await waitingAt(session, log, signal) : undefined;
  // A mark of being alive turns as long as a line is kept open.
  const waiting = seen?.mark ? undefined : seen;
  const meant = waiting !== undefined && (waiting.meant || isStoryAddress(page.url()));
  return open.slice(0, MOST_OPEN).flatMap((one) => {
    const { url, kind, openMs, own, maybeKept, first } = one;
    const shown = waiting !== undefined && asked.includes(one);
    if (shown ? meant : maybeKept) return [];
    // Nobody begins to keep a line open because a page was scrolled.
    const inView = first >= log.scrolledFrom && /^(?:fetch|xhr)$/.test(kind) && !isRepeated(url);
    const part = own && (inView || /^(?:script|stylesheet|document)$/.test(kind));
    const at = shown ? { shown_at: waiting.selector.slice(0, 500) } : {};
    return [{ url: url.slice(0, 500), kind, open_ms: openMs, unfinished: part || shown, ...at }];
  });
}

/**
 * Whether the page shows that it waits with no request open: it may ask only later. Looked for once, again after each request, and as long as it shows;
 * a part is waited for a while only.
 */
async function waitsAlone(session: PageSession, log: RestLog, signal: AbortSignal): Promise<boolean> {
  const { page, traffic } = session;
  if (isStoryAddress(page.url())) return false;
  const [mark, now] = [traffic.mark(), performance.now()];
  if (log.alone?.mark === mark && !log.alone.shown) return false;
  const asks = traffic.unanswered().some(({ kind }) => /^(?:fetch|xhr|script|document)$/.test(kind));
  const { inWindow, meant } = log;
  const look = { inWindow, open: false, ...(meant === undefined ? {} : { meant }) };
  const told = asks
    ? undefined
    : await session.call('looking whether it waits', () => page.evaluate(showsWaiting, look), signal);
  const shown = told?.meant ? undefined : told;
  const since = log.alone?.shown ? log.alone.since : now;
  log.alone = { mark, since, ...(shown ? { shown } : {}) };
  if (!shown || (!shown.whole && now - since > PART_MS)) return false;
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  return true;
}

/** What the log says, with what the page shows to be waiting for though no request is open. */
export function withWaiting({ settle, alone }: RestLog): SettleReport {
  if (!alone?.shown) return settle;
  const { selector, empty, whole } = alone.shown;
  const reason = empty
    ? 'it is the main part of the page and nothing is in it'
    : `it shows that it waits, with no request open${whole ? ', and the page shows nothing else' : ''}`;
  const told = { selector: selector.slice(0, 500), reason, ...(whole ? {} : { likely: true }) };
  return { ...settle, unseen: [...(settle.unseen ?? []), told] };
}

/** What the page shows of waiting, in its frames in turn. */
async function waitingAt(
  session: PageSession,
  { inWindow, meant }: RestLog,
  signal: AbortSignal,
): Promise<Waiting | undefined> {
  const found: Waiting[] = [];
  const look = async (frame: Frame) => {
    const given = { inWindow, open: true, ...(meant === undefined ? {} : { meant }) };
    const told = await frame.evaluate(showsWaiting, given);
    if (told) found.push(told);
  };
  await everyFrame(session, look, signal);
  return found.find((one) => one.meant) ?? found.find((one) => !one.mark) ?? found[0];
}

/** Runs in every frame, each with a deadline; one that is gone or hangs is passed over. Throws CANCELLED. */
export async function everyFrame(session: PageSession, work: (frame: Frame) => Promise<unknown>, signal?: AbortSignal) {
  await Promise.all(
    session.page.frames().map(async (frame) => {
      try {
        await session.call('a frame', () => work(frame), signal, CHILD_MS);
      } catch (error) {
        // A frame that went away in between needs nothing any more; one that hangs is met again, with its deadline, by the rest.
        if (error instanceof CodeloopError && error.code === 'CANCELLED') throw error;
      }
    }),
  );
}

function ask(frame: Frame, waitMs: number, waits: boolean | undefined): Promise<RestReport> {
  return frame.evaluate(restFrame, { waitMs, ...(waits === undefined ? {} : { waits }) });
}

async function askMain(page: Page, waitMs: number, waits: boolean | undefined): Promise<RestReport> {
  const report = await ask(page.mainFrame(), waitMs, waits);
  const { activity = report.activity, icons = report.iconsAsked } = await toldInPage(page);
  return { ...report, activity, iconsAsked: icons };
}

/** What the protocol tells of a node, as far as it is needed here. */
interface TreeNode {
  backendNodeId: number;
  shadowRootType?: string;
  children?: TreeNode[];
  shadowRoots?: TreeNode[];
  contentDocument?: TreeNode;
}

/**
 * Names to a page's scenes the closed shadow roots that no script attached: those that the document itself declares. Only developer tools
 * see them. Without `anyway` it is done only when the document's text declares a root: reading the whole tree takes as long as a small
 * picture. Chromium only. Never throws for a page that went away meanwhile.
 */
export async function nameClosedRoots(session: PageSession, anyway: boolean): Promise<void> {
  const { protocol } = session;
  if (!protocol) return;
  const work = async () => {
    if (!anyway && !(await declaresRoots(protocol))) return;
    const { root } = await protocol.send('DOM.getDocument', { depth: -1, pierce: true });
    // Asking for the document begins to tell of every change of it.
    await protocol.send('DOM.disable');
    const queue: TreeNode[] = [root];
    for (let node = queue.pop(); node; node = queue.pop()) {
      if (node.shadowRootType === 'closed') await name(protocol, node.backendNodeId);
      if (node.shadowRootType === 'user-agent') continue;
      queue.push(...(node.children ?? []), ...(node.shadowRoots ?? []));
      if (node.contentDocument) queue.push(node.contentDocument);
    }
  };
  try {
    await session.call('looking for shadow roots', work);
  } catch (error) {
    // A page without its closed roots is photographed all the same; one that hangs is met again by the rest.
    if (!(error instanceof CodeloopError) || error.code === 'CANCELLED') throw error;
  }
}

async function declaresRoots(protocol: CDPSession): Promise<boolean> {
  const { frameTree } = await protocol.send('Page.getFrameTree');
  const { id: frameId, url } = frameTree.frame;
  try {
    const { content } = await protocol.send('Page.getResourceContent', { frameId, url });
    return /shadowrootmode/i.test(content);
  } catch (error) {
    // A document without a text of its own (about:blank, one that a script wrote).
    if (!(error instanceof Error)) throw error;
    return false;
  }
}

/** Runs in the page. */
const keepRoot = withAgenda((root: ShadowRoot) => agendaOf(window)?.scene?.look(root));

async function name(protocol: CDPSession, backendNodeId: number): Promise<void> {
  const { object } = await protocol.send('DOM.resolveNode', { backendNodeId });
  if (object.objectId === undefined) return;
  await protocol.send('Runtime.callFunctionOn', {
    objectId: object.objectId,
    functionDeclaration: `function () { (${keepRoot})(this); }`,
  });
  await protocol.send('Runtime.releaseObject', { objectId: object.objectId });
}

/** Returns the steadiness of the picture: equal frames, and nothing held in a state that another load would not give. */
export async function steadinessOf(
  session: PageSession,
  taken: SteadyFrames,
  log: RestLog,
  subject: { shoot(): Promise<Buffer> },
  origin: { x: number; y: number },
  scale: number,
  signal: AbortSignal,
): Promise<Steadiness> {
  const { page } = session;
  const figures = { frames: taken.frames, waited_ms: Math.round(taken.waitedMs) };
  let other = taken.settled ? undefined : taken.before;
  if (taken.settled && log.unrepeatable) {
    await everyFrame(session, (frame) => frame.evaluate(setHeld, false), signal);
    await session.call(
      'a few frames',
      () => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200))),
      signal,
    );
    other = await subject.shoot();
  }
  const region = other === undefined ? undefined : await differingRegion(other, taken.frame);
  if (region === undefined) return { settled: true, ...figures };
  const [width, height] = [region.width / scale, region.height / scale];
  const own = { x: region.x / scale, y: region.y / scale, width, height };
  const center = { ...own, x: origin.x + own.x, y: origin.y + own.y };
  const selector = await session.call('naming the moving part', () => page.evaluate(proposeMask, center), signal);
  return {
    settled: false,
    ...figures,
    moving_region: region,
    mask_proposal: selector ?? own,
  };
}

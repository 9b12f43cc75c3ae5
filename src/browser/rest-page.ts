import type { CDPSession, Frame } from 'playwright';
import type { Rest } from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import type { SettleReport } from '../core/vocabulary/screenshot.js';
import { type RestReport, restFrame } from './page/rest.js';
import type { PageSession } from './page-session.js';

/** Network has to be quiet for this long, ms, before a picture counts. */
const QUIET_MS = 60;
/** Longest the main frame may take beyond its wait, ms; a page whose script never ends takes for ever. */
const MAIN_MS = 10_000;
/** Longest a frame other than the main one is asked, ms: one that hangs or is going away does not delay the picture. */
const CHILD_MS = 3000;

/** Record of bringing a page to rest, gathered over all rounds and frames. */
export interface RestLog {
  settle: SettleReport;
  /** A chain of frames is held whose state another load would not give. */
  unrepeatable: boolean;
}

/** An empty log. */
export function restLog(): RestLog {
  return {
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

/** One round of rest in every frame of the page; what it finds replaces what the round before found. */
export async function restPage(session: PageSession, log: RestLog, waitMs: number, signal: AbortSignal): Promise<Rest> {
  const { page, traffic } = session;
  const frames = page.frames();
  const quiet = traffic.quiet(QUIET_MS, waitMs);
  const reports = await Promise.all(
    frames.map((frame) =>
      frame === page.mainFrame()
        ? session.call('bringing the page to rest', () => ask(frame, waitMs), signal, waitMs + MAIN_MS)
        : // A frame that is going away, or that another origin hangs up, has nothing to say.
          session.call('a frame', () => ask(frame, Math.min(waitMs, 1000)), signal, CHILD_MS).catch(() => undefined),
    ),
  );
  const known = reports.filter((report) => report !== undefined);
  const sum = (of: (report: RestReport) => number) => known.reduce((total, report) => total + of(report), 0);
  log.settle.fonts_missing = [
    ...new Set([...known.flatMap((report) => report.fontsMissing), ...traffic.fontsRefused()]),
  ];
  log.settle.images_missing = [...new Set(known.flatMap((report) => report.imagesMissing))];
  log.settle.media_pinned = sum((report) => report.mediaPinned + report.activity.held);
  log.settle.animations_stopped += sum((report) => report.animationsStopped);
  log.unrepeatable = known.some((report) => report.activity.unrepeatable);
  session.log.setIcons({
    declared: reports[frames.indexOf(page.mainFrame())]?.iconDeclared ?? false,
    asked: known.flatMap((report) => report.iconsAsked),
  });
  return {
    busy:
      !(await quiet) ||
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

function ask(frame: Frame, waitMs: number): Promise<RestReport> {
  return frame.evaluate(restFrame, { waitMs });
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

async function name(protocol: CDPSession, backendNodeId: number): Promise<void> {
  const { object } = await protocol.send('DOM.resolveNode', { backendNodeId });
  if (object.objectId === undefined) return;
  await protocol.send('Runtime.callFunctionOn', {
    objectId: object.objectId,
    functionDeclaration:
      'function () { this.ownerDocument.defaultView?.[Symbol.for("codeloop.agenda")]?.scene?.look(this) }',
  });
  await protocol.send('Runtime.releaseObject', { objectId: object.objectId });
}

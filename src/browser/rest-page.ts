import type { CDPSession, Frame, Page } from 'playwright';
import type { Rest } from '../capture/steady-frames.js';
import { CodeloopError } from '../core/errors.js';
import type { SettleReport } from '../core/vocabulary/screenshot.js';
import { toldInPage } from './evaluate-apart.js';
import { withAgenda } from './page/agenda-parts.js';
import { pictureEnd, replacePictures } from './page/drawing-ends.js';
import { type RestReport, restFrame } from './page/rest.js';
import type { PageSession } from './page-session.js';

/** Network has to be quiet for this long, ms, before a picture counts. */
const QUIET_MS = 60;
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

/** What the log says, with the pictures among what is on its way still (backgrounds and posters tell nobody else), made safe to keep. */
export function safeLog(
  settle: SettleReport,
  late: readonly { url: string; kind: string }[],
  redact: (text: string) => string,
): SettleReport {
  const pictures = late.flatMap(({ url, kind }) => (kind === 'image' ? url.slice(0, 500) : []));
  const unseen = settle.unseen?.map((one) => ({ ...one, selector: redact(one.selector) }));
  const scrollers = settle.scrollers?.map((one) => ({ ...one, selector: redact(one.selector) }));
  return {
    ...settle,
    images_missing: [...new Set([...settle.images_missing, ...pictures])].map(redact),
    ...(unseen ? { unseen } : {}),
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
        ? session.call('bringing the page to rest', () => askMain(page, waitMs), signal, waitMs + MAIN_MS)
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

async function askMain(page: Page, waitMs: number): Promise<RestReport> {
  const report = await ask(page.mainFrame(), waitMs);
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

/** Files larger than this are not looked into, bytes: of plain pictures they are many. */
const LARGEST = 2_000_000;
const LARGEST_PNG = 400_000;

/** What is known of the picture files of a session: each is looked into once. */
const known = new WeakMap<PageSession, Map<string, string | undefined>>();
/** Files in which nothing moves, by address, size and date: other sessions need not look into them again. */
const still = new Set<string>();
const MOST_KNOWN = 5000;

interface Resources {
  frame: { id: string };
  resources: { url: string; type: string; mimeType: string; contentSize?: number; lastModified?: number }[];
  childFrames?: Resources[];
}

/**
 * Shows picture files that play some times and end, and drawings in picture files, as they are at their end. The browser shows all of
 * them as they begin. Chromium only. What cannot be shown so goes into `log` as not seen.
 */
export async function showPictureEnds(session: PageSession, log: RestLog, signal: AbortSignal): Promise<void> {
  const { page, protocol } = session;
  if (!protocol) return;
  const ends = known.get(session) ?? new Map<string, string | undefined>();
  known.set(session, ends);
  const work = async () => {
    const { frameTree } = await protocol.send('Page.getResourceTree');
    const queue: Resources[] = [frameTree];
    const shown = new Set<string>();
    const looking: Promise<unknown>[] = [];
    for (let at = queue.pop(); at; at = queue.pop()) {
      queue.push(...(at.childFrames ?? []));
      for (const { url, type, mimeType, contentSize = 0, lastModified } of at.resources) {
        if (type !== 'Image' || !/^image\/(?:gif|webp|a?png|svg)/.test(mimeType)) continue;
        if (contentSize > (mimeType === 'image/png' ? LARGEST_PNG : LARGEST)) continue;
        const file = lastModified === undefined ? undefined : `${url} ${contentSize} ${lastModified}`;
        shown.add(url);
        if (ends.has(url) || (file !== undefined && still.has(file))) continue;
        ends.set(url, undefined);
        const look = async (frameId: string) => {
          const end = await endOf(page.mainFrame(), mimeType, await contentOf(protocol, frameId, url));
          ends.set(url, end);
          if (end === undefined && file !== undefined && still.size < MOST_KNOWN) still.add(file);
        };
        looking.push(look(at.frame.id));
      }
    }
    await Promise.all(looking);
    const stills = Object.fromEntries([...ends].flatMap(([url, end]) => (end && shown.has(url) ? [[url, end]] : [])));
    if (Object.keys(stills).length === 0) return;
    await everyFrame(
      session,
      async (frame) => {
        for (const url of await frame.evaluate(replacePictures, { stills }))
          log.settle.unseen = [
            ...(log.settle.unseen ?? []),
            {
              selector: url.slice(0, 200),
              reason: "it plays and ends, but the page's own content policy lets nobody show its end",
            },
          ];
      },
      signal,
    );
  };
  try {
    await session.call('looking at pictures that play', work, signal);
  } catch (error) {
    // A page that went away meanwhile is met again by the rest.
    if (!(error instanceof CodeloopError) || error.code === 'CANCELLED') throw error;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % in it: it is taken as it stands.
    return text;
  }
}

async function contentOf(protocol: CDPSession, frameId: string, url: string): Promise<string> {
  const [, coding, data] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url) ?? [];
  if (data !== undefined) return coding ? data : Buffer.from(decoded(data)).toString('base64');
  try {
    const { content, base64Encoded } = await protocol.send('Page.getResourceContent', { frameId, url });
    return base64Encoded ? content : Buffer.from(content).toString('base64');
  } catch (error) {
    // The browser has let go of it.
    if (!(error instanceof Error)) throw error;
    return '';
  }
}

/** The end of a picture file, when its bytes say that it has one. */
async function endOf(frame: Frame, type: string, base64: string): Promise<string | undefined> {
  return mayEnd(type, Buffer.from(base64, 'base64')) ? frame.evaluate(pictureEnd, { type, base64 }) : undefined;
}

/** Whether a file may play and end, by its first bytes: GIF89a, APNG's acTL, WebP's ANIM, a drawing's elements and rules. */
export function mayEnd(type: string, bytes: Buffer): boolean {
  if (type.startsWith('image/svg')) return /<(?:\w+:)?(?:animate|set\b)|@keyframes/.test(bytes.toString('utf8'));
  if (type === 'image/gif') {
    const loop = bytes.indexOf('NETSCAPE2.0', 0, 'latin1');
    // Without a loop it plays once; a count of 0 is for ever.
    return loop < 0 ? bytes.length > 0 : bytes.readUInt16LE(loop + 13) !== 0;
  }
  if (type === 'image/webp') {
    const chunk = bytes.subarray(0, 200).indexOf('ANIM', 0, 'latin1');
    return chunk >= 0 && bytes.length > chunk + 14 && bytes.readUInt16LE(chunk + 12) !== 0;
  }
  const control = bytes.subarray(0, 2000).indexOf('acTL', 0, 'latin1');
  return control >= 0 && bytes.length > control + 12 && bytes.readUInt32BE(control + 8) !== 0;
}

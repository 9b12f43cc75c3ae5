import type { BrowserContext, CDPSession, Frame, Page } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import { CHAIN_LIMIT, installAgenda } from './page/agenda.js';
import type { PageActivity } from './page/agenda-parts.js';
import { knowing, withAgenda } from './page/agenda-parts.js';
import { installObservers, letGo, setDeaf, setHeld } from './page/agenda-switches.js';
import { installDrawingEnds } from './page/drawing-ends.js';
import { installScene } from './page/scene.js';
import type { PageLog } from './page-log.js';
import { noteIconRequests } from './page-log.js';

/** Name of the world, as developer tools show it. */
const WORLD = 'codeloop-apart';
/** What went away with its page, or took too long, says nothing of the page's language. */
const NOT_THE_LANGUAGE =
  /crashed|closed|disconnected|context was destroyed|page is navigating|Frame was detached|Timeout [\d.]+ms|Cannot find context/i;

/** A page that replaced what our functions are made of or read by: where they run instead, until it shows another document. */
interface Apart {
  contextId: number;
  /** Runs a function in the page's own world, where the language is whole and only readings were replaced. */
  inPage?: (work: () => unknown) => Promise<unknown>;
}

const worlds = new WeakMap<Page, Apart>();
/** What holds a page still and lets it go on reads nothing of it: it is done where the page's timers and observers are as well. */
const SWITCHES: ReadonlySet<unknown> = new Set([setHeld, setDeaf, letGo]);
/** What a function answers in place of its work where the page has replaced what it would read by. */
const REPLACED = 'codeloop-replaced';
/** What it answers its work's answer under. */
const ANSWERED = 'codeloop-answered';

/**
 * Has functions that are sent to the main frame run in a world of their own, where a page has replaced so much of the language
 * (`Promise`, `Map`, `Array.prototype.map`, `Function.prototype.bind`, …) that they fail in its own, or anything that they read pages by
 * (`getBoundingClientRect`, `querySelectorAll`, `getComputedStyle`, …), whose answers nobody could tell from true ones. Such a world shares the
 * document with the page and nothing else: what waits in the page's observers is not known there, and what waits in its timers only
 * where the language is whole. `log` is told once for each document. Chromium only.
 */
export function evaluateApart(page: Page, protocol: CDPSession, log: PageLog): void {
  const main = page.mainFrame();
  // Playwright's overloads tell functions from texts; what is given is what its caller was checked with.
  const inPage = main.evaluate.bind(main) as (work: unknown, given?: unknown) => Promise<unknown>;
  page.on('framenavigated', (frame) => {
    if (frame === main) worlds.delete(page);
  });
  const goApart = async (reason: string, own?: Apart['inPage']): Promise<Apart> => {
    const apart = { ...(await enter(protocol)), ...(own ? { inPage: own } : {}) };
    worlds.set(page, apart);
    const text = `The page has replaced ${reason}: codeloop looks at it from a world of its own.`;
    log.add({ kind: 'console', level: 'info', text });
    return apart;
  };
  const evaluate = async (work: unknown, given?: unknown): Promise<unknown> => {
    const known = worlds.get(page);
    if (known) {
      if (known.inPage && SWITCHES.has(work)) await inPage(work, given);
      return run(protocol, known, work, given);
    }
    let answer: unknown;
    try {
      answer = await inPage(unlessReplaced(work), given);
    } catch (error) {
      if (!(error instanceof Error) || NOT_THE_LANGUAGE.test(error.message)) throw error;
      const reason = error.message.split('\n')[0]?.replace(/^\w+\.evaluate: /, '');
      return run(protocol, await goApart(`parts of the language (${reason})`), work, given);
    }
    if (typeof work !== 'function') return answer;
    // Where the page has put its own in the place of lists, no answer of the driver's comes through at all.
    if (typeof answer !== 'object' || answer === null)
      return run(protocol, await goApart('parts of the language (its lists)'), work, given);
    const replaced: unknown = Reflect.get(answer, REPLACED);
    if (replaced === undefined) return Reflect.get(answer, ANSWERED);
    const apart = await goApart(`what pages are read by (${replaced})`, inPage);
    if (SWITCHES.has(work)) await inPage(work, given);
    return run(protocol, apart, work, given);
  };
  Reflect.set(main, 'evaluate', evaluate);
}

/** The same function, sent to a page with a question before it. Playwright sends a function as the text that it gives of itself. */
function unlessReplaced(work: unknown): unknown {
  if (typeof work !== 'function') return work;
  const text = knowing(`async (given) => {
    const replaced = agendaOf(window)?.replaced?.();
    return replaced ? { '${REPLACED}': replaced } : { '${ANSWERED}': await (${work})(given) };
  }`);
  return Object.assign(() => undefined, { toString: () => text });
}

/** What only a page's own world knows of it, where its functions run apart: what still goes on, and the icons that it asked for. */
export async function toldInPage(page: Page): Promise<{ activity?: PageActivity; icons?: string[] }> {
  const ask = withAgenda(() => ({
    activity: agendaOf(window)?.activity(),
    icons: window['codeloop.icons']?.(agendaWord),
  }));
  const told = await worlds.get(page)?.inPage?.(ask);
  // It ran as it is written here; where lists are the page's own, no answer comes through.
  return (told ?? {}) as { activity?: PageActivity; icons?: string[] };
}

async function enter(protocol: CDPSession): Promise<Apart> {
  const { frameTree } = await protocol.send('Page.getFrameTree');
  const { executionContextId: contextId } = await protocol.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: WORLD,
  });
  const apart = { contextId };
  await run(protocol, apart, installAgenda, { chainLimit: CHAIN_LIMIT, pinned: true });
  for (const install of [installObservers, installScene, installDrawingEnds, noteIconRequests])
    await run(protocol, apart, install);
  return apart;
}

function run(protocol: CDPSession, apart: Apart, work: unknown, given?: unknown): Promise<unknown> {
  const text = String(work);
  return ask(protocol, apart, typeof work === 'function' ? `(${text})(${JSON.stringify(given)})` : text);
}

async function ask(protocol: CDPSession, { contextId }: Apart, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await protocol.send('Runtime.evaluate', {
    ...{ expression, contextId },
    ...{ awaitPromise: true, returnByValue: true },
  });
  if (exceptionDetails)
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text, { cause: exceptionDetails });
  return result.value;
}

/** Name of the worlds that pages are read in, as developer tools show them. */
const READING = 'codeloop';

/** A JavaScript world of our own in one frame: it shares the document with the page's scripts and nothing else. */
export interface FrameWorld {
  /** The value of an expression, as JSON. Throws INTERNAL with what it threw. */
  evaluate(expression: string): Promise<unknown>;
  /** The frame that an expression's element holds. Throws INTERNAL when it is no frame. */
  frameOf(expression: string): Promise<string>;
  /** What a function (its text) answers to the element that holds a frame of this one, as JSON. Throws INTERNAL when there is none. */
  askHolder(frameId: string, work: string): Promise<unknown>;
  /** Makes the closed shadow roots of the frame ones that scripts of this world, and no others, can look into. */
  openRoots(): Promise<void>;
}

/** The frames of a page, and worlds in them. */
export interface FrameWorlds {
  readonly main: string;
  /** The frames by their ids, each with the one that it lies in; the main frame has none. */
  readonly parents: ReadonlyMap<string, string | undefined>;
  /** Those that have a process of their own, by what the driver calls them. */
  readonly foreign: ReadonlyMap<Frame, string>;
  enter(frameId: string): Promise<FrameWorld>;
  close(): Promise<void>;
}

/**
 * Opens the frames of a page through Chromium's protocol, those of other sites included, which run in processes of their own.
 * Content security policy does not hold here, as it does not for developer tools.
 */
export async function frameWorlds(context: BrowserContext, page: Page, protocol: CDPSession): Promise<FrameWorlds> {
  const { main, owners, own, parents, foreign } = await frameOwners(context, page, protocol);
  const trees = new Map<CDPSession, Promise<TreeNode>>();
  const treeOf = (owner: CDPSession) => {
    const known = trees.get(owner) ?? readTree(owner);
    trees.set(owner, known);
    return known;
  };
  return {
    main,
    parents,
    foreign,
    async enter(frameId) {
      const owner = owners.get(frameId);
      if (!owner) throw new CodeloopError('INTERNAL', { reason: 'a frame came or went meanwhile' });
      return enterFrame(owner, frameId, () => treeOf(owner));
    },
    async close() {
      // A frame that went away took its session along.
      await Promise.allSettled(own.map((session) => session.detach()));
    },
  };
}

/** The world of the main frame alone. */
export async function mainWorld(protocol: CDPSession): Promise<FrameWorld> {
  const { frameTree } = await protocol.send('Page.getFrameTree');
  return enterFrame(protocol, frameTree.frame.id, () => readTree(protocol));
}

/** Returns the session of each frame; `own` are those that were opened for it. */
async function frameOwners(context: BrowserContext, page: Page, protocol: CDPSession) {
  const owners = new Map<string, CDPSession>();
  const parents = new Map<string, string | undefined>();
  const foreign = new Map<Frame, string>();
  const own = new Map<CDPSession, Frame>();
  for (const frame of page.frames().filter((one) => one.parentFrame() !== null)) {
    // One that shares its parent's process has no session of its own.
    const session = await context.newCDPSession(frame).catch(() => undefined);
    if (session) own.set(session, frame);
  }
  let main = '';
  for (const [session, frame] of [...own, [protocol, undefined] as const]) {
    const { frameTree } = await session.send('Page.getFrameTree');
    if (frame) foreign.set(frame, frameTree.frame.id);
    const queue = [frameTree];
    for (let one = queue.shift(); one; one = queue.shift()) {
      const { id, parentId } = one.frame;
      // A frame of another process is in its parent's tree too; its own session, which was asked first, is the one that can enter it.
      if (!owners.has(id)) owners.set(id, session);
      parents.set(id, parentId);
      queue.push(...(one.childFrames ?? []));
    }
    main = frameTree.frame.id;
  }
  return { main, owners, own: [...own.keys()], parents, foreign };
}

async function readTree(protocol: CDPSession): Promise<TreeNode> {
  const { root } = await protocol.send('DOM.getDocument', { depth: -1, pierce: true });
  // Asking for the document begins to tell of every change of it.
  await protocol.send('DOM.disable');
  return root;
}

async function enterFrame(protocol: CDPSession, frameId: string, tree: () => Promise<TreeNode>): Promise<FrameWorld> {
  const { executionContextId: contextId } = await protocol.send('Page.createIsolatedWorld', {
    frameId,
    worldName: READING,
  });
  const ask = async (expression: string, returnByValue: boolean) => {
    const { result, exceptionDetails } = await protocol.send('Runtime.evaluate', {
      ...{ expression, contextId, returnByValue },
      awaitPromise: true,
    });
    if (exceptionDetails) throw threw(exceptionDetails);
    return result;
  };
  const handle = async (backendNodeId: number) =>
    (await protocol.send('DOM.resolveNode', { backendNodeId, executionContextId: contextId })).object;
  return {
    evaluate: async (expression) => (await ask(expression, true)).value,
    async frameOf(expression) {
      const { objectId } = await ask(expression, false);
      const node = objectId === undefined ? undefined : await protocol.send('DOM.describeNode', { objectId });
      if (node?.node.frameId === undefined)
        throw new CodeloopError('INTERNAL', { reason: 'a frame could not be found' });
      return node.node.frameId;
    },
    async askHolder(child, work) {
      const { backendNodeId } = await protocol.send('DOM.getFrameOwner', { frameId: child });
      const { objectId } = await handle(backendNodeId);
      if (objectId === undefined) throw new CodeloopError('INTERNAL', { reason: 'a frame came or went meanwhile' });
      const functionDeclaration = `function () { return (${work})(this); }`;
      const given = { objectId, functionDeclaration, returnByValue: true };
      const { result, exceptionDetails } = await protocol.send('Runtime.callFunctionOn', given);
      if (exceptionDetails) throw threw(exceptionDetails);
      return result.value;
    },
    async openRoots() {
      const root = await tree();
      const { frameTree } = await protocol.send('Page.getFrameTree');
      for (const [host, closed] of closedRoots(root, frameTree.frame.id === frameId, frameId)) {
        const [{ objectId }, inner] = [await handle(host), await handle(closed)];
        if (objectId === undefined || inner.objectId === undefined) continue;
        // The list keeps what is written on the elements alive.
        const functionDeclaration =
          'function (root) { Object.defineProperty(this, "shadowRoot", { value: root, configurable: true }); (globalThis.opened ??= []).push(this, root); }';
        await protocol.send('Runtime.callFunctionOn', {
          ...{ objectId, functionDeclaration },
          arguments: [{ objectId: inner.objectId }],
        });
      }
    },
  };
}

function threw({ exception, text }: { exception?: { description?: string }; text: string }): CodeloopError {
  return new CodeloopError('INTERNAL', { reason: (exception?.description ?? text).split('\n')[0] });
}

/** What the protocol tells of a node, as far as it is needed here. */
interface TreeNode {
  backendNodeId: number;
  frameId?: string;
  shadowRootType?: string;
  children?: TreeNode[];
  shadowRoots?: TreeNode[];
  contentDocument?: TreeNode;
}

/** Hosts and closed roots of one frame's document, outer ones first; `inside`: whether `node` belongs to it. */
function* closedRoots(node: TreeNode, inside: boolean, frameId: string): Generator<[host: number, root: number]> {
  for (const root of node.shadowRoots ?? []) {
    if (root.shadowRootType === 'user-agent') continue;
    if (inside && root.shadowRootType === 'closed') yield [node.backendNodeId, root.backendNodeId];
    yield* closedRoots(root, inside, frameId);
  }
  for (const child of node.children ?? []) yield* closedRoots(child, inside, frameId);
  if (node.contentDocument) yield* closedRoots(node.contentDocument, node.frameId === frameId, frameId);
}

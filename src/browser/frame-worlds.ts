import type { BrowserContext, CDPSession, Page } from 'playwright';
import { CodeloopError } from '../core/errors.js';

/** Name of the worlds, as developer tools show them. */
const WORLD = 'codeloop';

/** A JavaScript world of our own in one frame: it shares the document with the page's scripts and nothing else. */
export interface FrameWorld {
  /** The value of an expression, as JSON. Throws INTERNAL with what it threw. */
  evaluate(expression: string): Promise<unknown>;
  /** The frame that an expression's element holds. Throws INTERNAL when it is no frame. */
  frameOf(expression: string): Promise<string>;
}

/** The frames of a page, and worlds in them. */
export interface FrameWorlds {
  readonly main: string;
  enter(frameId: string): Promise<FrameWorld>;
  close(): Promise<void>;
}

/**
 * Opens the frames of a page through Chromium's protocol, those of other sites included, which run in processes of their own.
 * Content security policy does not hold here, as it does not for developer tools.
 */
export async function frameWorlds(context: BrowserContext, page: Page, protocol: CDPSession): Promise<FrameWorlds> {
  const { main, owners, own } = await frameOwners(context, page, protocol);
  return {
    main,
    async enter(frameId) {
      const owner = owners.get(frameId);
      if (!owner) throw new CodeloopError('INTERNAL', { reason: 'a frame came or went meanwhile' });
      return enterFrame(owner, frameId);
    },
    async close() {
      // A frame that went away took its session along.
      await Promise.allSettled(own.map((session) => session.detach()));
    },
  };
}

/** Returns the session of each frame; `own` are those that were opened for it. */
async function frameOwners(context: BrowserContext, page: Page, protocol: CDPSession) {
  const owners = new Map<string, CDPSession>();
  const own: CDPSession[] = [];
  for (const frame of page.frames().filter((one) => one.parentFrame() !== null)) {
    // One that shares its parent's process has no session of its own.
    const session = await context.newCDPSession(frame).catch(() => undefined);
    if (session) own.push(session);
  }
  let main = '';
  for (const session of [...own, protocol]) {
    const { frameTree } = await session.send('Page.getFrameTree');
    const queue = [frameTree];
    for (let one = queue.shift(); one; one = queue.shift()) {
      // A frame of another process is in its parent's tree too; its own session, which was asked first, is the one that can enter it.
      if (!owners.has(one.frame.id)) owners.set(one.frame.id, session);
      queue.push(...(one.childFrames ?? []));
    }
    main = frameTree.frame.id;
  }
  return { main, owners, own };
}

async function enterFrame(protocol: CDPSession, frameId: string): Promise<FrameWorld> {
  const { executionContextId: contextId } = await protocol.send('Page.createIsolatedWorld', {
    frameId,
    worldName: WORLD,
  });
  const ask = async (expression: string, returnByValue: boolean) => {
    const { result, exceptionDetails } = await protocol.send('Runtime.evaluate', {
      ...{ expression, contextId, returnByValue },
      awaitPromise: true,
    });
    if (exceptionDetails) {
      const said = exceptionDetails.exception?.description ?? exceptionDetails.text;
      throw new CodeloopError('INTERNAL', { reason: said.split('\n')[0] });
    }
    return result;
  };
  return {
    evaluate: async (expression) => (await ask(expression, true)).value,
    async frameOf(expression) {
      const { objectId } = await ask(expression, false);
      const node = objectId === undefined ? undefined : await protocol.send('DOM.describeNode', { objectId });
      if (node?.node.frameId === undefined)
        throw new CodeloopError('INTERNAL', { reason: 'a frame could not be found' });
      return node.node.frameId;
    },
  };
}

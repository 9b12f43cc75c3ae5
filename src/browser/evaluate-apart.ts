import type { CDPSession, Frame, Page } from 'playwright';
import { CHAIN_LIMIT, installAgenda } from './page/agenda.js';
import { installObservers } from './page/agenda-switches.js';
import { installDrawingEnds } from './page/drawing-ends.js';
import { type MaskedParts, maskedParts } from './page/mask.js';
import { installScene } from './page/scene.js';
import type { PageLog } from './page-log.js';
import { noteIconRequests } from './page-log.js';

/** Name of the world, as developer tools show it. */
const WORLD = 'codeloop-apart';
/** What went away with its page, or took too long, says nothing of the page's language. */
const NOT_THE_LANGUAGE =
  /crashed|closed|disconnected|context was destroyed|page is navigating|Frame was detached|Timeout [\d.]+ms|Cannot find context/i;

/** A page that replaced what our functions are made of: where they run instead, until it shows another document. */
interface Apart {
  contextId: number;
}

const worlds = new WeakMap<Page, Apart>();

/**
 * Has functions that are sent to the main frame run in a world of their own, where a page has replaced so much of the language
 * (`Promise`, `Map`, `Array.prototype.map`, `Function.prototype.bind`, …) that they fail in its own. Such a world shares the document with the
 * page and nothing else: what waits in the page's timers and observers is not known there, so that only equal pictures tell that it
 * stands still. `log` is told once for each document. Chromium only.
 */
export function evaluateApart(page: Page, protocol: CDPSession, log: PageLog): void {
  const main = page.mainFrame();
  const inPage: Frame['evaluate'] = main.evaluate.bind(main);
  page.on('framenavigated', (frame) => {
    if (frame === main) worlds.delete(page);
  });
  const evaluate = async (work: unknown, given?: unknown): Promise<unknown> => {
    const known = worlds.get(page);
    if (known) return run(protocol, known, work, given);
    try {
      // Playwright's overloads tell functions from texts; what is given is what its caller was checked with.
      return await (inPage as (work: unknown, given?: unknown) => Promise<unknown>)(work, given);
    } catch (error) {
      if (!(error instanceof Error) || NOT_THE_LANGUAGE.test(error.message)) throw error;
      const apart = await enter(protocol);
      worlds.set(page, apart);
      const reason = error.message.split('\n')[0]?.replace(/^\w+\.evaluate: /, '');
      const text = `The page has replaced parts of the language (${reason}): codeloop looks at it from a world of its own.`;
      log.add({ kind: 'console', level: 'info', text });
      return run(protocol, apart, work, given);
    }
  };
  Reflect.set(main, 'evaluate', evaluate);
}

/** The parts of what a CSS selector finds in the main frame, where functions run apart; undefined where they do not. */
export async function maskedApart(page: Page, protocol: CDPSession | undefined, selector: string) {
  const apart = worlds.get(page);
  if (!apart || !protocol) return undefined;
  const quoted = JSON.stringify(selector);
  const found = await ask(protocol, apart, `(${maskedParts})([...document.querySelectorAll(${quoted})], ${quoted})`);
  // It ran as it is written here.
  return found as MaskedParts;
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

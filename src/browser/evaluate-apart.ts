import type { CDPSession, Page } from 'playwright';
import { type Agenda, CHAIN_LIMIT, installAgenda } from './page/agenda.js';
import type { PageActivity } from './page/agenda-parts.js';
import { installObservers, letGo, setDeaf, setHeld } from './page/agenda-switches.js';
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

/** A page that replaced what our functions are made of or read by: where they run instead, until it shows another document. */
interface Apart {
  contextId: number;
  /** Runs a function in the page's own world, where the language is whole and only readings were replaced. */
  inPage?: (work: () => unknown) => Promise<unknown>;
}

/** Longest wait for the box of something that was just found, ms. */
const BOX_MS = 2000;
const worlds = new WeakMap<Page, Apart>();
/** What holds a page still and lets it go on reads nothing of it: it is done where the page's timers and observers are as well. */
const SWITCHES: ReadonlySet<unknown> = new Set([setHeld, setDeaf, letGo]);
/** What a function answers in place of its work where the page has replaced what it would read by. */
const REPLACED = 'codeloop-replaced';

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
    const replaced = typeof answer === 'object' && answer !== null ? Reflect.get(answer, REPLACED) : undefined;
    if (typeof replaced !== 'string') return answer;
    const apart = await goApart(`what pages are read by (${replaced})`, inPage);
    if (SWITCHES.has(work)) await inPage(work, given);
    return run(protocol, apart, work, given);
  };
  Reflect.set(main, 'evaluate', evaluate);
}

/** The same function, sent to a page with a question before it. Playwright sends a function as the text that it gives of itself. */
function unlessReplaced(work: unknown): unknown {
  if (typeof work !== 'function') return work;
  const text = `(given) => {
    const replaced = window[Symbol.for('codeloop.agenda')]?.replaced?.();
    return replaced ? { '${REPLACED}': replaced } : (${work})(given);
  }`;
  return Object.assign(() => undefined, { toString: () => text });
}

/** What still goes on in a page whose functions run apart, as its own world knows it; undefined where they do not, or it is not known. */
export async function activityInPage(page: Page): Promise<PageActivity | undefined> {
  const found = await worlds.get(page)?.inPage?.(() => {
    const agenda = Reflect.get(window, Symbol.for('codeloop.agenda')) as Agenda | undefined;
    return agenda?.activity();
  });
  // It ran as it is written here.
  return found as PageActivity | undefined;
}

/**
 * The parts of what a selector finds in the main frame, where functions run apart; undefined where they do not. What another kind of selector
 * than CSS finds (text, XPath) is taken whole.
 */
export async function maskedApart(page: Page, protocol: CDPSession | undefined, selector: string) {
  const apart = worlds.get(page);
  if (!apart || !protocol) return undefined;
  const quoted = JSON.stringify(selector);
  try {
    const found = await ask(protocol, apart, `(${maskedParts})([...document.querySelectorAll(${quoted})], ${quoted})`);
    // It ran as it is written here.
    return found as MaskedParts;
  } catch (error) {
    if (!(error instanceof Error) || !/not a valid selector/.test(error.message)) throw error;
    const all = await page.locator(selector).all();
    const boxes = await Promise.all(all.map((one) => one.boundingBox({ timeout: BOX_MS })));
    return { matched: all.length, boxes: boxes.filter((box) => box !== null) };
  }
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

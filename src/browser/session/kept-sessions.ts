import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession } from 'playwright';
import { mainWorld } from '../evaluate-apart.js';
import { originOf } from '../origin-proxy.js';
import type { PageSession } from '../page-session.js';

/** Pages one after the other in one session at most: what a browser keeps that nobody looks at does not grow without end. */
const MOST_USES = 30;
/** Sessions that wait for their next page at most, and how long they do, ms. */
const MOST_KEPT = 6;
const KEPT_MS = 5000;
/** Longest that making a session ready for its next page may take, ms; a page that needs longer is ended. */
const READY_MS = 5000;

/** A session that waits for its next page. */
interface Kept {
  key: string;
  session: PageSession;
  timer: NodeJS.Timeout;
}

/**
 * Sessions whose page has left nothing behind, for the next page of the same series, server and settings. Making a context and a page, and starting
 * their process, takes more processor time than a small page does. Nothing of the page before is there for the next one to find: where it wrote
 * anything that outlives a document, or may have, its session ends with it (0025-one-page-after-another).
 */
export class KeptSessions {
  readonly #keptMs: number;
  #kept: Kept[] = [];
  readonly #uses = new WeakMap<PageSession['page'], number>();

  /** `keptMs`: how long a session waits for its next page. */
  constructor(keptMs = KEPT_MS) {
    this.#keptMs = keptMs;
  }

  /** A session of this key in this browser, with a blank page that is as a new one; undefined when none waits. Never throws. */
  async take(key: string, browser: Browser): Promise<PageSession | undefined> {
    const found = this.#kept.findLast((one) => one.key === key && one.session.context.browser() === browser);
    if (!found) return undefined;
    this.#forget(found);
    const next = found.session.active.crash.happened ? undefined : await soon(found.session.again());
    if (!next) await found.session.close();
    return next;
  }

  /** Keeps a session whose page is done, or ends it. Never throws. */
  async give(key: string, session: PageSession): Promise<void> {
    const { page } = session;
    const uses = (this.#uses.get(page) ?? 0) + 1;
    this.#uses.set(page, uses);
    const ready = async () => uses < MOST_USES && (await leftNothing(session)) && (await makeBlank(session));
    if (!(await soon(ready()))) return session.close();
    const timer = setTimeout(() => void this.#end(one), this.#keptMs).unref();
    const one: Kept = { key, session, timer };
    this.#kept.push(one);
    const oldest = this.#kept[0];
    if (this.#kept.length > MOST_KEPT && oldest) await this.#end(oldest);
  }

  /** Ends every session that waits. Never throws. */
  async clear(): Promise<void> {
    await Promise.all(this.#kept.map((one) => this.#end(one)));
  }

  #forget(one: Kept): void {
    clearTimeout(one.timer);
    this.#kept = this.#kept.filter((other) => other !== one);
  }

  async #end(one: Kept): Promise<void> {
    this.#forget(one);
    await one.session.close();
  }
}

/** What work in a page comes to, soon; undefined where it fails or takes too long: that page is no good for the next one, and ending it is always right. */
function soon<T>(work: Promise<T>): Promise<T | undefined> {
  const failed = () => undefined;
  return Promise.race([work.catch(failed), sleep(READY_MS, undefined, { ref: false })]);
}

/**
 * Whether a page leaves nothing behind that outlives its document, as far as it can be asked: nothing stored, no worker of several pages, no other
 * window, no frame, no passkey, nothing asked of the browser, no document of another origin, no header that the browser heeds the next time, nothing
 * on its way, and nothing that waits for its end. Asked in a world of ours, which the page's scripts cannot answer for, while they do not run.
 */
async function leftNothing(session: PageSession): Promise<boolean> {
  const { page, context, traffic, events, protocol, viewport, active, workers } = session;
  const origin = originOf(page.url());
  if (!protocol || origin === undefined || active.crash.happened || session.doubtful) return false;
  const { dialogs, downloads } = events.drain();
  const size = page.viewportSize();
  if (
    dialogs.length + downloads.length > 0 ||
    events.pointerGiven ||
    events.suspected() !== undefined ||
    workers.met() > 0 ||
    active.passkeys.made ||
    traffic.pending() > 0 ||
    traffic.leavesTraces(origin) ||
    context.pages().length !== 1 ||
    page.frames().length !== 1 ||
    size?.width !== viewport.width ||
    size.height !== viewport.height
  )
    return false;
  await protocol.send('Emulation.setScriptExecutionDisabled', { value: true });
  const world = await mainWorld(protocol);
  return (await world.evaluate(`(${storesNothing})()`)) === true && !(await hearsItsEnd(protocol));
}

/** What a page hears while it is left, also where its scripts do not run any more: it may store something then that nobody sees. */
const LEAVING = new Set(['pagehide', 'unload', 'visibilitychange']);

async function hearsItsEnd(protocol: CDPSession): Promise<boolean> {
  for (const expression of ['window', 'document']) {
    const { result } = await protocol.send('Runtime.evaluate', { expression, objectGroup: 'codeloop-end' });
    if (result.objectId === undefined) return true;
    const { listeners } = await protocol.send('DOMDebugger.getEventListeners', { objectId: result.objectId });
    if (listeners.some(({ type }) => LEAVING.has(type))) return true;
  }
  return false;
}

/** Runs in a page: whether it has stored nothing that only a page can ask for. Where it may not ask, the answer is an error. */
function storesNothing(): boolean {
  return window.name === '' && localStorage.length === 0 && sessionStorage.length === 0;
}

/**
 * Leaves a page for an empty one and takes away what the browser itself remembers of it: its answers and its history. False when something of its
 * origin is stored, now that nothing of it runs any more.
 */
async function makeBlank({ page, context, protocol }: PageSession): Promise<boolean> {
  const origin = originOf(page.url());
  if (!protocol || origin === undefined) return false;
  await page.goto('about:blank');
  const [cookies, { usage }] = await Promise.all([
    context.cookies(),
    protocol.send('Storage.getUsageAndQuota', { origin }),
    protocol.send('Network.clearBrowserCache'),
    // Its renderer lets go of the answers that it holds itself when none may be used.
    protocol.send('Network.setCacheDisabled', { cacheDisabled: true }),
    protocol.send('Page.resetNavigationHistory'),
  ]);
  await protocol.send('Network.setCacheDisabled', { cacheDisabled: false });
  await protocol.send('Emulation.setScriptExecutionDisabled', { value: false });
  return cookies.length === 0 && usage === 0;
}

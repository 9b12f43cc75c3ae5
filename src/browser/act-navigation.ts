import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import { type Acted, type Acting, act } from './acting.js';
import { assertMayOpen, blockedHop, lastAddress, navigate, rememberAddress, trustOwnMachine } from './navigate.js';
import { originOf } from './origin-proxy.js';
import type { PageSession } from './page-session.js';
import { everyFrame } from './rest-page.js';
import type { WebStep } from './web-step.js';

type Moving = Extract<
  WebStep,
  { action: 'navigate_url' | 'navigate_back' | 'navigate_forward' | 'reload' | 'new_tab' | 'switch_tab' | 'close_tab' }
>;

/** Goes somewhere: addresses, history, tabs. Throws ORIGIN_BLOCKED, NAVIGATION_FAILED, STEP_INVALID, DEADLINE_EXCEEDED. */
export async function actNavigation(acting: Acting, step: Moving): Promise<Acted> {
  const { session, tabs, action } = acting;
  const { page } = session;
  switch (step.action) {
    case 'navigate_url':
      return go(acting, step.url);
    case 'new_tab': {
      const url = step.url === undefined ? undefined : address(acting, step.url);
      const tab = await act(acting, undefined, () => tabs.open());
      if (url !== undefined) await go(acting, url);
      return { detail: `opened tab ${tab}` };
    }
    case 'switch_tab':
      await act(acting, undefined, () => tabs.switchTo(step.tab, action));
      return { detail: `went to tab ${step.tab}` };
    case 'close_tab': {
      const closed = await act(acting, undefined, () => tabs.close(step.tab, action));
      return { detail: `closed tab ${closed}; tab ${tabs.active} is active` };
    }
    case 'reload':
      return moved(acting, () => page.reload(options(acting)), 'reloaded the page');
    case 'navigate_back':
      await assertHistory(acting, -1);
      return moved(acting, () => page.goBack(options(acting)), 'went back');
    case 'navigate_forward':
      await assertHistory(acting, 1);
      return moved(acting, () => page.goForward(options(acting)), 'went forward');
  }
}

/** Throws STEP_INVALID where the page's history has nothing in that direction; the blank page of a tab that was just opened is nothing. */
async function assertHistory({ session, action }: Acting, by: 1 | -1): Promise<void> {
  const { protocol } = session;
  if (!protocol) return;
  const { currentIndex, entries } = await session.call('reading the history', () =>
    protocol.send('Page.getNavigationHistory'),
  );
  const entry = entries[currentIndex + by];
  const blank = entry?.url === 'about:blank' && currentIndex + by === 0;
  if (entry && !blank) return;
  throw new CodeloopError('STEP_INVALID', {
    action,
    problem: `there is no page ${by === 1 ? 'after' : 'before'} this one`,
    wanted: 'navigate_url with the address',
  });
}

/** Throws ORIGIN_BLOCKED or NAVIGATION_FAILED when the step left an address that could not be opened in front of us. */
export function assertArrived({ session }: Pick<Acting, 'session'>): void {
  const { page, traffic } = session;
  if (!page.url().startsWith('chrome-error:')) {
    rememberAddress(page);
    return;
  }
  const hop = traffic.blockedNavigation;
  if (hop !== undefined) throw blockedHop(hop);
  throw new CodeloopError('NAVIGATION_FAILED', {
    url: 'the address the page went to',
    reason: 'the browser shows an error page',
  });
}

async function go(acting: Acting, given: string): Promise<Acted> {
  const { session, signal } = acting;
  const url = address(acting, given);
  await trustOwnMachine(session.protocol, url);
  const { status } = await leaving(acting, () =>
    navigate(session.page, { kind: 'url', url }, session.traffic, session.log, signal, acting.budget.toAct()),
  );
  return {
    detail: `opened the address${status === undefined ? '' : ` (HTTP ${status})`}`,
    waitedFor: 'the load event',
  };
}

/** An absolute address that may be opened; a path belongs to the page's own origin, on an error page to the one before it. */
function address({ session }: Acting, given: string): string {
  const here = originOf(session.page.url()) ?? originOf(lastAddress(session.page) ?? '');
  const url =
    !URL.canParse(given) && here !== undefined && URL.canParse(given, here) ? new URL(given, here).href : given;
  assertMayOpen(url, session.allowed);
  return url;
}

/** Goes, and gives the way up when it fails: a page that waits for an answer that never comes holds up every picture and question. */
async function leaving<T>({ session }: Acting, work: () => Promise<T>): Promise<T> {
  try {
    return await session.events.leave(work);
  } catch (error) {
    const { protocol } = session;
    // A page that is gone has nothing to stop.
    await protocol?.send('Page.stopLoading').catch(() => undefined);
    throw error;
  }
}

async function moved(acting: Acting, go: () => Promise<Response | null>, detail: string): Promise<Acted> {
  const response = await leaving(acting, () => act(acting, undefined, go));
  const status = response?.status();
  return { detail: `${detail}${status === undefined ? '' : ` (HTTP ${status})`}`, waitedFor: 'the document' };
}

function options({ signal, budget }: Acting) {
  return { waitUntil: 'domcontentloaded', timeout: budget.toAct(), signal } as const;
}

/** Key that is pressed to see whether the page still takes input: no keyboard has it, and no page listens to it. */
const PROBE = { key: 'F24', code: 'F24', windowsVirtualKeyCode: 135 } as const;

/** Longest that a prompt is waited for once it is suspected, and how often it is looked for, ms: the browser first asks the system. */
const APPEARS_MS = 2000;
const LOOK_MS = 200;

/**
 * Gets rid of a prompt that opened all the same: it goes with the page's document, which is loaded anew from its address. Answers what was
 * asked for, nothing when the page takes input. Throws INPUT_HELD when the prompt comes back at once.
 */
export async function leavePrompt(session: PageSession, signal: AbortSignal): Promise<string | undefined> {
  const asked = session.events.suspected();
  if (asked === undefined || !(await losesInput(session, asked.fresh, signal))) return undefined;
  const { page } = session;
  const url = page.url();
  session.events.trust();
  const reload = async () => {
    await page.goto('about:blank');
    await page.goto(url, { waitUntil: 'load' });
  };
  await session.call('loading the page again', reload, signal);
  const again = session.events.suspected();
  if (again !== undefined && (await losesInput(session, again.fresh, signal)))
    throw new CodeloopError('INPUT_HELD', { details: { untrusted_url: again.url } });
  return asked.url;
}

/** Whether input stops to arrive, of a fresh suspicion within the time that a prompt takes to open. One that comes later is met by the next step. */
async function losesInput(session: PageSession, fresh: boolean, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + (fresh ? APPEARS_MS : 0);
  for (;;) {
    if (!(await takesInput(session, signal))) return true;
    if (performance.now() >= until || signal.aborted) return false;
    await sleep(LOOK_MS);
  }
}

/** Whether a key that means nothing reaches any of the page's frames. Always true without Chromium's protocol. */
async function takesInput(session: PageSession, signal: AbortSignal): Promise<boolean> {
  const { protocol } = session;
  if (!protocol) return true;
  await everyFrame(session, (frame) => frame.evaluate(listenOnce), signal);
  await session.call(
    'pressing a key',
    () => protocol.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...PROBE }),
    signal,
  );
  await session.call(
    'letting it go',
    () => protocol.send('Input.dispatchKeyEvent', { type: 'keyUp', ...PROBE }),
    signal,
  );
  let heard = false;
  await everyFrame(
    session,
    async (frame) => {
      if (await frame.evaluate(wasHeard)) heard = true;
    },
    signal,
  );
  return heard;
}

/** Runs in the page: hears the next key before the page does. */
function listenOnce(): void {
  const hear = (event: Event) => {
    Reflect.set(window, Symbol.for('codeloop.heard'), true);
    event.stopImmediatePropagation();
    event.preventDefault();
  };
  Reflect.set(window, Symbol.for('codeloop.heard'), false);
  addEventListener('keydown', hear, { capture: true, once: true });
}

/** Runs in the page. */
function wasHeard(): boolean {
  return Reflect.get(window, Symbol.for('codeloop.heard')) === true;
}

import type { Response } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import { type Acted, type Acting, act } from './acting.js';
import { assertMayOpen, blockedHop, lastAddress, navigate, rememberAddress, trustOwnMachine } from './navigate.js';
import { originOf } from './origin-proxy.js';
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
  const hop = traffic.blockedNavigation();
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
  const { status } = await session.events.leave(() =>
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

async function moved(acting: Acting, go: () => Promise<Response | null>, detail: string): Promise<Acted> {
  const response = await act(acting, undefined, () => acting.session.events.leave(go));
  const status = response?.status();
  return { detail: `${detail}${status === undefined ? '' : ` (HTTP ${status})`}`, waitedFor: 'the document' };
}

function options({ signal, budget }: Acting) {
  return { waitUntil: 'domcontentloaded', timeout: budget.toAct(), signal } as const;
}

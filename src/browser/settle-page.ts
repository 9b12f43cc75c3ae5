import { CodeloopError } from '../core/errors.js';
import { stirring } from './page/stir.js';
import type { PageSession } from './page-session.js';

/** How long things must be quiet, and the longest that is waited for each, ms. */
const QUIET_MS = 80;
const NETWORK_MS = 3000;
const PAGE_MS = 1500;

/** What was waited for after a step, in our words. */
export interface Settled {
  waitedFor: string;
  ms: number;
  /** False where requests did not end, the page goes on changing, or something is about to change it: a timer, an animation. */
  atRest: boolean;
}

/**
 * Waits after a step until a navigation it began has a document, requests have ended and the page has stopped changing. What never
 * rests (a clock, a poll, an animation) holds it up for a moment only, and is told; nothing holds it up for longer than `maxMs`. Throws CANCELLED, BROWSER_CRASHED.
 */
export async function settlePage(session: PageSession, signal: AbortSignal, maxMs: number): Promise<Settled> {
  const start = performance.now();
  const { page, traffic } = session;
  const left = () => Math.max(1, Math.round(maxMs - (performance.now() - start)));
  const said: string[] = [];
  const before = page.url();
  // A click that navigates does so within a moment: one turn of the page is enough to see it.
  const rested = await quietly(session, signal, left());
  await session
    .call('the document', () => page.waitForLoadState('domcontentloaded', { timeout: left() }), signal, left())
    .catch(unlessOver);
  const quiet = await traffic.quiet(QUIET_MS, Math.min(NETWORK_MS, left()));
  said.push(quiet ? 'requests to end' : 'requests, which did not end');
  // What the requests brought is drawn now; a new document begins again.
  const again =
    page.url() !== before || performance.now() - start > 250 ? await quietly(session, signal, left()) : rested;
  said.push(again.rested ? 'the page to stop changing' : 'the page, which goes on changing');
  return {
    waitedFor: said.join(' and '),
    atRest: quiet && again.rested && again.stays,
    ms: Math.round(performance.now() - start),
  };
}

async function quietly(session: PageSession, signal: AbortSignal, leftMs: number): ReturnType<typeof stirring> {
  try {
    const limits = { quietMs: QUIET_MS, maxMs: PAGE_MS };
    return await session.call(
      'the page',
      () => session.page.evaluate(stirring, limits),
      signal,
      Math.min(leftMs, PAGE_MS + 1500),
    );
  } catch (error) {
    unlessOver(error);
    // The document was left while it was watched.
    return { rested: false, stays: false };
  }
}

/** A page that is busy or was left is looked at again; one that is gone is an error. */
function unlessOver(error: unknown): void {
  const known = error instanceof CodeloopError ? error.code : undefined;
  if (known === undefined || known === 'CANCELLED' || known === 'BROWSER_CRASHED') throw error;
}

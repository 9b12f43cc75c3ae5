import { setTimeout as sleep } from 'node:timers/promises';
import { CodeloopError } from '../core/errors.js';
import type { PageSession } from './page-session.js';
import { everyFrame } from './rest-page.js';

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

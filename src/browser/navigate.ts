import type { CDPSession, Page, Request } from 'playwright';
import type { Target } from '../capture/capture.js';
import { withDeadline } from '../core/clock.js';
import { CodeloopError } from '../core/errors.js';
import { isStoryAddress } from '../core/page-kind.js';
import { browserError, navigationReason } from './browser-error.js';
import { type AllowedOrigins, isLoopback, originOf } from './origin-proxy.js';
import type { PageLog } from './page-log.js';
import type { Traffic } from './traffic.js';

/** Deadlines, ms: for an answer with a document, then for everything the document loads. */
const DOCUMENT_MS = 30_000;
const LOAD_MS = 10_000;
const WAIT_FOR_MS = 10_000;

/**
 * Lets a page open an app of this machine whose certificate nobody trusts: dev servers make their own. Other addresses keep the
 * browser's judgement until such an app was opened. Chromium only; other engines say that the certificate is not trusted.
 */
export async function trustOwnMachine(protocol: CDPSession | undefined, url: string): Promise<void> {
  const { protocol: scheme, hostname } = new URL(url);
  if (protocol && scheme === 'https:' && isLoopback(hostname))
    await protocol.send('Security.setIgnoreCertificateErrors', { ignore: true });
}

/** Waits until a page that went elsewhere by itself is there, or has had its time for it. Throws as the browser does. */
export async function arrive(page: Page, signal: AbortSignal): Promise<void> {
  const loaded = () => page.waitForLoadState('load', { timeout: 0 });
  await withDeadline('the load event', LOAD_MS, loaded, signal).catch((error: unknown) => {
    if (!(error instanceof CodeloopError) || error.code !== 'DEADLINE_EXCEEDED') throw browserError(error, 'loading');
  });
  rememberAddress(page);
}

/** The document's answer: its HTTP status, none for pages that came without one. */
interface Opened {
  status: number | undefined;
}

/**
 * Goes to the address and waits for the document, its load event (at most 10 s more, then the log says so) and what `waitFor` names.
 * Throws ORIGIN_BLOCKED, NAVIGATION_FAILED, DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED.
 */
export async function navigate(
  page: Page,
  target: Target & { kind: 'url' },
  traffic: Traffic,
  log: PageLog,
  signal: AbortSignal,
  documentMs = DOCUMENT_MS,
): Promise<Opened> {
  const response = await withDeadline(
    `opening ${target.url}`,
    documentMs,
    () => orBrokenOff(page, () => page.goto(target.url, { waitUntil: 'domcontentloaded', timeout: documentMs + 1000 })),
    signal,
  ).catch((error: unknown) => {
    if (error instanceof CodeloopError) throw error;
    const hop = traffic.blockedNavigation;
    if (hop !== undefined) throw blockedHop(hop);
    const known = browserError(error, 'opening the page');
    if (known.code === 'BROWSER_CRASHED') throw known;
    throw new CodeloopError(
      'NAVIGATION_FAILED',
      { url: target.url, reason: navigationReason(error) },
      { cause: error },
    );
  });
  rememberAddress(page);
  await withDeadline('the load event', LOAD_MS, () => page.waitForLoadState('load', { timeout: 0 }), signal).catch(
    (error: unknown) => {
      if (!(error instanceof CodeloopError) || error.code !== 'DEADLINE_EXCEEDED') throw browserError(error, 'loading');
      log.add({
        kind: 'navigation',
        level: 'warning',
        text: `The page's load event did not come within ${LOAD_MS} ms; ${traffic.pending()} requests have not ended.`,
        url: page.url(),
      });
    },
  );
  if (isStoryAddress(target.url)) await waitForStory(page, log, signal);
  if (target.waitFor) await waitFor(page, target.waitFor, signal);
  return { status: response?.status() };
}

/** How long the document of an answer that broke off may take to be there, ms: what has come of it is shown. */
const BROKEN_MS = 2000;

/** The same; rejects with the browser's reason where the page's own answer breaks off and no document comes of it. */
async function orBrokenOff<T>(page: Page, work: () => Promise<T>): Promise<T> {
  let told: (request: Request) => void = () => undefined;
  const broken = new Promise<never>((_resolve, reject) => {
    told = (request) => {
      if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
      const reason = new Error(request.failure()?.errorText);
      setTimeout(reject, BROKEN_MS, reason).unref();
    };
  });
  // It comes after all, or nobody waits any more.
  broken.catch(() => undefined);
  page.on('requestfailed', told);
  try {
    return await Promise.race([work(), broken]);
  } finally {
    page.off('requestfailed', told);
  }
}

/** Longest that a story may take to be drawn and played, ms. */
const STORY_MS = 30_000;

/**
 * Waits until a story is drawn and its `play` function has ended. That it failed is what the page says, as an error of its script: the
 * picture shows it, and the story's own cell is judged by it.
 */
async function waitForStory(page: Page, log: PageLog, signal: AbortSignal): Promise<void> {
  const tell = (text: string) => log.add({ kind: 'page_error', level: 'error', text, url: page.url() });
  const wait = async () => (await page.waitForFunction(storyEnd, undefined, { timeout: 0 })).jsonValue();
  try {
    const end = await withDeadline('the story', STORY_MS, wait, signal);
    if (end && !end.shown) tell(`The story failed: ${end.message}`);
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw browserError(error, 'waiting for the story');
    if (error.code !== 'DEADLINE_EXCEEDED') throw error;
    tell(`The story was not drawn, or its play function has not ended, within ${STORY_MS} ms.`);
  }
}

async function waitFor(page: Page, wanted: NonNullable<(Target & { kind: 'url' })['waitFor']>, signal: AbortSignal) {
  const timeout = wanted.timeoutMs ?? WAIT_FOR_MS;
  const { selector, text, url } = wanted;
  const named = [
    selector && `selector ${selector}`,
    text && `text ${JSON.stringify(text)}`,
    url && `address ${url}`,
  ].filter(Boolean);
  await withDeadline(
    `waiting for ${named.join(' and ')}`,
    timeout,
    () =>
      Promise.all([
        selector === undefined ? undefined : page.locator(selector).first().waitFor({ timeout: 0 }),
        text === undefined ? undefined : page.getByText(text).first().waitFor({ timeout: 0 }),
        url === undefined ? undefined : page.waitForURL(url, { timeout: 0, waitUntil: 'commit' }),
      ]),
    signal,
  ).catch((error: unknown) => {
    throw browserError(error, 'waiting for the page');
  });
}

/** Throws ORIGIN_BLOCKED for anything but http and https on loopback or a listed origin: no `file:`, `data:`, `chrome:` at the top. */
export function assertMayOpen(url: string, allowed: AllowedOrigins): void {
  if (!/^https?:/i.test(url) || !allowed.permits(url)) throw blocked(url);
}

/** ORIGIN_BLOCKED for an address that the page or a server chose: it stands in the details only, and nothing is advised about it. */
export function blockedHop(url: string): CodeloopError {
  return new CodeloopError('ORIGIN_BLOCKED', { details: { untrusted_url: url } });
}

/** The last address on the web that a page showed, for paths that are given while it shows an error page. */
const shownBefore = new WeakMap<Page, string>();

/** Keeps the address of a page that arrived somewhere. */
export function rememberAddress(page: Page): void {
  if (originOf(page.url()) !== undefined) shownBefore.set(page, page.url());
}

/** Returns what `rememberAddress` stored. */
export function lastAddress(page: Page): string | undefined {
  return shownBefore.get(page);
}

function blocked(url: string): CodeloopError {
  const origin = originOf(url);
  return new CodeloopError('ORIGIN_BLOCKED', { url, ...(origin === undefined ? {} : { origin }) });
}

/** What has become of the story that a page shows. */
export type StoryEnd =
  /** It is drawn, and its `play` function has ended. */
  | { shown: true }
  /** It cannot be drawn, its `play` function failed, or there is no such story. */
  | { shown: false; message: string };

/**
 * Runs in the page of one story: how it ended, `null` while it is under way. Storybook 7 and later tell the phase of what they draw, which
 * ends after `play`; 6 shows by a class of the body what it does; Ladle marks its document.
 */
export function storyEnd(): StoryEnd | null {
  const text = (selector: string) => document.querySelector(selector)?.textContent?.trim() ?? '';
  const failure = () => [text('#error-message'), text('#error-stack')].filter((one) => one !== '').join('\n');
  const is = (name: string) => document.body?.classList.contains(name) === true;
  if (document.documentElement.hasAttribute('data-storyloaded')) return { shown: true };
  if (is('sb-show-errordisplay')) return { shown: false, message: failure() || 'the story could not be drawn' };
  if (is('sb-show-nopreview')) return { shown: false, message: text('.sb-nopreview') || 'there is no such story' };
  const preview: unknown = Reflect.get(window, '__STORYBOOK_PREVIEW__');
  const render: unknown = Reflect.get(Object(preview), 'currentRender');
  const phase: unknown = Reflect.get(Object(render), 'phase');
  if (phase === 'errored' || phase === 'aborted')
    return { shown: false, message: failure() || `the story ended as "${phase}"` };
  if (phase === 'completed' || phase === 'finished') {
    // Since 8.5 a story stays as it was when its play function threw, and only the channel knows.
    const channel = Reflect.get(window, '__STORYBOOK_ADDONS_CHANNEL__') as
      | { last?(event: string): unknown }
      | undefined;
    const thrown: unknown = Reflect.get(Object(channel?.last?.('playFunctionThrewException')), 0);
    const message: unknown = Reflect.get(Object(thrown), 'message');
    return typeof message === 'string' ? { shown: false, message: `play: ${message}` } : { shown: true };
  }
  // No phases: Storybook 6, which is done with a story when it shows it.
  const known = phase !== undefined || Reflect.get(Object(preview), 'channel') !== undefined;
  return !known && is('sb-show-main') && document.querySelector('#root > *, #storybook-root > *')
    ? { shown: true }
    : null;
}

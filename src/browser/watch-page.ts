import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Dialog, Download, Page, Request, Response } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import type { StepResult } from '../core/vocabulary/step.js';
import { isRefusal } from './browser-prompts.js';
import { type AllowedOrigins, configLine, originOf } from './origin-proxy.js';
import { limitTold, logConsole, type PageLog } from './page-log.js';
import { refusedInside, WHO } from './refused-inside.js';
import { frameOf, Traffic } from './traffic.js';

/** The answer to a dialog; `text` goes into a prompt. */
interface DialogAnswer {
  accept: boolean;
  text?: string | undefined;
}

type Dialogs = NonNullable<StepResult['dialogs']>;
type Downloads = NonNullable<StepResult['downloads']>;

const MAX_KEPT = 20;

/** Dialogs and downloads of a session's pages since they were last asked for, the answer that waits for the next dialog, and whether a page was given the pointer for itself. */
export class PageEvents {
  readonly #redact: (text: string) => string;
  #next: DialogAnswer | undefined;
  #dialogs: Dialogs = [];
  #downloads: Downloads = [];
  #suspected: { url: string; fresh: boolean } | undefined;
  #kept: ((message: string) => void) | undefined;
  pointerGiven = false;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  /** The next dialog gets this answer, those after it are dismissed again. */
  expectDialog(answer: DialogAnswer): void {
    this.#next = answer;
  }

  /** Answers at once: an open dialog stops the page. */
  answer(dialog: Dialog): void {
    const { accept, text } = this.#next ?? { accept: false };
    this.#next = undefined;
    const [type, message] = [dialog.type(), dialog.message()];
    const answer = `${accept ? 'accepted' : 'dismissed'}${accept && text !== undefined ? ' with a text' : ''}`;
    this.note({ type, message, answer });
    if (type === 'beforeunload' && !accept) this.#kept?.(answer);
    // It may be gone already, with its page.
    (accept ? dialog.accept(text) : dialog.dismiss()).catch(() => undefined);
  }

  /** Something that the page asked of whoever looks at it, and what it was answered. */
  note({ type, message, answer }: Dialogs[number]): void {
    if (type === 'pointer_lock') this.pointerGiven = answer === 'given';
    if (this.#dialogs.length < MAX_KEPT)
      this.#dialogs.push({ type, message: this.#redact(message).slice(0, 500), answer });
  }

  /**
   * Leaves a page, unless it asks whether it may be left (`beforeunload`) and is answered that it may not: then it stays as it is, and
   * whatever waits for another document would wait in vain. Throws PAGE_KEPT at once.
   */
  async leave<T>(work: () => Promise<T>): Promise<T> {
    let keep: (reason: CodeloopError) => void = () => undefined;
    const kept = new Promise<never>((_resolve, reject) => {
      keep = reject;
    });
    let stayed: CodeloopError | undefined;
    this.#kept = () => {
      stayed = new CodeloopError('PAGE_KEPT');
      keep(stayed);
    };
    kept.catch(() => undefined);
    try {
      return await Promise.race([work(), kept]);
    } catch (error) {
      // The browser's own complaint may come first.
      throw stayed ?? error;
    } finally {
      this.#kept = undefined;
    }
  }

  /** A frame went to another program's address: the browser may ask about it, and hold all input. */
  suspect(url: string): void {
    this.#suspected = { url: this.#redact(url).slice(0, 500), fresh: true };
  }

  /** What was last suspected, as long as its page is there; `fresh` when it is told for the first time. */
  suspected(): { url: string; fresh: boolean } | undefined {
    const told = this.#suspected;
    if (told) this.#suspected = { ...told, fresh: false };
    return told;
  }

  /** Another document is there, and the prompts of the one before are gone with it. */
  trust(): void {
    this.#suspected = undefined;
  }

  /** A file that a page offers. The context keeps none: it is only told of. */
  offer(download: Download): void {
    const file = this.#redact(download.suggestedFilename()).slice(0, 200);
    const url = this.#redact(download.url()).slice(0, 500);
    if (this.#downloads.length < MAX_KEPT) this.#downloads.push({ file, url });
  }

  /** Returns the events since the last call. */
  drain(): { dialogs: Dialogs; downloads: Downloads } {
    const drained = { dialogs: this.#dialogs, downloads: this.#downloads };
    this.#dialogs = [];
    this.#downloads = [];
    return drained;
  }
}

/** Longest that windows which a page opened are waited for, ms, and the interval of looks. */
const WINDOWS_MS = 3000;
const LOOK_MS = 20;

/** The windows of a context: each is heard from its beginning on, also one that a page, or a window of its, opens by itself while it loads. */
export class Windows {
  readonly #watch: (page: Page) => Traffic;
  readonly #heard = new Map<Page, Traffic>();
  readonly #waitedFor = new WeakSet<Page>();
  /** Those that the browser says are opened, and those that are there. */
  #opened = 0;
  #met = 0;

  /** `watch` begins to hear one; without a `context` none but those that are named. */
  constructor(watch: (page: Page) => Traffic, context?: BrowserContext) {
    this.#watch = watch;
    context?.on('page', (page) => {
      this.#met += 1;
      this.hear(page);
    });
  }

  /** Hears a window, once. */
  hear(page: Page): Traffic {
    const known = this.#heard.get(page);
    if (known) return known;
    const traffic = this.#watch(page);
    this.#heard.set(page, traffic);
    page.once('close', () => this.#heard.delete(page));
    return traffic;
  }

  /** Told by the browser of each window, before anything of it is there. */
  announce(): void {
    this.#opened += 1;
  }

  /**
   * Waits, where `page` and its windows have opened others, until they have loaded: what goes wrong in them meanwhile is in the log. Each
   * window is waited for once. Never throws.
   */
  async loaded(page: Page): Promise<void> {
    const until = performance.now() + WINDOWS_MS;
    for (;;) {
      while (this.#opened > this.#met && performance.now() < until) await sleep(LOOK_MS);
      const others = [...this.#heard.keys()].filter((one) => one !== page && !this.#waitedFor.has(one));
      if (others.length === 0) break;
      for (const one of others) this.#waitedFor.add(one);
      const timeout = Math.max(1, until - performance.now());
      await Promise.allSettled(others.map((one) => one.waitForLoadState('load', { timeout })));
    }
    this.#opened = Math.min(this.#opened, this.#met);
  }
}

/** Writes into `log` what a context's windows are answered before anybody can hear them: the first address of one that a page opens. */
export function watchBeginnings(context: BrowserContext, log: PageLog, allowed: Pick<AllowedOrigins, 'permits'>): void {
  const isBeginning = (request: Request) => request.isNavigationRequest() && frameOf(request) === undefined;
  context.on('response', (response) => {
    if (isBeginning(response.request())) logAnswer(response, log, allowed, () => true);
  });
  context.on('requestfailed', (request) => {
    if (isBeginning(request) && allowed.permits(request.url())) logFailure(request, log, true);
  });
}

/** Writes down that an answer is an error, or holds one; true where its status says so. */
function logAnswer(
  response: Response,
  log: PageLog,
  allowed: Pick<AllowedOrigins, 'permits'>,
  own: (url: string) => boolean,
): boolean {
  const request = response.request();
  const of = { url: response.url(), method: request.method(), resource_type: request.resourceType() };
  const asked = `${of.method} ${of.url}`;
  if (response.status() >= 400) {
    const entry = {
      kind: 'http_error' as const,
      level: 'error' as const,
      text: `${asked}: HTTP ${response.status()} ${response.statusText()}`.trim(),
      ...of,
      status: response.status(),
      same_origin: request.isNavigationRequest() || own(of.url),
    };
    log.add(entry, isGuestAnswer(response) ? { of: 'guest' } : undefined);
    return true;
  }
  const reading = allowed.permits(of.url) ? refusedInside(response) : undefined;
  if (!reading) return false;
  const same = own(of.url);
  log.reads(
    reading.then((inside) => {
      if (!inside) return;
      const { said, doubt } = inside;
      const level = doubt?.of === 'nothing' ? 'info' : 'error';
      log.add({ kind: 'failed_request', level, text: `${asked}: ${said}`, ...of, same_origin: same }, doubt);
    }),
  );
  return false;
}

/** Addresses that renew what somebody is signed in by. */
const RENEWS = /(?:^|[/.])(?:auth[/.])?(?:(?:token[/.])?refresh(?:[-_]?token)?)\/?$/i;

/** A request that asks who is signed in and is told that nobody is. */
function isGuestAnswer(response: Response): boolean {
  const request = response.request();
  if (![401, 403].includes(response.status()) || !/^(?:fetch|xhr)$/.test(request.resourceType())) return false;
  const { pathname } = new URL(response.url());
  return RENEWS.test(pathname) || (/^(?:GET|HEAD)$/.test(request.method()) && WHO.test(pathname));
}

/** Milliseconds of silence from which giving up on a request is no choice of the page, but that nobody answered. */
const SILENCE_MS = 3000;

/** `sinceMs`: when it was asked, where that is known. */
function logFailure(request: Request, log: PageLog, own: boolean, sinceMs = Date.now()): void {
  const reason = request.failure()?.errorText ?? 'failed';
  // The page itself wants it no more: it navigated away, or called abort().
  const given = Date.now() - sinceMs < SILENCE_MS && /ERR_ABORTED|NS_BINDING_ABORTED|cancelled/i.test(reason);
  log.add({
    kind: 'failed_request',
    level: given ? 'info' : 'error',
    text: `${request.method()} ${request.url()}: ${reason}`,
    url: request.url(),
    method: request.method(),
    resource_type: request.resourceType(),
    same_origin: own,
  });
}

/**
 * Writes into `log` what the page says and what its requests come to; counts its requests. `events` answers its dialogs; without it they
 * are left to whoever drives the page.
 */
export function watchPage(
  page: Page,
  log: PageLog,
  allowed: Pick<AllowedOrigins, 'permits'>,
  events?: PageEvents,
): Traffic {
  const traffic = new Traffic(page);
  const refusedByStatus = new WeakSet<Request>();
  const own = (url: string): boolean => originOf(url) !== undefined && originOf(url) === originOf(page.url());
  const blocked = (url: string, kind: string, method?: string) => {
    const line = configLine(url);
    log.add({
      kind: 'blocked_request',
      level: 'warning',
      text: `codeloop's allow list stopped ${url}`,
      url,
      resource_type: kind,
      ...(method === undefined ? {} : { method }),
      same_origin: own(url),
      ...(line === undefined ? {} : { config_line: line }),
    });
  };

  let place: string | undefined;
  page.on('console', (message) => {
    const told = limitTold(message);
    if (told?.[0] === 'at') place = `${told[1]}:${told[2]}:${told[3]}`;
    else if (told) log.lose(Number(told[1]), Number(told[2]));
    else if (!(events && isRefusal(message, events))) {
      logConsole(message, log, place);
      place = undefined;
    }
  });
  page.on('pageerror', (error) =>
    log.add({ kind: 'page_error', level: 'error', text: error.stack || `${error.name}: ${error.message}` }),
  );
  const asked = new WeakMap<Request, number>();
  page.on('request', (request) => void asked.set(request, Date.now()));
  page.on('requestfailed', (request) => {
    // A failed answer was reported already; that its body is not read is no second failure.
    if (refusedByStatus.has(request)) return;
    const url = request.url();
    if (!allowed.permits(url)) {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) traffic.blockedNavigation = url;
      return blocked(url, request.resourceType(), request.method());
    }
    logFailure(request, log, own(url), asked.get(request));
  });
  page.on('response', (response) => {
    if (logAnswer(response, log, allowed, own)) refusedByStatus.add(response.request());
  });
  page.on('websocket', (socket) => {
    if (!allowed.permits(socket.url())) return blocked(socket.url(), 'websocket');
    const url = socket.url();
    const of = { url, resource_type: 'websocket', same_origin: own(url) };
    // That one opened is told by scripts that only pages of our own contexts have.
    if (events)
      log.awaits(url, { kind: 'failed_request', level: 'info', text: `WebSocket ${url}: it has not opened`, ...of });
    socket.on('framereceived', () => log.came(url, false)).on('framesent', () => log.came(url, false));
    socket.on('close', () => log.came(url, false));
    socket.on('socketerror', (error) => {
      log.came(url, false);
      // The page itself closed it, as frameworks do that begin twice.
      if (/closed before the connection is established/.test(error)) return;
      log.add({ kind: 'failed_request', level: 'error', text: `WebSocket ${url}: ${error}`, ...of });
    });
  });
  page.on('crash', () => log.add({ kind: 'crash', level: 'error', text: 'The page crashed.', url: page.url() }));
  // Who listens to dialogs has to answer them.
  if (events) {
    page.on('dialog', (dialog) => {
      log.add({ kind: 'dialog', level: 'info', text: `${dialog.type()}: ${dialog.message()}`, url: page.url() });
      events.answer(dialog);
    });
    page.on('download', (download) => events.offer(download));
  }
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame() && frame.url() === 'about:blank') events?.trust();
    if (frame === page.mainFrame() && frame.url() !== 'about:blank' && !frame.url().startsWith('chrome-error:'))
      log.add({ kind: 'navigation', level: 'info', text: `navigated to ${frame.url()}`, url: frame.url() });
  });
  return traffic;
}

import { randomUUID } from 'node:crypto';
import type { ConsoleMessage, Dialog, Download, Page, Request } from 'playwright';
import { CodeloopError } from '../core/errors.js';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import type { StepResult } from '../core/vocabulary/step.js';
import { isRefusal } from './browser-prompts.js';
import { type AllowedOrigins, configLine, originOf } from './origin-proxy.js';
import { limitTold, type PageLog } from './page-log.js';

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

const LEVELS: Readonly<Record<string, LogEntry['level']>> = {
  error: 'error',
  assert: 'error',
  warning: 'warning',
  debug: 'debug',
  trace: 'debug',
};
/** What errors begin with that the page kept from the browser; each process has its own, so that no page can know it beforehand. */
export const HIDDEN = `codeloop-${randomUUID()} `;

/** Requests that no picture waits for. */
const UNSEEN = new Set([
  'eventsource',
  'websocket',
  'ping',
  'prefetch',
  'other',
  'cspviolationreport',
  'manifest',
  'media',
]);
/** Requests that have hung for this long, ms, are no longer waited for. */
const HANGING_MS = 1500;

/** The traffic of a page, for the waits. */
export interface Traffic {
  /** Requests that have not ended and that a picture could show: no streams, beacons and prefetches. */
  pending(): number;
  /** True while another document of the main frame is on its way. */
  navigating(): boolean;
  /** True as soon as nothing has been pending for `quietMs`, or what is pending has hung for `hangingMs` (1.5 s); false after `maxMs`. */
  quiet(quietMs: number, maxMs: number, hangingMs?: number): Promise<boolean>;
  /** Font families of style sheets that did not come, by the `family=` of their addresses: their text is shown in another font. */
  fontsRefused(): string[];
  /** The last address that the allow list stopped, of a navigation of the main frame. */
  blockedNavigation(): string | undefined;
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
  const pending = new Set<Request>();
  const refusedByStatus = new WeakSet<Request>();
  let lastChange = Date.now();
  let blockedNavigation: string | undefined;
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
  const end = (request: Request) => {
    pending.delete(request);
    lastChange = Date.now();
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
  page.on('request', (request) => {
    lastChange = Date.now();
    if (!UNSEEN.has(request.resourceType())) pending.add(request);
  });
  const refused = new Set<string>();
  const refuse = (request: Request) => {
    if (request.resourceType() !== 'stylesheet' || !URL.canParse(request.url())) return;
    for (const family of new URL(request.url()).searchParams.getAll('family'))
      for (const name of family.split('|')) refused.add(name.split(':')[0] ?? name);
  };
  page.on('requestfinished', end);
  page.on('requestfailed', (request) => {
    end(request);
    refuse(request);
    // A failed answer was reported already; that its body is not read is no second failure.
    if (refusedByStatus.has(request)) return;
    const url = request.url();
    const reason = request.failure()?.errorText ?? 'failed';
    if (!allowed.permits(url)) {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) blockedNavigation = url;
      return blocked(url, request.resourceType(), request.method());
    }
    // The page itself gave up on it: it navigated away, or called abort().
    const given = /ERR_ABORTED|NS_BINDING_ABORTED|cancelled/i.test(reason);
    log.add({
      kind: 'failed_request',
      level: given ? 'info' : 'error',
      text: `${request.method()} ${url}: ${reason}`,
      url,
      method: request.method(),
      resource_type: request.resourceType(),
      same_origin: own(url),
    });
  });
  page.on('response', (response) => {
    if (response.status() < 400) return;
    const request = response.request();
    refuse(request);
    refusedByStatus.add(request);
    log.add({
      kind: 'http_error',
      level: 'error',
      text: `${request.method()} ${response.url()}: HTTP ${response.status()} ${response.statusText()}`.trim(),
      url: response.url(),
      status: response.status(),
      method: request.method(),
      resource_type: request.resourceType(),
      same_origin: request.isNavigationRequest() || own(response.url()),
    });
  });
  page.on('websocket', (socket) => {
    if (!allowed.permits(socket.url())) return blocked(socket.url(), 'websocket');
    socket.on('socketerror', (error) =>
      log.add({
        kind: 'failed_request',
        level: 'error',
        text: `WebSocket ${socket.url()}: ${error}`,
        url: socket.url(),
        resource_type: 'websocket',
        same_origin: own(socket.url()),
      }),
    );
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
  return {
    pending: () => pending.size,
    navigating: () => [...pending].some((one) => one.isNavigationRequest() && one.frame() === page.mainFrame()),
    async quiet(quietMs, maxMs, hangingMs = HANGING_MS) {
      const until = Date.now() + maxMs;
      for (;;) {
        const idle = Date.now() - lastChange;
        if ((pending.size === 0 && idle >= quietMs) || idle >= hangingMs) return true;
        if (Date.now() >= until) return false;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },
    fontsRefused: () => [...refused],
    blockedNavigation: () => blockedNavigation,
  };
}

function logConsole(message: ConsoleMessage, log: PageLog, at: string | undefined): void {
  const said = message.text();
  if (said.startsWith(HIDDEN)) {
    const text = `${said.slice(HIDDEN.length)} (the page kept this error from the browser)`;
    log.add({ kind: 'page_error', level: 'error', text });
    return;
  }
  const place = message.location();
  log.add({
    kind: 'console',
    level: LEVELS[message.type()] ?? 'info',
    text: said,
    ...(place.url
      ? { location: `${place.url}:${place.lineNumber}:${place.columnNumber}` }
      : at !== undefined && /^(?:error|warning|assert)$/.test(message.type())
        ? { location: at }
        : {}),
  });
}

/** Times kept of each kind of request, kinds kept, and how far back a time counts, ms. */
const KEPT = 6;
const MAX_KINDS = 500;
const REMEMBERED_MS = 60_000;
/** A request that comes so much later than its turn, as a multiple of the longest distance, is none of the usual ones. */
const LATE = 2.5;
/** Kinds of files that nobody asks for by an address of their own: the next picture of a show. */
const PICTURES = new Set(['image', 'media', 'font']);

/** Tells the requests that a page makes by itself again and again (a poll, a beacon, the pictures of a slide show) from all others. */
export class RequestHabits {
  readonly #times = new Map<string, number[]>();

  /** True for one that was due at this time (ms, of any clock); notes it. */
  isOwn(request: Pick<Request, 'url' | 'method' | 'resourceType'>, nowMs: number): boolean {
    const kind = kindOf(request);
    const before = (this.#times.get(kind) ?? []).filter((at) => nowMs - at < REMEMBERED_MS);
    this.#times.delete(kind);
    this.#times.set(kind, [...before, nowMs].slice(-KEPT));
    const [oldest] = this.#times.keys();
    if (this.#times.size > MAX_KINDS && oldest !== undefined) this.#times.delete(oldest);
    const gaps = before.slice(1).map((at, index) => at - (before[index] ?? at));
    // What a press asks for in its own course is told by the page.
    return gaps.length > 0 && nowMs - (before.at(-1) ?? 0) <= LATE * Math.max(...gaps);
  }
}

/** Method and path of a request, numbers left open; of a picture its folder. */
function kindOf(request: Pick<Request, 'url' | 'method' | 'resourceType'>): string {
  const url = request.url();
  const type = request.resourceType();
  if (!URL.canParse(url)) return `${request.method()} ${type}`;
  const { origin, pathname } = new URL(url);
  const path = PICTURES.has(type) ? pathname.replace(/[^/]*$/, '') : pathname;
  return `${request.method()} ${type} ${origin}${path.replace(/\d+/g, '#')}`;
}

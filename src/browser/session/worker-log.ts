import { randomUUID } from 'node:crypto';
import type { BrowserContext, CDPSession } from 'playwright';
import type { LogEntry } from '../../core/vocabulary/screenshot.js';
import { type AllowedOrigins, configLine, originOf } from '../origin-proxy.js';
import type { PageLog } from '../page-log.js';

/** Kinds of workers that belong to no page, as Chromium calls them, and as people do. */
const KINDS: Readonly<Record<string, string>> = { shared_worker: 'shared worker', service_worker: 'service worker' };
/**
 * Most workers of one context that are listened to, and most lines of one: whoever says more is not heard to the end, which is counted as a lost
 * error. The browser itself keeps the last 1000 lines that were said before somebody listened.
 */
const MAX_WORKERS = 50;
const MAX_LINES = 999;

/** Most requests of one worker that are told: what was refused once is told once. */
const MAX_REFUSED = 200;
/** By which a worker tells of its requests; each process has its own, so that no worker can know it beforehand. */
const TELL = `codeloop-${randomUUID()}`;

/** What the browser says of a worker whose script did not come: of a shared one nothing else, and not which. */
const NO_SCRIPT = 'Failed to fetch a worker script.';

/** The levels of a worker's console; all else is chatter. */
const LEVELS: Readonly<Record<string, LogEntry['level']>> = { error: 'error', assert: 'error', warning: 'warning' };

/**
 * Writes into `log` what shared and service workers of a page's context throw and print, and what their requests come to: the browser tells a page
 * nothing of them. It lasts until the context is closed. Chromium only; `protocol` is of a page of that context.
 *
 * `opened` is told of each window of the context, those that are there included, as soon as the browser makes it.
 *
 * Each is attached to when it is there, and repeats what it threw and printed before (`Runtime.enable`). Of its requests the browser tells from then
 * on only: those before stand in the worker's own timeline, with their status. The messages come wrapped (`flatten: false`): Playwright drops those
 * of a session that it does not know.
 */
export async function hearWorkers(
  context: BrowserContext,
  protocol: CDPSession,
  log: PageLog,
  allowed: Pick<AllowedOrigins, 'permits'>,
  opened: () => void,
): Promise<Workers> {
  const { targetInfo: page } = await protocol.send('Target.getTargetInfo');
  const cdp = await context.browser()?.newBrowserCDPSession();
  let met = 0;
  const begun = new Set<string>();
  const unloaded = new Map<string, string>();
  const ended: string[] = [];
  let missed = 0;
  // The report and the end of the worker come from two sides, in any order.
  const match = () => {
    for (
      let url = missed > 0 ? ended.shift() : undefined;
      url !== undefined;
      url = missed > 0 ? ended.shift() : undefined
    ) {
      missed -= 1;
      const text = `GET ${url}: the script of the shared worker did not come`;
      log.add({ kind: 'failed_request', level: 'error', text, url, method: 'GET', same_origin: true });
    }
  };
  const workers = {
    met: () => met,
    begun: (url: string) => begun.has(url),
    missScript: () => {
      missed += 1;
      match();
    },
  };
  if (!cdp) return workers;
  context.once('close', () => void cdp.detach().catch(() => undefined)); // where the browser has ended, the session has too
  const heard = new Map<string, WorkerLog>();
  cdp.on('Target.targetCreated', ({ targetInfo: { targetId, type, url, browserContextId } }) => {
    const kind = KINDS[type];
    if (browserContextId !== page.browserContextId) return;
    if (type === 'page') opened();
    if (kind === undefined) return;
    met += 1;
    if (begun.size < MAX_WORKERS) begun.add(url);
    if (met > MAX_WORKERS) return log.lose(0, 1);
    if (type === 'shared_worker') unloaded.set(targetId, url);
    cdp.send('Target.attachToTarget', { targetId, flatten: false }).then(
      ({ sessionId }) => {
        let id = 0;
        const send = (method: string, params: object = {}) =>
          void cdp
            .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id: ++id, method, params }) })
            .catch(() => undefined); // it has ended
        const loaded = () => void unloaded.delete(targetId);
        heard.set(sessionId, new WorkerLog({ kind, url, log, allowed, send, loaded, crashed: () => gone(targetId) }));
        send('Network.enable');
        send('Runtime.addBinding', { name: TELL });
        send('Runtime.enable');
      },
      () => undefined, // it has ended
    );
  });
  const gone = (targetId: string) => {
    const url = unloaded.get(targetId);
    if (url === undefined) return;
    unloaded.delete(targetId);
    ended.push(url);
    match();
  };
  // One that was attached to in time crashes before it is destroyed, and is told as destroyed only once the page has gone.
  cdp.on('Target.targetDestroyed', ({ targetId }) => gone(targetId));
  cdp.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => heard.get(sessionId)?.hear(message));
  const filter = ['page', ...Object.keys(KINDS)].map((type) => ({ type }));
  await cdp.send('Target.setDiscoverTargets', { discover: true, filter });
  return workers;
}

/** The shared and service workers of a context. */
export interface Workers {
  /** How many there have been so far. */
  met(): number;
  /** True when one of the address is there, or was: its script has come, though the page that asked for it is not told. */
  begun(url: string): boolean;
  /** The script of one, or of a page's own worker, did not come. */
  missScript(): void;
}

/**
 * Writes into `log` what the browser itself reports of a page's workers and worklets, which Playwright leaves out: a script that did not come or is
 * none, an error in a worklet. `protocol` is of that page.
 */
export async function hearReports(protocol: CDPSession, log: PageLog, workers: () => Workers): Promise<void> {
  protocol.on('Log.entryAdded', ({ entry: { source, level, text, url, lineNumber } }) => {
    if (source !== 'worker' || level !== 'error') return;
    if (text === NO_SCRIPT) return workers().missScript();
    log.add({
      kind: 'console',
      level,
      text,
      ...(url === undefined ? {} : { location: `${url}:${lineNumber ?? 0}:0` }),
    });
  });
  await protocol.send('Log.enable');
}

interface WorkerOf {
  kind: string;
  url: string;
  log: PageLog;
  allowed: Pick<AllowedOrigins, 'permits'>;
  /** Has the browser do something in it. */
  send(method: string, params?: object): void;
  /** Told when its script has come. */
  loaded(): void;
  /** Told when it has ended by itself: also where its script did not come. */
  crashed(): void;
}

/** A value as Chromium describes it to whoever debugs. */
interface Remote {
  value?: unknown;
  description?: string;
  unserializableValue?: string;
}

/** The parts of the protocol's messages (Chrome DevTools Protocol, domains Runtime, Network and Inspector) that are read here. */
interface Told {
  method?: string;
  params?: {
    type?: string;
    args?: readonly Remote[];
    exceptionDetails?: { text: string; exception?: Remote };
    stackTrace?: { callFrames: readonly { url: string; lineNumber: number; columnNumber: number }[] };
    /** Of `Runtime.bindingCalled`. */
    name?: string;
    payload?: string;
    requestId?: string;
    request?: { url: string };
    response?: { url: string; status: number };
    errorText?: string;
    canceled?: boolean;
  };
}

/** What a request of a worker came to: a status, or the browser's word for what went wrong. */
interface Refused {
  url: string;
  status?: number;
  reason?: string;
}

/** Runs in a worker: tells of each request that was answered with an error, from its first one on. */
function tellRequests(name: string): void {
  const tell: unknown = Reflect.get(globalThis, name);
  Reflect.deleteProperty(globalThis, name);
  if (typeof tell !== 'function') return;
  const note = (list: PerformanceObserverEntryList) => {
    for (const entry of list.getEntries())
      if (entry instanceof PerformanceResourceTiming && entry.responseStatus >= 400)
        tell(`${entry.responseStatus} ${entry.name}`);
  };
  new PerformanceObserver(note).observe({ type: 'resource', buffered: true });
}

/** What one worker says. */
class WorkerLog {
  readonly #of: WorkerOf;
  readonly #asked = new Map<string, string>();
  readonly #refused = new Set<string>();
  #lines = 0;

  constructor(of: WorkerOf) {
    this.#of = of;
  }

  hear(message: string): void {
    // The browser's own words; what the worker says stands in their strings.
    const { method, params = {} } = JSON.parse(message) as Told;
    if (method === 'Runtime.exceptionThrown') this.#thrown(params);
    else if (method === 'Runtime.consoleAPICalled') this.#printed(params);
    else if (method === 'Inspector.workerScriptLoaded') this.#of.loaded();
    else if (method === 'Inspector.targetCrashed') this.#of.crashed();
    else if (method === 'Runtime.executionContextCreated')
      this.#of.send('Runtime.evaluate', { expression: `(${tellRequests.toString()})(${JSON.stringify(TELL)})` });
    else if (method === 'Runtime.bindingCalled' && params.name === TELL) this.#told(params.payload ?? '');
    else this.#traffic(method, params);
  }

  #traffic(
    method: string | undefined,
    { requestId = '', request, response, ...failed }: NonNullable<Told['params']>,
  ): void {
    if (method === 'Network.requestWillBeSent' && request && this.#asked.size < MAX_LINES)
      this.#asked.set(requestId, request.url);
    const asked = this.#asked.get(requestId);
    if (method === 'Network.loadingFinished') this.#asked.delete(requestId);
    if (method === 'Network.responseReceived' && response && response.status >= 400)
      this.#refuse({ url: response.url, status: response.status });
    if (method !== 'Network.loadingFailed' || asked === undefined) return;
    this.#asked.delete(requestId);
    // It gave up on it itself, or did not read the answer.
    if (failed.canceled !== true) this.#refuse({ url: asked, reason: failed.errorText ?? 'failed' });
  }

  /** What the worker said of a request, or whoever has got hold of the name. */
  #told(payload: string): void {
    const [, status, url] = /^([45]\d\d) (\S{1,4000})$/.exec(payload) ?? [];
    if (url !== undefined) this.#refuse({ url, status: Number(status) });
  }

  #refuse({ url, status, reason }: Refused): void {
    if (this.#refused.has(url) || this.#refused.size >= MAX_REFUSED) return;
    this.#refused.add(url);
    const { kind, url: by, log, allowed } = this.#of;
    const same = {
      url,
      same_origin: originOf(url) !== undefined && originOf(url) === originOf(by.replace(/^blob:/, '')),
    };
    const line = configLine(url);
    if (!allowed.permits(url))
      log.add({
        kind: 'blocked_request',
        level: 'warning',
        text: `codeloop's allow list stopped ${url}`,
        ...same,
        ...(line === undefined ? {} : { config_line: line }),
      });
    else
      log.add({
        kind: status === undefined ? 'failed_request' : 'http_error',
        level: 'error',
        text: `${url}: ${status === undefined ? reason : `HTTP ${status}`} (asked by the ${kind} ${by.slice(0, 300)})`,
        ...same,
        ...(status === undefined ? {} : { status }),
      });
  }

  /** False, and deaf, after too many lines. */
  #listens(): boolean {
    this.#lines += 1;
    if (this.#lines <= MAX_LINES) return true;
    if (this.#lines === MAX_LINES + 1) {
      this.#of.log.lose(1, 1);
      this.#of.send('Runtime.disable');
    }
    return false;
  }

  #thrown({ exceptionDetails: details }: NonNullable<Told['params']>): void {
    if (!details || !this.#listens()) return;
    const text = details.exception === undefined ? details.text : inWords(details.exception);
    this.#of.log.add({ kind: 'page_error', level: 'error', text: this.#placed(text) });
  }

  #printed({ type = 'log', args = [], stackTrace }: NonNullable<Told['params']>): void {
    if (!this.#listens()) return;
    const at = stackTrace?.callFrames[0];
    this.#of.log.add({
      kind: 'console',
      level: LEVELS[type] ?? 'info',
      text: this.#placed(args.map(inWords).join(' ')),
      ...(at ? { location: `${at.url}:${at.lineNumber}:${at.columnNumber}` } : {}),
    });
  }

  /** Says in the first line, which is what lists show, whose words these are. */
  #placed(text: string): string {
    const end = text.indexOf('\n');
    const [first, rest] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
    return `${first} (in the ${this.#of.kind} ${this.#of.url.slice(0, 300)})${rest}`;
  }
}

function inWords({ value, unserializableValue, description }: Remote): string {
  if (typeof value === 'string') return value;
  return description ?? unserializableValue ?? JSON.stringify(value) ?? 'undefined';
}

import type { BrowserContext, CDPSession } from 'playwright';
import type { LogEntry } from '../../core/vocabulary/screenshot.js';
import type { PageLog } from '../page-log.js';

/** Kinds of workers that belong to no page, as Chromium calls them, and as people do. */
const KINDS: Readonly<Record<string, string>> = { shared_worker: 'shared worker', service_worker: 'service worker' };
/**
 * Most workers of one context that are listened to, and most lines of one: whoever says more is not heard to the end, which is counted as a lost
 * error. The browser itself keeps the last 1000 lines that were said before somebody listened.
 */
const MAX_WORKERS = 50;
const MAX_LINES = 999;

/** The levels of a worker's console; all else is chatter. */
const LEVELS: Readonly<Record<string, LogEntry['level']>> = { error: 'error', assert: 'error', warning: 'warning' };

/**
 * Writes into `log` what shared and service workers of a page's context throw and print: the browser tells a page nothing of them. It lasts until
 * the context is closed. Chromium only; `protocol` is of a page of that context.
 *
 * Each is attached to when it is there, and repeats what it threw and printed before (`Runtime.enable`); its requests would be told from then on
 * only, by chance, so none are. The messages come wrapped (`flatten: false`): Playwright drops those of a session that it does not know.
 */
export async function hearWorkers(context: BrowserContext, protocol: CDPSession, log: PageLog): Promise<Workers> {
  const { targetInfo: page } = await protocol.send('Target.getTargetInfo');
  const cdp = await context.browser()?.newBrowserCDPSession();
  let met = 0;
  const begun = new Set<string>();
  const workers = { met: () => met, begun: (url: string) => begun.has(url) };
  if (!cdp) return workers;
  context.once('close', () => void cdp.detach().catch(() => undefined)); // where the browser has ended, the session has too
  const heard = new Map<string, WorkerLog>();
  cdp.on('Target.targetCreated', ({ targetInfo: { targetId, type, url, browserContextId } }) => {
    const kind = KINDS[type];
    if (kind === undefined || browserContextId !== page.browserContextId) return;
    met += 1;
    if (begun.size < MAX_WORKERS) begun.add(url);
    if (met > MAX_WORKERS) return log.lose(0, 1);
    cdp.send('Target.attachToTarget', { targetId, flatten: false }).then(
      ({ sessionId }) => {
        const send = (id: number, method: string) =>
          void cdp
            .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
            .catch(() => undefined); // it has ended
        heard.set(sessionId, new WorkerLog({ kind, url, log, mute: () => send(2, 'Runtime.disable') }));
        send(1, 'Runtime.enable');
      },
      () => undefined, // it has ended
    );
  });
  cdp.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => heard.get(sessionId)?.hear(message));
  const filter = Object.keys(KINDS).map((type) => ({ type }));
  await cdp.send('Target.setDiscoverTargets', { discover: true, filter });
  return workers;
}

/** The shared and service workers of a context. */
export interface Workers {
  /** How many there have been so far. */
  met(): number;
  /** True when one of the address is there, or was: its script has come, though the page that asked for it is not told. */
  begun(url: string): boolean;
}

interface WorkerOf {
  kind: string;
  url: string;
  log: PageLog;
  /** Has the browser tell nothing more of what it prints and throws. */
  mute(): void;
}

/** A value as Chromium describes it to whoever debugs. */
interface Remote {
  value?: unknown;
  description?: string;
  unserializableValue?: string;
}

/** The parts of the protocol's messages (Chrome DevTools Protocol, domain Runtime) that are read here. */
interface Told {
  method?: string;
  params?: {
    type?: string;
    args?: readonly Remote[];
    exceptionDetails?: { text: string; exception?: Remote };
    stackTrace?: { callFrames: readonly { url: string; lineNumber: number; columnNumber: number }[] };
  };
}

/** What one worker says. */
class WorkerLog {
  readonly #of: WorkerOf;
  #lines = 0;

  constructor(of: WorkerOf) {
    this.#of = of;
  }

  hear(message: string): void {
    // The browser's own words; what the worker says stands in their strings.
    const { method, params = {} } = JSON.parse(message) as Told;
    if (method === 'Runtime.exceptionThrown') this.#thrown(params);
    else if (method === 'Runtime.consoleAPICalled') this.#printed(params);
  }

  /** False, and deaf, after too many lines. */
  #listens(): boolean {
    this.#lines += 1;
    if (this.#lines <= MAX_LINES) return true;
    if (this.#lines === MAX_LINES + 1) {
      this.#of.log.lose(1, 1);
      this.#of.mute();
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

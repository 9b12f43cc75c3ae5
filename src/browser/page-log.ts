import { randomUUID } from 'node:crypto';
import type { BrowserContext, ConsoleMessage } from 'playwright';
import type { LogEntry } from '../core/vocabulary/screenshot.js';
import { originOf } from './origin-proxy.js';
import { withAgenda } from './page/agenda-parts.js';
import { limitConsole } from './page/console-limit.js';
import { type Doubt, judgedBy, type Standing } from './refused-inside.js';

/** Most characters of one entry, and most entries between two drains. */
const MAX_TEXT = 2000;
const MAX_ENTRIES = 500;
/** Longest wait for answers that are being read, ms. */
const READING_MS = 2000;
/** What gives way to what when there is too much. */
const WEIGHT: Readonly<Record<LogEntry['level'], number>> = { debug: 0, info: 0, warning: 1, error: 2 };
/** The browser's own report of a failed request; the request has an entry of its own. */
const NETWORK_ECHO = /^(Failed to load resource:|WebSocket connection to ')/;

const LEVELS: Readonly<Record<string, LogEntry['level']>> = {
  error: 'error',
  assert: 'error',
  warning: 'warning',
  debug: 'debug',
  trace: 'debug',
};
/** What errors begin with that the page kept from the browser; each process has its own, so that no page can know it beforehand. */
export const HIDDEN = `codeloop-${randomUUID()} `;

/** What a page has to do with `favicon.ico`: whether it names an icon itself, and which such addresses its scripts and elements asked for. */
interface IconRequests {
  declared: boolean;
  asked: readonly string[];
}

/** The address of a request for `favicon.ico` that the browser printed a failure of. */
function iconAddress({ kind, text, location }: LogEntry): string | undefined {
  if (kind !== 'console' || !/^Failed to load resource:/.test(text)) return undefined;
  const address = location?.replace(/(:\d+){1,2}$/, '');
  return address !== undefined && URL.canParse(address) && new URL(address).pathname.endsWith('/favicon.ico')
    ? address
    : undefined;
}

/**
 * Whether an entry about a worker says what another one says: what a page's worker threw, or a request that a service
 * worker passed on.
 */
function repeatsOther({ kind, text, url, resource_type }: LogEntry, others: readonly LogEntry[]): boolean {
  if (kind === 'http_error' || kind === 'failed_request')
    return (
      resource_type === undefined && others.some((one) => one.url === url && one.kind === kind && one.resource_type)
    );
  if (kind !== 'console') return false;
  const thrown = /^Uncaught (?:\(in promise\) )?([\s\S]+)$/.exec(text)?.[1];
  return thrown !== undefined && others.some((one) => one.kind === 'page_error' && one.text.startsWith(thrown));
}

/** An entry before it is cleaned: text and addresses as the page gave them. */
type RawEntry = Omit<LogEntry, 'at'>;

/**
 * Keeps what a page said, bounded: text redacted, lone surrogates repaired, cut at 2,000 characters; equal entries become one with a
 * count; at most 500 different ones between two drains, the rest is counted, errors apart: chatter gives way to errors and warnings,
 * warnings to errors. What the browser prints for a request that has an entry of its own is folded into that.
 */
export class PageLog {
  readonly #redact: (text: string) => string;
  readonly #now: () => number;
  #entries = new Map<string, { entry: LogEntry; times: number; doubt?: Doubt | undefined }>();
  /** Sockets that have not opened, by their address. */
  readonly #sockets = new Map<string, RawEntry>();
  #dropped = 0;
  #lostErrors = 0;
  #icons: IconRequests = { declared: false, asked: [] };
  #origin: string | undefined;
  readonly #readings = new Set<Promise<void>>();
  readonly #listeners = new Set<(entry: LogEntry) => void>();

  constructor(redact: (text: string) => string, now: () => number = Date.now) {
    this.#redact = redact;
    this.#now = now;
  }

  /** Begins anew, for another page. Who listens goes on. */
  begin(): void {
    this.drain();
    this.#sockets.clear();
    this.#icons = { declared: false, asked: [] };
    this.#origin = undefined;
  }

  /** `doubt`: a picture decides. */
  add(raw: RawEntry, doubt?: Doubt): void {
    const entry: LogEntry = { ...raw, at: new Date(this.#now()).toISOString(), text: this.#clean(raw.text) };
    if (raw.url !== undefined) entry.url = this.#clean(raw.url);
    if (raw.location !== undefined) entry.location = this.#clean(raw.location);
    const { kind, level, text, url, location, status, method } = entry;
    const key = JSON.stringify([kind, level, text, url, location, status, method]);
    for (const listener of this.#listeners) listener(entry);
    if (raw.kind === 'navigation' && raw.url !== undefined) this.#origin = originOf(raw.url);
    const known = this.#entries.get(key);
    if (known) known.times++;
    else if (this.#entries.size < MAX_ENTRIES || this.#giveWay(entry))
      this.#entries.set(key, { entry, times: 1, doubt });
    else {
      this.#dropped++;
      if (entry.level === 'error') this.#lostErrors++;
    }
  }

  /** Drops an entry that says less than this one; false when there is none. */
  #giveWay(entry: LogEntry): boolean {
    const weight = WEIGHT[entry.level];
    if (weight === 0) return false;
    let least: { key: string; weight: number; times: number } | undefined;
    for (const [key, { entry: other, times }] of this.#entries) {
      const own = WEIGHT[other.level];
      if (own < weight && (least === undefined || own < least.weight)) least = { key, weight: own, times };
      if (own === 0) break;
    }
    if (!least) return false;
    this.#entries.delete(least.key);
    this.#dropped += least.times;
    return true;
  }

  /** A socket is to open; `entry` is what is told where it has not when a picture is taken. */
  awaits(url: string, entry: RawEntry): void {
    this.#sockets.set(url, entry);
  }

  /** A socket opened (again): what was doubted of its address is none. Not `opened`: it failed, which is told by itself. */
  came(url: string, opened: boolean): void {
    this.#sockets.delete(url);
    for (const [key, { entry, doubt }] of opened ? this.#entries : [])
      if (doubt?.of === 'socket' && entry.url === this.#clean(url)) this.#entries.delete(key);
  }

  /** Words to be looked for in the page, where how it stands decides anything; else undefined. */
  doubted(): string[] | undefined {
    const doubts = [...this.#entries.values()].flatMap(({ doubt }) => doubt ?? []);
    const words = doubts.flatMap((doubt) => (doubt.of === 'part' ? doubt.words : []));
    return doubts.length + this.#sockets.size > 0 ? words : undefined;
  }

  /** Has `settled` wait for what is being read, which adds to the log itself. Rejections are nobody's. */
  reads(reading: Promise<void>): void {
    const settled = reading
      .catch(() => undefined)
      .finally(() => {
        this.#readings.delete(settled);
      });
    this.#readings.add(settled);
  }

  /** Resolves when what was being read has been, after `READING_MS` at the latest. */
  async settled(): Promise<void> {
    if (this.#readings.size === 0) return;
    const late = new Promise<void>((resolve) => setTimeout(resolve, READING_MS).unref());
    await Promise.race([Promise.all(this.#readings), late]);
  }

  /** Counts what the page was kept from saying. */
  lose(chatter: number, errors: number): void {
    this.#dropped += chatter + errors;
    this.#lostErrors += errors;
  }

  /** Hears every entry as it comes, echoes and repetitions included. Answers how to stop. */
  listen(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stores what the page has to do with icons. Without that the browser's own request for `/favicon.ico` is no fault of the app. */
  setIcons(icons: IconRequests): void {
    this.#icons = icons;
  }

  /** Entries since the last drain, oldest first; what is in doubt judged by how the page stands in its picture. */
  drain(page?: Standing): LogEntry[] {
    if (page) for (const entry of this.#sockets.values()) this.add(entry, { of: 'socket' });
    const all = [...this.#entries.values()].map((one) => ({ ...one, entry: judgedBy(one.entry, one.doubt, page) }));
    const [dropped, lostErrors] = [this.#dropped, this.#lostErrors];
    this.#entries = new Map();
    this.#dropped = 0;
    this.#lostErrors = 0;
    const requests = new Set(
      all.flatMap(({ entry }) => (entry.kind !== 'console' && entry.url !== undefined ? [entry.url] : [])),
    );
    const entries = all.map(({ entry }) => entry);
    const kept = all
      .filter(({ entry }) => !this.#isEcho(entry, requests) && !this.#isOwnIcon(entry) && !repeatsOther(entry, entries))
      .map(({ entry, times }) => {
        const told = this.#asRequest(entry);
        return times > 1 ? { ...told, text: `${told.text} (${times} times)` } : told;
      });
    if (dropped > 0)
      kept.push({
        at: new Date(this.#now()).toISOString(),
        kind: 'console',
        level: 'warning',
        text: `${dropped} more entries were dropped: only ${MAX_ENTRIES} different ones are kept between two pictures.`,
        ...(lostErrors > 0 ? { lost_errors: lostErrors } : {}),
      });
    return kept;
  }

  #isEcho(entry: LogEntry, requests: ReadonlySet<string>): boolean {
    if (entry.kind !== 'console' || !NETWORK_ECHO.test(entry.text)) return false;
    const named = /^WebSocket connection to '([^']+)'/.exec(entry.text)?.[1];
    const address = named ?? entry.location?.replace(/(:\d+){1,2}$/, '');
    return address !== undefined && requests.has(address);
  }

  /** The browser's own question for an icon, which it asks of every site: of all entries only what is printed for that request. */
  #isOwnIcon(entry: LogEntry): boolean {
    const address = iconAddress(entry);
    const { declared, asked } = this.#icons;
    return (
      address !== undefined && new URL(address).pathname === '/favicon.ico' && !declared && !asked.includes(address)
    );
  }

  /**
   * Playwright tells of no request whose address ends with `/favicon.ico`, whatever it is for: where the page itself asked for it, what
   * the browser prints stands for the request.
   */
  #asRequest(entry: LogEntry): LogEntry {
    const url = iconAddress(entry);
    if (url === undefined || !this.#icons.asked.includes(url)) return entry;
    const status = /status of (\d{3})/.exec(entry.text)?.[1];
    return {
      ...{
        at: entry.at,
        level: 'error',
        text: `GET ${url}: ${entry.text}`,
        url,
        same_origin: originOf(url) === this.#origin,
      },
      ...(status === undefined ? { kind: 'failed_request' } : { kind: 'http_error', status: Number(status) }),
    };
  }

  #clean(text: string): string {
    // What is far beyond the end is not looked at: a line may have millions of characters.
    const whole = this.#redact(text.slice(0, 4 * MAX_TEXT)).replace(/\p{Surrogate}/gu, '\uFFFD');
    if (whole.length <= MAX_TEXT) return whole;
    // A pair is not cut in two.
    const end = /[\uD800-\uDBFF]$/.test(whole.slice(0, MAX_TEXT - 1)) ? MAX_TEXT - 2 : MAX_TEXT - 1;
    return `${whole.slice(0, end)}…`;
  }
}

/** How a page tells what it was kept from saying, and where it said an error. */
const LIMIT_MARK = 'codeloop hears no more: ';
/** Lines of each kind that a page may say in a time, ms, and characters of each: more than is kept, and than anybody reads. */
const LIMITS = { mark: LIMIT_MARK, calls: 1000, perMs: 5000, maxText: 4000 };

/** Keeps the pages of a context from saying more than that, and notes which icons they ask for; before its first page. */
export async function limitLogs(context: BrowserContext): Promise<void> {
  await context.addInitScript(limitConsole, LIMITS);
  await context.addInitScript(noteIconRequests);
}

/** What a page told of its limit, as words: `dropped CHATTER ERRORS`, or `at ADDRESS LINE COLUMN` before an error that it says. */
export function limitTold(message: ConsoleMessage): string[] | undefined {
  if (message.type() !== 'debug' || !message.text().startsWith(LIMIT_MARK)) return undefined;
  return message.text().slice(LIMIT_MARK.length).split(' ');
}

const SANDBOXED =
  /^Blocked script execution in '[^']*' because the document's frame is sandboxed and the 'allow-scripts' permission is not set\.$/;

/** Writes what a page said, or what it is told and nobody else, into its log; `at`: where it said so, when the browser does not know. */
export function logConsole(message: ConsoleMessage, log: PageLog, at: string | undefined): void {
  const said = message.text();
  if (said.startsWith(HIDDEN)) {
    const [, told, url = '', what] = /^(refused|doubted|opened) (\S+) ([\s\S]*)$/.exec(said.slice(HIDDEN.length)) ?? [];
    const text = `${said.slice(HIDDEN.length)} (the page kept this error from the browser)`;
    if (told === undefined) return void log.add({ kind: 'page_error', level: 'error', text });
    if (told === 'opened') return void log.came(url, true);
    const [isSocket, same] = [/^wss?:/.test(url), originOf(url) === originOf(message.page()?.url() ?? '')];
    const of = { kind: 'failed_request' as const, url, same_origin: same };
    const raw = { ...of, ...(isSocket ? { resource_type: 'websocket' } : {}), text: `${url}: ${what?.trim()}` };
    if (told === 'refused') return void log.add({ ...raw, level: 'error' });
    return void log.add({ ...raw, level: 'info' }, { of: isSocket ? 'socket' : 'nothing' });
  }
  const place = message.location();
  // The browser's own words, which have no arguments. Among what a sandbox keeps out are scripts of ours; that it keeps out others is what it is for.
  const sandboxed = SANDBOXED.test(said) && message.args().length === 0;
  log.add({
    kind: 'console',
    level: sandboxed ? 'info' : (LEVELS[message.type()] ?? 'info'),
    // Marks of styles stand between halves of one word.
    text: message.args().length > 1 ? said.replaceAll('%c', '') : said,
    ...(place.url
      ? { location: `${place.url}:${place.lineNumber}:${place.columnNumber}` }
      : at !== undefined && /^(?:error|warning|assert)$/.test(message.type())
        ? { location: at }
        : {}),
  });
}

/**
 * Notes which addresses that end with `/favicon.ico` the page itself asks for: Playwright tells of none of them, whatever they are for. Runs
 * before any script of the page, and with nothing that the page can put something else in the place of: a list of what was loaded can be
 * emptied or replaced, an observer from the beginning hears all. `window['codeloop.icons']` answers the addresses so far, to who knows the word.
 */
export function noteIconRequests(): void {
  // A window that another one opened runs this twice in its first, empty document.
  if (window === window.top && Object.hasOwn(window, 'codeloop.icons')) return;
  const { apply } = Reflect;
  const { exec } = RegExp.prototype;
  const { getEntries } = PerformanceObserverEntryList.prototype;
  const getter = (owner: object, name: string) => Object.getOwnPropertyDescriptor(owner, name)?.get;
  const [nameOf, kindOf] = [
    getter(PerformanceEntry.prototype, 'name'),
    getter(PerformanceResourceTiming.prototype, 'initiatorType'),
  ];
  const icon = /^([^#?]*\/favicon\.ico(?:\?[^#]*)?)(?:#|$)/;
  const asked: string[] = [];
  const note = (entries: PerformanceEntryList): void => {
    for (let at = 0; at < entries.length && nameOf && kindOf; at++) {
      const by: unknown = apply(kindOf, entries[at], []);
      // The browser's own question is listed too, as asked by nobody or by the page's link.
      const found = by === 'other' || by === 'link' ? null : apply(exec, icon, [apply(nameOf, entries[at], [])]);
      if (found) asked[asked.length] = found[1] ?? '';
    }
  };
  const observer = new PerformanceObserver((list) => note(apply(getEntries, list, [])));
  const take = observer.takeRecords.bind(observer);
  observer.observe({ type: 'resource', buffered: true });
  Object.defineProperty(window, 'codeloop.icons', {
    value: (word: string) => {
      if (word !== agendaWord) return undefined;
      note(take());
      return asked;
    },
  });
}

withAgenda(noteIconRequests);

import type { LogEntry } from '../core/vocabulary/log-entry.js';

/** Most characters of one entry, and most entries between two drains. */
const MAX_TEXT = 2000;
const MAX_ENTRIES = 500;
/** What gives way to what when there is too much. */
const WEIGHT: Readonly<Record<LogEntry['level'], number>> = { debug: 0, info: 0, warning: 1, error: 2 };
/** The browser's own report of a failed request; the request has an entry of its own. */
const NETWORK_ECHO = /^(Failed to load resource:|WebSocket connection to ')/;

/** An entry before it is cleaned: text and addresses as the page gave them. */
type RawEntry = Omit<LogEntry, 'at'>;

/**
 * Keeps what a page said, bounded: text redacted, lone surrogates repaired, cut at 2,000 characters; equal entries become one with a
 * count; at most 500 different ones between two drains, the rest is counted: chatter gives way to errors and warnings, warnings to errors. What the browser prints for a request that has an
 * entry of its own is folded into that.
 */
export class PageLog {
  readonly #redact: (text: string) => string;
  readonly #now: () => number;
  #entries = new Map<string, { entry: LogEntry; times: number }>();
  #dropped = 0;
  #iconDeclared = false;
  readonly #listeners = new Set<(entry: LogEntry) => void>();

  constructor(redact: (text: string) => string, now: () => number = Date.now) {
    this.#redact = redact;
    this.#now = now;
  }

  add(raw: RawEntry): void {
    const entry: LogEntry = { ...raw, at: new Date(this.#now()).toISOString(), text: this.#clean(raw.text) };
    if (raw.url !== undefined) entry.url = this.#clean(raw.url);
    if (raw.location !== undefined) entry.location = this.#clean(raw.location);
    const key = JSON.stringify([
      entry.kind,
      entry.level,
      entry.text,
      entry.url,
      entry.location,
      entry.status,
      entry.method,
    ]);
    for (const listener of this.#listeners) listener(entry);
    const known = this.#entries.get(key);
    if (known) known.times++;
    else if (this.#entries.size < MAX_ENTRIES || this.#giveWay(entry)) this.#entries.set(key, { entry, times: 1 });
    else this.#dropped++;
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

  /** Hears every entry as it comes, echoes and repetitions included. Answers how to stop. */
  listen(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stores whether the page names an icon itself. Without one, the browser's own request for `/favicon.ico` is no fault of the app. */
  setIconDeclared(declared: boolean): void {
    this.#iconDeclared = declared;
  }

  /** Entries since the last drain, oldest first. */
  drain(): LogEntry[] {
    const all = [...this.#entries.values()];
    const dropped = this.#dropped;
    this.#entries = new Map();
    this.#dropped = 0;
    const requests = new Set(
      all.flatMap(({ entry }) => (entry.kind !== 'console' && entry.url !== undefined ? [entry.url] : [])),
    );
    const kept = all
      .filter(({ entry }) => !this.#isEcho(entry, requests) && !this.#isOwnIcon(entry))
      .map(({ entry, times }) => (times > 1 ? { ...entry, text: `${entry.text} (${times} times)` } : entry));
    if (dropped > 0)
      kept.push({
        at: new Date(this.#now()).toISOString(),
        kind: 'console',
        level: 'warning',
        text: `${dropped} more entries were dropped: only ${MAX_ENTRIES} different ones are kept between two pictures.`,
      });
    return kept;
  }

  #isEcho(entry: LogEntry, requests: ReadonlySet<string>): boolean {
    if (entry.kind !== 'console' || !NETWORK_ECHO.test(entry.text)) return false;
    const named = /^WebSocket connection to '([^']+)'/.exec(entry.text)?.[1];
    const address = named ?? entry.location?.replace(/(:\d+){1,2}$/, '');
    return address !== undefined && requests.has(address);
  }

  #isOwnIcon(entry: LogEntry): boolean {
    if (this.#iconDeclared) return false;
    const address = entry.url ?? entry.location?.replace(/(:\d+){1,2}$/, '');
    return address !== undefined && URL.canParse(address) && new URL(address).pathname === '/favicon.ico';
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

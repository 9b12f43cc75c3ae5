import type { Page, Request } from 'playwright';

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
/** What scripts ask for. */
const BY_SCRIPTS = /^(?:fetch|xhr|script|document)$/;
/** Requests that have hung for this long, ms, are no longer waited for. */
const HANGING_MS = 1500;
/** Paths of requests that are remembered. */
const MAX_PATHS = 2000;

/** A request on its way, with Playwright's word for its kind. */
interface Asked {
  url: string;
  kind: string;
  /** The same path was asked for before the mark: a page asks again and again. */
  again: boolean;
}

/** The traffic of a page, for the waits: requests that have not ended and that a picture could show, no streams, beacons and prefetches. */
export class Traffic {
  /** By their numbers in the order of requests. */
  readonly #pending = new Map<Request, number>();
  readonly #paths = new Map<string, number>();
  readonly #refused = new Set<string>();
  #asked = 0;
  #askedByScripts = 0;
  #lastChange = Date.now();
  /** The last address that the allow list stopped, of a navigation of the main frame. */
  blockedNavigation: string | undefined;

  constructor(readonly page: Page) {
    page.on('request', (request) => this.#begin(request));
    page.on('requestfinished', (request) => this.#end(request));
    page.on('requestfailed', (request) => {
      this.#end(request);
      this.#refuse(request);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) this.#refuse(response.request());
    });
  }

  /** How many have not ended. */
  pending(): number {
    return this.#pending.size;
  }

  /** True while another document of the main frame is on its way. */
  navigating(): boolean {
    return [...this.#pending.keys()].some((one) => one.isNavigationRequest() && one.frame() === this.page.mainFrame());
  }

  /** True as soon as nothing has been pending for `quietMs`, or what is pending has hung for `hangingMs` (1.5 s); false after `maxMs`. */
  async quiet(quietMs: number, maxMs: number, hangingMs = HANGING_MS): Promise<boolean> {
    const until = Date.now() + maxMs;
    for (;;) {
      const idle = Date.now() - this.#lastChange;
      if ((this.#pending.size === 0 && idle >= quietMs) || idle >= hangingMs) return true;
      if (Date.now() >= until) return false;
      await moment();
    }
  }

  /** A mark in the order of requests: how many there were so far. */
  mark(): number {
    return this.#asked;
  }

  /**
   * Waits until what was asked for since `mark` has come and nothing was asked for `quietMs`, at most `maxMs`; returns what has not come.
   * Without `maxMs`: what has not come now.
   */
  async arrived(mark: number, quietMs = 0, maxMs = 0): Promise<Asked[]> {
    const from = Date.now();
    for (;;) {
      const open = [...this.#pending].filter(([, number]) => number >= mark).map(([request]) => request);
      const quiet = Date.now() - Math.max(from, this.#lastChange) >= quietMs;
      if ((quiet && open.length === 0) || Date.now() - from >= maxMs)
        return open.map((request) => ({
          url: request.url(),
          kind: request.resourceType(),
          again: (this.#paths.get(pathOf(request)) ?? mark) < mark,
        }));
      await moment();
    }
  }

  /** Whether a script asked for something since `mark`, or does within `waitMs`. */
  async scriptsAsked(mark: number, waitMs: number): Promise<boolean> {
    const until = Date.now() + waitMs;
    while (this.#askedByScripts <= mark && Date.now() < until) await moment();
    return this.#askedByScripts > mark;
  }

  /** Font families of style sheets that did not come, by the `family=` of their addresses: their text is shown in another font. */
  fontsRefused(): string[] {
    return [...this.#refused];
  }

  #begin(request: Request): void {
    this.#lastChange = Date.now();
    const kind = request.resourceType();
    if (UNSEEN.has(kind)) return;
    const path = pathOf(request);
    if (!this.#paths.has(path) && this.#paths.size < MAX_PATHS) this.#paths.set(path, this.#asked);
    this.#pending.set(request, this.#asked++);
    if (BY_SCRIPTS.test(kind)) this.#askedByScripts = this.#asked;
  }

  #end(request: Request): void {
    this.#pending.delete(request);
    this.#lastChange = Date.now();
  }

  #refuse(request: Request): void {
    if (request.resourceType() !== 'stylesheet' || !URL.canParse(request.url())) return;
    for (const family of new URL(request.url()).searchParams.getAll('family'))
      for (const name of family.split('|')) this.#refused.add(name.split(':')[0] ?? name);
  }
}

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 15));
}

function pathOf(request: Request): string {
  return request.url().split(/[?#]/, 1)[0] ?? '';
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

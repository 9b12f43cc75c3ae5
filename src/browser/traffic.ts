import type { Frame, Page, Request, Response } from 'playwright';
import { isLoopback } from './origin-proxy.js';

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
/** Headers of answers by which a server has the browser do something differently from then on, and which are no cookie or stored answer. */
const LASTING = new Set([
  'accept-ch',
  'critical-ch',
  'strict-transport-security',
  'origin-agent-cluster',
  'set-login',
  'use-as-dictionary',
  'nel',
]);
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

/** A request of a page's content that has no answer, and that nothing shows to be kept open on purpose. */
export interface Unanswered {
  url: string;
  /** Playwright's word: fetch, xhr, script, stylesheet, document (of a frame), image, font. */
  kind: string;
  openMs: number;
  /** It goes to the host of the page itself, or stays on this machine. */
  own: boolean;
  /** It looks like one that is kept open: it counts only where the page shows that it waits. */
  maybeKept: boolean;
  /** How many requests there were before its path was asked for the first time. */
  first: number;
}

/** The traffic of a page, for the waits: requests that have not ended and that a picture could show, no streams, beacons and prefetches. */
export class Traffic {
  /** Their numbers in the order of requests, and when they were asked, ms. */
  readonly #pending = new Map<Request, { number: number; at: number }>();
  readonly #paths = new Map<string, number>();
  /** The heads of answers whose bodies may still be on their way. */
  readonly #heads = new WeakMap<Request, Response>();
  /** What this document was answered: whole requests, numbers left open, and paths alone. */
  readonly #answered = new Set<string>();
  /** What it asked for, gave up itself and was never answered, and when it asked first, ms. */
  readonly #givenUp = new Map<string, { request: Request; at: number }>();
  readonly #refused = new Set<string>();
  #asked = 0;
  #askedByScripts = 0;
  #lastChange = Date.now();
  /** The last address that the allow list stopped, of a navigation of the main frame. */
  blockedNavigation: string | undefined;
  /** Origins of the documents of all frames; the browser was told something that it heeds the next time. */
  readonly #origins = new Set<string>();
  #lasting = false;

  constructor(readonly page: Page) {
    page.on('framenavigated', (frame) => {
      if (/^https?:/.test(frame.url())) this.#origins.add(new URL(frame.url()).origin);
    });
    page.on('request', (request) => this.#begin(request));
    page.on('requestfinished', (request) => {
      this.#end(request);
      this.#answer(request);
    });
    page.on('requestfailed', (request) => {
      this.#giveUp(request);
      this.#end(request);
      this.#refuse(request);
    });
    page.on('response', (response) => {
      this.#heads.set(response.request(), response);
      if (response.status() >= 400) this.#refuse(response.request());
      this.#lasting ||= Object.keys(response.headers()).some((name) => LASTING.has(name));
    });
  }

  /** Pictures whose answers have no end: those that a camera sends one after the other. */
  streams(): string[] {
    return [...this.#pending.keys()].filter((request) => this.#streams(request)).map((request) => request.url());
  }

  /** Begins anew, for the next page in this one's place. */
  begin(): void {
    this.#pending.clear();
    this.#paths.clear();
    this.#answered.clear();
    this.#givenUp.clear();
    this.#refused.clear();
    this.#origins.clear();
    this.#asked = 0;
    this.#askedByScripts = 0;
    this.#lastChange = Date.now();
    this.blockedNavigation = undefined;
    this.#lasting = false;
  }

  /** Whether documents of other origins than this one were shown, or a server told the browser something for the next time. */
  leavesTraces(origin: string): boolean {
    return this.#lasting || [...this.#origins].some((one) => one !== origin);
  }

  /** How many have not ended. */
  pending(): number {
    return this.#pending.size;
  }

  /** True while another document of the main frame is on its way. */
  navigating(): boolean {
    return [...this.#pending.keys()].some((one) => this.#navigates(one));
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
      const open = [...this.#pending].filter(([, { number }]) => number >= mark).map(([request]) => request);
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

  /**
   * What the page asked for and was not answered, of what it may show: no streams, prefetches and telemetry, nothing that asks to be held, and no
   * question that this document asked before and was answered. What it gave up itself counts only where the page shows that it waits.
   */
  unanswered(): Unanswered[] {
    const now = Date.now();
    const open = [...this.#pending].map(([request, { at }]) => ({ request, at, gone: false }));
    const gone = [...this.#givenUp].flatMap(([path, one]) =>
      this.#answered.has(path) ? [] : [{ ...one, gone: true }],
    );
    const paths = new Set(open.map(({ request }) => pathOf(request)));
    return [...open, ...gone.filter(({ request }) => !paths.has(pathOf(request)))].flatMap(({ request, at, gone }) => {
      const [url, kind] = [request.url(), request.resourceType()];
      const asked = BY_SCRIPTS.test(kind);
      if (this.#streams(request) || SPOKEN_OF.test(url.slice(0, 2000)) || this.#ofOthers(request)) return [];
      if (asked && (HELD.test(url) || this.#answered.has(likeness(request)))) return [];
      const own = this.#isOwn(url);
      const maybeKept = gone || (asked && (POLLS.test(url) || this.#isKept(request, own)));
      const since = this.#givenUp.get(pathOf(request))?.at ?? at;
      const first = this.#paths.get(pathOf(request)) ?? 0;
      return [{ url, kind, openMs: now - since, own, maybeKept, first }];
    });
  }

  /** Font families of style sheets that did not come, by the `family=` of their addresses: their text is shown in another font. */
  fontsRefused(): string[] {
    return [...this.#refused];
  }

  #begin(request: Request): void {
    this.#lastChange = Date.now();
    // Another document has asked for nothing yet.
    if (this.#navigates(request)) {
      this.#answered.clear();
      this.#givenUp.clear();
    }
    const kind = request.resourceType();
    if (UNSEEN.has(kind)) return;
    const path = pathOf(request);
    if (!this.#paths.has(path) && this.#paths.size < MAX_PATHS) this.#paths.set(path, this.#asked);
    this.#pending.set(request, { number: this.#asked++, at: this.#lastChange });
    if (BY_SCRIPTS.test(kind)) this.#askedByScripts = this.#asked;
  }

  #end(request: Request): void {
    this.#pending.delete(request);
    this.#lastChange = Date.now();
  }

  #answer(request: Request): void {
    if (!BY_SCRIPTS.test(request.resourceType()) || this.#answered.size >= MAX_PATHS) return;
    this.#answered.add(pathOf(request));
    this.#answered.add(likeness(request));
  }

  #giveUp(request: Request): void {
    const asked = this.#pending.get(request);
    if (!asked || !/^(?:fetch|xhr)$/.test(request.resourceType()) || this.#givenUp.size >= MAX_PATHS) return;
    const given = /ERR_ABORTED|NS_BINDING_ABORTED|cancelled/i.test(request.failure()?.errorText ?? '');
    const path = pathOf(request);
    if (given) this.#givenUp.set(path, { request, at: this.#givenUp.get(path)?.at ?? asked.at });
  }

  #navigates(request: Request): boolean {
    return request.isNavigationRequest() && frameOf(request) === this.page.mainFrame();
  }

  /** Its answer comes piece by piece and has no end, or nobody waits for it. */
  #streams(request: Request): boolean {
    const { accept = '', ...sent } = request.headers();
    if (accept.includes('text/event-stream')) return true;
    if (sent['next-router-prefetch'] || /prefetch/.test(`${sent.purpose} ${sent['sec-purpose']}`)) return true;
    return STREAMS.test(this.#heads.get(request)?.headers()['content-type'] ?? '');
  }

  /** It was answered before, its answer says that nobody is to wait for the rest, or another host is sent something or sends bare text. */
  #isKept(request: Request, own: boolean): boolean {
    const { 'content-type': type = 'json', 'x-accel-buffering': buffering } = this.#heads.get(request)?.headers() ?? {};
    const others = !own && (request.method() !== 'GET' || !/json|html|javascript|xml/.test(type));
    return others || buffering === 'no' || this.#answered.has(pathOf(request));
  }

  /** What a frame of another origin asks for its own sake. */
  #ofOthers(request: Request): boolean {
    const frame = frameOf(request);
    if (!frame || frame === this.page.mainFrame() || request.isNavigationRequest()) return false;
    return /^https?:/.test(frame.url()) && !this.#isOwn(frame.url());
  }

  #isOwn(text: string): boolean {
    if (!URL.canParse(text) || !URL.canParse(this.page.url())) return false;
    const [one, page] = [new URL(text).hostname, new URL(this.page.url()).hostname];
    return one === page || (isLoopback(one) && isLoopback(page));
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

/** Answers that go on for ever: events, lines of JSON, the pictures of a camera, messages of gRPC. */
const STREAMS = /event-stream|ndjson|json-?seq|json-?lines|x-mixed-replace|grpc|connect\+/;
/** Words in the path of what reports about visitors, and of signs of life: nobody sees their answers. */
const SPOKEN_OF =
  /^[^?#]*[/._-](?:collect|beacons?|track(?:er|ing)?|telemetry|analytics|pixel|page-?views?|vitals|rum|insights|matomo|piwik|plausible|envelope|ping|heartbeat|keep-?alive)(?:[/._?#-]|$)/i;
/** It says itself how long it may be held. */
const HELD = /[?&](?:wait|timeout|hold|block)(?:_?(?:ms|seconds))?=\d|[?&]feed=(?:longpoll|continuous)/i;
const POLLS = /(?:^|[^a-z])(?:long-?)?poll(?:ing)?(?:[^a-z]|$)/i;
/** Parameters that only keep caches away. */
const NONCE = /^(?:_|t|ts|cb|rand|nocache|timestamp)=/i;

/** A request as one asks it again: what has a digit is left open. */
function likeness(request: Request): string {
  const [path = '', query = ''] = request.url().split('#', 1)[0]?.split('?') ?? [];
  const open = (text: string) => text.replace(/[\w-]*\d[\w-]*/g, '*');
  const given = query.split('&').filter((one) => !NONCE.test(one));
  return [request.method(), path, open(given.sort().join('&')), open((request.postData() ?? '').slice(0, 2000))].join(
    ' ',
  );
}

/** The frame that asked; undefined for one that is not known yet. */
export function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame();
  } catch (error) {
    // A worker's, or of a window that is just being opened.
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
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

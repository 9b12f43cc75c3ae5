import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page, Request } from 'playwright';
import { looksTheSame, type PressEvents, somethingCame } from '../capture/press-outcome.js';
import { withDeadline } from '../core/clock.js';
import { sha256 } from '../core/digest.js';
import type { RecordingEvent } from '../core/vocabulary/recording.js';
import type { StepAction, StepRemark } from '../core/vocabulary/step.js';
import type { PageActivity } from './page/agenda-parts.js';
import { withAgenda } from './page/agenda-parts.js';
import type { PageSession } from './page-session.js';
import { PageWitness } from './page-witness.js';

/** Steps that should come to something. */
const PRESSES: ReadonlySet<StepAction> = new Set(['click', 'double_click', 'toggle', 'check', 'uncheck']);
/** Longest time from a press to its effect, ms; longer, up to the second, while a timer runs that was set by then. */
const EFFECT_MS = 500;
const TIMERS_MS = 3000;
/**
 * Age of a page, ms, from which what its repeating timers do is told from what a press does: four times what comes often, two looks at what
 * is stored; the most that a press waits for it.
 */
const LEARNT_MS = 1600;
const MOST_LEARNT_MS = 3000;
/** Milliseconds since a change from which a page may be changing by itself: by what a socket tells it. */
const LIVELY_MS = 400;
/** A repeating timer that is gone so long after a press is ended by it: one that waits for an answer in between is there again. */
const STOP_MS = 1200;
const LOOK_MS = 20;
/** Longest that a picture or a question may take, ms, and the distance of pictures that show what moves by itself. */
const CALL_MS = 2000;
const BETWEEN_MS = 150;
const MORE_PICTURES = 3;
/** Events kept. */
const MAX_EVENTS = 500;
/** Answers after which the same is sent again on purpose. */
const AGAIN = new Set([401, 407, 408, 425, 429, 500, 502, 503, 504]);
/** Kinds of requests that are no submission, though they send something. */
const BEACONS = new Set(['ping', 'cspviolationreport', 'preflight']);

/** What was there before a step, ms since the epoch. */
interface Before {
  page: Page;
  startedMs: number;
  picture: Buffer;
  timers: Timers;
}

/** Hears what comes of presses in the pages of a live session. Chromium only: other engines tell too little. */
export class PressWatch {
  readonly #context: BrowserContext;
  readonly #redact: (text: string) => string;
  readonly #events = new WeakMap<Page, RecordingEvent[]>();
  /** When a page last opened what only a press opens, ms since the epoch. */
  readonly #opened = new WeakMap<Page, number>();
  /** When the document of a page was read, ms since the epoch. */
  readonly #began = new WeakMap<Page, number>();
  readonly #sent = new Map<Request, { key: string; words: string }>();
  /** What a page last threw and did not catch, and when, ms since the epoch. */
  readonly #thrown = new WeakMap<Page, { atMs: number; words: string }>();

  constructor(context: BrowserContext, redact: (text: string) => string) {
    this.#context = context;
    this.#redact = redact;
  }

  /** Watches a page from now on. Never throws. */
  async watch(page: Page): Promise<void> {
    if (this.#events.has(page)) return;
    const events: RecordingEvent[] = [];
    this.#events.set(page, events);
    // These reach us by another way than the press that opens them, on a crowded machine before it.
    const opens = () => void this.#opened.set(page, Date.now());
    page.on('request', (request) => {
      this.#keep(request);
      // A way that ends in an empty answer, or in a download, leaves the document as it is.
      if (request.isNavigationRequest()) opens();
    });
    page.on('response', (response) => {
      if (AGAIN.has(response.status())) this.#sent.delete(response.request());
    });
    page.on('requestfailed', (request) => {
      // One that is given up for the next one was sent all the same.
      if (!/ABORTED/.test(request.failure()?.errorText ?? '')) this.#sent.delete(request);
    });
    const begins = () => void this.#began.set(page, Date.now());
    begins();
    page.on('domcontentloaded', begins);
    page.on('download', opens).on('popup', opens);
    page.on('pageerror', ({ message, name }) => {
      const words = this.#redact(message || name).slice(0, 300);
      this.#thrown.set(page, { atMs: Date.now(), words });
    });
    const tell = (event: RecordingEvent) => {
      events.push(event);
      if (events.length > MAX_EVENTS) events.shift();
    };
    page.on('console', (message) => {
      const at = new Date().toISOString();
      tell({ kind: 'log', at, entry: { at, kind: 'console', level: 'info', text: message.text().slice(0, 200) } });
    });
    page.on('framenavigated', (frame) => {
      const [at, url] = [new Date().toISOString(), frame.url()];
      tell({ kind: 'log', at, entry: { at, kind: 'navigation', level: 'info', text: `navigated to ${url}`, url } });
    });
    await new PageWitness(page, this.#redact, tell, true).start(this.#context, true);
  }

  /** Before a step; undefined where nothing is to be told of it. Never throws. */
  async before(session: PageSession, action: StepAction): Promise<Before | undefined> {
    this.#sent.clear();
    if (!PRESSES.has(action) || !this.#events.has(session.page)) return undefined;
    const { page } = session;
    try {
      const { period } = await timersOf(session);
      const known = (this.#began.get(page) ?? 0) + Math.min(Math.max(LEARNT_MS, 4 * period), MOST_LEARNT_MS);
      const { activity } = pressEvents(this.#events.get(page) ?? []);
      const isLively = period > 0 || activity.some((atMs) => atMs > Date.now() - LIVELY_MS);
      if (isLively) await sleep(Math.max(0, known - Date.now()));
      const [picture, timers] = await Promise.all([glance(session), timersOf(session)]);
      return { page, startedMs: Date.now(), picture, timers };
    } catch (error) {
      // A page that cannot be photographed is told by its step.
      if (!(error instanceof Error)) throw error;
      return undefined;
    }
  }

  /** What is to be said of a step that was done. Never throws. */
  async after(session: PageSession, before: Before | undefined, signal: AbortSignal): Promise<StepRemark[]> {
    const twice = this.#sentTwice();
    try {
      const dead =
        before !== undefined && before.page === session.page && (await this.#isDead(session, before, signal));
      if (!dead) return twice;
      const thrown = this.#thrown.get(before.page);
      const failed = thrown !== undefined && thrown.atMs >= before.startedMs;
      return [failed ? { ...ONLY_AN_ERROR, said: thrown.words } : NOTHING_CAME, ...twice];
    } catch (error) {
      // The page went away or hangs: something came of it.
      if (!(error instanceof Error)) throw error;
      return twice;
    }
  }

  async #isDead(session: PageSession, before: Before, signal: AbortSignal): Promise<boolean> {
    const { page, startedMs, picture } = before;
    const told = () => pressEvents(this.#events.get(page) ?? []);
    const pressedMs = () => told().presses.findLast(({ atMs }) => atMs >= startedMs)?.atMs ?? startedMs;
    const came = () =>
      page.isClosed() ||
      page !== session.page ||
      (this.#opened.get(page) ?? 0) >= startedMs ||
      somethingCame(told(), pressedMs(), Date.now());
    const wait = async (untilMs: number, whileTrue: () => Promise<boolean> | boolean) => {
      while (!came() && Date.now() < untilMs && (await whileTrue())) await sleep(LOOK_MS, undefined, { signal });
    };
    await wait(pressedMs() + EFFECT_MS, () => true);
    const { pending, period } = before.timers;
    let ended = false;
    await wait(pressedMs() + STOP_MS, async () => {
      ended = (await timersOf(session)).period < period;
      return ended;
    });
    if (ended || came()) return false;
    await wait(pressedMs() + TIMERS_MS, async () => (await timersOf(session)).pending > pending);
    if (came()) return false;
    const pictures = [await glance(session)];
    const same = () =>
      looksTheSame({ before: picture, after: pictures, told: told(), fromMs: pressedMs(), viewport: session.viewport });
    // What differs and goes on differing moves by itself; what differs and stays came of the press.
    for (let more = 0; more < MORE_PICTURES && !(await same()); more++) {
      await sleep(BETWEEN_MS, undefined, { signal });
      pictures.push(await glance(session));
    }
    return (await same()) && !came();
  }

  #keep(request: Request): void {
    const method = request.method();
    if (request.redirectedFrom() !== null) return;
    if (!/^(?:POST|PUT|PATCH|DELETE)$/.test(method) || BEACONS.has(request.resourceType())) return;
    const body = request.postDataBuffer() ?? Buffer.alloc(0);
    // A question that is asked by POST changes nothing.
    if (
      /^\s*\{\s*"(?:query|operationName)"/.test(body.toString('latin1', 0, 40)) &&
      !/"\s*mutation\b/.test(body.toString())
    )
      return;
    const key = `${method} ${request.url()} ${sha256(withoutBoundary(body, request.headers()['content-type']))}`;
    this.#sent.set(request, { key, words: `${method} ${this.#redact(request.url())}` });
  }

  #sentTwice(): StepRemark[] {
    const counts = new Map<string, number>();
    const found: StepRemark[] = [];
    for (const { key, words } of this.#sent.values()) {
      const times = (counts.get(key) ?? 0) + 1;
      counts.set(key, times);
      if (times === 2)
        found.push({
          kind: 'sent_twice',
          text: 'one step sent the same submission twice',
          said: words.slice(0, 300),
        });
    }
    return found;
  }
}

/** Parts of a form are parted by a line that is another one each time (RFC 7578, 4.1). */
function withoutBoundary(body: Buffer, type = ''): Buffer {
  const boundary = /^multipart\/.*\bboundary="?([^";]+)/i.exec(type)?.[1];
  return boundary === undefined ? body : Buffer.from(body.toString('latin1').replaceAll(boundary, ''), 'latin1');
}

const NOTHING_CAME: StepRemark = {
  kind: 'nothing_came',
  text: 'nothing came of this press: document, requests, focus, storage and picture are as they were',
};

const ONLY_AN_ERROR: StepRemark = {
  kind: 'nothing_came',
  text: 'an error that nobody caught is all that came of this press: the page is as it was',
};

async function glance({ active, page }: PageSession): Promise<Buffer> {
  const shoot = async () => {
    if (!active.protocol) return page.screenshot({ type: 'jpeg', quality: 60, animations: 'allow', caret: 'initial' });
    const { data } = await active.protocol.send('Page.captureScreenshot', {
      format: 'jpeg',
      quality: 60,
      optimizeForSpeed: true,
    });
    return Buffer.from(data, 'base64');
  };
  return withDeadline('a look at the page', CALL_MS, shoot);
}

/** Timers of the page, as its agenda has them. */
type Timers = Pick<PageActivity, 'pending' | 'period'>;

/** One-shot timers of the page that are due within three seconds, and the longest period of those that repeat. */
async function timersOf({ page }: PageSession): Promise<Timers> {
  const read = () =>
    page.evaluate(
      withAgenda(() => {
        const known = agendaOf(window)?.activity();
        return { pending: known?.pending ?? 0, period: known?.period ?? 0 };
      }),
    );
  return withDeadline('the timers of the page', CALL_MS, read);
}

function pressEvents(events: readonly RecordingEvent[]): PressEvents {
  const told: PressEvents & { activity: number[]; asides: PressEvents['asides'][number][] } = {
    presses: [],
    activity: [],
    asides: [],
    logs: [],
  };
  for (const event of events) {
    const atMs = Date.parse(event.at);
    if (event.kind === 'press') told.presses.push({ ...event, atMs, inPlayer: event.in_player, box: event.box });
    else if (event.kind === 'activity') told.activity.push(atMs);
    else if (event.kind === 'aside') told.asides.push({ ...event, atMs });
    else if (event.kind === 'log') told.logs = [...told.logs, { atMs, entry: event.entry }];
  }
  return told;
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, CDPSession, Page, Request } from 'playwright';
import { withDeadline } from '../core/clock.js';
import { type IdleReading, idleShare, OwnPauses, readIdle } from '../core/machine-load.js';
import { coverPieces } from '../core/redact.js';
import type { RecordingEvent } from '../core/vocabulary/recording.js';
import { tellCallbacks } from './page/agenda-switches.js';
import { installHabits } from './page/habits.js';
import { installParts } from './page/parts.js';
import { witness } from './page/witness.js';
import type { WitnessMessage, WitnessOptions } from './page/witness-message.js';
import { dismissWitness, flushWitness } from './page/witness-message.js';
import { RequestHabits } from './traffic.js';

const WORLD = 'codeloop';
/** Each process has its own, so that no page can know it beforehand. */
const TOLD = `codeloop-${randomUUID()}`;
const OPTIONS: WitnessOptions = {
  binding: 'codeloopTell',
  told: TOLD,
  freshMs: 15_000,
  maxFresh: 50,
  changeEveryMs: 100,
  textsEveryMs: 400,
  textsAfterMs: 60,
  stuckMs: 3000,
  pressMs: 5000,
  texts: true,
  beats: true,
  maxTexts: 200,
  maxTextLength: 200,
  toldLength: 600,
};
/** Longest that starting and ending may take, ms: a page that hangs is recorded without a witness. */
const CALL_MS = 3000;
/** Longest that stopping waits for what the page has still to tell, ms. */
const FLUSH_MS = 120;
/** Requests within this time are reported as one, ms. */
const NETWORK_MS = 50;
/** Fields and items of storage that are looked at. */
const MAX_FIELDS = 300;
/** Menus, dialogs and the like that are looked at. */
const MAX_PARTS = 60;
/** What a witness of presses alone leaves out: it tells no texts, and not that scripts run. */
const OF_PRESSES: WitnessOptions = { ...OPTIONS, binding: 'codeloopPress', texts: false, beats: false };

type Stuck = Extract<RecordingEvent, { kind: 'stuck' }>;

/** A page that sent nothing for this long when its recording ends may be stuck, ms. */
const SILENT_MS = 3000;

/** Readings kept: half a minute of beats, twice a second. */
const MAX_READINGS = 60;
/** A reading may have been taken this much after a standstill began, ms: messages take their time. */
const READ_SLACK_MS = 250;

/** Something that was read at a time, ms since the epoch. */
interface Reading<Value> {
  atMs: number;
  value: Value;
}

/**
 * Follows the beats of a page's main thread, and gathers for a standstill what tells whose doing it was: the page's own work meanwhile,
 * what the machine had to spare, and whether this process stood still itself. Chromium only.
 */
class PagePulse {
  readonly #protocol: CDPSession;
  readonly #tell: (event: Stuck) => void;
  readonly #own = new OwnPauses();
  /** Standstills whose work is still being asked for. */
  readonly #asking = new Map<Stuck, Promise<void>>();
  readonly #idle: Reading<IdleReading>[] = [];
  /** Processor time of the page's main thread, ms, when it was told. */
  readonly #worked: Reading<number>[] = [];
  #heardMs: number | undefined;
  #toldUntilMs = 0;

  constructor(protocol: CDPSession, tell: (event: Stuck) => void) {
    this.#protocol = protocol;
    this.#tell = tell;
  }

  /** Throws what the browser says. */
  async start(): Promise<void> {
    this.#own.start();
    await this.#protocol.send('Performance.enable');
  }

  /** Notes that the page sent something. */
  heard(): void {
    this.#heardMs = Date.now();
  }

  /** Its scripts run, at their own times. */
  beat(): void {
    keep(this.#idle, readIdle());
    void this.#askWorked();
  }

  /** Its scripts run again after `ms` in which they did not. Several documents of one page tell it of the same time. */
  stuck(ms: number, loading: boolean): void {
    const nowMs = Date.now();
    if (nowMs - ms >= this.#toldUntilMs - READ_SLACK_MS) {
      const event = this.#event(ms, loading);
      const before = lastBefore(this.#worked, nowMs - ms);
      const asking = this.#askWorked().then((worked) => {
        // Another thread has taken over where the page went to another process.
        if (worked !== undefined && before !== undefined)
          event.own_ms = Math.round(worked >= before ? worked - before : worked);
        if (this.#asking.delete(event)) this.#tell(event);
      });
      this.#asking.set(event, asking);
      this.#toldUntilMs = nowMs;
    }
    this.beat();
  }

  /** Tells what is known by now of standstills whose answer has not come, waiting for it at most until `limit`. Never throws. */
  async flush(limit: Promise<unknown>): Promise<void> {
    await Promise.race([Promise.allSettled(this.#asking.values()), limit]);
    for (const event of this.#asking.keys()) this.#tell(event);
    this.#asking.clear();
  }

  /** Ends it. Scripts that hold the page up until the end never tell so themselves: a page that `mayBeStuck` and kept silent is told. */
  stop(mayBeStuck: boolean): void {
    const silentMs = this.#heardMs === undefined ? 0 : Date.now() - this.#heardMs;
    if (mayBeStuck && silentMs > SILENT_MS) this.#tell(this.#event(silentMs, false));
    this.#own.stop();
  }

  #event(ms: number, loading: boolean): Stuck {
    const idle = lastBefore(this.#idle, Date.now() - ms);
    return {
      kind: 'stuck',
      at: new Date().toISOString(),
      ms,
      held_ms: Math.round(this.#own.during(ms)),
      ...(idle ? { idle: Number(idleShare(idle).toFixed(3)) } : {}),
      loading,
    };
  }

  /** Processor time of the page's main thread so far, ms; undefined when it does not say. Never throws. */
  async #askWorked(): Promise<number | undefined> {
    try {
      const { metrics } = await this.#protocol.send('Performance.getMetrics');
      const seconds = metrics.find(({ name }) => name === 'ThreadTime')?.value;
      if (seconds !== undefined) keep(this.#worked, seconds * 1000);
      return seconds === undefined ? undefined : seconds * 1000;
    } catch (error) {
      // The page is going away; what it did is not known.
      if (!(error instanceof Error)) throw error;
      return undefined;
    }
  }
}

function keep<Value>(readings: Reading<Value>[], value: Value): void {
  readings.push({ atMs: Date.now(), value });
  if (readings.length > MAX_READINGS) readings.shift();
}

/** The last one that was taken before a time. */
function lastBefore<Value>(readings: readonly Reading<Value>[], atMs: number): Value | undefined {
  return readings.findLast((one) => one.atMs <= atMs + READ_SLACK_MS)?.value;
}

/** Tells what a page shows and does while it is recorded, besides its pictures and its log. Chromium tells most; others the network only. */
export class PageWitness {
  readonly #page: Page;
  readonly #redact: (text: string) => string;
  readonly #tell: (event: RecordingEvent) => void;
  readonly #contexts = new Set<number>();
  #protocol: CDPSession | undefined;
  #lastNetworkMs = 0;
  #lastToldMs = 0;
  /** The last lines that the page told, as it showed them. */
  #lastLines: readonly string[] = [];
  readonly #options: WitnessOptions;
  readonly #requests = new RequestHabits();
  #pulse: PagePulse | undefined;
  #stopped = false;

  /** `presses`: it only tells what comes of presses. Two of one kind on one page would end each other. */
  constructor(page: Page, redact: (text: string) => string, tell: (event: RecordingEvent) => void, presses = false) {
    this.#page = page;
    this.#redact = redact;
    this.#tell = tell;
    this.#options = presses ? OF_PRESSES : OPTIONS;
  }

  /** Never throws: a recording without a witness is a recording. */
  async start(context: BrowserContext, isChromium: boolean): Promise<void> {
    this.#page.on('request', this.#onRequest);
    this.#page.on('popup', this.#onPage).on('download', this.#onPage).on('dialog', this.#onPage);
    if (!isChromium) return;
    try {
      await withDeadline('watching the page', CALL_MS, async () => {
        const protocol = await context.newCDPSession(this.#page);
        this.#protocol = protocol;
        protocol.on('Runtime.bindingCalled', ({ name, payload }) => {
          if (name === this.#options.binding) this.#onMessage(payload);
        });
        protocol.on('Runtime.executionContextCreated', ({ context: { id, name } }) => {
          if (name === WORLD) this.#contexts.add(id);
        });
        protocol.on('Runtime.executionContextDestroyed', ({ executionContextId }) =>
          this.#contexts.delete(executionContextId),
        );
        await protocol.send('Runtime.enable');
        await protocol.send('Page.enable');
        if (this.#options.beats) {
          this.#pulse = new PagePulse(protocol, this.#tell);
          await this.#pulse.start();
        }
        await protocol.send('Runtime.addBinding', { name: this.#options.binding, executionContextName: WORLD });
        await protocol.send('Page.addScriptToEvaluateOnNewDocument', {
          source: `(${installHabits})(${JSON.stringify({ maxFields: MAX_FIELDS })});(${installParts})(${JSON.stringify({ most: MAX_PARTS, maxLength: OPTIONS.maxTextLength })});(${witness})(${JSON.stringify(this.#options)})`,
          worldName: WORLD,
          runImmediately: true,
        });
        await protocol.send('Page.addScriptToEvaluateOnNewDocument', {
          source: `(${tellCallbacks})(${JSON.stringify(TOLD)})`,
          runImmediately: true,
        });
      });
    } catch (error) {
      // The page hangs or is gone; its pictures say so.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Lines that a page shows, in its order, after those that it showed before: also a value in the line after its name is secret. */
  #safe(lines: readonly string[], before: readonly string[] = []): string[] {
    const pieces = [...before, ...lines].map((text) => ({ text, apart: true }));
    const covered = coverPieces(pieces, this.#redact).slice(before.length);
    return covered.map((text) => this.#redact(text).slice(0, this.#options.maxTextLength));
  }

  /** Lets the page tell what it shows now; waits for it only a moment, since a page that hangs says nothing. Never throws. */
  async flush(): Promise<void> {
    const protocol = this.#protocol;
    if (!protocol || this.#stopped) return;
    const asked = [...this.#contexts].map((contextId) =>
      protocol.send('Runtime.evaluate', {
        expression: `(${flushWitness})(${JSON.stringify(this.#options.binding)})`,
        contextId,
      }),
    );
    const limit = sleep(FLUSH_MS);
    await Promise.race([Promise.allSettled(asked), limit]);
    await this.#pulse?.flush(limit);
  }

  /** Never throws. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#page.off('request', this.#onRequest);
    this.#page.off('popup', this.#onPage).off('download', this.#onPage).off('dialog', this.#onPage);
    this.#pulse?.stop(!this.#page.isClosed());
    const protocol = this.#protocol;
    if (!protocol) return;
    try {
      await withDeadline('leaving the page alone', CALL_MS, async () => {
        await Promise.allSettled(
          [...this.#contexts].map((contextId) =>
            protocol.send('Runtime.evaluate', {
              expression: `(${dismissWitness})(${JSON.stringify(this.#options.binding)})`,
              contextId,
            }),
          ),
        );
        await protocol.detach();
      });
    } catch (error) {
      // The page hangs or is gone: nothing is left to be ended.
      if (!(error instanceof Error)) throw error;
    }
  }

  readonly #onRequest = (request: Request) => {
    const now = Date.now();
    if (this.#requests.isOwn(request, now)) return;
    if (now - this.#lastNetworkMs < NETWORK_MS) return;
    this.#lastNetworkMs = now;
    this.#tell({ kind: 'activity', at: new Date(now).toISOString(), what: 'network' });
  };

  readonly #onPage = () => this.#tell({ kind: 'activity', at: new Date().toISOString(), what: 'page' });

  #onMessage(payload: string): void {
    if (this.#stopped) return;
    // A press comes after all that was told before it, also within one millisecond.
    const nowMs = Math.max(Date.now(), this.#lastToldMs);
    const at = new Date(nowMs).toISOString();
    // Only our own script, in a world of its own, has the binding.
    const message = JSON.parse(payload) as WitnessMessage;
    this.#pulse?.heard();
    if (message.what === 'press')
      this.#tell({
        kind: 'press',
        at: new Date(nowMs + 1).toISOString(),
        ...(message.box ? { box: message.box } : {}),
        ...(message.left ? { left: message.left } : {}),
        ...(message.name === undefined ? {} : { name: this.#redact(message.name) }),
        ...(message.players?.length ? { players: message.players } : {}),
        ...(message.inPlayer ? { in_player: true } : {}),
      });
    else if (message.what === 'texts')
      this.#tell({
        kind: 'texts',
        at: new Date(nowMs - (message.ms ?? 0)).toISOString(),
        texts: this.#safe(message.texts ?? [], this.#lastLines),
        ...(message.url === undefined ? {} : { url: this.#redact(message.url) }),
        ...(message.gone?.length ? { gone: this.#safe(message.gone) } : {}),
        ...(message.opened?.length ? { opened: message.opened.map(this.#redact) } : {}),
        ...(message.closed?.length ? { closed: message.closed.map(this.#redact) } : {}),
      });
    else if (message.what === 'aside')
      this.#tell({
        kind: 'aside',
        at,
        boxes: message.boxes ?? [],
        ...(message.scrolled ? { scrolled: true } : {}),
        ...(message.heard ? { heard: true } : {}),
      });
    else if (message.what === 'beat') this.#pulse?.beat();
    else if (message.what === 'stuck') this.#pulse?.stuck(message.ms ?? 0, message.loading ?? false);
    else this.#tell({ kind: 'activity', at, what: message.what });
    if (message.texts?.length) this.#lastLines = message.texts.slice(-2);
    this.#lastToldMs = message.what === 'press' ? nowMs + 1 : nowMs;
  }
}

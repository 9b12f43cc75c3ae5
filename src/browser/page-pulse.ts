import type { CDPSession } from 'playwright';
import { type IdleReading, idleShare, OwnPauses, readIdle } from '../core/machine-load.js';
import type { RecordingEvent } from '../core/vocabulary/recording.js';

type Stuck = Extract<RecordingEvent, { kind: 'stuck' }>;

/** A page that sent nothing for this long when its recording ends may be stuck, ms. */
const SILENT_MS = 3000;

/** Readings kept: half a minute of beats, twice a second. */
const MAX_READINGS = 60;
/** A reading may have been taken this much after a standstill began, ms: messages take their time. */
const SLACK_MS = 250;

/** Something that was read at a time, ms since the epoch. */
interface Reading<Value> {
  atMs: number;
  value: Value;
}

/**
 * Follows the beats of a page's main thread, and gathers for a standstill what tells whose doing it was: the page's own work meanwhile,
 * what the machine had to spare, and whether this process stood still itself. Chromium only.
 */
export class PagePulse {
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
    if (nowMs - ms >= this.#toldUntilMs - SLACK_MS) {
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
  return readings.findLast((one) => one.atMs <= atMs + SLACK_MS)?.value;
}

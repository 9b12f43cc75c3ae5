import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, CDPSession, Page } from 'playwright';
import { withDeadline } from '../core/deadline.js';
import type { RecordingEvent } from '../core/vocabulary/recording.js';
import { tellCallbacks } from './page/agenda-switches.js';
import { witness } from './page/witness.js';
import type { WitnessMessage, WitnessOptions } from './page/witness-message.js';
import { dismissWitness, flushWitness } from './page/witness-message.js';
import { PagePulse } from './page-pulse.js';

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
  valuesMs: 1000,
  maxFields: 300,
  maxTexts: 200,
  maxTextLength: 200,
};
/** Longest that starting and ending may take, ms: a page that hangs is recorded without a witness. */
const CALL_MS = 3000;
/** Longest that stopping waits for what the page has still to tell, ms. */
const FLUSH_MS = 120;
/** Requests within this time are reported as one, ms. */
const NETWORK_MS = 50;

/** Tells what a page shows and does while it is recorded, besides its pictures and its log. Chromium tells most; others the network only. */
export class PageWitness {
  readonly #page: Page;
  readonly #redact: (text: string) => string;
  readonly #tell: (event: RecordingEvent) => void;
  readonly #contexts = new Set<number>();
  #protocol: CDPSession | undefined;
  #lastNetworkMs = 0;
  #pulse: PagePulse | undefined;
  #stopped = false;

  constructor(page: Page, redact: (text: string) => string, tell: (event: RecordingEvent) => void) {
    this.#page = page;
    this.#redact = redact;
    this.#tell = tell;
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
        protocol.on('Runtime.bindingCalled', ({ payload }) => this.#onMessage(payload));
        protocol.on('Runtime.executionContextCreated', ({ context: { id, name } }) => {
          if (name === WORLD) this.#contexts.add(id);
        });
        protocol.on('Runtime.executionContextDestroyed', ({ executionContextId }) =>
          this.#contexts.delete(executionContextId),
        );
        await protocol.send('Runtime.enable');
        await protocol.send('Page.enable');
        this.#pulse = new PagePulse(protocol, this.#tell);
        await this.#pulse.start();
        await protocol.send('Runtime.addBinding', { name: OPTIONS.binding, executionContextName: WORLD });
        await protocol.send('Page.addScriptToEvaluateOnNewDocument', {
          source: `(${witness})(${JSON.stringify(OPTIONS)})`,
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

  /** Lets the page tell what it shows now; waits for it only a moment, since a page that hangs says nothing. Never throws. */
  async flush(): Promise<void> {
    const protocol = this.#protocol;
    if (!protocol || this.#stopped) return;
    const asked = [...this.#contexts].map((contextId) =>
      protocol.send('Runtime.evaluate', { expression: `(${flushWitness})()`, contextId }),
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
            protocol.send('Runtime.evaluate', { expression: `(${dismissWitness})()`, contextId }),
          ),
        );
        await protocol.detach();
      });
    } catch (error) {
      // The page hangs or is gone: nothing is left to be ended.
      if (!(error instanceof Error)) throw error;
    }
  }

  readonly #onRequest = () => {
    const now = Date.now();
    if (now - this.#lastNetworkMs < NETWORK_MS) return;
    this.#lastNetworkMs = now;
    this.#tell({ kind: 'activity', at: new Date(now).toISOString(), what: 'network' });
  };

  readonly #onPage = () => this.#tell({ kind: 'activity', at: new Date().toISOString(), what: 'page' });

  #onMessage(payload: string): void {
    if (this.#stopped) return;
    const nowMs = Date.now();
    const at = new Date(nowMs).toISOString();
    // Only our own script, in a world of its own, has the binding.
    const message = JSON.parse(payload) as WitnessMessage;
    this.#pulse?.heard();
    if (message.what === 'press')
      this.#tell({
        kind: 'press',
        at,
        ...(message.box ? { box: message.box } : {}),
        ...(message.left ? { left: message.left } : {}),
        ...(message.name === undefined ? {} : { name: this.#redact(message.name) }),
      });
    else if (message.what === 'texts')
      this.#tell({
        kind: 'texts',
        at: new Date(nowMs - (message.ms ?? 0)).toISOString(),
        texts: (message.texts ?? []).map(this.#redact),
        ...(message.url === undefined ? {} : { url: this.#redact(message.url) }),
        ...(message.gone?.length ? { gone: message.gone.map(this.#redact) } : {}),
      });
    else if (message.what === 'aside')
      this.#tell({ kind: 'aside', at, boxes: message.boxes ?? [], ...(message.scrolled ? { scrolled: true } : {}) });
    else if (message.what === 'beat') this.#pulse?.beat();
    else if (message.what === 'stuck') this.#pulse?.stuck(message.ms ?? 0, message.loading ?? false);
    else this.#tell({ kind: 'activity', at, what: message.what });
  }
}

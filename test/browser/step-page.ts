import type { Capture, CaptureOptions, Inspectable, Interactive, Observed } from '../../src/capture/capture.js';
import { Viewport } from '../../src/core/vocabulary/geometry.js';
import type { Step, StepResult } from '../../src/core/vocabulary/step.js';
import { type MemorySink, memorySink } from './photo-booth.js';
import { warmDriver } from './warm-driver.js';

/** A page that steps are taken in, as the runner would have it. */
export interface StepPage {
  capture: Capture & Interactive & Inspectable & Observed;
  sink: MemorySink;
  /** Takes a step. */
  take(step: Step): Promise<StepResult>;
  /** Lines of the page's tree. */
  lines(request?: Parameters<Inspectable['snapshot']>[0]): Promise<string[]>;
  /** Reference of the first line that holds the text. */
  ref(text: string): Promise<string>;
}

/** Opens pages of the worker's browser. */
export class StepPages {
  readonly #driver = warmDriver();
  readonly #open: Capture[] = [];

  async open(url: string, options: Partial<CaptureOptions> = {}): Promise<StepPage> {
    const { signal } = new AbortController();
    const sink = memorySink();
    const made = this.#driver.create(
      {
        viewport: Viewport.parse({ width: 800, height: 600 }),
        allowedOrigins: [],
        redact: (text) => text,
        live: true,
        ...options,
      },
      sink,
    );
    const { perform, snapshot, links, accessibility, drainLogs } = made;
    if (!perform || !snapshot || !links || !accessibility || !drainLogs)
      throw new Error('the browser driver cannot act');
    const capture = Object.assign(made, {
      perform: perform.bind(made),
      snapshot: snapshot.bind(made),
      links: links.bind(made),
      accessibility: accessibility.bind(made),
      drainLogs: drainLogs.bind(made),
    });
    this.#open.push(capture);
    await capture.open({ kind: 'url', url }, signal);
    const lines: StepPage['lines'] = async (request = {}) => (await capture.snapshot(request, signal)).lines;
    return {
      capture,
      sink,
      take: (step) => capture.perform(step, signal),
      lines,
      ref: async (text) => {
        const line = (await lines()).find((one) => one.includes(text)) ?? '';
        return /\[(e\d+)\]/.exec(line)?.[1] ?? `no line holds ${text}`;
      },
    };
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((capture) => capture.close()));
  }

  async dispose(): Promise<void> {
    await this.closePages();
  }
}

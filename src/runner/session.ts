import type { CaptureDriver } from '../capture/capture.js';
import type { Config } from '../config/schema.js';
import { type Clock, systemClock } from '../core/clock.js';
import { Lanes } from '../core/lanes.js';

/** What lives across calls of one process: warm drivers, app servers, lanes, runs under way. Made by a door, ended by it. */
export class Session {
  readonly clock: Clock;
  readonly lanes = new Lanes();
  readonly #disposers: (() => Promise<void>)[] = [];
  #browser: { key: string; driver: CaptureDriver } | undefined;

  constructor(options: { clock?: Clock } = {}) {
    this.clock = options.clock ?? systemClock;
  }

  /** The warm browser driver for these settings; a change of them makes a new one. */
  async browser(config: Config, dir: string): Promise<CaptureDriver> {
    const key = JSON.stringify([config.browser, dir]);
    if (this.#browser?.key === key) return this.#browser.driver;
    await this.#browser?.driver.dispose();
    const { createBrowserDriver } = await import('../browser/browser-driver.js');
    const driver = createBrowserDriver(config.browser);
    this.#browser = { key, driver };
    return driver;
  }

  /** Something to be ended with the session, last first. */
  onDispose(dispose: () => Promise<void>): void {
    this.#disposers.push(dispose);
  }

  /** Ends everything that was started; may be called twice. */
  async dispose(): Promise<void> {
    const browser = this.#browser;
    this.#browser = undefined;
    const ending = this.#disposers.splice(0).reverse();
    await Promise.allSettled([browser?.driver.dispose(), ...ending.map((dispose) => dispose())]);
  }
}

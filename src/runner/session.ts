import type { CaptureDriver } from '../capture/capture.js';
import type { Config } from '../config/schema.js';
import { type Clock, systemClock } from '../core/clock.js';
import { Lanes } from '../core/lanes.js';
import { RunningApps } from './running-apps.js';
import { VerifyJobs } from './verify-jobs.js';

/** What lives across calls of one process: warm drivers, app servers, lanes, verifications under way. Made by a door, ended by it. */
export class Session {
  readonly clock: Clock;
  readonly lanes = new Lanes();
  readonly apps = new RunningApps();
  readonly jobs = new VerifyJobs();
  readonly #browsers = new Map<string, CaptureDriver>();

  constructor(options: { clock?: Clock } = {}) {
    this.clock = options.clock ?? systemClock;
  }

  /** The warm browser driver for these settings. */
  async browser(config: Config): Promise<CaptureDriver> {
    const key = JSON.stringify(config.browser);
    const known = this.#browsers.get(key);
    if (known) return known;
    const { createBrowserDriver } = await import('../browser/browser-driver.js');
    const driver = this.#browsers.get(key) ?? createBrowserDriver(config.browser);
    this.#browsers.set(key, driver);
    return driver;
  }

  /** Ends everything that was started; may be called twice. */
  async dispose(): Promise<void> {
    this.jobs.cancelAll();
    const browsers = [...this.#browsers.values()];
    this.#browsers.clear();
    await Promise.allSettled([
      this.jobs.settled(),
      this.apps.dispose(),
      ...browsers.map((browser) => browser.dispose()),
    ]);
  }
}

import type { CaptureDriver } from '../capture/capture.js';
import type { Config } from '../config/schema.js';
import { isCi } from '../core/ci.js';
import { type Clock, systemClock } from '../core/clock.js';
import { Lanes } from '../core/lanes.js';
import type { Project } from '../project/project.js';
import { LivePages } from './live-pages.js';
import { LiveRecordings } from './live-recordings.js';
import { RunningApps } from './running-apps.js';
import { VerifyJobs } from './verify-jobs.js';

/** What stays open across calls of one process: warm drivers, app servers, lanes, verifications under way. Made by a door, ended by it. */
export class Session {
  readonly clock: Clock;
  /** True under CI, whose judgement is the authority. */
  readonly ci: boolean;
  readonly lanes = new Lanes();
  readonly apps = new RunningApps();
  readonly jobs = new VerifyJobs();
  /** Pages and windows that stay open between calls. */
  readonly pages = new LivePages(this);
  readonly recordings = new LiveRecordings(this);
  readonly #browsers = new Map<string, CaptureDriver>();
  readonly #natives = new Map<string, CaptureDriver>();

  /** `ci`: default as the environment says. */
  constructor(options: { clock?: Clock; ci?: boolean } = {}) {
    this.clock = options.clock ?? systemClock;
    this.ci = options.ci ?? isCi(process.env);
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

  /** The driver for a project's desktop apps. */
  async native(project: Project): Promise<CaptureDriver> {
    const key = JSON.stringify([project.dir, project.config.native]);
    const known = this.#natives.get(key);
    if (known) return known;
    const { createNativeDriver } = await import('../native/native-capture.js');
    const driver = this.#natives.get(key) ?? createNativeDriver(project.config.native, { projectDir: project.dir });
    this.#natives.set(key, driver);
    return driver;
  }

  /** Ends everything that was started; may be called twice. */
  async dispose(): Promise<void> {
    this.jobs.cancelAll();
    await this.recordings.dispose();
    await this.pages.dispose();
    const drivers = [...this.#browsers.values(), ...this.#natives.values()];
    this.#browsers.clear();
    this.#natives.clear();
    await Promise.allSettled([this.jobs.settled(), this.apps.dispose(), ...drivers.map((driver) => driver.dispose())]);
  }
}

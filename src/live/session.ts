import type { CaptureDriver } from '../capture/capture.js';
import type { Config } from '../config/schema.js';
import { isCi } from '../core/ci.js';
import { type Clock, systemClock } from '../core/clock.js';
import { Lanes } from '../core/lanes.js';
import type { GateVerdict, Remaining, Status } from '../core/vocabulary/gate.js';
import type { LayoutFinding } from '../core/vocabulary/layout.js';
import type { DesignCompare } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import type { Project } from '../project/project.js';
import { LivePages } from './live-pages.js';
import { LiveRecordings } from './live-recordings.js';
import { RunningApps } from './running-apps.js';
import type { WorkInHand } from './work-log.js';

/** Result of a finished verification. */
export interface VerifyResult {
  runId: string;
  verdict: GateVerdict;
  /** What the verdict leaves, green or not. */
  remaining: Remaining;
  /** The judgement of the cells that were asked for, where these were not all. */
  part?: AskedPart;
  compare: DesignCompare;
  /** What was found in the layouts, worst first. */
  layout: readonly LayoutFinding[];
  cells: Cell[];
  skipped: { what: string; reason: string }[];
  evidence: EvidenceSummary;
  artifacts: Artifact[];
}

/** The judgement of the part of an app that a call asked for; the stored verdict is always about all of it. */
export interface AskedPart {
  status: Status;
  /** Number of cells that were asked for, and that the gate asks for. */
  cells: number;
  of: number;
  /** The cells that were asked for. */
  places: readonly { screen: string; viewport: string }[];
  /** The verdict with the findings of the part alone. It has not passed: that only a look at everything can give. */
  verdict: GateVerdict;
}

/** Evidence of a verdict, in a few fields. */
export interface EvidenceSummary {
  run_id: string;
  tree: string;
  commit?: string;
  branch?: string;
  dirty: boolean;
  environment?: string;
  cells: number;
  screenshots: number;
  pairs: number;
  min_score?: number;
  manifest_sha256: string;
  verdict?: string;
}

/** A verification under way, or just ended, in this process. */
export interface VerifyJob {
  runId: string;
  /** Rejects with the error that stopped it. */
  result: Promise<VerifyResult>;
  /** Its present activity, in codeloop's words. */
  status: { done: number; total?: number; message: string };
  /** The same for who watches it: what is in hand, what ended, what is left. */
  work: () => WorkInHand;
  cancel(): void;
}

/** Verifications by the run they write; an ended one is kept until its result was read. */
class VerifyJobs {
  readonly #jobs = new Map<string, VerifyJob>();

  add(job: VerifyJob): void {
    this.#jobs.set(job.runId, job);
    // A job may fail while no call waits; a later call gets the error.
    job.result.catch(() => undefined);
  }

  get(runId: string): VerifyJob | undefined {
    return this.#jobs.get(runId);
  }

  /** Ids of the runs that are written now. */
  ids(): string[] {
    return [...this.#jobs.keys()];
  }

  forget(runId: string): void {
    this.#jobs.delete(runId);
  }

  cancelAll(): void {
    for (const job of this.#jobs.values()) job.cancel();
  }

  /** Resolves when none runs any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#jobs.values()].map((job) => job.result));
  }
}

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

import type { VerifyResult } from './verify-result.js';

/** A verification under way, or just ended, in this process. */
export interface VerifyJob {
  runId: string;
  /** Rejects with the error that stopped it. */
  result: Promise<VerifyResult>;
  /** What it does now, in our own words. */
  status: { done: number; total?: number; message: string };
  cancel(): void;
}

/** Verifications by the run they write; an ended one is kept until somebody has asked for it. */
export class VerifyJobs {
  readonly #jobs = new Map<string, VerifyJob>();

  add(job: VerifyJob): void {
    this.#jobs.set(job.runId, job);
    // A job may fail with nobody waiting; whoever asks later gets the error.
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

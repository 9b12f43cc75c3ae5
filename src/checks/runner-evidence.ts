import type { RunnerChange, RunnerCommand, RunnerKind, RunnerResult } from '../core/vocabulary/runner.js';

/** The project's own build, checks and tests: what there is, and how it went on this code state. */
export interface RunnerEvidence {
  /** What the project has now. */
  commands: RunnerCommand[];
  /** Newest result of each, on the run's code state. */
  results: RunnerResult[];
  /** Why one was left out. */
  skipped: { what: string; kind: RunnerKind; reason: string }[];
  /** Commands that an earlier commit had, and that are gone or read differently now. */
  changes: RunnerChange[];
  /** `tests.waive_gate.reason`. */
  waiver?: string;
}

/** Tests that were really executed. */
export function executed(result: RunnerResult): number {
  return (result.counts?.passed ?? 0) + (result.counts?.failed ?? 0);
}

/** True when a result says that no test was found at all. */
export function foundNoTest(result: RunnerResult): boolean {
  return result.counts !== undefined && executed(result) + result.counts.skipped === 0;
}

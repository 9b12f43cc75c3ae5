import type { ReportSource, RunnerCommand, RunnerKind } from '../../core/vocabulary/runner.js';

/** A command of the project, ready to be started. */
export interface PlannedRunner extends RunnerCommand {
  /** Program and arguments; started without a shell. */
  argv: string[];
  /** Folder to run in, relative to the project. */
  cwd: string;
  timeoutMs: number;
  /** Format of a plugin's output; absent: as its command shows. */
  parse?: ReportSource;
}

/** The project's commands, and what was left out and why. */
export interface RunnerPlan {
  runners: PlannedRunner[];
  leftOut: { what: string; kind: RunnerKind; reason: string }[];
}

/** The kinds in the order in which they run: what is built may be needed by the rest, tests take longest. */
export const KINDS: readonly RunnerKind[] = ['build', 'typecheck', 'lint', 'test'];

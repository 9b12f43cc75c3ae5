import { z } from 'zod';

/** What a command of the project proves; each kind has its gate. */
export const RunnerKind = z.enum(['build', 'lint', 'typecheck', 'test']);
export type RunnerKind = z.infer<typeof RunnerKind>;

/** One failure in a report. All texts come from the project's own tools: bounded, secrets masked, untrusted. */
export const RunnerFailure = z.object({
  name: z.string(),
  message: z.string(),
  /** Relative to the project where it lies inside. */
  file: z.string().optional(),
  /** From 1. */
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
});
export type RunnerFailure = z.infer<typeof RunnerFailure>;

/** Tests by outcome. A todo counts as skipped; a test that passed at a later try as passed. */
export const TestCounts = z.object({
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
});
export type TestCounts = z.infer<typeof TestCounts>;

/** Source of a result: a report of the named tool, its printed summary (`text`), or the exit code alone. */
export const ReportSource = z.enum([
  'jest',
  'vitest',
  'playwright',
  'junit',
  'tap',
  'pytest',
  'go',
  'cargo',
  'rspec_json',
  'eslint',
  'tsc',
  'text',
  'exit_code',
  'none',
]);
export type ReportSource = z.infer<typeof ReportSource>;

/** A command that the project has, by detection or by its settings. */
export const RunnerCommand = z.object({
  /** Unique in its project: `build`, `test`, `test-go`, `plugin-<name>`. */
  name: z.string(),
  kind: RunnerKind,
  /** Where it is named: a script of package.json, the settings, another manifest, `.codeloop/plugins.json`. */
  source: z.enum(['script', 'config', 'manifest', 'plugin']),
  /** The command as its owner wrote it. */
  text: z.string(),
});
export type RunnerCommand = z.infer<typeof RunnerCommand>;

/** Result of one command of the project. */
export const RunnerResult = RunnerCommand.extend({
  status: z.enum(['passed', 'failed', 'timed_out', 'could_not_run']),
  /** Why it is not `passed`; codeloop's own words. */
  reason: z.string().optional(),
  exit_code: z.number().int().nullable(),
  started_at: z.string(),
  duration_ms: z.number().int().nonnegative(),
  timeout_ms: z.number().int().positive(),
  report: ReportSource,
  /** Of tests; absent when their number is not known. */
  counts: TestCounts.optional(),
  failures: z.array(RunnerFailure),
  /** Number of failures before the list was cut. */
  failure_count: z.number().int().nonnegative(),
  /** Names of skipped tests, the first few. Untrusted. */
  skipped_tests: z.array(z.string()),
  /** Path of its output, in the run. */
  log: z.string(),
  /** Code state (tree) that it ran on. */
  tree: z.string(),
  /** Files of the code that changed while it ran, the first few. */
  changed_files: z.array(z.string()),
});
export type RunnerResult = z.infer<typeof RunnerResult>;

/** `runners.json`: the project's own build, checks and tests, as one verification ran them. */
export const RunnersRecord = z.object({
  schema_version: z.literal(1),
  at: z.string(),
  results: z.array(RunnerResult),
  /** Commands that were left out of this verification. */
  skipped: z.array(z.object({ what: z.string(), kind: RunnerKind, reason: z.string() })),
});
export type RunnersRecord = z.infer<typeof RunnersRecord>;

/** A command of an earlier commit that is gone or reads differently now. */
export const RunnerChange = z.object({
  name: z.string(),
  kind: RunnerKind,
  /** Short id of the commit that had it. */
  commit: z.string(),
  before: z.string(),
  /** Absent: it is gone. */
  now: z.string().optional(),
});
export type RunnerChange = z.infer<typeof RunnerChange>;

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

import type { RunnerEvidence } from '../../src/checks/evidence.js';
import type { RunnerKind, RunnerResult } from '../../src/core/vocabulary/runner.js';

/** A command's result that is well. */
export const result = (kind: RunnerKind, extra: Partial<RunnerResult> = {}): RunnerResult => ({
  name: kind,
  kind,
  source: 'script',
  text: 'x',
  status: 'passed',
  exit_code: 0,
  started_at: '2026-11-22T00:00:00.000Z',
  duration_ms: 5,
  timeout_ms: 1000,
  report: kind === 'test' ? 'vitest' : 'exit_code',
  ...(kind === 'test' ? { counts: { passed: 3, failed: 0, skipped: 0 } } : {}),
  failures: [],
  failure_count: 0,
  skipped_tests: [],
  log: `logs/${kind}.log`,
  tree: 'a',
  changed_files: [],
  ...extra,
});

/** Evidence of these results, each with its command. */
export const runners = (results: RunnerResult[], extra: Partial<RunnerEvidence> = {}): { runners: RunnerEvidence } => ({
  runners: {
    commands: results.map(({ name, kind, source, text }) => ({ name, kind, source, text })),
    results,
    skipped: [],
    changes: [],
    ...extra,
  },
});

import type { GateVerdict } from '../../core/vocabulary/gate.js';
import type { RunnersRecord } from '../../core/vocabulary/runner.js';

/** The parts that a verification can leave out, by the gate that judges them. */
const PARTS: Readonly<Record<string, string>> = {
  build_passes: 'build',
  static_checks_pass: 'lint and type check',
  required_tests_pass: 'tests',
  accessibility: 'accessibility',
};

/** Returns what a verification left out and why: what the project has not, and what was asked or configured to be left out. `skippedCommands`: as the newest verification recorded them. */
export function leftOut(
  verdict: GateVerdict,
  skippedCommands: RunnersRecord['skipped'],
): { what: string; reason: string }[] {
  const missing = verdict.not_applicable.flatMap(({ id, reason }) => {
    const what = PARTS[id];
    return what === undefined ? [] : [{ what, reason }];
  });
  return [...skippedCommands.map(({ what, reason }) => ({ what, reason })), ...missing];
}

import type { GateVerdict } from '../../core/vocabulary/gate.js';
import type { Run } from '../../store/run.js';
import { runnerRecords } from './read-commands.js';

/** What a verification can leave out, by the gate that judges it. */
const PARTS: Readonly<Record<string, string>> = {
  build_passes: 'build',
  static_checks_pass: 'lint and type check',
  required_tests_pass: 'tests',
  accessibility: 'accessibility',
};

/** What a verification left out and why: what the project has not, and what was asked or configured to be left out. */
export async function leftOut(run: Run, verdict: GateVerdict): Promise<{ what: string; reason: string }[]> {
  const records = await runnerRecords(run);
  const missing = verdict.not_applicable.flatMap(({ id, reason }) => {
    const what = PARTS[id];
    return what === undefined ? [] : [{ what, reason }];
  });
  const skipped = (records.at(-1)?.skipped ?? []).map(({ what, reason }) => ({ what, reason }));
  return [...skipped, ...missing];
}

import { CodeloopError } from '../core/errors.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import type { Project } from '../project/project.js';
import { sameCodeState } from '../store/current-run.js';
import type { Run } from '../store/run.js';
import { inspectRun } from '../store/run-integrity.js';
import { openRun } from './open-run.js';
import type { Session } from './session.js';

/**
 * A run that speaks for the code as it is now: of the present code state, every file as it was written, the ledger agreeing.
 * Throws RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED (also when no ledger vouches for it).
 */
export async function provenRun(
  project: Project,
  session: Session,
  tool: string,
  current: CodeState,
  runId: string | undefined,
): Promise<Run> {
  const run = await openRun(project, session, tool, current, runId);
  if (!sameCodeState(run.manifest.code_state, current))
    throw new CodeloopError('EVIDENCE_STALE', { run_id: run.id, reason: 'the code has changed since' });
  const { changed, ledger } = await inspectRun(run);
  const [first] = changed;
  if (first) throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: `${first.path} ${first.problem}` });
  if (ledger.state !== 'agrees')
    throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: ledger.reason });
  return run;
}

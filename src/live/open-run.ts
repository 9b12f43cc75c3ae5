import { CodeloopError } from '../core/errors.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import type { Project } from '../project/project.js';
import { findRun, requireIntact } from '../store/current-run.js';
import { Run } from '../store/run.js';
import { listRunIds } from '../store/run-list.js';
import type { Session } from './session.js';

/**
 * The run a call means: the one named, else the newest of the present code state, intact or not. Throws RUN_NOT_FOUND,
 * EVIDENCE_STALE (there are runs, none of this code state), EVIDENCE_TAMPERED.
 */
export async function openRun(
  project: Project,
  session: Session,
  tool: string,
  current: CodeState,
  runId?: string,
): Promise<Run> {
  const options = { tool, clock: session.clock };
  if (runId !== undefined) {
    if (!listRunIds(project.dir).includes(runId)) throw new CodeloopError('RUN_NOT_FOUND', { run: runId });
    return requireIntact({ runId, run: await Run.open(project.dir, runId, options) });
  }
  const found = await findRun(project.dir, current, options);
  const newest = listRunIds(project.dir)[0];
  if (!found && newest !== undefined)
    throw new CodeloopError('EVIDENCE_STALE', { run_id: newest, reason: 'no run was made from the code as it is now' });
  return requireIntact(found);
}

/** Id of the newest run of a project, of whatever code state. */
export function newestRunId(project: Project): string | undefined {
  return listRunIds(project.dir)[0];
}

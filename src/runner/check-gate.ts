import type { GateVerdict, Stage } from '../core/vocabulary/gate.js';
import { watchCode } from '../project/code-watch.js';
import type { Project } from '../project/project.js';
import { summarizeEvidence } from './evidence-summary.js';
import { judgeStored } from './judge-stored.js';
import { openRun } from './open-run.js';
import type { Session } from './session.js';
import type { EvidenceSummary } from './verify-result.js';

export interface GateRequest {
  project: Project;
  session: Session;
  runId: string | undefined;
  stage: Stage;
}

/**
 * Judges a run by its stored evidence and the project as it is now, and appends the verdict to it.
 * Throws RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED.
 */
export async function checkGate({
  project,
  session,
  runId,
  stage,
}: GateRequest): Promise<{ verdict: GateVerdict; evidence: EvidenceSummary; runId: string }> {
  const current = await (await watchCode(project)).now();
  const run = await openRun(project, session, 'codeloop_gate_check', current, runId);
  const { verdict, cells, manifestSha256, compare } = await judgeStored(project, run, current, stage);
  const stored = await run.appendVerdict(verdict, manifestSha256, current);
  return { verdict, runId: run.id, evidence: summarizeEvidence(run, compare, cells, manifestSha256, stored.n) };
}

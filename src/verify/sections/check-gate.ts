import type { GateVerdict, Remaining, Stage } from '../../core/vocabulary/gate.js';
import type { Session } from '../../live/session.js';
import type { EvidenceSummary } from '../../live/verify-jobs.js';
import { type AcceptanceFile, namedAcceptance } from '../../project/acceptance-files.js';
import type { Project } from '../../project/project.js';
import { summarizeEvidence } from '../finished-result.js';
import { judge } from '../judge/judge.js';
import { storedVerification } from '../verification.js';
import { readSpec } from './replan.js';

interface GateRequest {
  project: Project;
  session: Session;
  runId: string | undefined;
  stage: Stage;
  /** A specification whose items, and a file or folder whose criteria, have to be proven too. */
  specPath?: string | undefined;
  acceptancePath?: string | undefined;
}

/**
 * Judges a run by its stored evidence and the project as it is now, and appends the verdict to it.
 * Throws RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED, SPEC_NOT_FOUND, CONFIG_INVALID, PATH_OUTSIDE_ROOTS.
 */
export async function checkGate({
  project,
  session,
  runId,
  stage,
  specPath,
  acceptancePath,
}: GateRequest): Promise<{ verdict: GateVerdict; remaining: Remaining; evidence: EvidenceSummary; runId: string }> {
  const more = [
    ...(acceptancePath === undefined ? [] : await namedAcceptance(project.dir, acceptancePath)),
    ...(specPath === undefined ? [] : [await specCriteria(project, specPath)]),
  ];
  const work = await storedVerification({ project, session, tool: 'codeloop_gate_check', runId });
  const judged = await judge(work, { stage, moreAcceptance: more });
  const { run, verdict, remaining, manifestSha256, current } = judged;
  const stored = await run.appendVerdict(verdict, manifestSha256, current);
  return { verdict, remaining, runId: run.id, evidence: summarizeEvidence(judged, stored.n) };
}

/** Returns a spec's demands as criteria: each item of each section, numbered. */
async function specCriteria(project: Project, path: string): Promise<AcceptanceFile> {
  const { items } = await readSpec(project, path);
  return {
    file: path,
    criteria: items.map(({ section, text, proof }, index) => ({
      id: `${section}-${index + 1}`,
      text,
      ...(proof ? { proof } : {}),
    })),
  };
}

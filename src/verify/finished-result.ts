import { CodeloopError } from '../core/errors.js';
import { DesignCompare } from '../core/vocabulary/pair.js';
import type { Session } from '../live/session.js';
import type { VerifyResult } from '../live/verify-jobs.js';
import type { Project } from '../project/project.js';
import { viewFile } from '../store/layout.js';
import { Run } from '../store/run.js';
import { listRunIds } from '../store/run-list.js';
import { newestCells } from './compare-stage.js';
import { summarizeEvidence } from './judge/evidence-summary.js';
import { leftOut } from './judge/left-out.js';

/** What a run on disk came to, by its newest verdict. Throws RUN_NOT_FOUND, RUN_BUSY (still being written), EVIDENCE_STALE (cut off before it was judged). */
export async function finishedResult(project: Project, session: Session, runId: string): Promise<VerifyResult> {
  if (!listRunIds(project.dir).includes(runId)) throw new CodeloopError('RUN_NOT_FOUND', { run: runId });
  const run = await Run.open(project.dir, runId, { tool: 'codeloop_verify', clock: session.clock });
  const state = run.state();
  if (state.state === 'writing')
    throw new CodeloopError('RUN_BUSY', {
      run_id: runId,
      owner: run.manifest.writers.map((writer) => `${writer.tool}, process ${writer.pid}`).join('; '),
    });
  const verdict = run.verdicts().at(-1);
  const compare = await run.readJson('summary', DesignCompare);
  if (!verdict || !compare)
    throw new CodeloopError('EVIDENCE_STALE', { run_id: runId, reason: state.reason ?? 'it was never judged' });
  const cells = newestCells(run.manifest.cells);
  const report = run.latest('report');
  return {
    runId,
    verdict: verdict.verdict,
    compare,
    cells,
    skipped: await leftOut(run, verdict.verdict),
    evidence: summarizeEvidence(run, compare, cells, verdict.manifest_sha256, verdict.n),
    artifacts: report ? [{ path: viewFile(runId, 'report.html'), sha256: report.sha256, bytes: report.bytes }] : [],
  };
}

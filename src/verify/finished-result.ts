import { CodeloopError } from '../core/errors.js';
import { LayoutReport } from '../core/vocabulary/layout.js';
import { DesignCompare } from '../core/vocabulary/pair.js';
import type { VerifyResult } from '../live/verify-jobs.js';
import { viewFile } from '../store/paths.js';
import type { Run } from '../store/run.js';
import { summarizeEvidence } from './judge/evidence-summary.js';
import { leftOut } from './judge/left-out.js';
import { runnerRecords } from './judge/read-commands.js';
import { newestCells } from './verification.js';

/** Returns the result of a run on disk, by its newest verdict. Throws RUN_BUSY (still being written), EVIDENCE_STALE (cut off before it was judged). */
export async function finishedResult(run: Run): Promise<VerifyResult> {
  const runId = run.id;
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
    layout: (await run.readJson('layout_report', LayoutReport))?.findings ?? [],
    cells,
    skipped: leftOut(verdict.verdict, (await runnerRecords(run)).at(-1)?.skipped ?? []),
    evidence: summarizeEvidence({ run, compare, cells, manifestSha256: verdict.manifest_sha256 }, verdict.n),
    artifacts: report ? [{ path: viewFile(runId, 'report.html'), sha256: report.sha256, bytes: report.bytes }] : [],
  };
}

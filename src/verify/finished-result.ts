import { CodeloopError } from '../core/errors.js';
import type { GateVerdict } from '../core/vocabulary/gate.js';
import { LayoutReport } from '../core/vocabulary/layout.js';
import { DesignCompare, VisualRegression } from '../core/vocabulary/pair.js';
import type { RunnersRecord } from '../core/vocabulary/runner.js';
import type { EvidenceSummary, VerifyResult } from '../live/session.js';
import { verdictFile, viewFile } from '../store/paths.js';
import type { Run } from '../store/run.js';
import type { Gathered } from './judge/gather-evidence.js';
import { runnerRecords } from './judge/read-behaviour.js';
import { whatRemains } from './judge/what-remains.js';
import { newerPictures, newestCells } from './verification.js';

/** Returns the evidence of a verdict, from the run as it is. */
export function summarizeEvidence(
  { run, compare, cells, manifestSha256 }: Pick<Gathered, 'run' | 'compare' | 'cells' | 'manifestSha256'>,
  verdict?: number,
): EvidenceSummary {
  const { code_state: state, environment } = run.manifest;
  return {
    run_id: run.id,
    tree: state.tree,
    ...(state.commit === undefined ? {} : { commit: state.commit }),
    ...(state.branch === undefined ? {} : { branch: state.branch }),
    dirty: state.dirty,
    ...(environment ? { environment: environment.id } : {}),
    cells: cells.length,
    screenshots: cells.filter((cell) => cell.screenshot).length,
    pairs: compare?.pairs.length ?? 0,
    ...(compare?.min_score === undefined ? {} : { min_score: compare.min_score }),
    manifest_sha256: manifestSha256,
    ...(verdict === undefined ? {} : { verdict: verdictFile(run.id, verdict) }),
  };
}

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
    remaining: whatRemains({
      ...{
        verdict: verdict.verdict,
        compare,
        cells,
        newer: newerPictures(run.manifest.cells),
        state: run.manifest.code_state,
      },
      visual: await run.readJson('visual', VisualRegression),
    }),
    compare,
    layout: (await run.readJson('layout_report', LayoutReport))?.findings ?? [],
    cells,
    skipped: leftOut(verdict.verdict, (await runnerRecords(run)).at(-1)?.skipped ?? []),
    evidence: summarizeEvidence({ run, compare, cells, manifestSha256: verdict.manifest_sha256 }, verdict.n),
    artifacts: report ? [{ path: viewFile(runId, 'report.html'), sha256: report.sha256, bytes: report.bytes }] : [],
  };
}

import type { EvidenceSummary } from '../../live/verify-jobs.js';
import { verdictFile } from '../../store/paths.js';
import type { Gathered } from './gather-evidence.js';

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

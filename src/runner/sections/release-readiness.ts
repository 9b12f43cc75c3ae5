import type { SectionStanding } from '../../checks/section-evidence.js';
import type { Artifact } from '../../core/vocabulary/artifact.js';
import type { GateVerdict } from '../../core/vocabulary/gate.js';
import { watchCode } from '../../project/code-watch.js';
import type { Project } from '../../project/project.js';
import { viewFile } from '../../store/layout.js';
import { judgeStored } from '../judge-stored.js';
import { openRun } from '../open-run.js';
import { writeReport } from '../report-stage.js';
import type { Session } from '../session.js';
import { type ReleaseCell, releaseMatrix } from './release-matrix.js';

export interface Readiness {
  runId: string;
  verdict: GateVerdict;
  matrix: ReleaseCell[];
  sections: readonly SectionStanding[];
  /** The report and the verdict. */
  artifacts: Artifact[];
}

const TOOL = 'codeloop_release_readiness';

/**
 * Judges the stored evidence of a run by all gates of stage release and writes one report over every screen at every viewport.
 * Drives nothing. Throws RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED.
 */
export async function releaseReadiness(
  project: Project,
  session: Session,
  runId: string | undefined,
): Promise<Readiness> {
  const { state: current } = await watchCode(project);
  const run = await openRun(project, session, TOOL, current, runId);
  const { verdict, cells, compare, evidence, manifestSha256 } = await judgeStored(project, run, current, 'release');
  const report = compare && {
    ...(await writeReport({ project, run, verdict, compare, cells, environment: run.manifest.environment })),
    path: viewFile(run.id, 'report.html'),
  };
  await run.appendVerdict(verdict, manifestSha256, current);
  return {
    runId: run.id,
    verdict,
    matrix: releaseMatrix(evidence, verdict),
    sections: evidence.sections ?? [],
    artifacts: report ? [report] : [],
  };
}

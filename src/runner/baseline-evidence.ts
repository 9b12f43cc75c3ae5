import type { Evidence } from '../checks/evidence.js';
import type { ScreenConfig } from '../config/schema.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import { VisualRegression } from '../core/vocabulary/visual-regression.js';
import type { Project } from '../project/project.js';
import type { Run } from '../store/run.js';
import { examineBaselines } from './baseline-standing.js';

/** What the gates judge about accepted pictures. */
export interface BaselineEvidence {
  evidence: Partial<Evidence>;
  /** Baselines there are, and those that were removed; decides whether the gate applies. */
  count: number;
  /** Digest of the baselines that the run was compared with; undefined: it never was. */
  comparedWith: string | undefined;
}

/** The run's comparison with the accepted pictures, and how those stand now. Throws EVIDENCE_TAMPERED. */
export async function baselineEvidence(
  project: Project,
  run: Run,
  screens: readonly ScreenConfig[],
  current: CodeState,
): Promise<BaselineEvidence> {
  const [visual, baselines] = await Promise.all([
    run.readJson('visual', VisualRegression),
    examineBaselines(project, screens, current, run.ledger),
  ]);
  return {
    evidence: { baselines, ...(visual ? { baselinePairs: visual.pairs.filter((pair) => !pair.ad_hoc) } : {}) },
    count: baselines.files.length + baselines.removed.length + (baselines.vanished ? 1 : 0),
    comparedWith: visual?.baselines,
  };
}

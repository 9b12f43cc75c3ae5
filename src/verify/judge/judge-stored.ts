import type { CodeState } from '../../core/vocabulary/code-state.js';
import type { Stage } from '../../core/vocabulary/gate.js';
import { DesignCompare } from '../../core/vocabulary/pair.js';
import { findReferences } from '../../design/references.js';
import type { AcceptanceFile } from '../../project/acceptance-files.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import type { Run } from '../../store/run.js';
import { type Judged, judge } from './judge.js';

/** A judgement of stored evidence with the comparison it looked at. */
export interface StoredJudgement extends Judged {
  compare: DesignCompare | undefined;
}

/** Judges a run by what it holds and the project as it is now; drives nothing and writes nothing. */
export async function judgeStored(
  project: Project,
  run: Run,
  current: CodeState,
  stage: Stage,
  moreAcceptance?: readonly AcceptanceFile[],
): Promise<StoredJudgement> {
  const screens = await projectScreens(project);
  const [references, compare] = await Promise.all([
    findReferences(
      project.dir,
      project.config,
      screens.map((screen) => screen.name),
    ),
    run.readJson('summary', DesignCompare),
  ]);
  const judged = await judge({
    project,
    run,
    current: { state: current },
    screens,
    references: references.references.length + references.unmatched.length,
    compare,
    base: undefined,
    stage,
    moreAcceptance,
  });
  return { ...judged, compare };
}

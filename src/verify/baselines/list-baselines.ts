import type { BaselineFindings } from '../../checks/evidence.js';
import type { StaleBaseline } from '../../core/vocabulary/baseline.js';
import type { Environment } from '../../core/vocabulary/screenshot.js';
import { runEnvironments } from '../../live/planned-cell.js';
import { watchCode } from '../../project/code-state/code-state.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import { readBaselines } from '../../store/baseline-files.js';
import { Ledger } from '../../store/ledger.js';
import { realProject } from '../../store/plain-file.js';
import { runsNewestFirst } from '../../store/run-list.js';
import { examineBaselines } from './baseline-standing.js';
import { staleBaselines } from './stale-baselines.js';

/** The accepted pictures of a project as they stand now, and what waits for a person. */
export async function listBaselines(project: Project): Promise<BaselineFindings> {
  const { state } = await watchCode(project);
  return examineBaselines(project, await projectScreens(project), state, new Ledger(realProject(project.dir)));
}

/** Baselines that nothing here is compared with; the environments are those of the newest run, if there is one. */
export async function listStaleBaselines(project: Project): Promise<StaleBaseline[]> {
  return staleBaselines(
    project,
    await projectScreens(project),
    readBaselines(project.dir),
    newestEnvironments(project),
  );
}

function newestEnvironments(project: Project): Environment[] {
  for (const found of runsNewestFirst(realProject(project.dir))) {
    const known = 'read' in found ? runEnvironments(found.read.manifest) : [];
    if (known.length > 0) return known;
  }
  return [];
}

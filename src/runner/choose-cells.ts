import type { CodeState } from '../core/vocabulary/code-state.js';
import type { Environment } from '../core/vocabulary/environment.js';
import type { Project } from '../project/project.js';
import type { Run } from '../store/run.js';
import { carryCells, findOrigin, notThereYet } from './carry-cells.js';
import type { PlannedCell } from './planned-cell.js';
import type { Session } from './session.js';

/** `auto`: as `affected`, and silent where nothing can be taken over. */
export type VerifyScope = 'full' | 'affected' | 'auto';

export interface ChooseRequest {
  project: Project;
  session: Session;
  run: Run;
  state: CodeState;
  environment: Environment;
  plan: readonly PlannedCell[];
  scope?: VerifyScope | undefined;
  resume?: string | undefined;
}

/** The cells that are to be photographed, and what is said of the others. */
export interface ChosenCells {
  cells: readonly PlannedCell[];
  notes: { what: string; reason: string }[];
}

/**
 * Which cells a verification photographs: all of them; of an interrupted run those it lacks; with scope `affected` those that
 * a change since an earlier run may have reached, the others being taken over. Throws EVIDENCE_TAMPERED, DISK_FULL.
 */
export async function chooseCells(request: ChooseRequest): Promise<ChosenCells> {
  const { project, session, run, state, environment, plan, scope, resume } = request;
  const missing = resume === undefined ? plan : notThereYet(run, state, plan);
  const there = plan.length - missing.length;
  const notes =
    there === 0 ? [] : [{ what: `${there} cell(s)`, reason: `photographed before ${run.id} was interrupted` }];
  if (scope === undefined || scope === 'full' || missing.length === 0) return { cells: missing, notes };
  const origin = await findOrigin(project, session, state, environment, missing);
  const all = (reason: string) =>
    scope === 'auto' ? [] : [{ what: 'scope affected', reason: `every cell was photographed: ${reason}` }];
  if (!origin)
    return { cells: missing, notes: [...notes, ...all('there is no earlier run to take pictures over from')] };
  const { left, carried, reason } = await carryCells({ project, run, state, plan: missing }, origin);
  if (carried === 0) return { cells: left, notes: [...notes, ...all(reason)] };
  const from = `taken over from ${origin.run.id}, because no change can have reached them (${reason})`;
  return { cells: left, notes: [...notes, { what: `photographing ${carried} cell(s)`, reason: from }] };
}

import { canonicalJson } from '../../core/digest.js';
import { CodeloopError } from '../../core/errors.js';
import type { CodeState } from '../../core/vocabulary/code-state.js';
import type { Cell, StoredVerdict } from '../../core/vocabulary/run.js';
import type { Session } from '../../live/session.js';
import { watchCode } from '../../project/code-state/code-watch.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import type { Run } from '../../store/run.js';
import { sameCodeState, whichRun } from '../../store/which-run.js';
import { savedFlows } from '../flows/saved-flows.js';
import { newestCells } from '../verification.js';
import type { MoveFacts } from './judge-move.js';

/** Facts that a move of a section is judged by, from the newest run of the code as it is now. Without one, why there is none is a fact. */
export async function moveFacts(project: Project, session: Session, tool: string): Promise<MoveFacts> {
  const { state: current } = await watchCode(project);
  try {
    return await runFacts(
      project,
      await whichRun(project.dir, { rule: 'proven', tool, clock: session.clock, current }),
      current,
    );
  } catch (error) {
    if (!(error instanceof CodeloopError) || !UNPROVEN.has(error.code)) throw error;
    const noVerdict =
      error.code === 'RUN_NOT_FOUND' ? 'nothing has been verified yet' : error.message.replace(/\.$/, '');
    return { ...(await namesOf(project)), verdicts: [], noVerdict, seen: [] };
  }
}

const UNPROVEN: ReadonlySet<string> = new Set(['RUN_NOT_FOUND', 'EVIDENCE_STALE', 'EVIDENCE_TAMPERED']);

/** The same of a run whose files were found to be as they were written. */
export async function runFacts(project: Project, run: Run, current: CodeState): Promise<MoveFacts> {
  const cells = newestCells(run.manifest.cells);
  const latest =
    cells
      .map(({ captured_at }) => captured_at)
      .sort()
      .at(-1) ?? '';
  const verdicts = run.verdicts().filter((one) => judgedNow(one, current) && one.at >= latest);
  const { seen, ...names } = await namesOf(project, cells);
  const noVerdict =
    run.verdicts().length > verdicts.length
      ? `the verdicts of ${run.id} are older than its pictures, or were made by other rules`
      : `${run.id} was not judged yet`;
  return { ...names, verdicts, noVerdict, seen };
}

/** Returns true when a verdict was made from this code, by these bars. */
function judgedNow({ code_state: judged }: StoredVerdict, current: CodeState): boolean {
  return sameCodeState(judged, current) && canonicalJson(judged.bars) === canonicalJson(current.bars);
}

async function namesOf(
  project: Project,
  cells: readonly Cell[] = [],
): Promise<Pick<MoveFacts, 'screens' | 'flows' | 'seen'>> {
  const [screens, flows] = await Promise.all([projectScreens(project), savedFlows(project)]);
  const viewports = Object.keys(project.config.viewports);
  const counts = (screen: string, viewport: string) =>
    cells.some(
      (cell) => cell.screen === screen && cell.viewport === viewport && cell.screenshot !== undefined && !cell.stale,
    );
  return {
    screens: screens.map(({ name }) => name),
    flows: flows.flatMap((flow) => ('problem' in flow ? [] : [flow.name])),
    seen: screens
      .filter((screen) => (screen.viewports ?? viewports).every((viewport) => counts(screen.name, viewport)))
      .map(({ name }) => name),
  };
}

import type { ScreenConfig } from '../config/schema.js';
import type { Cell, CodeState } from '../core/vocabulary/run.js';
import type { FigmaReferences } from '../design/figma/figma-references.js';
import { findReferences, type ReferenceSet } from '../design/references.js';
import type { Session } from '../live/session.js';
import { type CodeWatch, watchCode } from '../project/code-state/code-state.js';
import { beyondMoves } from '../project/code-state/code-state-scope.js';
import type { Project } from '../project/project.js';
import { projectScreens } from '../project/screens.js';
import type { Run } from '../store/run.js';
import { type RunQuestion, whichRun } from '../store/which-run.js';

/** A run in hand: whose project it is of, the code it is made from, and who may stop the work. */
export interface RunInHand {
  project: Project;
  session: Session;
  run: Run;
  watch: CodeWatch;
  signal: AbortSignal;
}

/** The work in hand, made once and carried through the stages: the run, what there is to look at, and what that is to look like. */
export interface Verification extends RunInHand {
  screens: readonly ScreenConfig[];
  references: ReferenceSet;
}

/** A verification with its pictures: the newest cell of each screen and viewport that counts. */
export interface Photographed extends Verification {
  cells: readonly Cell[];
}

/** The verification with the pictures that its run holds now. */
export function photographed(work: Verification): Photographed {
  const { run, screens, project } = work;
  return { ...work, cells: inPlannedOrder(newestCells(run.manifest.cells), screens, project.config) };
}

/** Returns the screens and their references. `figma`: its frames, where they were asked for just now. */
export async function survey(
  project: Project,
  figma?: FigmaReferences,
): Promise<Pick<Verification, 'screens' | 'references'>> {
  const screens = await projectScreens(project);
  const names = screens.map(({ name }) => name);
  return { screens, references: await findReferences(project.dir, project.config, names, figma) };
}

/** A call that looks at a run and drives nothing. */
interface StoredRequest {
  project: Project;
  session: Session;
  tool: string;
  /** Default: as the rule says. */
  runId?: string | undefined;
  rule?: Extract<RunQuestion['rule'], 'present' | 'present_or_newest'>;
}

/** The verification that a run on disk holds, beside the project as it is now. Throws as `whichRun`, REFERENCE_AMBIGUOUS, CONFIG_INVALID. */
export async function storedVerification(request: StoredRequest): Promise<Verification> {
  const { project, session, tool, runId, rule = 'present' } = request;
  const watch = await watchCode(project);
  const run = await whichRun(project.dir, { rule, tool, clock: session.clock, current: watch.state, runId });
  // Nothing is driven, so nobody has to stop it.
  return { project, session, run, watch, signal: new AbortController().signal, ...(await survey(project)) };
}

/**
 * Pictures that do not count, are newer than the one that does, of the same size, and show something else: the page has changed although
 * the code has not.
 */
export function newerPictures(cells: readonly Cell[]): Cell[] {
  const counting = newestCells(cells);
  return counting.flatMap((cell) => {
    // What a test saw is the state that the test made.
    const last = cells.findLast((one) => !one.test && one.screen === cell.screen && one.viewport === cell.viewport);
    const [old, now] = [cell.screenshot, last?.screenshot];
    if (!last?.ad_hoc || !old || !now || last.captured_at <= cell.captured_at) return [];
    const same = old.size.width === now.size.width && old.size.height === now.size.height;
    return same && old.image.sha256 !== now.image.sha256 ? [last] : [];
  });
}

/** Cells in the order in which the settings name their screens and viewports, however their pictures came in; others last, as they came. */
export function inPlannedOrder(
  cells: readonly Cell[],
  screens: readonly ScreenConfig[],
  { viewports }: Pick<Project['config'], 'viewports'>,
): Cell[] {
  const order = new Map(screens.map(({ name }, at) => [name, at]));
  const names = Object.keys(viewports);
  const place = (cell: Cell) => order.get(cell.screen) ?? screens.length;
  return cells.toSorted((a, b) => place(a) - place(b) || names.indexOf(a.viewport) - names.indexOf(b.viewport));
}

/** The newest cell of each screen and viewport that counts, in the order they came. */
export function newestCells(cells: readonly Cell[]): Cell[] {
  const newest = new Map<string, Cell>();
  for (const cell of cells) {
    if (!cell.ad_hoc) newest.set(`${cell.screen}\n${cell.viewport}`, cell);
  }
  return [...newest.values()];
}

/**
 * The code as it is now, and which of its files changed meanwhile. What the app wrote or generated beside it while it was looked at is noted
 * in the run, and not compared later.
 */
export async function codeAfter({
  run,
  watch,
}: Pick<Verification, 'run' | 'watch'>): Promise<{ state: CodeState; changedFiles: string[] }> {
  const { state, changedFiles } = await watch.look();
  const before = run.manifest.code_state;
  const moved = beyondMoves(before, state).data;
  const moving = [...new Set([...(before.moving ?? []), ...moved])].sort();
  if (moved.length > 0) await run.update((draft) => void Object.assign(draft.code_state, { moving }));
  return { state: moving.length === 0 ? state : { ...state, moving }, changedFiles };
}

/** What a judgement of layouts is of: other versions of the same cells make another one. */
export const cellVersion = ({ viewport, version }: Cell): string => `${viewport}#${version}`;

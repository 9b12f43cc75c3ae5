import { join } from 'node:path';
import type { AnyCheck } from '../../checks/define-check.js';
import masksWithinLimit from '../../checks/designs/masks-within-limit.js';
import screenshotsPainted from '../../checks/screens/screenshots-painted.js';
import screenshotsPresent from '../../checks/screens/screenshots-present.js';
import screenshotsRightPage from '../../checks/screens/screenshots-right-page.js';
import screenshotsSteady from '../../checks/screens/screenshots-steady.js';
import screenshotsWhole from '../../checks/screens/screenshots-whole.js';
import { compareImages } from '../../compare/compare-images.js';
import { isoTime } from '../../core/clock.js';
import { CodeloopError } from '../../core/errors.js';
import type { BaselineProposal, StaleBaseline } from '../../core/vocabulary/baseline.js';
import type { CheckResult } from '../../core/vocabulary/gate.js';
import { DesignCompare, VisualRegression } from '../../core/vocabulary/pair.js';
import type { Cell } from '../../core/vocabulary/run.js';
import type { Screenshot } from '../../core/vocabulary/screenshot.js';
import {
  cellEnvironment,
  expectedCell,
  type PlannedCell,
  planCells,
  runEnvironments,
} from '../../live/planned-cell.js';
import type { Session } from '../../live/session.js';
import { watchCode } from '../../project/code-state/code-state.js';
import type { Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import {
  type BaselineOnDisk,
  baselineEnvironment,
  baselinePlace,
  readBaseline,
  readBaselines,
} from '../../store/baseline-files.js';
import { removeProposal, writeProposal } from '../../store/baseline-proposals.js';
import type { Run } from '../../store/run.js';
import { sameCodeState, whichRun } from '../../store/which-run.js';
import { isInside, REPEATING_GATE } from '../judge/verdict-status.js';
import { unheldCells } from '../judge/what-remains.js';
import { newestCells } from '../verification.js';
import { staleBaselines } from './baseline-standing.js';
import { baselineSettings } from './compare-baseline.js';

/** Checks that a picture must pass before it can become a baseline: those that a gate asks of every picture. */
const ASKED: readonly AnyCheck[] = [
  screenshotsPresent,
  screenshotsRightPage,
  screenshotsPainted,
  screenshotsSteady,
  screenshotsWhole,
  masksWithinLimit,
];

/** Why a cell's picture may not be proposed; `undefined` when it may. `tree`: what its run was made from. */
function whyNoBaseline(
  project: Project,
  planned: PlannedCell,
  cell: Cell | undefined,
  tree: string,
): string | undefined {
  if (!cell) return 'there is no picture of it in the run: verify first';
  if (cell.ad_hoc) return `it was photographed with other settings (${cell.ad_hoc_reasons.join(', ')})`;
  if (cell.stale) return `the code changed while it was photographed (${cell.stale.reason})`;
  if (cell.unbound) return `the app cannot be shown to run from this project (${cell.unbound.reason})`;
  if (cell.tree !== tree) return 'it belongs to another state of the code';
  const { design } = project.config;
  const evidence = {
    // The run is of this very configuration: the address that was asked for is the configured one, whatever port the app had.
    expected: [{ ...expectedCell(planned), url: cell.screenshot?.requested_url ?? planned.url }],
    cells: [cell],
    design: {
      threshold: design.match_threshold,
      blockOnSeverity: design.block_on_severity,
      maxMaskedRatio: design.max_masked_ratio,
    },
  };
  for (const check of ASKED) {
    const { status, problems } = check.run(evidence);
    if (status !== 'pass') return problems[0]?.title ?? check.failureTitle;
  }
  return undefined;
}

interface ProposeRequest {
  project: Project;
  session: Session;
  /** Default: those that, in the run, neither a design nor an accepted picture holds. */
  screens: readonly string[] | undefined;
  viewports: readonly string[] | undefined;
  runId: string | undefined;
  reason: string;
  /** Name of the client. */
  by: string;
  ci: boolean;
  /** Pictures of screens that fail a gate are proposed, too; without it they are refused, with what fails. */
  failing: boolean;
  signal: AbortSignal;
}

type Place = { screen: string; viewport: string; environment?: string };

interface ProposeResult {
  runId: string;
  /** `fails`: what the newest verdict has against the screen at that viewport. */
  proposed: (Place & { path: string; sha256: string; replaces?: string; fails?: string[] })[];
  unchanged: (Place & { because: string })[];
  /** `fails`: there is nothing else against it. */
  refused: (Place & { reason: string; fails?: string[] })[];
  stale: StaleBaseline[];
}

/**
 * What the newest verdict on the state of the code that a run was made from has against a screen at a viewport, by gate: `accessibility: Elements
 * break rules of accessibility (3)`. That it looks otherwise than was accepted is no fault of a picture that is to be accepted. Of a list that
 * was cut the rest may be anywhere, and is said as such. Empty where nothing was judged.
 */
function failuresAt(run: Run, place: { screen: string; viewport: string }): string[] {
  const judged = run.verdicts().findLast(({ code_state }) => sameCodeState(code_state, run.manifest.code_state));
  return (judged?.verdict.checks ?? []).flatMap((check) => {
    if (check.severity !== 'block' || check.status !== 'fail' || SAID_ELSEWHERE.has(check.gate)) return [];
    const found = foundAt(check, place);
    return found === undefined ? [] : [`${check.gate}: ${check.title} (${found})`];
  });
}

/** The gate that a proposal is to satisfy, and the one that repeats what the others found. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(['visual_regression', REPEATING_GATE]);

function foundAt(
  { problems, problem_count: all }: CheckResult,
  place: { screen: string; viewport: string },
): string | undefined {
  const here = problems.filter((problem) => problem.screen !== undefined && isInside(problem, [place])).length;
  if (here > 0) return String(here);
  const unlisted = all - problems.length;
  return unlisted > 0 ? `perhaps: ${unlisted} of ${all} are not listed` : undefined;
}

/**
 * Lays the newest pictures of some screens where they wait for a person; nothing is accepted. A picture that still is what was
 * accepted (equal bytes, or within the tolerance) is kept and not proposed; one that proves nothing is refused with the reason.
 * Throws BASELINE_READ_ONLY (CI), SCREEN_NOT_FOUND, VIEWPORT_NOT_FOUND, RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED.
 */
export async function proposeBaselines(request: ProposeRequest): Promise<ProposeResult> {
  const { project, session } = request;
  if (request.ci) throw new CodeloopError('BASELINE_READ_ONLY');
  const screens = await projectScreens(project);
  const { state: current } = await watchCode(project);
  const run = await whichRun(project.dir, {
    rule: 'proven',
    tool: 'codeloop_update_baseline',
    clock: session.clock,
    current,
    runId: request.runId,
  });
  if (!run.manifest.environment)
    throw new CodeloopError('EVIDENCE_STALE', { run_id: run.id, reason: 'it holds no picture yet' });
  const cells = newestCells(run.manifest.cells);
  const result: ProposeResult = { runId: run.id, proposed: [], unchanged: [], refused: [], stale: [] };
  const { viewports } = request;
  const asked = { viewports, screens: request.screens ?? (await unheldScreens(run, cells, screens)) };
  // The address is that of the pictures themselves; whether it is the right page is checked below, apart from its origin.
  for (const planned of planCells(project, screens, 'http://127.0.0.1/', asked)) {
    request.signal.throwIfAborted();
    const cell = cells.find((one) => one.screen === planned.screen.name && one.viewport === planned.viewportName);
    await proposeCell({ request, run, planned, cell }, result);
  }
  result.stale = staleBaselines(project, screens, readBaselines(project.dir), runEnvironments(run.manifest));
  return result;
}

/** The configured screens that neither a design nor an accepted picture holds at some viewport, as a run found it. */
async function unheldScreens(
  run: Run,
  cells: readonly Cell[],
  screens: readonly { name: string }[],
): Promise<string[]> {
  const designs = (await run.readJson('summary', DesignCompare))?.pairs ?? [];
  const accepted = (await run.readJson('visual', VisualRegression))?.pairs ?? [];
  const loose = new Set(unheldCells(cells, [...designs, ...accepted]).map(({ screen }) => screen));
  return screens.flatMap(({ name }) => (loose.has(name) ? [name] : []));
}

interface CellRequest {
  request: ProposeRequest;
  run: Run;
  planned: PlannedCell;
  cell: Cell | undefined;
}

async function proposeCell(given: CellRequest, result: ProposeResult): Promise<void> {
  const { request, run, planned, cell } = given;
  const { project } = request;
  const [screen, viewport] = [planned.screen.name, planned.viewportName];
  const why = whyNoBaseline(project, planned, cell, run.manifest.code_state.tree);
  const shot = cell?.screenshot;
  const environment = cellEnvironment(run.manifest, planned.screen);
  if (why !== undefined || !shot || !environment) {
    result.refused.push({ screen, viewport, reason: why ?? 'there is no picture of it in the run' });
    return;
  }
  const place = baselinePlace(baselineEnvironment(environment, shot.device_scale_factor), screen, viewport);
  const named = { screen, viewport, environment: place.environment };
  const standing = readBaseline(run.projectDir, place);
  const kept = await stillMatches(project, standing, shot, request.signal);
  if (kept !== undefined) {
    // What waited for this place is overtaken: the screen is as it was accepted again.
    removeProposal(project.dir, place);
    result.unchanged.push({ ...named, because: kept });
    return;
  }
  const fails = failuresAt(run, { screen, viewport });
  if (fails.length > 0 && !request.failing) {
    result.refused.push({ ...named, reason: 'its screen fails gates', fails });
    return;
  }
  const { code_state: state } = run.manifest;
  const proposal: BaselineProposal = {
    schema_version: 1,
    ...place,
    screen_name: screen,
    viewport_name: viewport,
    sha256: shot.image.sha256,
    source: shot.image.path,
    ...(shot.dom ? { dom_sha256: shot.dom.sha256, dom_source: shot.dom.path } : {}),
    from: { run_id: run.id, tree: state.tree, ...(state.commit === undefined ? {} : { commit: state.commit }) },
    reason: request.reason,
    at: isoTime(request.session.clock),
    by: request.by,
    ...(standing.sha256 === undefined ? {} : { replaces: standing.sha256 }),
  };
  const path = await writeProposal(project.dir, proposal, {
    picture: await run.readEntry(shot.image),
    dom: shot.dom ? await run.readEntry(shot.dom) : undefined,
  });
  result.proposed.push({
    ...named,
    path,
    sha256: proposal.sha256,
    ...(proposal.replaces === undefined ? {} : { replaces: proposal.replaces }),
    ...(fails.length > 0 ? { fails } : {}),
  });
}

/** Why nothing is to be proposed; `undefined`: the picture is new, or another. */
async function stillMatches(
  project: Project,
  standing: BaselineOnDisk,
  shot: Screenshot,
  signal: AbortSignal,
): Promise<string | undefined> {
  const last = standing.history.at(-1);
  // A picture without acceptance is no baseline.
  if (standing.sha256 === undefined || standing.damaged || last?.sha256 !== standing.sha256) return undefined;
  if (standing.sha256 === shot.image.sha256) return 'the same bytes';
  const compared = await compareImages(
    { path: join(project.dir, standing.path) },
    { path: join(project.dir, shot.image.path) },
    { ...baselineSettings(project), masks: shot.masks, diffPicture: false, signal },
  );
  if (
    compared.outcome !== 'match' ||
    compared.diff_pixels > project.config.visual.max_diff_ratio * compared.total_pixels
  )
    return undefined;
  return compared.diff_pixels === 0 ? 'the same pixels' : 'within visual.max_diff_ratio';
}

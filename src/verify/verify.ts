import { CodeloopError, toCodeloopError } from '../core/errors.js';
import type { Artifact } from '../core/vocabulary/artifact.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import type { Environment } from '../core/vocabulary/environment.js';
import type { FigmaReferences } from '../design/figma/figma-references.js';
import { findReferences } from '../design/references.js';
import { isOn, type PlanFilter, type PlannedCell, planCells } from '../live/planned-cell.js';
import { keepAppOutput } from '../live/redactor.js';
import type { Session } from '../live/session.js';
import type { VerifyJob, VerifyResult } from '../live/verify-jobs.js';
import { watchCode } from '../project/code-state/code-watch.js';
import type { Project } from '../project/project.js';
import { hasOnlyApps, projectScreens } from '../project/screens.js';
import { openOrCreateRun } from '../store/current-run.js';
import { viewFile } from '../store/layout.js';
import { applyRetention } from '../store/retention.js';
import type { Run } from '../store/run.js';
import { baselineStage } from './baselines/baseline-stage.js';
import { carryCells, findOrigin, keepCodeFiles, notThereYet } from './carry-cells.js';
import { runnerStage } from './commands-stage.js';
import { compareStage, newestCells } from './compare-stage.js';
import { figmaStage } from './figma-stage.js';
import { flowStage } from './flows/flow-stage.js';
import { gather } from './gather.js';
import { summarizeEvidence } from './judge/evidence-summary.js';
import { judge } from './judge/judge.js';
import { leftOut } from './judge/left-out.js';
import { writeReport } from './report-stage.js';

/** `auto`: as `affected`, and silent where nothing can be taken over. */
type VerifyScope = 'full' | 'affected' | 'auto';

interface ChooseRequest {
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
interface ChosenCells {
  cells: readonly PlannedCell[];
  notes: { what: string; reason: string }[];
}

/**
 * Which cells a verification photographs: all of them; of an interrupted run those it lacks; with scope `affected` those that
 * a change since an earlier run may have reached, the others being taken over. Throws EVIDENCE_TAMPERED, DISK_FULL.
 */
async function chooseCells(request: ChooseRequest): Promise<ChosenCells> {
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

export interface VerifyRequest {
  project: Project;
  session: Session;
  filter: PlanFilter;
  /** `affected`: takes over the pictures that no change since an earlier run can have reached. Default: full. */
  scope?: VerifyScope | undefined;
  /** Goes on with this interrupted run instead of beginning again. */
  resume?: string | undefined;
  /** Leaves the project's tests and plugins out. */
  skipTests?: boolean | undefined;
  signal: AbortSignal;
}

/**
 * Starts a verification and answers as soon as its run exists: run the project's own build and tests, start the app, photograph
 * every screen x viewport, compare with the references, judge, write the report. The job goes on by itself; what was gathered is kept when it fails or is cancelled.
 * Throws BROWSER_NOT_FOUND, PROJECT_NOT_FOUND, as `askFigma`, DISK_FULL, CONFIG_INVALID before there is a run.
 */
export async function startVerify(request: VerifyRequest): Promise<VerifyJob> {
  const { project, session } = request;
  // First: the version of its file is part of the code state, and what is wrong with it should not wait for a browser.
  const figma = await figmaStage(project, session, {}, request.signal);
  const environment = await verifyEnvironment(request);
  const watch = await watchCode(project);
  const run = await openOrCreateRun(project.dir, {
    tool: 'codeloop_verify',
    codeState: watch.state,
    environment,
    clock: session.clock,
  });
  if (request.resume !== undefined && run.id !== request.resume) {
    await run.end();
    throw new CodeloopError('EVIDENCE_STALE', {
      run_id: request.resume,
      reason: 'the code, or the machine, is not what it began with',
    });
  }
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const status: VerifyJob['status'] = { done: 0, message: 'starting' };
  const result = carryOut({ ...request, signal, figma: figma?.references }, run, watch, environment, status);
  const job = { runId: run.id, status, cancel: () => stop.abort(), result };
  session.jobs.add(job);
  return job;
}

/** What the run's pictures depend on: the browser; the display where there are no pages, or none are wanted and there is no browser. */
async function verifyEnvironment({ project, session, filter }: VerifyRequest): Promise<Environment> {
  const native = async () => (await session.native(project)).environment();
  if (hasOnlyApps(project)) return native();
  try {
    return await (await session.browser(project.config)).environment();
  } catch (error) {
    if (filter.platform === 'native' && toCodeloopError(error).code === 'BROWSER_NOT_FOUND') return native();
    throw error;
  }
}

type Watch = Awaited<ReturnType<typeof watchCode>>;

/** A verification whose frames are known. */
interface Prepared extends VerifyRequest {
  figma: FigmaReferences | undefined;
}

async function carryOut(
  request: Prepared,
  run: Run,
  before: Watch,
  environment: Environment,
  status: VerifyJob['status'],
): Promise<VerifyResult> {
  const { project, session, signal } = request;
  const tell = (done: number, total: number, message: string) => {
    Object.assign(status, { done, total, message });
  };
  // Written down at once: whoever cancels may not wait until every page that is being photographed has let go.
  const onCancel = () => void markIncomplete(run, new CodeloopError('CANCELLED'), project);
  signal.addEventListener('abort', onCancel, { once: true });
  try {
    // Before anything is looked at or started: a build may make what is served.
    const { watch } = await runnerStage({
      ...{ project, session, run, watch: before, signal },
      skipTests: request.skipTests ?? false,
      onProgress: tell,
    });
    const screens = await projectScreens(project);
    if (screens.length === 0) {
      throw new CodeloopError('CONFIG_INVALID', {
        file: '.codeloop/config.json',
        problem: 'there are no screens to verify',
        hint: 'Name them in screens[] and say how the app is started (server.command and server.url, or server.static for a folder of finished HTML; native.apps for a desktop app).',
      });
    }
    const references = await findReferences(
      project.dir,
      project.config,
      screens.map((screen) => screen.name),
      request.figma,
    );
    const { platform = 'auto' } = request.filter;
    const pages = screens.some((screen) => screen.app === undefined && isOn(platform, screen));
    const app = pages ? await session.apps.get(project, watch.state.tree, signal) : undefined;
    const plan = planCells(project, screens, app?.url, request.filter);
    const { cells: wanted, notes } = await chooseCells({ ...request, run, state: watch.state, environment, plan });
    const all = planCells(project, screens, app?.url ?? 'http://127.0.0.1/');
    if (plan.length < all.length)
      notes.push({
        what: `photographing ${all.length - plan.length} cell(s)`,
        reason: 'left out by screens, viewports or platform; the gate asks for them all the same',
      });
    tell(0, wanted.length, `photographing ${wanted.length} of ${plan.length} cells`);
    await gather({
      project,
      session,
      run,
      watch,
      cells: wanted,
      references: references.references,
      app,
      adHocReasons: [],
      signal,
      onCell: (cell, done) =>
        tell(
          done,
          wanted.length,
          `${cell.screen}@${cell.viewport}: ${cell.failure ? cell.failure.code : 'photographed'}`,
        ),
    });
    await keepAppOutput(run, session.apps.drainOutput(project), project);
    const flows = await flowStage({
      ...{ project, session, run, watch, viewports: request.filter.viewports, signal },
      onFlow: ({ flow, viewport, status }, done, total) => tell(done, total, `flow ${flow}@${viewport}: ${status}`),
    });
    const compare = await compareStage({
      project,
      screens,
      references,
      cells: newestCells(run.manifest.cells),
      sink: run,
      signal,
      onPair: (pair, done, total) => tell(done, total, `compared ${pair.screen}@${pair.viewport}`),
    });
    await run.writeJson('design_compare_summary', compare);
    await baselineStage({ project, screens, run, watch, signal });
    const current = await watch.now();
    const { verdict, cells, manifestSha256 } = await judge({
      project,
      run,
      current: { state: current, changedFiles: await watch.changedFiles() },
      screens,
      references: references.references.length + references.unmatched.length,
      compare,
      base: app?.url,
      stage: 'section',
    });
    await keepCodeFiles(project, run, watch.state);
    await run.writeJson('checks', verdict.checks);
    const skipped = [...notes, ...(await leftOut(run, verdict))];
    const report = await writeReport({ project, run, verdict, compare, cells, environment });
    const stored = await run.appendVerdict(verdict, manifestSha256, current);
    await run.end();
    await removeOldRuns(project, session);
    const artifacts: Artifact[] = [
      { ...report, path: viewFile(run.id, 'report.html') },
      ...compare.pairs.slice(0, 3).flatMap((pair) => (pair.diff ? [pair.diff] : [])),
      ...flows.flatMap(({ status, screenshot }) => (status === 'fail' && screenshot ? [screenshot] : [])).slice(0, 3),
    ];
    return {
      runId: run.id,
      verdict,
      compare,
      cells,
      skipped,
      evidence: summarizeEvidence(run, compare, cells, manifestSha256, stored.n),
      artifacts,
    };
  } catch (thrown) {
    const error = toCodeloopError(signal.aborted ? new CodeloopError('CANCELLED', {}, { cause: thrown }) : thrown);
    await markIncomplete(run, error, project);
    throw error;
  } finally {
    signal.removeEventListener('abort', onCancel);
  }
}

/** Keeps what there is of a verification that was stopped. That this fails as well (a full disk) must not hide why it was stopped. */
async function markIncomplete(run: Run, error: CodeloopError, project: Project): Promise<void> {
  try {
    const { output } = error.values;
    if (Buffer.isBuffer(output)) await keepAppOutput(run, output, project);
    await run.update((draft) => {
      draft.state = 'incomplete';
      draft.state_reason = error.code;
    });
    await run.end();
  } catch (second) {
    process.emitWarning(`run ${run.id} could not be marked incomplete: ${toCodeloopError(second).message}`);
  }
}

/** Old runs go by the configured limits; that they cannot is no reason to lose a verdict. */
async function removeOldRuns(project: Project, session: Session): Promise<void> {
  try {
    await applyRetention(project.dir, project.config.retention, { clock: session.clock });
  } catch (error) {
    process.emitWarning(`old runs could not be removed: ${toCodeloopError(error).message}`);
  }
}
